"""The nation's dashboard at few and many cases, against the naive way, and what keeping the facts costs a writer."""

import datetime as dt
import os
import uuid
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from cases.casework.models import Case
from portal.accounts.models import User
from portal.regions.models import Level, Region
from portal.units.models import Unit
from programs_catalog.models import Program, Provider, Sector
from reports.dashboards import facts, figures, gap
from reports.dashboards.figures import Choice
from reports.dashboards.panels import panels
from tests.bench import Row, measure, timed

FEW = int(os.environ.get("BENCH_FEW_CASES", 70_000))
#: BENCH_MANY_CASES=7000000 is a nation's year; the default leaves the table to be made in a few minutes
MANY = int(os.environ.get("BENCH_MANY_CASES", 1_000_000))
PROGRAMS = 16
YEAR = Choice(first="2026-01", last="2026-12")


def prototype() -> Case:
    user, _new = User.objects.get_or_create(username="bench", defaults={"name": "Bench"})
    unit, _new = Unit.objects.get_or_create(kind="slrt", region_id="34.04", defaults={"name": "SLRT"})
    return Case(
        number="B0", lookup_code="x", kind="need", channel="slrt", unit=unit, region_id="34.04.07.2001", description="-",
        registered_by=user, opened_at=timezone.make_aware(dt.datetime(2026, 1, 1)), subject_sex="f",
    )  # fmt: skip


def programs() -> None:
    """As many programs as a nation's big ones, of all levels."""
    sector, _new = Sector.objects.get_or_create(code="bench", defaults={"name": "Bench", "position": 99})
    for number in range(PROGRAMS):
        level = ("centre", "province", "regency")[number % 3]
        provider, _new = Provider.objects.get_or_create(
            code=f"bench-{level}", defaults={"name": level, "level": level}
        )
        Program.objects.get_or_create(
            code=f"bench-{number}",
            defaults={"name": f"Bench {number}", "sector": sector, "provider": provider},
        )


@contextmanager
def without_triggers():
    """Rows made by one statement need no check and no delta: the facts are counted anew afterwards."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET session_replication_role = replica")
        else:
            for statement in facts.drop_trigger_sql("sqlite"):
                cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            for statement in facts.trigger_sql("sqlite"):
                cursor.execute(statement)
    facts.rebuild()


def drop_secondary_indexes() -> list[str]:
    """A table without indexes is made ten times as fast; returns the statements that bring them back."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = 'casework_case'::regclass AND NOT indisunique"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in indexes]


def multiply(first: int, last: int) -> None:
    """Cases number first..last, spread over villages, months, kinds, programs and states, by one statement."""
    programs()
    model = prototype()
    if not Case.objects.filter(number="B0").exists():
        model.save()
    villages = Region.objects.filter(level=Level.VILLAGE).count()
    postgres = connection.vendor == "postgresql"
    day = (
        "TIMESTAMPTZ '2026-01-01 03:00+00' + (n % 364) * INTERVAL '1 day'"
        if postgres
        else "datetime('2026-01-01', '+' || (n % 364) || ' days')"
    )
    closed = (
        "TIMESTAMPTZ '2026-01-02 03:00+00' + (n % 364 + n % 40) * INTERVAL '1 day'"
        if postgres
        else "datetime('2026-01-02', '+' || (n % 364 + n % 40) || ' days')"
    )
    varied = {
        "number": "'B' || n",
        "client_id": "md5(n::text)::uuid" if postgres else "printf('%032x', n)",
        "region_id": f"(SELECT code FROM bench_village WHERE i = (n % {villages}) * 7919 % {villages})",
        "opened_at": day,
        "status_since": day,
        "program_id": f"(SELECT id FROM bench_program WHERE i = (n / 3) % {PROGRAMS + 1})",
        "kind": "CASE n % 4 WHEN 0 THEN 'need' WHEN 1 THEN 'question' WHEN 2 THEN 'suggestion' ELSE 'need' END",
        "subject_sex": "CASE (n / 5) % 2 WHEN 0 THEN 'f' ELSE 'm' END",
        "status": "CASE WHEN (n / 7) % 3 = 0 THEN 'closed' ELSE 'registered' END",
        "outcome": "CASE WHEN (n / 7) % 3 = 0 THEN CASE WHEN n % 9 = 0 THEN 'refused' ELSE 'withdrawn' END ELSE '' END",
        "closed_at": f"CASE WHEN (n / 7) % 3 = 0 THEN {closed} END",
    }
    columns = [
        field.column for field in Case._meta.concrete_fields if not field.generated and field.column != "id"
    ]
    chosen = ", ".join(varied.get(column, f"p.{column}") for column in columns)
    with without_triggers(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_village")
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_village AS SELECT row_number() OVER (ORDER BY code) - 1 AS i, code "
            "FROM regions_region WHERE level = 4"
        )
        cursor.execute("CREATE INDEX bench_village_i ON bench_village (i)")
        cursor.execute("DROP TABLE IF EXISTS bench_program")
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_program AS SELECT row_number() OVER (ORDER BY code) AS i, id "
            "FROM programs_catalog_program WHERE code LIKE 'bench-%'"
        )
        cursor.execute(
            f"WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) "
            f"INSERT INTO casework_case ({', '.join(columns)}) SELECT {chosen} FROM s, "
            "(SELECT * FROM casework_case WHERE number = 'B0') p"
        )
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def dashboard():
    """The figures of the nation's page that come from cases, each as the page asks it."""
    for names in (("status",), (), ("month",), ("kind", "sex"), ("program",), ("program", "status"), ("area", "status"), ("area", "kind"), ("concern", "status"), ("ppks", "kind")):  # fmt: skip
        figures.tally(YEAR, *names)
    gap.by_program(YEAR)
    gap.by_area(YEAR)


