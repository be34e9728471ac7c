"""Open figures for the public: coarse enough that every number shown is large, and nothing smaller can be reckoned.

Nothing is blanked out: what would be small is counted together with its neighbours and published as their sum. Three
tables are published, each a partition of the cases whose blocks hold no case or at least `LEAST`:

- per quarter the totals of regencies;
- per year the needs and all other cases of areas made of whole blocks of that year's quarters;
- per year the four kinds of areas made of whole areas of the table before.

Provinces and the nation are shown where they are unions of blocks. Each table is coarser in area than the one before, so
whatever is added up and subtracted across rows, totals, quarters, years and levels, the only sums of cases that can be
reckoned are unions of blocks (docs/decisions/open-figures.md has the proof, the tests look at every combination).
A quarter is published once it has ended and from its own cases alone, a year once its four quarters have ended, and both
from counts that are taken once: neither a later publication nor a late case shows what is between two of them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cases.casework.models import Case
from portal.periods import Quarter
from portal.regions.models import Level, Region, code_at

from . import facts
from .models import Facet, OpenCount, Taken

#: a sum of cases below this is not published: few enough to guess who is meant
LEAST = 10
KINDS = tuple(kind.value for kind in Case.Kind)
#: the columns of the three tables
TOTAL, OTHER = "total", "other"
NEED = Case.Kind.NEED.value
COLUMNS = {"total": (TOTAL,), "need": (NEED, OTHER), "kind": KINDS}

#: the name under which it is kept up to when cases were counted
TAKEN = "open figures"

#: cases by kind
Row = Mapping[str, int]
#: regencies that are counted together
Block = frozenset[str]


@dataclass(frozen=True)
class Line:
    """One published row: a period (`2026-Q3`, `2025`), a table, an area made of whole regencies, its numbers."""

    period: str
    table: str
    level: Level | None  # None is the nation
    #: codes of the level; several are counted together; empty is the nation
    codes: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS[self.table]


def in_columns(row: Row, table: str) -> tuple[int, ...]:
    """Cases by kind as the numbers of a table."""
    whole = sum(row.get(kind, 0) for kind in KINDS)
    if table == "total":
        return (whole,)
    if table == "need":
        return (row.get(NEED, 0), whole - row.get(NEED, 0))
    return tuple(row.get(kind, 0) for kind in KINDS)


def large(numbers: Iterable[int]) -> bool:
    """Whether numbers may be shown: each is nothing or at least `LEAST`."""
    return all(number == 0 or number >= LEAST for number in numbers)


def merged(cells: Mapping[Block, Row], table: str) -> dict[Block, Row]:
    """Blocks of whole cells that may be shown: first within a province, then across; empty where even all together may not.

    The smallest are joined until they are large enough, so that large areas stay by themselves.
    """
    provinces: dict[str, list[Block]] = defaultdict(list)
    for block in cells:
        homes = {code_at(code, Level.PROVINCE) for code in block}
        provinces[homes.pop() if len(homes) == 1 else ""].append(block)

    def numbers(blocks: list[Block]) -> tuple[int, ...]:
        return tuple(map(sum, zip(*(in_columns(cells[block], table) for block in blocks), strict=True)))

    done: list[list[Block]] = []
    left: list[list[Block]] = [[block] for block in provinces.pop("", ())]
    for _province, blocks in sorted(provinces.items()):
        finished, rest = _joined([[block] for block in blocks], numbers)
        done += finished
        left += rest
    finished, rest = _joined(left, numbers)
    done += finished
    if rest:
        # What stays small across the provinces takes the smallest areas there are.
        done, rest = _joined([*done, *rest], numbers)
    if rest:
        return {}
    return {frozenset().union(*group): _sum([cells[block] for block in group]) for group in done}


def _joined(
    groups: list[list[Block]], numbers: Callable[[list[Block]], tuple[int, ...]]
) -> tuple[list[list[Block]], list[list[Block]]]:
    """Groups that may be shown, and at most one that may not: small ones are joined from the smallest up."""

    def order(group):
        return sum(numbers(group)), sorted(map(sorted, group))

    done = [group for group in groups if large(numbers(group))]
    open_group: list[Block] = []
    for group in sorted((group for group in groups if group not in done), key=order):
        open_group = open_group + group
        if large(numbers(open_group)):
            done.append(open_group)
            open_group = []
    # A remainder joins the smallest that has cases; an empty area would not make it larger.
    done.sort(key=order, reverse=True)
    while open_group and (full := [group for group in done if sum(numbers(group))]):
        done.remove(full[-1])
        open_group = open_group + full[-1]
        if large(numbers(open_group)):
            done.append(open_group)
            open_group = []
    return done, [open_group] if open_group else []


def _sum(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    return {kind: sum(row.get(kind, 0) for row in rows) for kind in KINDS}


def connected(partitions: Iterable[Iterable[Block]]) -> list[Block]:
    """The finest blocks that cut no block of any partition."""
    found: list[set[str]] = []
    for partition in partitions:
        for block in partition:
            touched = [group for group in found if group & block]
            found = [group for group in found if not group & block]
            found.append(set(block).union(*touched))
    return [frozenset(group) for group in found]


def last_ended(today: dt.date | None = None) -> Quarter:
    """The last quarter that is over."""
    return Quarter.of(today or timezone.localdate()).previous()


@transaction.atomic
def take(today: dt.date | None = None) -> list[str]:
    """Count the quarters that have ended and were not counted yet, once and for all; their names. Safe to run twice."""
    last = last_ended(today)
    newest = Taken.objects.select_for_update().filter(name=TAKEN).first()
    after = Quarter.of(newest.on) if newest else None
    counts: dict[tuple[Quarter, str, str], int] = defaultdict(int)
    for (regency, month, kind), n in facts.by_regency(Facet.KIND, ("0000-00", f"{last.end:%Y-%m}")).items():
        quarter = Quarter.of(dt.date(int(month[:4]), int(month[5:]), 1))
        if after is None or quarter > after:
            counts[quarter, regency, kind] += n
    OpenCount.objects.bulk_create(
        [OpenCount(quarter=str(quarter), regency=regency, kind=kind, n=n) for (quarter, regency, kind), n in sorted(counts.items()) if n],
        batch_size=1000,
    )  # fmt: skip
    if after is None or last > after:
        Taken.objects.update_or_create(name=TAKEN, defaults={"on": last.end})
    return sorted({str(quarter) for quarter, _regency, _kind in counts})


def counted() -> dict[str, dict[str, dict[str, int]]]:
    """Quarter (`2026-Q3`) -> regency -> kind -> cases, as they were taken."""
    answer: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for quarter, regency, kind, n in OpenCount.objects.values_list("quarter", "regency", "kind", "n"):
        answer[quarter][regency][kind] = n
    return answer


def published(counts: Mapping[str, Mapping[str, Row]], last: str) -> list[Line]:
    """Everything that is published of the ended quarters (`2026-Q3`) up to `last`, period by period."""
    lines: list[Line] = []
    blocks: dict[str, dict[Block, Row]] = {}
    for quarter in sorted(counts):
        blocks[quarter] = merged({frozenset([code]): row for code, row in counts[quarter].items()}, "total")
        lines += _lines(quarter, "total", blocks[quarter])
    for year in sorted({quarter[:4] for quarter in counts}):
        quarters = [quarter for quarter in blocks if quarter.startswith(year)]
        # A quarter too small to be shown would be told by the year less the others: such a year is not shown.
        if f"{year}-Q4" > last or not all(blocks[quarter] for quarter in quarters):
            continue
        rows = [(code, row) for quarter in quarters for code, row in counts[quarter].items()]
        whole = {
            block: _sum(row for code, row in rows if code in block)
            for block in connected(blocks[quarter] for quarter in quarters)
        }
        for table in COLUMNS:
            whole = merged(whole, table)
            lines += _lines(year, table, whole)
    return lines


def _lines(period: str, table: str, blocks: Mapping[Block, Row]) -> list[Line]:
    """The rows of a table: the nation, the provinces and the regencies as far as they are whole blocks."""
    lines = []
    for level in (None, Level.PROVINCE, Level.REGENCY):
        areas: dict[tuple[str, ...], list[Row]] = {}
        if level is None:
            areas[()] = list(blocks.values())
        else:
            named = {block: frozenset(code_at(code, level) for code in block) for block in blocks}
            for codes in connected([named.values()]):
                areas[tuple(sorted(codes))] = [blocks[block] for block in blocks if named[block] <= codes]
        for codes, rows in sorted(areas.items()):
            if rows:
                lines.append(Line(period, table, level, codes, in_columns(_sum(rows), table)))
    return lines


def figures() -> list[Line]:
    """What the public gets: of all quarters that were taken, and of the years they fill."""
    newest = Taken.objects.filter(name=TAKEN).first()
    return published(counted(), str(Quarter.of(newest.on))) if newest else []


def names_of(lines: Iterable[Line]) -> dict[str, str]:
    """The names of all provinces and regencies in some lines."""
    codes = {code for line in lines for code in line.codes}
    return dict(Region.objects.filter(pk__in=codes).values_list("pk", "name"))
