"""The board of a quarter, and reminding from it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.views import BackofficeView, Crumb, visible

from . import board, reminders
from .models import QuarterlyReport, ReportingCycle
from .workflow import CycleStatus, Tier


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
        """The quarter asked for; else the one that is being reported now: over, and not closed yet."""
        wanted, today = self.request.GET.get("kuartal", ""), timezone.localdate()
        asked = [c for c in self.cycles if c.quarter_code == wanted]
        due = [c for c in self.cycles if c.status == CycleStatus.OPEN and c.quarter.end < today]
        return next(iter([*asked, *due, *self.cycles]), None)

    def get_context_data(self, **kwargs):
        user, cycle = self.request.user, self.cycle
        tier = self.request.GET.get("jenjang", "")
        lines = board.by_tier(cycle, user) if cycle else []
        tiers = [line.tier for line in lines]
        if tier not in tiers:
            # Two tiers below one's own, the areas are those of the offices one reviews.
            tier = tiers[max(0, len(tiers) - 3)] if tiers else ""
        return super().get_context_data(
            cycles=self.cycles,
            cycle=cycle,
            lines=lines,
            tier=tier,
            tier_label=Tier(tier).label if tier else "",
            areas=board.by_area(cycle, user, tier) if tier and tier != Tier.NATION else [],
            may_remind=bool(cycle)
            and cycle.status == CycleStatus.OPEN
            and may(user, "remind", QuarterlyReport),
            own=[each for each in tiers if may(user, f"send_{each}", QuarterlyReport)],
            list_url=reverse("quarterly_quarterlyreport_modeladmin_index"),
            **kwargs,
        )


class RemindView(BackofficeView, View):
    """One click on the board: remind all of a tier, or of one area of it, that have not sent."""

    required_right = (QuarterlyReport, "remind")
    http_method_names = ["post"]

    def get_breadcrumbs(self):
        return [Crumb(_("Board of quarterly reports"), reverse("quarterly:board"))]

    def post(self, request):
        wanted = request.POST
        cycle = get_object_or_404(ReportingCycle, quarter_code=wanted.get("kuartal", ""))
        tier, parent = wanted.get("jenjang", ""), None
        if tier not in Tier:
            raise Http404
        if wanted.get("wilayah"):
            rows = visible(QuarterlyReport.objects.filter(cycle=cycle), request.user)
            parent = get_object_or_404(rows, region=wanted["wilayah"])
        count = reminders.remind_missing(cycle=cycle, tier=tier, by=request.user, parent=parent)
        if count:
            text = ngettext(
                "%(count)s place is being reminded.", "%(count)s places are being reminded.", count
            )
            messages.success(request, text % {"count": count})
        else:
            messages.info(
                request, _("Nobody is left to remind today: a place is reminded at most once a day.")
            )
        query = urlencode({"kuartal": cycle.quarter_code, "jenjang": tier})
        return redirect(f"{reverse('quarterly:board')}?{query}")
