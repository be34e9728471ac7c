"""Which keys the rows of each regency get: by the plan alone, whoever writes them and in whatever order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from cases.casework.models import Case, Feedback, Referral
from cases.households.models import Enrolment, Household, Person, UpdateProposal, Visit
from portal.ledger.models import Transition
from portal.operations.models import Fact

from .bulk import Table
from .plan import Plan, RegencyPlan

#: Key of a note: the first key of a table.
_FIRST = "simulation.keys."
#: The most persons of a family, moves of a case with its referral.
PERSONS, MOVES = 6, 16


def most(one: RegencyPlan, years: int, programs: int) -> dict[str, int]:
    """At most so many rows a regency has of each table; `` for the tables of its offices."""
    return {
        # A village has a facilitator, a Puskesos with three officers and its funding, and a series of numbers a year.
        "": 40 + programs + 2 * len(one.districts) + (8 + years) * len(one.villages),
        Household._meta.label: one.households,
        Person._meta.label: one.households * PERSONS,
        Enrolment._meta.label: one.households * programs + one.cases,
        Visit._meta.label: one.visits,
        Case._meta.label: one.cases,
        Referral._meta.label: one.cases,
        Feedback._meta.label: one.cases,
        Transition._meta.label: one.cases * MOVES,
        UpdateProposal._meta.label: one.households // 50 + 1,
    }


class Keys:
    """The block of keys of each regency in each table; a block that is not used up leaves a gap."""

    def __init__(self, plan: Plan, first: dict[str, int], programs: int):
        self.first = first
        self._blocks: dict[str, dict[str, tuple[int, int]]] = {}
        following = dict(first)
        for one in plan.regencies:
            counts = most(one, plan.years, programs)
            self._blocks[one.code] = block = {}
            for label in first:
                count = counts.get(label, counts[""])
                block[label] = (following[label], count)
                following[label] += count
        self.following = following

    @classmethod
    def noted(cls, plan: Plan, tables: Iterable[Table], programs: int) -> Keys:
        """The keys of this run, or of the run that it goes on with: their start is kept in the database."""
        first = {
            key.removeprefix(_FIRST): int(value)
            for key, value in Fact.objects.filter(key__startswith=_FIRST).values_list("key", "value")
        }
        if not first:
            first = {table.label: table.next_id for table in tables}
            Fact.objects.bulk_create(Fact(key=_FIRST + label, value=str(n)) for label, n in first.items())
        return cls(plan, first, programs)

    def give(self, code: str, tables: Iterable[Table]) -> None:
        """Set the tables to the keys of a regency."""
        for table in tables:
            table.start_at(*self._blocks[code][table.label])

    def keep_clear(self, tables: Iterable[Table]) -> None:
        """Tell PostgreSQL to go on behind all blocks, so that a row made elsewhere meanwhile takes none of them."""
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            for table in tables:
                meta = table.model._meta
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)",
                    [f'"{meta.db_table}"', meta.pk.column, self.following[table.label]],
                )
