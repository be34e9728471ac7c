"""All rows of one regency, in one transaction."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from portal.operations.models import Fact
from reports.dashboards import facts

from .bulk import Table
from .keys import Keys
from .loading import may_skip_checks, unchecked
from .offices import Offices
from .plan import Plan
from .register import Register
from .work import Work

#: Key of a note: this regency is written.
DONE = "simulated."


class Makers:
    """The makers of a run and their tables; each process has its own."""

    def __init__(self, plan: Plan, programs: dict[str, tuple[int, int]], first: dict[str, int] | None = None):
        self.plan, self.programs = plan, programs
        self.offices = Offices(plan, programs)
        self.register = Register(plan, programs)
        self.work = Work(plan, programs, self.register)
        # The register's enrolments are written with its families, those of the cases before the cases.
        self.tables = list(dict.fromkeys(self.offices.tables + self.register.tables + self.work.tables))
        self.keys = (
            Keys.noted(plan, self.tables, len(programs))
            if first is None
            else Keys(plan, first, len(programs))
        )
        self.past_checks = may_skip_checks()
        self._regencies = {one.code: one for one in plan.regencies}

    @property
    def told(self) -> tuple:
        """What another process needs to make the same rows."""
        return self.plan, self.programs, self.keys.first

    def write(self, code: str) -> Counter[str]:
        """Make and write a regency; returns rows by table."""
        before = self._written()
        self.keys.give(code, self.tables)
        with transaction.atomic():
            if self.past_checks:
                with unchecked():
                    self._make(code)
                cases = self.work.cases
                facts.append(cases.first_id, cases.next_id - 1)
            else:
                self._make(code)
            Fact.objects.update_or_create(key=DONE + code, defaults={"value": str(self.plan.seed)})
        facts.fold()
        return self._written() - before

    def _make(self, code: str) -> None:
        one = self._regencies[code]
        staff = self.offices.make(one)
        families = self.register.make(one)
        _write(self.offices.tables + self.register.tables)
        self.work.make(one, staff, families)
        _write(self.work.tables)

    def _written(self) -> Counter[str]:
        return Counter({table.label: table.written for table in self.tables})


def _write(tables: list[Table]) -> None:
    for table in tables:
        table.write()
