"""Targeting of programs: who gets what without seeming eligible, who seems eligible and does not get it (D-12, H-08).

The eligibility engine is asked over the register as a database condition; households of which the register does not say
enough are counted as unknown, not as errors. Counts are taken by a job, because ages and criteria change with the day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.households.eligibility import REGISTER, criteria_in_force
from cases.households.models import Enrolment, Household
from portal.regions.models import Level, level_of, within_q
from programs_catalog.eligibility import query
from programs_catalog.models import Program

from .models import Taken, TargetingFact


@dataclass(frozen=True)
class Targeting:
    """One program in one area: households of the register by eligibility and enrolment, on the day of counting."""

    program: Program
    eligible: int
    enrolled: int
    both: int
    enrolled_unmet: int

    @property
    def exclusion(self) -> int:
        """Seems eligible and does not get it."""
        return self.eligible - self.both

    @property
    def inclusion(self) -> int:
        """Gets it and certainly does not meet the criteria; who is unknown is no error."""
        return self.enrolled_unmet

    @property
    def reach(self) -> float | None:
        """The share of the eligible that is reached, 0 to 1; None where nobody seems eligible."""
        return self.both / self.eligible if self.eligible else None


def running(program_id, day: dt.date) -> Exists:
    rows = Enrolment.objects.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)
    return Exists(rows.filter(household=OuterRef("pk"), program=program_id))


def conditions(program_id: int, rule, day: dt.date) -> dict[str, Q]:
    """The households behind each number of one program, as conditions of the database."""
    met, gets = query.met(rule, REGISTER, day), Q(running(program_id, day))
    return {
        "eligible": met,
        "enrolled": gets,
        "both": met & gets,
        "enrolled_unmet": query.unmet(rule, REGISTER, day) & gets,
        "exclusion": met & ~gets,
    }


#: the numbers of a fact, in this order
NUMBERS = ("eligible", "enrolled", "both", "enrolled_unmet")


@transaction.atomic
def take(on: dt.date | None = None) -> int:
    """Count every program with criteria anew, for the nation, provinces, regencies and districts; the number of cells."""
    day = on or timezone.localdate()
    cells: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for program_id, criteria in criteria_in_force(day).items():
        found = conditions(program_id, criteria.rule, day)
        for position, condition in enumerate(found[name] for name in NUMBERS):
            rows = (
                Household.objects.filter(condition)
                .order_by()
                .values_list("district_code", "regency_code", "province_code")
            )
            for district, regency, province, n in rows.annotate(n=CountOf("pk")):
                for node in {"", province, regency, district}:
                    cells[node, program_id][position] += n
    TargetingFact.objects.all().delete()
    TargetingFact.objects.bulk_create(
        (
            TargetingFact(
                node=node,
                program_id=program,
                eligible=counts[0],
                enrolled=counts[1],
                both=counts[2],
                enrolled_unmet=counts[3],
            )
            for (node, program), counts in cells.items()
        ),
        batch_size=1000,
    )
    Taken.objects.update_or_create(name="targeting", defaults={"on": day})
    return len(cells)


def _live(code: str) -> dict[tuple[str, int], list[int]]:
    """(village, program) to its numbers, counted from the rows: for areas of few households, a statement per number."""
    day, cells = timezone.localdate(), defaultdict(lambda: [0, 0, 0, 0])
    here = Household.objects.filter(within_q(code)).order_by()
    for program_id, criteria in criteria_in_force(day).items():
        found = conditions(program_id, criteria.rule, day)
        for position, name in enumerate(NUMBERS):
            rows = here.filter(found[name]).values_list("village_code")
            for village, n in rows.annotate(n=CountOf("pk")):
                cells[village, program_id][position] += n
    return cells


def numbers_at(code: str) -> dict[int, list[int]]:
    """Program to its numbers (`NUMBERS`) in one area: as last counted down to a district, from the rows for a village."""
    if level_of(code) == Level.VILLAGE:
        return {program: numbers for (_village, program), numbers in _live(code).items()}
    return {
        program: numbers
        for program, *numbers in TargetingFact.objects.filter(node=code).values_list("program", *NUMBERS)
    }


def numbers_below(code: str, children: Iterable[str]) -> dict[tuple[str, int], list[int]]:
    """(area, program) to its numbers, for the areas right below; those of a district are villages, counted from the rows."""
    if level_of(code) == Level.DISTRICT:
        return dict(_live(code))
    rows = TargetingFact.objects.filter(node__in=list(children)).values_list("node", "program", *NUMBERS)
    return {(node, program): numbers for node, program, *numbers in rows}


def targeting(code: str) -> list[Targeting]:
    """The programs of an area, the largest exclusion first."""
    numbers = numbers_at(code)
    programs = Program.objects.select_related("provider", "sector").in_bulk(numbers)
    found = [Targeting(programs[key], *row) for key, row in numbers.items()]
    return sorted(found, key=lambda one: (-one.exclusion, one.program.name))


def counted_on(code: str) -> dt.date | None:
    """The day of an area's numbers: of the last count, today for a village."""
    return timezone.localdate() if level_of(code) == Level.VILLAGE else taken_on()


def taken_on() -> dt.date | None:
    return Taken.objects.filter(name="targeting").values_list("on", flat=True).first()
