"""Open figures as a page and a file: every number is large, small ones are counted together with their neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cases.casework.models import Case
from portal import charts
from portal.periods import Quarter
from portal.regions.models import Level, Region
from portal.spreadsheets import CONTENT_TYPES, write_csv
from reports.dashboards import open_figures
from reports.dashboards.open_figures import Line

#: so many names of areas that are counted together are written out
MOST_NAMES = 4


def period_label(period: str) -> str:
    return Quarter.parse(period).label if "-" in period else _("Year %(year)s") % {"year": period}


def column_label(column: str) -> str:
    """The head of a column, by its code."""
    if column == open_figures.TOTAL:
        return _("All cases")
    if column == open_figures.OTHER:
        return _("Questions, suggestions and grievances")
    return str(Case.Kind(column).label)


def area_label(line: Line, names: dict[str, str]) -> str:
    """The area of a line; several that are counted together are named together."""
    found = [names.get(code, code) for code in line.codes]
    if len(found) < 2:
        return found[0] if found else _("Indonesia")
    if len(found) > MOST_NAMES:
        shown = ", ".join(found[: MOST_NAMES - 1])
        return _("%(areas)s and %(n)s others, counted together") % {"areas": shown, "n": len(found) - MOST_NAMES + 1}  # fmt: skip
    return _("%(areas)s and %(last)s, counted together") % {"areas": ", ".join(found[:-1]), "last": found[-1]}


def level_label(line: Line) -> str:
    return {None: _("nation"), Level.PROVINCE: _("province"), Level.REGENCY: _("regency or city")}[line.level]


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Cases by period, kind and area: the nation with its provinces, or one province with its regencies."""
    lines = open_figures.figures()
    periods = sorted({line.period for line in lines}, key=lambda one: (one[:4], one), reverse=True)
    code = request.GET.get("wilayah", "")
    area = Region.objects.filter(pk=code, level=Level.PROVINCE).first() if code else None
    period = request.GET.get("periode", periods[0] if periods else "")
    if code and area is None or periods and period not in periods:
        raise Http404
    context = {
        "area": area,
        "period": period_label(period) if period else "",
        "periods": [(one, period_label(one)) for one in periods],
        "chosen": period,
        "tables": list(_tables([line for line in lines if line.period == period], area)),
        "charts": _charts(lines, period, area),
        "small": open_figures.LEAST,
        "columns": [
            (column, column_label(column))
            for column in dict.fromkeys(c for group in open_figures.COLUMNS.values() for c in group)
        ],
        "crumbs": [(_("Open data"), "/data/"), (_("Cases by period and area"), None)],
    }
    return render(request, "public_site/figures.html", context)


def _tables(lines: list[Line], area: Region | None) -> Iterator[dict]:
    """The tables of a period; one that shows the same areas with less detail is left out."""
    names = open_figures.names_of(lines)
    level = Level.REGENCY if area else Level.PROVINCE
    shown: list[tuple[str, list[Line]]] = []
    for table in reversed(open_figures.COLUMNS):
        rows = [line for line in lines if line.table == table and _belongs(line, level, area)]
        # All of them counted together is the first line again.
        rows = [
            line for line in rows if line is rows[0] or line.numbers != rows[0].numbers or len(line.codes) < 2
        ]
        if rows and [line.codes for line in rows] not in [
            [line.codes for line in more] for _t, more in shown
        ]:
            shown.append((table, rows))
    for table, rows in reversed(shown):
        several = table != "total"
        yield {
            "table": table,
            "heads": [column_label(column) for column in open_figures.COLUMNS[table]]
            + ([column_label(open_figures.TOTAL)] if several else []),
            "rows": [
                {
                    "name": area_label(line, names),
                    "code": line.codes[0] if len(line.codes) == 1 and line.level == Level.PROVINCE else "",
                    "figures": [*line.numbers, sum(line.numbers)] if several else list(line.numbers),
                }
                for line in rows
            ],
        }


def _belongs(line: Line, level: Level, area: Region | None) -> bool:
    """Whether a line stands on the page: the area itself, and what lies right below it."""
    if area is None:
        return line.level in (None, level)
    if line.level == Level.PROVINCE:
        return area.pk in line.codes
    return line.level == level and any(code.startswith(f"{area.pk}.") for code in line.codes)


def _charts(lines: list[Line], period: str, area: Region | None) -> list[charts.Chart]:
    """Of the area alone: the course of its total by quarter, and the kinds of a year."""
    answer = []
    codes = (area.pk,) if area else ()
    own = {(line.period, line.table): line.numbers for line in lines if line.codes == codes}
    course = {one: numbers[0] for (one, table), numbers in own.items() if table == "total" and "-" in one}
    if len(course) > 1:
        quarters = sorted(course)[-12:]
        labels = [Quarter.parse(one).label for one in quarters]
        answer.append(charts.bar(_("Cases by quarter"), labels, [course[one] for one in quarters], unit=_("cases")))  # fmt: skip
    table = next((one for one in ("kind", "need") if (period, one) in own), "")
    if table:
        labels = [column_label(column) for column in open_figures.COLUMNS[table]]
        answer.append(charts.bar(_("Cases by kind"), labels, list(own[period, table]), unit=_("cases")))
    return answer


@require_safe
def cases_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file: a line for each number, with codes for machines and words for people (`?bahasa=en`)."""
    with override("en" if request.GET.get("bahasa") == "en" else "id"):
        heads = (
            _("period code"), _("period"), _("level"), _("region code"), _("region"), _("kind code"), _("kind"), _("cases"),
        )  # fmt: skip
        body = write_csv(_cells(open_figures.figures()), heads)
    response = HttpResponse(body, content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = 'attachment; filename="keluhan.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _cells(lines: Iterable[Line]) -> Iterator[tuple]:
    """One line a number; the total of an area stands once for a period."""
    lines = list(lines)
    names = open_figures.names_of(lines)
    for line in lines:
        for column, number in zip(line.columns, line.numbers, strict=True):
            yield (
                line.period,
                period_label(line.period),
                level_label(line),
                "+".join(line.codes) or "00",
                area_label(line, names),
                column,
                column_label(column),
                number,
            )
