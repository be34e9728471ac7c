"""The board of a quarter, and where a job stands."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from portal.backoffice.views import BackofficeView

from . import board
from .models import QuarterlyReport, ReportingCycle
from .workflow import Tier


class BoardView(BackofficeView, TemplateView):
    """On time, late, missing, returned, accepted: per tier and area of what one may see (M-05)."""

    required_right = (QuarterlyReport, "view")
    template_name = "quarterly/board.html"

    def get_page_title(self):
        return _("Board of quarterly reports")

    @cached_property
    def cycles(self) -> list[ReportingCycle]:
        return list(ReportingCycle.objects.all()[:12])

    @cached_property
    def cycle(self) -> ReportingCycle | None:
        wanted = self.request.GET.get("kuartal", "")
        return next(
            (c for c in self.cycles if c.quarter_code == wanted), self.cycles[0] if self.cycles else None
        )

    def get_context_data(self, **kwargs):
        user, cycle = self.request.user, self.cycle
        tier = self.request.GET.get("jenjang", "")
        lines = board.by_tier(cycle, user) if cycle else []
        tiers = [line.tier for line in lines]
        if tier not in tiers:
            tier = tiers[0] if tiers else ""
        return super().get_context_data(
            cycles=self.cycles,
            cycle=cycle,
            lines=lines,
            tier=tier,
            tier_label=Tier(tier).label if tier else "",
            areas=board.by_area(cycle, user, tier) if tier and tier != Tier.NATION else [],
            list_url=reverse("quarterly_quarterlyreport_modeladmin_index"),
            **kwargs,
        )
