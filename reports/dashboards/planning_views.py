"""The planning page and its brief of two pages for RKPD, KUA-PPAS and RPJMD papers (D-13)."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.core.validators import MaxValueValidator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from portal import charts, spreadsheets
from portal.accounts.policies import may
from portal.accounts.roles import Role
from portal.backoffice.admin import ADMINS
from portal.backoffice.import_views import ImportView
from portal.ledger import audit
from portal.pdf import Letterhead, render_pdf
from portal.regions.models import Region
from portal.units.paper import government_of, seat_of

from . import atlas, figures, overlap, planning
from .areas import AreaView, areas_of
from .forms import FIRST_YEAR
from .models import FIRST_YEAR as FIRST_YEAR_OF_VALUES
from .models import Indicator, IndicatorValue, UnitCost
from .resources import INDICATOR_VALUES, recorded, written


class IndicatorImportView(ImportView):
    """Indicators from a file of the statistics office."""

    kind = INDICATOR_VALUES
    required_right = (IndicatorValue, "add")
    template_name = "dashboards/indicator_import.html"
    explanation = gettext_lazy(
        "One row is one indicator of one region in one year, with its source. The same indicator, region and year again changes the value."
    )

    @property
    def example(self) -> list[dict]:
        """A row ready to be filled for each indicator: the reader's own area, last year; value and source are left open."""
        own = areas_of(self.request.user, IndicatorValue, "add")
        year = timezone.localdate().year - 1
        return [
            {"Indikator": written(one), "Kode wilayah": own[0] if own else "", "Tahun": year}
            for one in recorded()
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(indicators=recorded(), first_year=FIRST_YEAR_OF_VALUES, **kwargs)


SCORE = "skor"
#: so many lines the brief holds on its two pages
MOST_ON_PAPER = {"locations": 13, "programs": 10, "gaps": 12}
#: so many locations the bars show
MOST_BARS = 12


class PlanningForm(forms.Form):
    """The year that is planned from, what the map shows, and the weights of the measures, movable by the planner."""

    tahun = forms.IntegerField(label=gettext_lazy("Year of the cases"), min_value=FIRST_YEAR)
    peta = forms.ChoiceField(label=gettext_lazy("Map shows"))

    def __init__(self, data, **kwargs):
        self.location_weights, self.program_weights = planning.location_weights(), planning.program_weights()
        self.weights = self.location_weights | self.program_weights
        defaults = {"tahun": timezone.localdate().year, "peta": SCORE} | {
            self.name_of(key): value for key, value in self.weights.items()
        }
        super().__init__(
            defaults | {key: value for key, value in (data or {}).items() if value != ""}, **kwargs
        )
        indicators = list(Indicator.objects.all())
        this_year = timezone.localdate().year
        self.fields["tahun"].validators.append(MaxValueValidator(this_year))
        self.fields["tahun"].widget.attrs["max"] = this_year
        labels = {indicator.pk: str(indicator) for indicator in indicators}
        self.fields["peta"].choices = [(SCORE, _("Priority score"))] + [
            (one.pk, str(one)) for one in indicators if one.use == Indicator.Use.RECORDED
        ]
        for key in self.weights:
            self.fields[self.name_of(key)] = forms.FloatField(
                label=labels[key], min_value=0, max_value=10, widget=forms.NumberInput(attrs={"step": "0.5"})
            )

    @staticmethod
    def name_of(key: str) -> str:
        return f"bobot-{key}"

    def chosen_weights(self) -> dict[str, float]:
        """The planner's weights; a wrong one shows its error and counts as set by the Secretariat."""
        self.is_valid()
        return {
            key: self.cleaned_data.get(self.name_of(key), default) for key, default in self.weights.items()
        }

    def weighs_locations(self) -> bool:
        """Whether some measure of locations has a weight; where there are none, nobody took their weight away."""
        weights = self.chosen_weights()
        return not self.location_weights or any(weights[key] for key in self.location_weights)

    def measure(self) -> str:
        """What the map shows: the score, or the code of an indicator."""
        self.is_valid()
        return self.cleaned_data.get("peta") or SCORE

    @property
    def location_fields(self):
        return [self[self.name_of(key)] for key in self.location_weights]

    @property
    def program_fields(self):
        return [self[self.name_of(key)] for key in self.program_weights]


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
    def brief(self) -> dict:
        """What the page, the PDF and the sheet show."""
        weights = self.form.chosen_weights()
        ranked = planning.locations(self.choice, {key: weights[key] for key in self.form.location_weights})
        programs = planning.programs(self.choice, {key: weights[key] for key in self.form.program_weights})
        gaps = planning.gaps(self.choice)
        placed = [row for row in ranked if row.place]
        return {
            "area": self.area,
            "area_name": self.area_name,
            "year": self.choice.first[:4],
            "scores": planning.scorecard(self.code),
            "ranked": ranked,
            "programs": programs,
            "measures": self._measures(self.form.location_weights, weights),
            "program_measures": self._measures(self.form.program_weights, weights),
            "map": self.map(ranked),
            "gaps": gaps,
            "budget": planning.budget_total(gaps),
            "without_cost": sum(1 for gap in gaps if gap.unit_cost is None and gap.needs),
            "chart": charts.bar(
                _("Priority of locations"),
                [row.name for row in placed[:MOST_BARS]],
                [round(row.score, 1) for row in placed[:MOST_BARS]],
                unit=_("score"),
            )
            if any(row.score for row in placed)
            else None,
            "placed": placed,
            "weighed": self.form.weighs_locations(),
            "bars": MOST_BARS,
            "bars_left": max(len(placed) - MOST_BARS, 0),
        }

    def _measures(self, keys, weights) -> list[tuple[str, float, str]]:
        return [(key, weights[key], self.form[self.form.name_of(key)].label) for key in keys]

    #: a PDF draws less than a browser
    on_paper = False

    def map(self, ranked) -> atlas.AreaMap | None:
        """The poverty map: the areas below by their score, or by one indicator."""
        measure = self.form.measure()
        if measure == SCORE:
            title, unit, values = (
                _("Priority of locations"),
                _("score"),
                {row.code: round(row.score, 1) for row in ranked if row.place},
            )
        else:
            indicator = Indicator.objects.get(pk=measure)
            title, unit = str(indicator), indicator.unit
            values = planning.newest_values(indicator, [row.code for row in ranked])
        links = {row.code: self.link(row.code, "planning") for row in ranked}
        if measure == SCORE and not self.form.weighs_locations():
            return None
        return atlas.draw(self.code, title, values, unit=unit, links=links, paper=self.on_paper)


class PlanningView(PlanningArea, TemplateView):
    """Scorecard, priority of locations with movable weights, need and budget of programs."""

    template_name = "dashboards/planning.html"

    def get_page_title(self):
        return _("Planning · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        query = self.request.GET.copy()
        query["wilayah"] = self.code
        ranked = [replace(row, url=self.link(row.code, "planning")) for row in self.brief["ranked"]]
        may_see_costs = may(self.request.user, "view", UnitCost)
        return super().get_context_data(
            form=self.form,
            query=query.urlencode(),
            costs_url=ADMINS[UnitCost].url("index") if may_see_costs else "",
            **self.brief | {"ranked": ranked},
            **kwargs,
        )

    def get_breadcrumbs(self):
        dashboard = reverse("dashboard")
        planning_page = reverse("planning")
        return [
            type(crumb)(crumb.label, crumb.url.replace(dashboard, planning_page, 1))
            for crumb in super().get_breadcrumbs()
        ]


class PlanningPdfView(PlanningArea, View):
    """The brief as a PDF of two pages."""

    on_paper = True

    def letterhead(self) -> Letterhead:
        """The paper of the office that asks: of its own government, not of the area it looks at."""
        own = next((code for code in self.own_areas if self.code.startswith(code)), "")
        region = Region.objects.get(pk=own[:5]) if own else None
        planners = {Role.REGENCY_PLANNING, Role.PROVINCIAL_PLANNING}
        office = (
            "BADAN PERENCANAAN PEMBANGUNAN DAERAH"
            if any(grant.role in planners for grant in self.request.user.grants)
            else "SISTEM LAYANAN DAN RUJUKAN TERPADU (SLRT)"
        )
        return Letterhead(government_of(region), office, seat_of(region) if region else "")

    def facts(self) -> list[tuple[str, str]]:
        """When and by whom the brief was made, and of which day its figures are."""
        today = date_format(timezone.localdate(), "j F Y")
        rows = [
            (_("Made"), _("%(day)s by %(name)s") % {"day": today, "name": self.request.user.name}),
            (_("Cases"), _("registered in %(year)s, as they stand on %(day)s") % {"year": self.brief["year"], "day": today}),
        ]  # fmt: skip
        if counted := overlap.counted_on(self.code):
            rows.append(
                (_("Households served"), _("as counted on %(day)s") % {"day": date_format(counted, "j F Y")})
            )
        return rows

    def get(self, request):
        title = _("Planning brief for %(area)s") % {"area": self.area_name}
        context = self.brief | {
            "letterhead": self.letterhead(),
            "title": title,
            "subtitle": _("Material for RKPD, KUA-PPAS and RPJMD, cases of %(year)s")
            % {"year": self.brief["year"]},
            "facts": self.facts(),
            "most": MOST_ON_PAPER,
            "places": self.brief["placed"][: MOST_ON_PAPER["locations"]],
            "unit_sources": sorted(
                {(gap.cost.source, gap.cost.year) for gap in self.brief["gaps"] if gap.cost}
            ),
        }
        audit.record(audit.Action.EXPORT, IndicatorValue, by=request.user, what="planning", area=self.code)
        name = f"perencanaan-{self.code or 'nasional'}-{self.brief['year']}.pdf"
        return HttpResponse(
            render_pdf("pdf/dashboards/planning.html", context),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


class PlanningSheetView(PlanningArea, View):
    """The brief as a spreadsheet: every figure with its part and its source."""

    def get(self, request):
        head = [_("Part"), _("Name"), _("Year"), _("Value"), _("Unit of measure"), _("Source")]
        audit.record(audit.Action.EXPORT, IndicatorValue, by=request.user, what="planning", area=self.code)
        name = f"perencanaan-{self.code or 'nasional'}-{self.brief['year']}.xlsx"
        return HttpResponse(
            spreadsheets.write_xlsx(sheet_rows(self.brief), head),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def sheet_rows(brief: dict):
    """Rows: part, name, year, value, unit, source."""
    for score in brief["scores"]:
        yield [
            _("Scorecard"),
            str(score.indicator),
            score.year,
            score.value,
            score.indicator.unit,
            score.source,
        ]
    for row in brief["placed"]:
        yield [
            _("Priority of locations"),
            row.name,
            brief["year"],
            round(row.score, 1),
            _("score 0 to 100"),
            "",
        ]
    for row in brief["programs"]:
        yield [
            _("Priority of programs"),
            row.name,
            brief["year"],
            round(row.score, 1),
            _("score 0 to 100"),
            "",
        ]
    for _key, weight, label in [*brief["measures"], *brief["program_measures"]]:
        yield [_("Weights"), label, brief["year"], weight, "", ""]
    for gap in brief["gaps"]:
        yield [_("Open needs"), gap.program.label, brief["year"], gap.needs, _("cases"), ""]
        yield [_("Households served"), gap.program.label, brief["year"], gap.served, _("households"), ""]
        if gap.budget is not None:
            yield [
                _("Budget gap"),
                gap.program.label,
                brief["year"],
                gap.budget,
                _("rupiah a year"),
                gap.cost.source,
            ]
