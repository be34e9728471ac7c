"""The dashboard's figures for one area and one choice of filters (guideline IV.D.2, rules D-01 to D-08).

Down to a regency the figures come from the facts, below it from the cases themselves, which a regency has few of.
Every function takes a `Choice` and answers with plain values; `reports/dashboards/glossary.py` says how each is computed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count as CountOf
from django.db.models import F, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils import timezone

from cases.casework.models import Case
from portal.regions.models import CODE_LENGTH, Level, Region, level_of, within_q
from portal.units.models import Unit
from programs_catalog.models import Program, Provider, Sector

from . import facts
from .facts import Count
from .models import DIMENSIONS_OF, Facet


@dataclass(frozen=True)
class Choice:
    """What is looked at: an area ('' is the nation), the months from..to inclusive, and the filters; '' is all."""

    code: str = ""
    first: str = ""  # 2026-01
    last: str = ""
    kind: str = ""
    status: str = ""  # a public status
    sex: str = ""
    program: str = ""  # id
    sector: str = ""
    level: str = ""  # of the provider

    @property
    def months(self) -> tuple[str, str]:
        return (self.first, self.last)

    @property
    def area_level(self) -> Level:
        return level_of(self.code)

    @property
    def narrowed(self) -> bool:
        return any((self.kind, self.status, self.sex, self.program, self.sector, self.level))

    def at(self, code: str) -> Choice:
        return replace(self, code=code)

    def year_before(self) -> Choice:
        def back(month):
            return f"{int(month[:4]) - 1}{month[4:]}"

        return replace(self, first=back(self.first), last=back(self.last))

    def program_ids(self) -> set[str] | None:
        """The programs that sector and level leave, or None when these filters are not set."""
        if not (self.sector or self.level):
            return None
        rows = Program.objects.all()
        if self.sector:
            rows = rows.filter(sector_id=self.sector)
        if self.level:
            rows = rows.filter(provider__level=self.level)
        return {str(pk) for pk in rows.values_list("pk", flat=True)}


def month_list(choice: Choice) -> list[str]:
    """The months of a choice, `2026-01` to `2026-11`."""
    year, month, answer = int(choice.first[:4]), int(choice.first[5:]), []
    while f"{year}-{month:02d}" <= choice.last:
        answer.append(f"{year}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return answer


def first_days(months: list[str]) -> list[dt.date]:
    return [dt.date(int(month[:4]), int(month[5:]), 1) for month in months]


DIMENSIONS = ("kind", "program", "status", "sex", "concern", "ppks", "month", "area")


def tally(choice: Choice, *by: str) -> dict[tuple, Count]:
    """Cases split by some of kind, program (id as text), status, sex, ppks, month (`2026-11`), area (the codes right below).

    Split by concern, they are the grievances only: nothing else has one.
    """
    unknown = set(by) - set(DIMENSIONS)
    if unknown:
        raise ValueError(f"not a dimension: {unknown}")
    below_facts = choice.area_level >= Level.DISTRICT or choice.area_level == Level.REGENCY and "area" in by
    if below_facts or facet_for(choice, by) is None:
        return _tally_cases(choice, by)
    return _tally_facts(choice, by)


def facet_for(choice: Choice, by) -> Facet | None:
    """The facet with the fewest cells that knows all that is asked and filtered; None where only the cases do."""
    needed = {name for name in by if name not in ("month", "area")}
    needed |= {name for name in ("kind", "program", "status", "sex") if getattr(choice, name)}
    if choice.sector or choice.level:
        needed.add("program")
    return next(
        (
            facet
            for facet, names in DIMENSIONS_OF.items()
            # Concerns are counted of grievances alone: no other question may be answered from them.
            if needed <= set(names) and (facet != Facet.CONCERN or "concern" in needed)
        ),
        None,
    )


def _tally_facts(choice: Choice, by) -> dict[tuple, Count]:
    facet = facet_for(choice, by)
    names = DIMENSIONS_OF[facet]
    asked = {name: getattr(choice, name, "") for name in names}  # nobody filters by concern or group
    pattern = "|".join(value or "%" for value in asked.values()) if any(asked.values()) else ""
    others = [name for name in by if name in ("month", "area")]
    columns = ["key"] + [{"month": "month", "area": "node"}[name] for name in others]
    rows = facts.counts(facet, choice.code, choice.months, by=columns, children="area" in by, keys=pattern)
    programs = choice.program_ids()
    answer: dict[tuple, Count] = defaultdict(Count)
    for row, count in rows.items():
        parts = dict(zip(names, row[0].split("|"), strict=True))
        # LIKE has no bounds between the parts: an empty part must not swallow a neighbor.
        if any(value and value != parts[name] for name, value in asked.items()):
            continue
        if programs is not None and parts["program"] not in programs:
            continue
        parts |= dict(zip(others, row[1:], strict=True))
        answer[tuple(parts[name] for name in by)] += count
    return dict(answer)


def cases_of(choice: Choice):
    """The cases behind a figure, as a queryset without rights: a caller narrows it by `visible_to`."""
    rows = Case.objects.filter(within_q(choice.code), **period_of(choice))
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.sex:
        rows = rows.filter(subject_sex=choice.sex)
    if choice.program:
        rows = rows.filter(program_id=choice.program)
    if choice.sector:
        rows = rows.filter(program__sector_id=choice.sector)
    if choice.level:
        rows = rows.filter(program__provider__level=choice.level)
    if choice.status:
        rows = rows.shown_as(choice.status)
    return rows


def period_of(choice: Choice, field: str = "opened_at") -> dict:
    """The filter on a time field for the months of a choice, by the clock of Jakarta."""
    start = dt.date.fromisoformat(f"{choice.first}-01")
    year, month = int(choice.last[:4]), int(choice.last[5:])
    end = dt.date(year + month // 12, month % 12 + 1, 1)
    at_midnight = lambda day: timezone.make_aware(dt.datetime.combine(day, dt.time()))  # noqa: E731
    return {f"{field}__gte": at_midnight(start), f"{field}__lt": at_midnight(end)}


def _tally_cases(choice: Choice, by) -> dict[tuple, Count]:
    """The cases themselves, grouped by the database in the words of the facts."""
    below = {Level.REGENCY: "district_code"}.get(choice.area_level, "village_code")
    sql = {
        name: RawSQL(text.replace("%", "%%"), [])  # noqa: S611 - our own words, no value in them
        for name, text in facts.case_columns(connection.vendor, Case._meta.db_table).items()
    }
    chosen = {f"by_{name}": F(below) if name == "area" else sql[name] for name in by}
    sums = {"n": CountOf("pk"), "closed": CountOf("closed_at"), "handled": Sum(sql["seconds"])}
    rows = cases_of(choice).order_by()
    if "concern" in by:
        rows = rows.exclude(concern="")
    if not chosen:
        row = rows.aggregate(**sums)
        return {(): Count(row["n"], row["closed"], int(row["handled"]))} if row["n"] else {}
    return {
        tuple(str(row[name]) for name in chosen): Count(row["n"], row["closed"], int(row["handled"]))
        for row in rows.annotate(**chosen).values(*chosen).annotate(**sums)
    }


# -- the figures that are no case counts --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cover:
    """Coverage of one area (D-01): regencies with an SLRT, villages with a Puskesos, of how many."""

    area: str
    regencies: int
    with_slrt: int
    villages: int
    with_puskesos: int

    @property
    def share(self) -> float | None:
        """Villages with a Puskesos, in percent."""
        return 100 * self.with_puskesos / self.villages if self.villages else None


def coverage(code: str) -> dict[str, Cover]:
    """Coverage of the areas right below `code` (below a district: the villages), keyed by their codes."""
    level = level_of(code)
    child = Level(min(level + 1, Level.VILLAGE))
    region = Region.objects.get(pk=code) if code else None
    inside = Region.objects.current().within(region)
    operating = Unit.objects.listed().filter(within_q(code))
    below_regencies = level < Level.REGENCY
    regencies = _per(inside.at(Level.REGENCY), "code", child) if below_regencies else {}
    slrt = operating.filter(kind=Unit.Kind.SLRT)
    with_slrt = _per(slrt, "region_id", child) if below_regencies else {}
    villages = _per(inside.at(Level.VILLAGE), "code", child)
    with_puskesos = _per(operating.filter(kind=Unit.Kind.PUSKESOS), "region_id", child)
    return {
        area: Cover(
            area, regencies.get(area, 0), with_slrt.get(area, 0), villages[area], with_puskesos.get(area, 0)
        )
        for area in sorted(villages)
    }


def _per(rows, column: str, child: Level) -> dict[str, int]:
    """Rows by the area of a level that their code lies in, counted by the database."""
    grouped = rows.order_by().annotate(area=Substr(column, 1, CODE_LENGTH[child])).values_list("area")
    return dict(grouped.annotate(n=CountOf("pk")))


def by_provider_level(choice: Choice) -> dict[str, Count]:
    """Complaints about central and regional programs (D-02)."""
    levels = {str(pk): level for pk, level in Program.objects.values_list("pk", "provider__level")}
    answer: dict[str, Count] = {level: Count() for level in Provider.Level.values}
    for (program,), count in tally(choice, "program").items():
        if program:
            answer[levels[program]] += count
    return answer


def by_sector(choice: Choice) -> dict[str, Count]:
    """Complaints by kind of program (D-03)."""
    sectors = dict(Program.objects.values_list("pk", "sector_id"))
    answer: dict[str, Count] = {code: Count() for code in Sector.objects.values_list("pk", flat=True)}
    for (program,), count in tally(choice, "program").items():
        if program:
            answer[sectors[int(program)]] += count
    return answer
