"""The way through the regencies: one transaction each, so that a stopped run goes on where it was."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction

from cases.casework.models import Case
from cases.households.models import Household
from portal.operations.models import Fact
from portal.staffing.models import Position
from portal.units.models import Unit
from programs_catalog.models import Program
from reports.dashboards import facts
from reports.quarterly.models import ReportingCycle

from . import papers
from .bulk import count_on
from .offices import Offices
from .plan import Plan, RegencyPlan
from .register import Register
from .reports import Reports, quarters_of
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
    total = sum(map(weight, waiting))
    started = time.monotonic()
    for number, one in enumerate(waiting, start=1):
        with transaction.atomic():
            makers.make(one)
            Fact.objects.update_or_create(key=f"{DONE}.{one.code}", defaults={"value": str(plan.seed)})
        facts.fold()
        done_share = sum(weight(other) for other in waiting[:number]) / total if total else 1
        tell(
            _progress(
                number, len(waiting), one.place.name, makers.written, time.monotonic() - started, done_share
            )
        )
    written = Counter(makers.by_table())
    _step(plan, "authors of reports", papers.authors, tell)
    if with_reports:
        written.update(_reports(plan, tell))
        _step(plan, "evaluations", papers.evaluations, tell)
    for name, step in papers.STEPS:
        _step(plan, name, step, tell)
    _analyze()
    return dict(written)


def _step(plan: Plan, name: str, step: Callable[[Plan], None], tell: Callable[[str], None]) -> None:
    begun = time.monotonic()
    with transaction.atomic():
        step(plan)
    tell(f"{name}: {time.monotonic() - begun:,.1f} s")


def _reports(plan: Plan, tell: Callable[[str], None]) -> dict[str, int]:
    """Quarter by quarter, each in a transaction; returns rows written by table."""
    done = set(ReportingCycle.objects.values_list("quarter_code", flat=True))
    waiting = [quarter for quarter in quarters_of(plan) if str(quarter) not in done]
    if not waiting:
        return {}
    _analyze()
    maker, written, started = Reports(plan), Counter(), time.monotonic()
    for number, quarter in enumerate(waiting, start=1):
        with transaction.atomic():
            written.update(maker.make(quarter))
        tell(
            _progress(
                number,
                len(waiting),
                str(quarter),
                written.total(),
                time.monotonic() - started,
                number / len(waiting),
            )
        )
    return written


def _analyze() -> None:
    """PostgreSQL plans the counts of the reports by what it knows of the tables, which were empty a moment ago."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


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


def weight(one: RegencyPlan) -> int:
    """How much work a regency is, among the others."""
    return one.visits + one.households


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


def _progress(number: int, of: int, name: str, written: int, seconds: float, done: float) -> str:
    """`[12/514] Kabupaten X: 61,204 rows, 9,800 a second, 3 min left`; `done` is the share of the work that is done."""
    left = seconds / done * (1 - done) if done else 0
    rate = written / seconds if seconds else 0
    return (
        f"[{number}/{of}] {name}: {written:,} rows, {rate:,.0f} a second, "
        + (f"{left / 60:,.0f} min left" if left >= 90 else f"{left:,.0f} s left")
    )  # fmt: skip
