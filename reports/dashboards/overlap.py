"""Who receives what together: access to programs (D-10), complementarity and overlap (D-11)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from django.db import connection, models, transaction
from django.utils import timezone

from cases.households.models import Household

from .models import OverlapFact, Taken

# Down to the districts; a village's few households are counted from the rows.
_NODE_LENGTHS = (0, 2, 5, 8)


@dataclass(frozen=True)
class Overlap:
    """Households of one area by the programs they receive, on one day."""

    sets: dict[tuple[int, ...], int]

    @property
    def households(self) -> int:
        return sum(self.sets.values())

    @property
    def with_any(self) -> int:
        return self.households - self.sets.get((), 0)

    def singles(self) -> dict[int, int]:
        """Households per program (D-10)."""
        answer: Counter[int] = Counter()
        for programs, n in self.sets.items():
            for program in programs:
                answer[program] += n
        return dict(answer)

    def pairs(self) -> dict[tuple[int, int], int]:
        """Households that receive both programs of a pair (D-11); a pair is in the order of the ids."""
        answer: Counter[tuple[int, int]] = Counter()
        for programs, n in self.sets.items():
            for pair in combinations(programs, 2):
                answer[pair] += n
        return dict(answer)

    def by_number(self) -> dict[int, int]:
        """Households by the number of programs they receive."""
        answer: Counter[int] = Counter()
        for programs, n in self.sets.items():
            answer[len(programs)] += n
        return dict(sorted(answer.items()))


def _sets_sql(node: str) -> str:
    """Households per node and set of programs in force on a day; two parameters: the day, twice."""
    joined = (
        "string_agg(program_id::text, '|' ORDER BY program_id)"
        if connection.vendor == "postgresql"
        else "group_concat(program_id, '|')"
    )
    return (
        f"SELECT {node} AS node, COALESCE(s.programs, '') AS programs, count(*) AS n FROM households_household h LEFT JOIN ("
        f"SELECT household_id, {joined} AS programs FROM (SELECT DISTINCT household_id, program_id FROM households_enrolment "
        "WHERE valid_from <= %s AND (valid_until IS NULL OR valid_until >= %s) ORDER BY household_id, program_id) e GROUP BY household_id"
        ") s ON s.household_id = h.id"
    )


@transaction.atomic
def take(on: dt.date | None = None) -> int:
    """Count all households anew for a day; returns the number of cells. Safe to run twice."""
    day = on or timezone.localdate()
    OverlapFact.objects.all().delete()
    with connection.cursor() as cursor:
        for length in _NODE_LENGTHS:
            node = f"substr(h.region_id, 1, {length})" if length else "''"
            shallow = f" WHERE length(h.region_id) >= {length}" if length else ""
            cursor.execute(
                f"INSERT INTO dashboards_overlapfact (node, programs, n) {_sets_sql(node)}{shallow} GROUP BY 1, 2",
                [day, day],
            )
    Taken.objects.update_or_create(name="overlap", defaults={"on": day})
    return OverlapFact.objects.count()


def overlap(code: str) -> Overlap:
    """The overlap of an area: from the last count down to a district, from the rows for a village."""
    if len(code) <= _NODE_LENGTHS[-1]:
        rows = OverlapFact.objects.filter(node=code).values_list("programs", "n")
    else:
        day = timezone.localdate()
        with connection.cursor() as cursor:
            cursor.execute(f"{_sets_sql('1')} WHERE h.region_id = %s GROUP BY 1, 2", [day, day, code])
            rows = [(programs, n) for _node, programs, n in cursor.fetchall()]
    return Overlap(
        {tuple(sorted(int(part) for part in programs.split("|") if part)): n for programs, n in rows}
    )


def households_of(codes) -> dict[str, int]:
    """Households of several areas: as last counted down to a district, of villages from the rows; two queries at most."""
    codes = list(codes)
    above = [code for code in codes if len(code) <= _NODE_LENGTHS[-1]]
    villages = [code for code in codes if len(code) > _NODE_LENGTHS[-1]]
    found: dict[str, int] = {}
    if above:
        rows = OverlapFact.objects.filter(node__in=above).values_list("node")
        found |= dict(rows.annotate(households=models.Sum("n")).order_by())
    if villages:
        rows = Household.objects.filter(village_code__in=villages).order_by().values_list("village_code")
        found |= dict(rows.annotate(households=models.Count("pk")))
    return found


def counted_on(code: str) -> dt.date | None:
    """The day of an area's numbers: of the last count, today for a village."""
    return taken_on() if len(code) <= _NODE_LENGTHS[-1] else timezone.localdate()


def taken_on() -> dt.date | None:
    return Taken.objects.filter(name="overlap").values_list("on", flat=True).first()
