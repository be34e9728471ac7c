"""The planner's page: scorecard, priority with movable weights, budget gap (D-13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from portal import charts
from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS

from . import atlas, budget, figures, planning, scorecard
from .areas import AreaView, InChapters
from .lists import Lists
from .models import Indicator, IndicatorValue, UnitCost
from .planning_forms import SCORE, PlanningForm
from .whatif_asked import Asked, is_of_what_if

#: so many locations the bars show
MOST_BARS = 12


class PlanningArea(AreaView):
    """One area as the planner sees it."""

    required_right = (IndicatorValue, "view")

    @cached_property
    def form(self) -> PlanningForm:
        return PlanningForm(self.request.GET.dict())

    @cached_property
    def choice(self) -> figures.Choice:
        self.form.is_valid()
        year = self.form.cleaned_data.get("tahun") or timezone.localdate().year
        return figures.Choice(code=self.code, first=f"{year}-01", last=f"{year}-12")

    @cached_property
    def asked(self) -> Asked:
        """The what-if that goes along into the brief, where the address asks one."""
        return Asked(self.request.user, self.code, self.request.GET)

    def kept(self, wanted: Callable[[str], bool]) -> list[tuple[str, str]]:
        """Parameters of this address that a form must take along, as hidden fields."""
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            for value in values
            if name not in ("wilayah", "unduh") and wanted(name)
        ]

    def query(self, with_what_if: bool = True) -> str:
        """This area and what was chosen, for a link."""
        query = self.request.GET.copy()
        for name in list(query):
            if name in ("unduh", "bab", "baris") or is_of_what_if(name) and not with_what_if:
                del query[name]
        query["wilayah"] = self.code
        return query.urlencode()

    @cached_property
    def brief(self) -> dict:
        """What the page, the PDF and the sheet show."""
        weights, dimensions = self.form.chosen_weights(), self.form.chosen_dimensions()
        of_locations = {key: weights[key] for key in self.form.location_weights}
        ranked = planning.locations(self.choice, of_locations, dimensions)
        programs = planning.programs(self.choice, {key: weights[key] for key in self.form.program_weights})
        gaps = budget.gaps(self.choice)
        placed = [row for row in ranked if row.place]
        year = self.choice.first[:4]
        source = _("needs open, of all years up to the end of %(year)s, and the register") % {"year": year}
        card = scorecard.scorecard(
            self.code, of_locations, dimensions, planning.open_needs_score(self.choice, of_locations, source)
        )
        return {
            "area": self.area,
            "area_name": self.area_name,
            "year": year,
            "whose_open_needs": _("Open needs: registered up to the end of %(year)s, whatever their year.")
            % {"year": year},
            "whose_others": _("Refused and days: of %(year)s.") % {"year": year},
            "card": card,
            "ranked": ranked,
            "programs": programs,
            "measures": self._measures(self.form.location_weights, weights),
            "program_measures": self._measures(self.form.program_weights, weights),
            "dimensions": [(one.pk, dimensions[one.pk], str(one)) for one in self.form.dimensions],
            "map": self.map(ranked),
            "gaps": gaps,
            "budget": budget.total(gaps),
            "open_needs": sum(gap.needs for gap in gaps),
            "payers": budget.by_level(gaps),
            "without_cost": sum(1 for gap in gaps if gap.uncosted),
            "card_chart": charts.bar(
                _("Sub-indices, 0 the best, 100 the worst"),
                [str(part.dimension) for part in card.counted],
                [round(part.value, 1) for part in card.counted],
                unit=_("index"),
            )
            if card.counted
            else None,
            "chart": charts.bar(
                _("Priority of locations"),
                [row.name for row in placed[:MOST_BARS]],
                [row.score for row in placed[:MOST_BARS]],
                unit=_("score"),
            )
            if any(row.score for row in placed)
            else None,
            "placed": placed,
            "weighed": self.form.weighs_locations(),
            "bars": MOST_BARS,
            "bars_left": max(len(placed) - MOST_BARS, 0),
            "asked": self.asked if self.asked.result else None,
        }

    def _measures(self, keys, weights) -> list[tuple[str, float, str]]:
        return [(key, weights[key], self.form[self.form.name_of(key)].label) for key in keys]

    #: a PDF draws less than a browser; the names of so many areas find room on its map, else those of the first
    on_paper, most_names, first_names = False, 12, 8

    def map(self, ranked) -> atlas.AreaMap | None:
        """The poverty map: the areas below by their score, or by one indicator."""
        measure = self.form.measure()
        dimensions = {f"dimensi-{one.pk}": one for one in self.form.dimensions}
        if measure == SCORE:
            title, unit = _("Priority of locations"), _("score")
            values = {row.code: row.score for row in ranked if row.place}
        elif measure in dimensions:
            title, unit, own = str(dimensions[measure]), _("score"), dimensions[measure].pk
            values = {row.code: round(row.dimensions[own], 1) for row in ranked if own in row.dimensions}
        else:
            indicator = Indicator.objects.get(pk=measure)
            title, unit = str(indicator), indicator.measured_in
            values = planning.newest_values(indicator, [row.code for row in ranked])
        links = {row.code: self.link(row.code, "planning") for row in ranked}
        if measure == SCORE and not self.form.weighs_locations():
            return None
        first = [row.code for row in ranked[: self.first_names]]
        named = first if self.on_paper and len(ranked) > self.most_names else None
        return atlas.draw(self.code, title, values, unit=unit, links=links, paper=self.on_paper, named=named)


class PlanningView(InChapters, PlanningArea, TemplateView):
    """Scorecard, priority of locations and programs with movable weights, need and budget, chapter by chapter."""

    template_name = "dashboards/planning.html"
    chapters = {
        "kartu": gettext_lazy("Scorecard"),
        "lokasi": gettext_lazy("Locations"),
        "program": gettext_lazy("Programs"),
        "anggaran": gettext_lazy("Budget"),
    }
    #: the chapters whose figures follow the weights of the locations, and of the programs
    weighed_by_locations, weighed_by_programs = {"kartu", "lokasi"}, {"program"}

    def get_page_title(self):
        return _("Planning · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        ranked = [replace(row, url=self._below(row.code)) for row in self.brief["ranked"]]
        may_see_costs = may(self.request.user, "view", UnitCost)
        fields = self.shown_fields()
        return super().get_context_data(
            form=self.form,
            map_field=self.form["peta"] if "lokasi" in self.shown else None,
            groups=[one for one in self.form.groups if self.weighed_by_locations & {*self.shown}],
            program_fields=self.form.program_fields if self.weighed_by_programs & {*self.shown} else [],
            moved=self.form.moved(fields),
            # The fields stay as they were typed; the answer brings what is wrong with them.
            error_places=[f"{self.form[name].auto_id}-galat" for name in sorted(fields - {"tahun", "peta"})],
            query=self.query(),
            plain_query=self.asked_with(
                wilayah=self.code, **dict.fromkeys(filter(is_of_what_if, self.request.GET))
            ),
            as_set=self.asked_with(wilayah=self.code, **dict.fromkeys(fields - {"tahun", "peta"})),
            kept=self.kept(lambda name: name not in fields),
            lists=Lists(self.request.user, self.choice),
            costs_url=ADMINS[UnitCost].url("index") if may_see_costs else "",
            **self.brief | {"ranked": ranked},
            **kwargs,
        )

    def shown_fields(self) -> set[str]:
        """The fields of the form that stand on this page; the others are taken along unseen."""
        groups = [(whole, fields) for _name, whole, fields in self.form.groups]
        names = {"tahun"} | ({"peta"} if "lokasi" in self.shown else set())
        if self.weighed_by_locations & {*self.shown}:
            names |= {field.name for whole, fields in groups for field in [whole, *fields] if field}
        if self.weighed_by_programs & {*self.shown}:
            names |= {field.name for field in self.form.program_fields}
        return names

    def _below(self, code: str) -> str:
        """The planner's page of an area below; a what-if belongs to its own area."""
        query = self.request.GET.copy()
        for name in [name for name in query if is_of_what_if(name)]:
            del query[name]
        query["wilayah"] = code
        query.pop("baris", None)
        return f"{reverse('planning')}?{query.urlencode()}"

    def get_breadcrumbs(self):
        dashboard = reverse("dashboard")
        planning_page = reverse("planning")
        return [
            type(crumb)(crumb.label, crumb.url.replace(dashboard, planning_page, 1))
            for crumb in super().get_breadcrumbs()
        ]
