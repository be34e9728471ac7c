"""The planning brief as a PDF of two pages and as a spreadsheet, for RKPD, KUA-PPAS and RPJMD papers (D-13)."""

from __future__ import annotations

import io
import string

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import View
from pypdf import PdfReader

from portal import spreadsheets
from portal.accounts.roles import Role
from portal.ledger import audit
from portal.pdf import Letterhead, render_pdf
from portal.regions.models import Region
from portal.units.paper import government_of, seat_of

from . import overlap, planning
from .areas import ALL
from .models import IndicatorValue
from .planning_views import PlanningArea
from .whatif_asked import Asked

#: so many lines the brief holds on its two pages
MOST_ON_PAPER = {"locations": 10, "programs": 10, "gaps": 12, "changes": 0}
#: and so many beside a what-if
MOST_WITH_WHAT_IF = {"locations": 10, "programs": 7, "gaps": 8, "changes": 6}

#: millimetres; the nation lies wide and low
MAP_WIDTH, NATION_WIDTH = 74, 92


class OfficialPaper(PlanningArea):
    """A paper for RKPD, KUA-PPAS and RPJMD: those are Indonesian, whatever the language of who asks."""

    def dispatch(self, request, *args, **kwargs):
        with translation.override("id"):
            return super().dispatch(request, *args, **kwargs)

    def refused(self) -> HttpResponse | None:
        """The way to the page, with all its fields, where a year or a weight is wrong: no paper is made of others."""
        if self.form.is_valid():
            return None
        query = self.request.GET.copy()
        query["bab"] = ALL
        return HttpResponseRedirect(f"{reverse('planning')}?{query.urlencode()}")


