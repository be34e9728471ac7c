"""The catalog for officers: on a phone at a family's door (P-05), and within the intake screen at the counter (P-06)."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.backoffice.views import BackofficeView, Crumb
from portal.regions.models import above_q

from . import search
from .eligibility.words import describe
from .models import Audience, Program, Provider, Sector

#: how many programs are shown before the officer narrows the question; in the intake screen fewer
SHOWN, SHOWN_BESIDE = 60, 8


def of_area(user) -> Q:
    """The condition for programs that an officer may have to explain: the nation's, and those in, above or below the area."""
    if user.is_superuser:
        return Q()
    condition = Q(region=None)
    for code in {grant.code for grant in user.grants}:
        if not code:
            return Q()
        condition |= above_q(code) | Q(region__gt=f"{code}.", region__lt=f"{code}/")
    return condition


class DeskCatalogView(BackofficeView, TemplateView):
    """Search, sector, managing level; `?program=code` opens one. Asked by htmx it answers with the list alone."""

    required_right = (Program, "view")
    page_title = _("Catalog for officers")
    template_name = "programs_catalog/desk.html"
    fragment_name = "programs_catalog/desk_list.html"

    def get(self, request, *args, **kwargs):
        context = self.get_context_data()
        if request.htmx:
            return render(request, self.fragment_name, context)
        return self.render_to_response(context)

    def get_breadcrumbs(self):
        if self.request.GET.get("program"):
            return [Crumb(str(self.page_title), self.request.path)]
        return []

    def get_context_data(self, **kwargs):
        asked = {name: self.request.GET.get(name, "").strip()[:100] for name in ("q", "sektor", "tingkat")}
        beside = bool(self.request.GET.get("samping"))
        context = super().get_context_data(asked=asked, beside=beside, **kwargs)
        context["sectors"] = Sector.objects.order_by("position")
        rows = Program.objects.published().filter(of_area(self.request.user))
        rows = rows.select_related("sector", "provider", "region")
        if code := self.request.GET.get("program", "")[:60]:
            return context | self.one(rows, code, asked)
        found = self.found(rows, asked)
        levels = Counter(program.provider.level for program in found)
        if asked["tingkat"]:
            found = [program for program in found if program.provider.level == asked["tingkat"]]
        most = SHOWN_BESIDE if beside else SHOWN
        return context | {
            "programs": found[:most],
            "more": max(0, len(found) - most),
            "count": len(found),
            "levels": [
                {
                    "label": label,
                    "count": levels[value],
                    "now": value == asked["tingkat"],
                    "query": urlencode(asked | {"tingkat": "" if value == asked["tingkat"] else value}),
                }
                for value, label in Provider.Level.choices
            ],
        }

    @staticmethod
    def found(rows, asked: dict) -> list[Program]:
        """Programs by the words asked, best first; all by sector and name where nothing was asked."""
        if asked["sektor"]:
            rows = rows.filter(sector=asked["sektor"])
        if not asked["q"]:
            return sorted(rows, key=lambda program: (program.sector.position, str(program)))
        known = {program.pk: program for program in rows}
        return [known[each.pk] for each in search.search(asked["q"]) if each.pk in known]

    @staticmethod
    def one(rows, code: str, asked: dict) -> dict:
        program = rows.filter(code=code).first()
        if program is None:
            raise Http404
        criteria = program.criteria_on()
        return {
            "program": program,
            "criteria": criteria,
            "criteria_words": describe(criteria.rule) if criteria else None,
            "audiences": [Audience(value).label for value in program.audiences if value in Audience.values],
            "back_query": urlencode({name: value for name, value in asked.items() if value}),
        }


class ProgramCodesView(BackofficeView, View):
    """Every program with its code, for the picker of criteria."""

    required_right = (Program, "change")

    def get(self, request: HttpRequest) -> JsonResponse:
        rows = Program.objects.order_by("name")
        return JsonResponse({"results": [{"code": row.code, "full_name": row.label} for row in rows]})
