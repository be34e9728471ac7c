"""The way through the regencies: one transaction each, so that a stopped run goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction

from cases.casework.models import Case
from cases.households.models import Household
from portal.operations.models import Fact
from portal.staffing.models import Position
from portal.units.models import Unit
from programs_catalog.models import Program
from reports.dashboards import facts

from . import papers
from .bulk import count_on
from .offices import Offices
from .plan import Plan, RegencyPlan
from .register import Register
from .work import NEEDS, Work

DONE, PLAN = "simulated", "simulation"


class CannotSimulate(Exception):
    """Why nothing was written; the message is for people."""


def simulate(plan: Plan, *, tell: Callable[[str], None], with_reports: bool = True) -> dict[str, int]:
    """Fill the database by a plan; returns rows written by table. Run again after a stop, it goes on."""
    done = _check(plan)
    programs = {
        code: (pk, provider)
        for code, pk, provider in Program.objects.filter(region=None, code__in=NEEDS).values_list(
            "code", "pk", "provider_id"
        )
    }
    if not programs or not Position.objects.exists():
        raise CannotSimulate("The reference data are missing: run `manage.py setup` first.")
    Fact.objects.update_or_create(key=PLAN, defaults={"value": plan.key()})
    waiting = [one for one in plan.regencies if one.code not in done]
    makers = _Makers(plan, programs)
    started = time.monotonic()
    for number, one in enumerate(waiting, start=1):
        with transaction.atomic():
            makers.make(one)
            Fact.objects.update_or_create(key=f"{DONE}.{one.code}", defaults={"value": str(plan.seed)})
        facts.fold()
        tell(_progress(number, waiting, makers.written, time.monotonic() - started))
    written = makers.by_table()
    for name, step in papers.STEPS:
        if name == "reports and evaluations" and not with_reports:
            continue
        begun = time.monotonic()
        with transaction.atomic():
            step(plan)
        tell(f"{name}: {time.monotonic() - begun:,.1f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return written


def _check(plan: Plan) -> set[str]:
    """The regencies that an earlier run of the same plan has written; CannotSimulate where other data stand."""
    known = Fact.objects.filter(key=PLAN).values_list("value", flat=True).first()
    if known is not None and known != plan.key():
        raise CannotSimulate("This database holds another simulation; take an empty one.")
    if known is None and (Unit.objects.exists() or Household.objects.exists() or Case.objects.exists()):
        raise CannotSimulate(
            "There are units, families or cases already: the simulation fills an empty database only."
        )
    keys = Fact.objects.filter(key__startswith=f"{DONE}.").values_list("key", flat=True)
    return {key.partition(".")[2] for key in keys}


class _Makers:
    """The makers of a run, and how much they have written."""

    def __init__(self, plan: Plan, programs: dict[str, tuple[int, int]]):
        self.offices = Offices(plan, programs)
        self.register = Register(plan, programs)
        self.work = Work(plan, programs, self.register)
        # The register's enrolments are written with its families, those of the cases before the cases.
        self.tables = list(dict.fromkeys(self.offices.tables + self.register.tables + self.work.tables))
        self.written = 0

    def make(self, one: RegencyPlan) -> None:
        staff = self.offices.make(one)
        families = self.register.make(one)
        for table in self.offices.tables + self.register.tables:
            self.written += table.write()
        self.work.make(one, staff, families)
        for table in self.work.tables:
            self.written += table.write()
        count_on(*self.tables)

    def by_table(self) -> dict[str, int]:
        return {table.model._meta.label: table.written for table in self.tables}


def _progress(number: int, waiting: list[RegencyPlan], written: int, seconds: float) -> str:
    """`[12/514] Kabupaten X: 61,204 rows, 9,800 a second, 3 min left` - left by the share of the visits that is done."""
    done = sum(one.visits + one.households for one in waiting[:number])
    total = sum(one.visits + one.households for one in waiting)
    left = seconds / done * (total - done) if done else 0
    rate = written / seconds if seconds else 0
    return (
        f"[{number}/{len(waiting)}] {waiting[number - 1].place.name}: {written:,} rows, {rate:,.0f} a second, "
        + (f"{left / 60:,.0f} min left" if left >= 90 else f"{left:,.0f} s left")
    )
