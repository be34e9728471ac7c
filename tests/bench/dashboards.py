"""The nation's dashboard at few and many cases, against the naive way, and what keeping the facts costs a writer."""

import datetime as dt
import os
import uuid

from django.db import connection, transaction
from django.utils import timezone

from cases.casework.models import Case
from portal.accounts.models import User
from portal.regions.models import Level, Region
from portal.units.models import Unit
from reports.dashboards import facts, figures
from reports.dashboards.figures import Choice
from tests.bench import Row, measure, timed

FEW = int(os.environ.get("BENCH_FEW_CASES", 2_000))
MANY = int(os.environ.get("BENCH_MANY_CASES", 200_000))
YEAR = Choice(first="2026-01", last="2026-12")


def prototype() -> Case:
    user, _new = User.objects.get_or_create(username="bench", defaults={"name": "Bench"})
    unit, _new = Unit.objects.get_or_create(kind="slrt", region_id="34.04", defaults={"name": "SLRT"})
    return Case(
        number="B0", lookup_code="x", kind="need", channel="slrt", unit=unit, region_id="34.04.07.2001", description="-",
        registered_by=user, opened_at=timezone.make_aware(dt.datetime(2026, 1, 1)), subject_sex="f",
    )  # fmt: skip


def multiply(first: int, last: int) -> None:
    """Cases number first..last, spread over the villages, months, kinds and states, by one statement of the database."""
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
        "kind": "CASE n % 4 WHEN 0 THEN 'need' WHEN 1 THEN 'question' WHEN 2 THEN 'suggestion' ELSE 'need' END",
        "subject_sex": "CASE n % 2 WHEN 0 THEN 'f' ELSE 'm' END",
        "status": "CASE WHEN n % 3 = 0 THEN 'closed' ELSE 'registered' END",
        "outcome": "CASE WHEN n % 3 = 0 THEN CASE WHEN n % 9 = 0 THEN 'refused' ELSE 'withdrawn' END ELSE '' END",
        "closed_at": f"CASE WHEN n % 3 = 0 THEN {closed} END",
    }
    columns = [
        field.column for field in Case._meta.concrete_fields if not field.generated and field.column != "id"
    ]
    chosen = ", ".join(varied.get(column, f"p.{column}") for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_village")
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_village AS SELECT row_number() OVER (ORDER BY code) - 1 AS i, code "
            "FROM regions_region WHERE level = 4"
        )
        cursor.execute("CREATE INDEX bench_village_i ON bench_village (i)")
        cursor.execute(
            f"WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) "
            f"INSERT INTO casework_case ({', '.join(columns)}) SELECT {chosen} FROM s, "
            "(SELECT * FROM casework_case WHERE number = 'B0') p"
        )
    while facts.fold():
        pass
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def dashboard():
    """The figures of the nation's page: by status, kind, month and area, with the mean handling time."""
    figures.tally(YEAR, "status")
    figures.tally(YEAR, "kind")
    figures.tally(YEAR, "month")
    figures.tally(YEAR, "program")
    figures.tally(YEAR, "area", "status")


def naive():
    """The same figures, counted from the cases."""
    for names in (("status",), ("kind",), ("month",), ("program",)):
        figures._tally_cases(YEAR, names)
    rows = Case.objects.filter(**figures.period_of(YEAR)).order_by()
    list(rows.values_list("province_code", "status", "outcome"))


@measure("Dashboard of the nation", on=("sqlite", "postgresql"))
def nation():
    multiply(1, FEW)
    dashboard()
    few = timed(dashboard, repeat=7)
    multiply(FEW + 1, MANY)
    yield Row(f"at {MANY:,} cases against {FEW:,}", timed(dashboard, repeat=7), few, at_most=2.0)
    yield Row(
        f"at {MANY:,} cases against counting the cases", timed(dashboard, repeat=3), timed(naive), at_most=0.1
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
