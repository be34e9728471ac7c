"""A page about one area: whose areas these are, and the way up and down."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from cases.casework.models import Case
from portal.backoffice.views import BackofficeView, Crumb
from portal.regions.models import Region, level_of

from .forms import DashboardForm

#: all chapters of a page on one, for paper
ALL = "semua"
#: so many lines of a table stand on a chapter's page; the others are one click away
LINES = 12


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


class InChapters(AreaView):
    """A page about one area in chapters, each with an address: `?bab=keluhan`, and `?bab=semua` for all of them.

    The first chapter opens when none is asked for; one that does not exist is 404. What else the address asks stays
    from chapter to chapter, except that a long table is cut again.
    """

    #: word in the address: name
    chapters: Mapping[str, str] = {}

    @cached_property
    def chapter(self) -> str:
        code = self.request.GET.get("bab") or next(iter(self.chapters))
        if code != ALL and code not in self.chapters:
            raise Http404
        return code

    @property
    def shown(self) -> list[str]:
        """The chapters on this page."""
        return list(self.chapters) if self.chapter == ALL else [self.chapter]

    def asked_with(self, **changes: str | None) -> str:
        """The address's own question with some of it changed; None takes a part out."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()

    def get_context_data(self, **kwargs):
        first = next(iter(self.chapters))
        every_line = self.chapter == ALL or self.request.GET.get("baris") == "semua"
        words = self.chapters | {ALL: _("All, to print")}
        return super().get_context_data(
            chapter=self.chapter,
            chapter_links=[
                (code, name, f"?{self.asked_with(bab=None if code == first else code, baris=None)}")
                for code, name in words.items()
            ],
            shown=self.shown,
            all_rows=f"?{self.asked_with(baris='semua')}",
            most=LINES,
            cut=":" if every_line else f":{LINES}",
            **kwargs,
        )