class PlanningPdfView(OfficialPaper, View):
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
            (_("Open needs"), _("registered up to the end of %(year)s, whatever their year, as they stand on %(day)s") % {"year": self.brief["year"], "day": today}),
        ]  # fmt: skip
        if counted := overlap.counted_on(self.code):
            rows.append(
                (_("Households served"), _("as counted on %(day)s") % {"day": date_format(counted, "j F Y")})
            )
        return rows

    def get(self, request):
        if refused := self.refused():
            return refused
        title = _("Planning brief for %(area)s") % {"area": self.area_name}
        asked = self.brief["asked"]
        context = self.brief | {
            "letterhead": self.letterhead(),
            "title": title,
            "subtitle": _("Material for RKPD, KUA-PPAS and RPJMD, cases of %(year)s")
            % {"year": self.brief["year"]},
            "facts": self.facts(),
            "score_sources": list(dict.fromkeys(score.source for score in self.brief["card"].scores)),
            "differences": asked.form.differences() if asked else [],
            "unit_sources": sorted(
                {(cost.source, cost.year) for gap in self.brief["gaps"] for cost in gap.costs}
            ),
        }
        audit.record(audit.Action.EXPORT, IndicatorValue, by=request.user, what="planning", area=self.code)
        name = f"perencanaan-{self.code or 'nasional'}-{self.brief['year']}.pdf"
        return HttpResponse(
            on_two_pages(context, MOST_WITH_WHAT_IF if asked else MOST_ON_PAPER),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


def on_two_pages(context: dict, most: dict[str, int]) -> bytes:
    """The brief with as many lines as its two pages hold; long names and many levels leave room for fewer."""
    for fewer in range(0, max(most.values()), 2):
        lines = {name: max(n - fewer, min(n, 3)) for name, n in most.items()}
        places, marks = marked(context["placed"][: lines["locations"]], context["measures"])
        pdf = render_pdf(
            "pdf/dashboards/planning.html",
            context
            | {
                "most": lines,
                # The nation's map is low: it takes no lines away.
                "map_width": NATION_WIDTH if context["area"] is None else max(MAP_WIDTH - 4 * fewer, 50),
                "places": places,
                "marks": marks,
                "few": few_families() if any(row.few for row, _marks in places) else "",
            },
        )
        if len(PdfReader(io.BytesIO(pdf)).pages) <= 2:
            break
    return pdf


def marked(
    rows: list[planning.Priority], measures
) -> tuple[list[tuple[planning.Priority, str]], list[tuple[str, str]]]:
    """Each location with its marks: letters of the measures without data, * for few families; and what a letter means."""
    missing = [(key, label) for key, _weight, label in measures if any(key in row.missing for row in rows)]
    letters = [*string.ascii_lowercase, *(f"{one}{one}" for one in string.ascii_lowercase)]
    marks = [(letter, key, label) for letter, (key, label) in zip(letters, missing, strict=False)]
    return (
        [(row, ", ".join([letter for letter, key, _label in marks if key in row.missing] + ["*"] * bool(row.few))) for row in rows],
        [(letter, label) for letter, _key, label in marks],
    )  # fmt: skip


def few_families() -> str:
    return _("open needs per thousand of fewer than %(n)s families") % {"n": planning.FEW_HOUSEHOLDS}


class PlanningSheetView(OfficialPaper, View):
    """The brief as a spreadsheet: every figure with its part and its source."""

    def get(self, request):
        if refused := self.refused():
            return refused
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
    year, scale = brief["year"], _("score 0 to 100")
    yield from _scorecard_rows(brief)
    for title, rows in ((_("Priority of locations"), brief["placed"]), (_("Priority of programs"), brief["programs"])):  # fmt: skip
        for row in rows:
            if row.place:
                yield [title, row.name, year, row.score, scale, ""]
    labels = {key: label for key, _weight, label in [*brief["measures"], *brief["program_measures"]]}
    names = {key: label for key, _weight, label in brief["dimensions"]}
    for row in brief["placed"]:
        if row.missing:
            lacks = "; ".join(labels.get(key, key) for key in row.missing)
            yield [_("Priority of locations: no data, not counted"), row.name, year, lacks, "", ""]
        if row.few:
            yield [_("Priority of locations: few families"), row.name, year, row.few, _("households"), few_families()]  # fmt: skip
        for key, value in row.dimensions.items():
            part = _("Priority of locations: %(dimension)s") % {"dimension": names.get(key) or labels.get(key, key)}  # fmt: skip
            yield [part, row.name, year, round(value, 1), scale, ""]
    for _key, weight, label in [*brief["dimensions"], *brief["measures"], *brief["program_measures"]]:
        yield [_("Weights"), label, year, weight, "", ""]
    open_ones = _("registered up to the end of %(year)s, whatever their year") % {"year": year}
    refused_ones = _("of cases registered in %(year)s") % {"year": year}
    for gap in brief["gaps"]:
        name = gap.program.label
        yield [_("Open needs"), name, year, gap.needs, _("cases"), open_ones]
        yield [_("Needs refused"), name, year, gap.refused, _("cases"), refused_ones]
        yield [_("Households served"), name, year, gap.served, _("households"), ""]
        for cost in gap.costs:
            of = name if gap.cost else _("%(program)s, unit cost of %(area)s") % {"program": name, "area": cost.region or _("all of Indonesia")}  # fmt: skip
            yield [_("Unit cost a year"), of, cost.year, cost.amount, _("rupiah a year"), cost.source]
        if gap.budget is not None:
            sources = "; ".join(dict.fromkeys(cost.source for cost in gap.costs))
            yield [_("Budget gap"), name, year, gap.budget, _("rupiah a year"), sources]
    for payer in brief["payers"]:
        yield [
            _("Budget gap by managing level"),
            payer.level.label,
            year,
            payer.budget,
            _("rupiah a year"),
            "",
        ]
    yield [_("Budget gap"), _("All programs"), year, brief["budget"], _("rupiah a year"), ""]
    if brief["asked"]:
        yield from _what_if_rows(brief["asked"])


def _scorecard_rows(brief: dict):
    card, year, scale = brief["card"], brief["year"], _("index 0 to 100")
    if card.index is not None:
        yield [_("Poverty index"), brief["area_name"], year, round(card.index, 1), scale, ""]
    for part in card.parts:
        if part.value is not None:
            yield [_("Sub-index"), str(part.dimension), year, round(part.value, 1), scale, ""]
    for score in card.scores:
        yield [_("Scorecard"), str(score.indicator), score.year, round(score.value, 2), score.indicator.measured_in, score.source]  # fmt: skip
        if score.index is not None:
            yield [
                _("Scorecard, index"),
                str(score.indicator),
                score.year,
                round(score.index, 1),
                scale,
                score.source,
            ]


def _what_if_rows(asked: Asked):
    """The what-if in the brief: what was changed, in all and by area."""
    result, name = asked.result, asked.program.label
    year, title = result.day.year, _("What if: %(program)s") % {"program": name}
    for now, then in asked.form.differences():
        words = _("%(now)s → %(then)s") % {"now": now or _("no condition"), "then": then or _("left out")}
        yield [title, _("Condition"), year, words, "", ""]
    lines = [*((line.effect.name, line) for line in result.rows), (_("All"), result.whole)]
    for area, line in lines:
        effect = line.effect
        for label, number in (
            (_("Eligible today"), effect.before), (_("Eligible then"), effect.after), (_("Gained"), effect.gained),
            (_("Lost"), effect.lost), (_("Lost, receive it now"), effect.enrolled_lost),
        ):  # fmt: skip
            yield [f"{title}: {label}", area, year, number, _("households"), ""]
        if result.cost:
            for label, money in ((_("Budget today"), line.before), (_("Budget then"), line.after), (_("Change of the budget"), line.change)):  # fmt: skip
                yield [f"{title}: {label}", area, year, money, _("rupiah a year"), result.cost.source]
