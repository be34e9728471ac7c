"""Loading the region tree, against the least that a database can do with the same rows."""

from django.conf import settings
from django.db import connection, transaction

from portal.regions.models import Region
from portal.regions.services import load_regions
from tests.bench import Row, measure, timed

FILE = settings.BASE_DIR / "fixtures/reference/regions.csv.gz"


@measure("Region load", on=("sqlite", "postgresql"))
def region_load():
    columns = [connection.ops.quote_name(field.column) for field in Region._meta.concrete_fields]
    listed = f"{Region._meta.db_table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {Region._meta.db_table} ORDER BY code")
        rows = cursor.fetchall()

    def bare_insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {listed} VALUES ({', '.join(['%s'] * len(columns))})", rows)

    empty()
    bare = timed(bare_insert)
    empty()
    yield Row(
        f"{len(rows):,} rows read, checked and written, against a bare insert",
        timed(lambda: load_regions(FILE)),
        bare,
        at_most=6,
    )
    again = None

    def second():
        nonlocal again
        again = load_regions(FILE)

    yield Row("the same file again, against a bare insert", timed(second), bare, at_most=6)
    yield Row("rows written by the second load", again.created + again.updated, len(rows), "rows", at_most=0)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Region._meta.db_table}")
