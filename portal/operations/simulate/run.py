"""The way through the regencies: one transaction each, so that a stopped run goes on where it was."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction

from cases.casework.models import Case, Feedback, Referral
from cases.households.models import Enrolment, Household, Person, Visit
from portal.ledger.models import Transition
from portal.operations.models import Fact
from portal.staffing.models import Position
from portal.units.models import Unit
from programs_catalog.models import Program
from reports.quarterly.models import ReportingCycle

from . import papers
from .bulk import count_on
from .loading import indexes_later
from .makers import DONE, Makers
from .plan import Plan, RegencyPlan
from .reports import Reports, quarters_of
from .work import NEEDS
from .workers import written_by

#: Key of a note: which plan this database holds.
PLAN = "simulation"
#: The tables that get most rows: their indexes are made when all are there.
LARGE = (Household, Person, Enrolment, Visit, Case, Referral, Feedback, Transition)


class CannotSimulate(Exception):
    """Why nothing was written; the message is for people."""


def simulate(
    plan: Plan, *, tell: Callable[[str], None], with_reports: bool = True, processes: int = 1
) -> dict[str, int]:
    """Fill the database by a plan; returns rows written by table. Run again after a stop, it goes on.

    More `processes` write regencies beside each other, on PostgreSQL alone; the rows are the same.
    """
    done = _check(plan)
    if processes > 1 and connection.vendor != "postgresql":
        raise CannotSimulate("Only PostgreSQL takes the rows of several processes at once.")
    programs = {
        code: (pk, provider)
        for code, pk, provider in Program.objects.filter(region=None, code__in=NEEDS).values_list(
            "code", "pk", "provider_id"
        )
    }
    if not programs or not Position.objects.exists():
        raise CannotSimulate("The reference data are missing: run `manage.py setup` first.")
    Fact.objects.update_or_create(key=PLAN, defaults={"value": plan.key()})
    written = _records(plan, programs, done, processes, tell)
    _step(plan, "authors of reports", papers.authors, tell)
    if with_reports:
        written.update(_reports(plan, tell))
        _step(plan, "evaluations", papers.evaluations, tell)
    for name, step in papers.STEPS:
        _step(plan, name, step, tell)
    _analyze()
    return dict(written)


def _records(
    plan: Plan,
    programs: dict[str, tuple[int, int]],
    done: set[str],
    processes: int,
    tell: Callable[[str], None],
) -> Counter[str]:
    """Offices, register and work of the regencies that are not there yet; returns rows written by table."""
    # The large ones first: at the end no process waits long for another.
    waiting = sorted((one for one in plan.regencies if one.code not in done), key=weight, reverse=True)
    makers, written, started = Makers(plan, programs), Counter(), time.monotonic()
    makers.keys.keep_clear(makers.tables)
    total, finished = sum(map(weight, waiting)), 0
    regencies = {one.code: one for one in waiting}
    with indexes_later(LARGE if waiting else (), tell):
        for number, (code, rows) in enumerate(written_by(processes, waiting, makers), start=1):
            written.update(rows)
            finished += weight(regencies[code])
            tell(
                _progress(
                    number, len(waiting), regencies[code].place.name, written.total(), time.monotonic() - started,
                    finished / total if total else 1,
                )
            )  # fmt: skip
    count_on(*makers.tables)
    _analyze()
    return written


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
    keys = Fact.objects.filter(key__startswith=DONE).values_list("key", flat=True)
    return {key.removeprefix(DONE) for key in keys}


def weight(one: RegencyPlan) -> int:
    """How much work a regency is, among the others."""
    return one.visits + one.households


def _progress(number: int, of: int, name: str, written: int, seconds: float, done: float) -> str:
    """`[12/514] Kabupaten X: 61,204 rows, 9,800 a second, 3 min left`; `done` is the share of the work that is done."""
    left = seconds / done * (1 - done) if done else 0
    rate = written / seconds if seconds else 0
    return (
        f"[{number}/{of}] {name}: {written:,} rows, {rate:,.0f} a second, "
        + (f"{left / 60:,.0f} min left" if left >= 90 else f"{left:,.0f} s left")
    )  # fmt: skip
