"""Open figures as a page: charts and tables of what the file holds, hidden where the file hides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.casework.models import Case
from portal import charts
from portal.periods import Quarter
from portal.regions.models import Level, Region
from reports.dashboards import open_figures

NATION = "00"


def in_words(number: int | str) -> int | str:
    """A figure as the public reads it."""
    return _("hidden") if number == "hidden" else number


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Cases by quarter, kind and area: the nation with its provinces, or one province with its regencies."""
    cells = {(quarter, code, kind): n for quarter, code, _name, kind, n in open_figures.figures()}
    quarters = sorted({quarter for quarter, _code, _kind in cells}, reverse=True)
    code = request.GET.get("wilayah", "")
    area = Region.objects.filter(pk=code, level=Level.PROVINCE).first() if code else None
    quarter = request.GET.get("triwulan", quarters[0] if quarters else "")
    if code and area is None or quarters and quarter not in quarters:
        raise Http404
    names = _names(area)
    kinds = [*open_figures.KINDS, open_figures.TOTAL]
    rows = [
        {"code": place, "name": name, "figures": [in_words(cells.get((quarter, place, kind), 0)) for kind in kinds]}
        for place, name in names.items()
        if (quarter, place, open_figures.TOTAL) in cells
    ]  # fmt: skip
    here = area.pk if area else NATION
    context = {
        "area": area,
        "quarter": Quarter.parse(quarter).label if quarter else "",
        "quarters": [(one, Quarter.parse(one).label) for one in quarters],
        "chosen": quarter,
        "kinds": [*(Case.Kind(kind).label for kind in open_figures.KINDS), _("Total")],
        "rows": rows,
        "charts": _charts(cells, quarters, quarter, here),
        "small": open_figures.LEAST,
        "crumbs": [(_("Open data"), "/data/"), (_("Cases by quarter and area"), None)],
    }
    return render(request, "public_site/figures.html", context)


def _names(area: Region | None) -> dict[str, str]:
    """The area and those right below it, by code."""
    level = Level.REGENCY if area else Level.PROVINCE
    below = Region.objects.within(area).at(level).order_by("pk").values_list("pk", "name")
    return {area.pk if area else NATION: str(area) if area else _("Indonesia")} | dict(below)


def _charts(cells: dict, quarters: list[str], quarter: str, here: str) -> list[charts.Chart]:
    """Of the area: the course of its total, and the kinds of one quarter; nothing that is hidden."""
    answer = []
    course = {one: cells.get((one, here, open_figures.TOTAL)) for one in reversed(quarters[:12])}
    course = {one: n for one, n in course.items() if isinstance(n, int)}
    if len(course) > 1:
        labels = [Quarter.parse(one).label for one in course]
        answer.append(charts.bar(_("Cases by quarter"), labels, list(course.values()), unit=_("cases")))
    kinds = {kind: cells.get((quarter, here, kind)) for kind in open_figures.KINDS}
    kinds = {kind: n for kind, n in kinds.items() if isinstance(n, int)}
    if any(kinds.values()):
        labels = [str(Case.Kind(kind).label) for kind in kinds]
        answer.append(charts.bar(_("Cases by kind"), labels, list(kinds.values()), unit=_("cases")))
    return answer
