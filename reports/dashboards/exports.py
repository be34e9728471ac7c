"""The dashboard as one long table, CSV or XLSX: every figure on a line of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal import spreadsheets

from .facts import Count

FORMATS = {
    "csv": (spreadsheets.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (spreadsheets.write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def head() -> list[str]:
    """The heads of the columns that `export_rows` fills."""
    return [_("Part"), _("Of what"), _("Figure"), _("Value")]


def export_rows(found: dict, chosen: Iterable[tuple[str, str]] = ()) -> Iterator[list]:
    """Rows (part, of what, figure, value) of all the page shows; first what was chosen, as (filter, value)."""
    for name, value in chosen:
        yield [_("Filters"), name, "", value]
    parts = (
        _cases,
        _areas,
        _cover,
        _kinds,
        _concerns,
        _ppks,
        _programs,
        _months,
        _register,
        _targeting,
        _gap,
    )
    for part in (*parts, _proposals, _offices):
        for title, of, figures in part(found):
            for figure, value in figures.items():
                yield [str(title), str(of), str(figure), value]


def _counted(count: Count) -> dict:
    days = None if count.mean_days is None else round(count.mean_days, 1)
    return {_("Cases"): count.n, _("Average handling time (calendar days)"): days}


def _split(in_process: int, finished: int, refused: int) -> dict:
    return {_("In process"): in_process, _("Finished"): finished, _("Refused"): refused}


def _cases(found):
    split = _split(found["in_process"], found["finished"], found["refused"])
    yield _("Area"), _("All"), _counted(found["total"]) | split | {_("A year before"): found["before"].n}


def _areas(found):
    for row in found["areas"]:
        kinds = dict(zip(found["kind_labels"], (n for _kind, n in row.kinds), strict=True))
        figures = _counted(row.total) | _split(row.in_process, row.finished, row.refused) | kinds
        yield _("Areas below"), row.name, figures


def _cover(found):
    for office in found["own_offices"]:
        yield _("Coverage"), office.label, {_("Office"): office.name, _("Status"): office.status}
    for row in found["cover"]:
        figures = {
            _("Regencies with SLRT"): row.cover.with_slrt,
            _("Regencies"): row.cover.regencies,
            _("Villages with Puskesos"): row.cover.with_puskesos,
            _("Villages"): row.cover.villages,
        }
        yield _("Coverage"), row.name, figures


def _kinds(found):
    for kind, count, women, men, unknown in found["kinds"]:
        sexes = {_("Women"): women, _("Men"): men, _("Not stated"): unknown}
        yield _("Kinds"), kind.label, _counted(count) | sexes


def _concerns(found):
    for row in found["concerns"]:
        yield _("Grievances by what they are about"), row.label, _counted(row.total) | _split(row.in_process, row.finished, row.refused)  # fmt: skip


def _ppks(found):
    for row in found["ppks"]:
        kinds = dict(zip(found["kind_labels"], (n for _kind, n in row.kinds), strict=True))
        yield _("Groups of people in need (PPKS)"), row.label, _counted(row.total) | kinds


def _programs(found):
    for level, count in found["levels"]:
        yield _("Managing level"), level.label, _counted(count)
    for sector, count in found["sectors"]:
        yield _("Kind of program"), sector, _counted(count)
    for row in found["programs"]:
        split = _split(row["in_process"], row["finished"], row["refused"])
        yield _("Program"), row["program"].label, _counted(row["total"]) | split


def _months(found):
    for day, now, before in found["month_rows"]:
        yield _("Month"), f"{day:%Y-%m}", _counted(now)
        yield _("Month, a year before"), f"{day.year - 1}-{day:%m}", _counted(before)


def _register(found):
    overlap, households = found["overlap"], _("Households")
    title = _("Access to programs, and their overlap")
    yield title, _("All"), {households: overlap["households"], _("with a program"): overlap["with_any"]}
    for name, n, _key in overlap["singles"]:
        yield title, name, {households: n}
    for first, second, n, _keys in overlap["pairs"]:
        yield title, f"{first} + {second}", {households: n}
    for names, n, _keys in overlap["sets"]:
        yield _("Households that receive exactly this set"), names, {households: n}
    if overlap["sets_in_all"]:
        listed = {_("Sets of programs"): overlap["sets_in_all"], _("Sets listed"): len(overlap["sets"])}
        yield _("Households that receive exactly this set"), _("All"), listed
    for number, n in overlap["by_number"]:
        yield _("Households by number of programs"), number, {households: n}


def _targeting(found):
    for row in found["targeting"]:
        yield (
            _("Targeting of programs"),
            row.program.label,
            {
                _("Seem eligible"): row.eligible,
                _("Receive it"): row.enrolled,
                _("Eligible, not received (exclusion)"): row.exclusion,
                _("Received, not eligible (inclusion)"): row.inclusion,
            },
        )


def _gap(found):
    for title, rows in ((_("Service gap by program"), found["gap"]), (_("Service gap by area"), found["gap_areas"])):  # fmt: skip
        for row in rows:
            yield (
                title,
                row.label,
                {
                    _("Needs recorded"): row.needs,
                    _("Still waiting"): row.waiting,
                    _("Households served"): row.served,
                    _("Seem eligible"): row.eligible,
                    _("Eligible, not served"): row.unserved,
                },
            )


def _proposals(found):
    for _status, label, n in found["proposals"]:
        yield _("Proposals to the register"), label, {_("Proposals"): n}


def _punctual(line):
    return {_("Expected"): line.expected, _("On time"): line.on_time, _("Late"): line.late, _("Missing"): line.missing}  # fmt: skip


def _offices(found):
    cycle = {"cycle": found["cycle"]}
    for line in found["timeliness"]:
        yield _("Reports in time, %(cycle)s") % cycle, line.label, _punctual(line)
    for area in found["timeliness_below"]:
        for line in area.tiers:
            yield (
                _("Reports in time by area, %(cycle)s") % cycle,
                f"{area.name}: {line.label}",
                _punctual(line),
            )
    for post in found["posts"]:
        yield (
            _("Officers in post"),
            post.position,
            {
                _("In post"): post.total,
                _("Women"): post.women,
                _("From the work area"): post.local,
                _("Areas that need one"): post.ideal,
                _("Areas without one"): post.without,
            },
        )
    for row in found["money"]:
        title = _("Money of the units in %(year)s (Rp)") % {"year": found["money_year"]}
        yield title, row.label, {_("Budgeted"): row.budgeted, _("Spent"): row.spent}
    for row in found["facilities"]:
        yield _("Equipment and rooms"), capfirst(row.label), {_("There"): row.there, _("Usable"): row.usable}