def page():
    """Everything the nation's page shows: also coverage, overlap, targeting, reports, staff, money, the map."""
    panels(YEAR, lambda code: code)


def naive():
    """The same figures, counted from the cases."""
    for names in (("status",), ("kind",), ("month",), ("program",)):
        figures._tally_cases(YEAR, names)
    rows = Case.objects.filter(**figures.period_of(YEAR)).order_by()
    list(rows.values_list("province_code", "status", "outcome"))


@measure("Dashboard of the nation", on=("sqlite", "postgresql"))
def nation():
    # SQLite is for a regency or a pilot: a tenth of the nation.
    many = MANY if connection.vendor == "postgresql" else min(MANY, 300_000)
    drop_secondary_indexes()  # the nation's dashboard reads no case
    multiply(1, FEW)
    dashboard()
    page()
    few, few_page = timed(dashboard, repeat=9), timed(page, repeat=5)
    multiply(FEW + 1, many)
    dashboard()
    page()
    yield Row(f"figures at {many:,} cases against {FEW:,}", timed(dashboard, repeat=9), few, at_most=1.3)
    yield Row(
        f"the whole page at {many:,} cases against {FEW:,}", timed(page, repeat=5), few_page, at_most=1.3
    )
    yield Row(
        f"figures at {many:,} cases against counting the cases",
        timed(dashboard, repeat=3),
        timed(naive),
        at_most=0.1,
    )
    yield Row("cells that differ from a recount", len(facts.differences()), 1, "cells", at_most=0)


@measure("Keeping the facts", on=("sqlite", "postgresql"))
def write_cost():
    rows, numbers = 400, iter(range(10**9))

    def write():
        for _ in range(rows):
            case = prototype_copy(next(numbers))
            with transaction.atomic():
                case.save(force_insert=True)

    base = prototype()

    def prototype_copy(number: int) -> Case:
        values = {f.attname: getattr(base, f.attname) for f in Case._meta.concrete_fields if not f.generated}
        return Case(**values | {"id": None, "number": f"W{number}", "client_id": uuid.uuid4()})

    write()
    with_facts = min(timed(write) for _ in range(3))
    with connection.cursor() as cursor:
        for statement in facts.drop_trigger_sql(connection.vendor):
            cursor.execute(statement)
    without = min(timed(write) for _ in range(3))
    yield Row(
        f"{rows} cases saved one by one, with the triggers against without", with_facts, without, at_most=1.5
    )


@measure("Folding", on=("sqlite", "postgresql"))
def folding():
    """What a fold of few deltas takes against one of many: per row it must not grow."""

    def change(count: int) -> None:
        # Each change of kind is two deltas.
        keys = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:count])
        kind = "question" if Case.objects.get(pk=keys[0]).kind == "need" else "need"
        Case.objects.filter(pk__in=keys).update(kind=kind, outcome="", status="registered", closed_at=None)

    multiply(1, 20_000)
    change(500)
    small = timed(facts.fold) / 500
    change(5_000)
    yield Row(
        "per changed case, 5,000 changes in one fold against 500", timed(facts.fold) / 5_000, small, at_most=2
    )
    yield Row("cells that differ from a recount", len(facts.differences()), 1, "cells", at_most=0)
