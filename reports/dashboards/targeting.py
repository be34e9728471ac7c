"""Targeting of programs: who gets what without seeming eligible, who seems eligible and does not get it (D-12, H-08).

The eligibility engine is asked over the register as a database condition; households of which the register does not say
enough are counted as unknown, not as errors. Counts are taken by a job, because ages and criteria change with the day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.households.eligibility import REGISTER, criteria_in_force
from cases.households.models import Enrolment, Household
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


@transaction.atomic
def take(on: dt.date | None = None) -> int:
    """Count every program with criteria anew, for the nation, provinces, regencies and districts; the number of cells."""
    day = on or timezone.localdate()
    cells: dict[tuple, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for program_id, criteria in criteria_in_force(day).items():
        eligible, unmet = query.met(criteria.rule, REGISTER, day), query.unmet(criteria.rule, REGISTER, day)
        gets = Q(running(program_id, day))
        for position, condition in enumerate((eligible, gets, eligible & gets, unmet & gets)):
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


def targeting(code: str) -> list[Targeting]:
    """The programs of an area down to a district, the largest exclusion first; a village has too few to judge."""
    rows = TargetingFact.objects.filter(node=code).select_related("program__provider", "program__sector")
    found = [Targeting(row.program, row.eligible, row.enrolled, row.both, row.enrolled_unmet) for row in rows]
    return sorted(found, key=lambda one: (-one.exclusion, one.program.name))


def taken_on() -> dt.date | None:
    return Taken.objects.filter(name="targeting").values_list("on", flat=True).first()
