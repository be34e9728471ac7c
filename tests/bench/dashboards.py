"""A simulated nation's dashboard at few and many cases, against the naive way, and what keeping the facts costs a writer."""

import os
import uuid

from django.db import connection, transaction

from cases.casework.models import Case
from reports.dashboards import facts, figures, gap
from reports.dashboards.figures import Choice
from reports.dashboards.panels import panels
from tests.bench import Row, measure, timed

from .worlds import World, in_turn, world

#: BENCH_MANY_CASES=7000000 is a nation's year; the default is simulated in a few minutes. A family has some 3.2 persons.
FEW = int(os.environ.get("BENCH_FEW_CASES", 70_000))
MANY = int(os.environ.get("BENCH_MANY_CASES", 1_000_000))
FAMILIES = int(os.environ.get("BENCH_PERSONS", 1_000_000)) * 10 // 32
#: SQLite is for a regency or a pilot: a province, and a tenth of the cases
PROVINCE = "34"


def few_and_many() -> tuple[World, World]:
    """The same place with few cases and with many, and the same register."""
    if connection.vendor == "postgresql":
        return (
            world("", cases=FEW, families=FAMILIES),
            world("", cases=MANY, families=FAMILIES),
        )
    return (
        world(PROVINCE, cases=FEW // 10, families=FAMILIES // 10),
        world(PROVINCE, cases=MANY // 10, families=FAMILIES // 10),
    )


def dashboard(year: Choice) -> None:
    """The figures of the page that come from cases, each as the page asks it."""
    for names in (("status",), (), ("month",), ("kind", "sex"), ("program",), ("program", "status"), ("area", "status"), ("area", "kind")):  # fmt: skip
        figures.tally(year, *names)
    gap.by_program(year)
    gap.by_area(year)


def page(year: Choice) -> None:
    """Everything the page shows: also coverage, overlap, targeting, reports, staff, money, the map."""
    panels(year, lambda code: code)


def naive(year: Choice) -> None:
    """The same figures, counted from the cases."""
    for names in (("status",), ("kind",), ("month",), ("program",)):
        figures._tally_cases(year, names)
    rows = Case.objects.filter(**figures.period_of(year)).order_by()
    list(rows.values_list("province_code", "status", "outcome"))


@measure("Dashboard of a simulated nation", on=("sqlite", "postgresql"))
def nation():
    few, many = few_and_many()
    for here in (few, many):
        here.use()
        assert figures.tally(here.year)[()].n == here.cases, (here.cases, figures.tally(here.year))
    works = {"figures": lambda here: dashboard(here.year), "page": lambda here: page(here.year)}
    small, large = in_turn((few, many), works, rounds=7)
    of = "of a province" if few.area else "of the nation"
    sizes = f"{of} at {many.cases:,} cases against {few.cases:,}"
    yield Row(f"figures {sizes}", large["figures"], small["figures"], at_most=1.3)
    yield Row(f"the whole page {sizes}", large["page"], small["page"], at_most=1.3)
    many.use()
    yield Row(
        f"figures {of} at {many.cases:,} cases against counting the cases",
        large["figures"],
        timed(lambda: naive(many.year)),
        at_most=0.1,
    )
    yield Row("cells that differ from a recount", len(facts.differences()), 1, "cells", at_most=0)


def province() -> World:
    """A small one to write into."""
    return world(PROVINCE, cases=FEW // 10, families=FAMILIES // 10)


@measure("Keeping the facts", on=("sqlite", "postgresql"))
def write_cost():
    """What a case costs with the facts kept in its transaction, and what without."""
    rows, numbers = 400, iter(range(10**9))
    province()
    base = Case.objects.order_by("pk").last()

    def write():
        for _ in range(rows):
            case = another(next(numbers))
            with transaction.atomic():
                case.save(force_insert=True)

    def another(number: int) -> Case:
        values = {f.attname: getattr(base, f.attname) for f in Case._meta.concrete_fields if not f.generated}
        return Case(**values | {"id": None, "number": f"W{number}", "client_id": uuid.uuid4()})

    def triggers(statements: list[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    write()
    with_facts = without = float("inf")
    for _round in range(4):
        with_facts = min(with_facts, timed(write))
        triggers(facts.drop_trigger_sql(connection.vendor))
        without = min(without, timed(write))
        triggers(facts.trigger_sql(connection.vendor))
    facts.rebuild()
    yield Row(
        f"{rows} cases saved one by one, with the triggers against without", with_facts, without, at_most=1.5
    )


@measure("Folding", on=("sqlite", "postgresql"))
def folding():
    """What a fold of few deltas takes against one of many: per row it must not grow."""
    province()

    def change(count: int) -> None:
        # Each change of kind is two deltas.
        keys = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:count])
        kind = "question" if Case.objects.get(pk=keys[0]).kind == "need" else "need"
        Case.objects.filter(pk__in=keys).update(kind=kind, outcome="", status="registered", closed_at=None)

    change(500)
    small = timed(facts.fold) / 500
    change(5_000)
    yield Row(
        "per changed case, 5,000 changes in one fold against 500", timed(facts.fold) / 5_000, small, at_most=2
    )
    yield Row("cells that differ from a recount", len(facts.differences()), 1, "cells", at_most=0)
