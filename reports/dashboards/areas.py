"""A page about one area: whose areas these are, and the way up and down."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from cases.casework.models import Case
from portal.backoffice.views import BackofficeView, Crumb
from portal.regions.models import Region, level_of

from .forms import DashboardForm


def areas_of(user, model=Case, action: str = "count") -> list[str]:
    """The codes of the areas for which a user has a right, the widest first; '' is the nation."""
    if user.is_superuser:
        return [""]
    policy = policy_registry.get_by_type(model)
    return sorted({grant.code for grant in policy.grants(user, action)}, key=lambda code: (len(code), code))


class AreaView(BackofficeView):
    """A page about one area: `?wilayah=34.04`; outside one's own areas it does not exist."""

    required_right = (Case, "count")

    @cached_property
    def own_areas(self) -> list[str]:
        return areas_of(self.request.user, *self.required_right)

    @cached_property
    def area(self) -> Region | None:
        own = self.own_areas
        code = self.request.GET.get("wilayah", own[0] if own else "")
        if not any(code == mine or code.startswith(f"{mine}.") or not mine for mine in own):
            raise Http404
        try:
            level_of(code)
        except ValueError:
            raise Http404 from None
        region = Region.objects.filter(pk=code).first() if code else None
        if code and region is None:
            raise Http404
        return region

    @property
    def code(self) -> str:
        return self.area.pk if self.area else ""

    @property
    def area_name(self) -> str:
        return str(self.area) if self.area else _("Indonesia")

    @cached_property
    def form(self) -> DashboardForm:
        return DashboardForm(self.request.GET, code=self.code)

    def link(self, code: str, name: str = "") -> str:
        query = self.request.GET.copy()
        query["wilayah"] = code
        return f"{reverse(name or 'dashboard')}?{query.urlencode()}"

    def get_breadcrumbs(self):
        own, crumbs = self.own_areas, []
        for code in ["", *(self.area.ancestor_codes()[:-1] if self.area else [])]:
            if any(code == mine or code.startswith(f"{mine}.") or not mine for mine in own):
                name = Region.objects.get(pk=code).name if code else _("Indonesia")
                crumbs.append(Crumb(name, self.link(code)))
        return crumbs if self.area else []
