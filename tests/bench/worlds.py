"""Simulated databases to measure on: filled by the code of `manage.py simulate`, once in a run of the bench.

The same seed makes a small and a large one of the same place, which then lie beside each other, so that a measurement can
go from one to the other and back: what else the machine does falls on both.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from portal.operations.loading import load
from portal.operations.simulate import plan as plans
from portal.operations.simulate.run import simulate
from portal.periods import Quarter
from reports.dashboards.figures import Choice
from tests.bench import timed
from tests.database import PostgreSQLCopy, SQLiteCopy, private_copy

SEED = 2026


@dataclass
class World:
    """One simulated database: cases of one year, a register, and reports where the plan has quarters."""

    plan: plans.Plan
    copy: SQLiteCopy | PostgreSQLCopy

    @property
    def area(self) -> str:
        return self.plan.area

    @property
    def cases(self) -> int:
        return self.plan.cases

    @property
    def year(self) -> Choice:
        """The place and all its months, as a choice of the dashboard."""
        start, until = self.plan.start, self.plan.until
        return Choice(code=self.area, first=f"{start:%Y-%m}", last=f"{until:%Y-%m}")

    def fill(self) -> None:
        """Write it, and tell PostgreSQL's planner what there is."""
        load("reference", again=True, tell=lambda text: None)
        postgres = connection.vendor == "postgresql"
        simulate(
            plans.make(self.plan),
            tell=lambda text: None,
            with_reports=self.plan.quarters is not None,
            processes=(os.cpu_count() or 1) if postgres else 1,
        )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if postgres else "ANALYZE")

    def use(self) -> World:
        self.copy.use()
        return self


_made: dict[str, World] = {}


def world(
    area: str,
    *,
    cases: int,
    families: int,
    until: dt.date | None = None,
    quarters: int | None = None,
    puskesos: int = plans.PUSKESOS_OF_VILLAGES,
) -> World:
    """The database of so many cases and families in an area, made when first asked for; the connection leads there.

    It ends `until` (today), with the reports of the newest `quarters` (none), and has a Puskesos in so many villages of a
    hundred.
    """
    plan = plans.Plan(
        area, SEED, until or timezone.localdate(), 1, households=families, cases=cases, quarters=quarters, puskesos=puskesos,
    )  # fmt: skip
    if plan.key() not in _made:
        copy = private_copy(f"_world_{len(_made)}")
        copy.restore()
        made = World(plan, copy)
        seconds = timed(made.fill)
        sys.stderr.write(
            f"    simulated {area or 'the nation'}, {cases:,} cases, {families:,} families: {seconds:,.0f} s\n"
        )
        _made[plan.key()] = made
    return _made[plan.key()].use()


def reported_quarter() -> Quarter:
    """The newest quarter whose reports have all been due by now."""
    return Quarter.of(timezone.localdate()).previous().previous()


def remove_worlds() -> None:
    """Throw all of them away."""
    for made in _made.values():
        made.copy.remove()
    _made.clear()


def in_turn(
    worlds: Iterable[World], works: dict[str, Callable[[World], object]], *, rounds: int
) -> list[dict[str, float]]:
    """For each world the best time of each work; a new connection warms up before it is measured."""
    worlds = list(worlds)
    best = [dict.fromkeys(works, float("inf")) for _world in worlds]
    for _round in range(rounds):
        for times, here in zip(best, worlds, strict=True):
            here.use()
            for name, work in works.items():
                work(here)
                times[name] = min(times[name], timed(lambda: work(here), repeat=3))  # noqa: B023 - called at once
    return best
