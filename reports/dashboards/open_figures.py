"""Open figures for the public, from the facts: no small cell, and none that can be reckoned from the others.

Published are cases by quarter and kind, for each regency, province and the nation. Everything adds up, so one hidden
number alone could be found by subtraction. A regency with a small number therefore hides all its kinds, and so many
regencies of its province hide theirs that what the province gives away about them together is no small number either.
Where a province has not enough of them, it hides its own kinds as well, and the nation is held to the same. Only quarters
that have ended are published: from a running one, two looks on two days would show the case in between.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from cases.casework.models import Case
from portal.periods import Quarter
from portal.regions.models import Level, Region, code_at

from . import facts
from .models import Facet

#: counts below this are not published: few enough to guess who is meant
LEAST = 10
KINDS = tuple(kind.value for kind in Case.Kind)
TOTAL = "total"

Row = Mapping[str, int]


@dataclass
class Protected:
    """Which areas hide their kinds, and which of these even their total; codes of regencies and provinces, '' the nation."""

    kinds: set[str] = field(default_factory=set)
    totals: set[str] = field(default_factory=set)


def _total(row: Row) -> int:
    return sum(row.get(kind, 0) for kind in KINDS)


def _small(number: int) -> bool:
    return 0 < number < LEAST


def _gives_away(rows: list[Row]) -> bool:
    """Whether the sum of hidden rows, which the numbers above and beside them tell, is a small number of some kind."""
    return any(_small(sum(row.get(kind, 0) for row in rows)) for kind in KINDS)


def _total_gives_away(rows: list[Row]) -> bool:
    return _small(sum(map(_total, rows)))


def _hide(rows: Mapping[str, Row], hidden: set[str], told: Callable[[list[Row]], bool]) -> bool:
    """Widen `hidden` by the smallest rows until it is safe; False where even all of them are not enough."""
    others = [code for code in rows if code not in hidden and _total(rows[code])]
    rest = sorted(others, key=lambda code: (_total(rows[code]), code))
    while hidden and (len(hidden) < 2 or told([rows[code] for code in hidden])):
        if not rest:
            return False
        hidden.add(rest.pop(0))
    return True


def protect(regencies: Mapping[str, Row]) -> Protected:
    """What one quarter may not show; `regencies` maps a regency's code to its cases by kind."""
    found = Protected()
    provinces: dict[str, dict[str, Row]] = defaultdict(dict)
    for code, row in regencies.items():
        provinces[code_at(code, Level.PROVINCE)][code] = row
    unsafe_kinds, unsafe_totals = set(), set()
    for province, rows in provinces.items():
        small_totals = {code for code, row in rows.items() if _small(_total(row))}
        if not _hide(rows, small_totals, _total_gives_away):
            unsafe_totals.add(province)
        small_kinds = small_totals | {
            code for code, row in rows.items() if any(_small(row.get(kind, 0)) for kind in KINDS)
        }
        if not _hide(rows, small_kinds, _gives_away):
            unsafe_kinds.add(province)
        found.totals |= small_totals
        found.kinds |= small_kinds
    unsafe_kinds |= unsafe_totals
    # A province that hides is told by the nation less the others: the same question one level up, over what is hidden in it.
    mass = {
        code: row
        for code, row in regencies.items()
        if code_at(code, Level.PROVINCE) in unsafe_kinds and code in found.kinds
    }
    if unsafe_kinds and (len(mass) < 2 or _gives_away(list(mass.values()))):
        found.kinds.add("")
    mass_totals = [
        _total(row)
        for code, row in regencies.items()
        if code_at(code, Level.PROVINCE) in unsafe_totals and code in found.totals
    ]
    if unsafe_totals and (len(mass_totals) < 2 or _small(sum(mass_totals))):
        found.totals.add("")
        found.kinds.add("")
    found.kinds |= unsafe_kinds
    found.totals |= unsafe_totals
    return found


def quarters_ended(today: dt.date | None = None) -> str:
    """The last month whose quarter is over, `2026-09`."""
    quarter = Quarter.of(today or timezone.localdate()).previous()
    return f"{quarter.end:%Y-%m}"


def counted(today: dt.date | None = None) -> dict[str, dict[str, dict[str, int]]]:
    """Quarter (`2026-Q3`) -> regency -> kind -> cases, of all quarters that have ended; one statement."""
    answer: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for (regency, month, kind), n in facts.by_regency(Facet.KIND, ("0000-00", quarters_ended(today))).items():
        quarter = str(Quarter.of(dt.date(int(month[:4]), int(month[5:]), 1)))
        answer[quarter][regency][kind] += n
    return answer


def published(counts: Mapping[str, Mapping[str, Row]]) -> list[tuple[str, str, str, int | str]]:
    """(quarter, code, kind, number or "<10" or "hidden"); code '' is the nation, `total` stands beside the kinds."""
    answer: list[tuple[str, str, str, int | str]] = []
    for quarter in sorted(counts):
        regencies = counts[quarter]
        rows: dict[str, dict[str, int]] = {code: dict(row) for code, row in regencies.items()}
        for code, row in regencies.items():
            for above in (code_at(code, Level.PROVINCE), ""):
                sums = rows.setdefault(above, {})
                for kind in KINDS:
                    sums[kind] = sums.get(kind, 0) + row.get(kind, 0)
        hidden = protect(regencies)
        for code in sorted(rows):
            for kind in KINDS:
                number = rows[code].get(kind, 0)
                # A zero is hidden with its row: beside a known total it would narrow the others.
                answer.append((quarter, code, kind, "hidden" if code in hidden.kinds else number))
            total = _total(rows[code])
            answer.append(
                (
                    quarter,
                    code,
                    TOTAL,
                    f"<{LEAST}" if _small(total) else "hidden" if code in hidden.totals else total,
                )
            )
    return answer


def figures(today: dt.date | None = None) -> list[tuple[str, str, str, str, int | str]]:
    """(quarter, code, name, kind, number) as the public gets them."""
    names = dict(Region.objects.filter(level__in=(Level.PROVINCE, Level.REGENCY)).values_list("pk", "name"))
    return [
        (quarter, code or "00", names.get(code, code or "Indonesia"), kind, number)
        for quarter, code, kind, number in published(counted(today))
    ]
