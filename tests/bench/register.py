"""The register import: staged and merged, against a bare COPY of the same rows into the same indexed tables."""

import datetime as dt
import io
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import connection, transaction

from cases.households.models import Household, Person
from cases.households.services.register import check_register, start_import, write_register
from cases.households.services.register.reading import COLUMNS
from portal.accounts.models import User
from portal.regions.models import Level, Region
from tests.bench import Row, measure, timed

ROWS = int(os.environ.get("BENCH_REGISTER_ROWS", 100_000))


def file_of(count: int) -> bytes:
    """Families of four in all the villages in turn, every person with a NIK."""
    villages = list(
        Region.objects.filter(level=Level.VILLAGE).order_by("pk").values_list("pk", flat=True)[:5000]
    )
    out = io.StringIO()
    out.write(",".join(COLUMNS) + "\n")
    for number in range(count):
        family = number // 4
        day, serial = 1 + number // 9999 % 28, number % 9999 + 1
        nik = f"{340401 + number // 279_972:06d}{day:02d}0485{serial:04d}"
        village = villages[family % len(villages)]
        out.write(
            f"K-{family},3404010101{family % 1_000_000:06d},{village},Jl. Melati {family},{family % 10 + 1},{nik},Siti {number},P,1985-04-17,anak,buruh\n"
        )
    return out.getvalue().encode()


def run_of(content: bytes, version: str):
    by, _new = User.objects.get_or_create(username="bench", defaults={"name": "Bench"})
    return start_import(
        file=ContentFile(content, name="d.csv"), name="d.csv", source="DTSEN", version=version, as_of=dt.date(2026, 6, 30), by=by
    )  # fmt: skip


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def peak_of(work) -> float:
    """Pages of memory beyond those at the start, the most while `work(advance)` runs."""
    before, most = resident(), 0

    def advance(_line):
        nonlocal most
        most = max(most, resident() - before)

    work(advance)
    return float(max(most, 1))


def copied() -> dict[str, tuple[str, bytes]]:
    """The finished rows of both tables, as COPY gives them."""
    parts = {}
    for model in (Household, Person):
        columns = ", ".join(field.column for field in model._meta.concrete_fields if not field.generated)
        out = io.BytesIO()
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {model._meta.db_table} ({columns}) TO STDOUT") as copy,
        ):
            for piece in copy:
                out.write(piece)
        parts[model._meta.db_table] = (columns, out.getvalue())
    return parts


def bare_copy(parts) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, content) in parts.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(content)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE households_household, households_person CASCADE")


@measure("Register import", on=("postgresql",))
def register():
    # The small one first: what Python keeps for itself it keeps from here on.
    peak_of(lambda advance: check_register(run_of(file_of(20_000), "warm"), advance))
    small = peak_of(lambda advance: check_register(run_of(file_of(ROWS // 2), "half"), advance))
    content = file_of(ROWS)
    first, again = run_of(content, "1"), run_of(content, "2")
    checked = timed(lambda: check_register(first))
    written = timed(lambda: write_register(first))
    assert Person.objects.count() == ROWS, Person.objects.count()
    large = peak_of(lambda advance: check_register(again, advance))
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, ROWS)
    unchanged = timed(lambda: write_register(again))
    parts = copied()
    empty()
    bare = timed(lambda: bare_copy(parts))
    assert Person.objects.count() == ROWS
    yield Row(
        f"writing {ROWS:,} checked rows against COPY into the same indexed tables", written, bare, at_most=4
    )
    yield Row("checking, sealing and staging them, against the same COPY", checked, bare)
    yield Row(
        "the same file again: writing what did not change, against the first time",
        unchanged,
        written,
        at_most=0.67,
    )
    yield Row("memory of the check against that of half the rows", large, small, "pages", at_most=1.2)
