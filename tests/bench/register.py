"""The register import: simulated families staged and merged, against a bare COPY of the same rows into the same indexed tables."""

import csv
import datetime as dt
import io
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import connection, transaction

from cases.households.models import Household, Person
from cases.households.services.register import check_register, start_import, write_register
from cases.households.services.register.reading import COLUMNS, CONDITIONS
from portal.accounts.models import User
from tests.bench import Row, measure, timed

from .worlds import world

ROWS = int(os.environ.get("BENCH_REGISTER_ROWS", 100_000))
#: DI Yogyakarta, whose families of some 3.2 members become the file
PROVINCE = "34"
RELATIONS = {"head": "kepala keluarga", "spouse": "istri", "child": "anak"}
YES_NO = {True: "ya", False: "tidak"}


def lines_of(count: int) -> list[str]:
    """So many members of a simulated register as lines of its file, family by family, with their facts."""
    world(PROVINCE, cases=0, families=count * 10 // 28)
    people = Person.objects.select_related("household").order_by("household_id", "pk")[:count]
    out = io.StringIO()
    writer = csv.writer(out)
    for person in people.iterator(chunk_size=2_000):
        family = person.household
        facts = {**family.conditions, **person.conditions}
        writer.writerow(
            (
                family.register_id, family.family_card_number, family.region_id, family.address, family.decile, person.nik,
                person.name, person.sex, person.born_on, RELATIONS[person.relation], facts.get("occupation", ""),
                *(_told(facts.get(fact, "")) for fact in CONDITIONS.values()),
            )
        )  # fmt: skip
    lines = out.getvalue().splitlines(keepends=True)
    assert len(lines) == count, f"only {len(lines):,} people are simulated"
    return lines


def _told(value):
    return YES_NO[value] if isinstance(value, bool) else value


def file_of(lines: list[str]) -> bytes:
    return (",".join((*COLUMNS, *CONDITIONS)) + "\n" + "".join(lines)).encode()


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
    lines = lines_of(ROWS)
    # They left as a file; now they come in.
    empty()
    # The small one first: what Python keeps for itself it keeps from here on.
    peak_of(lambda advance: check_register(run_of(file_of(lines[: ROWS // 5]), "warm"), advance))
    small = peak_of(lambda advance: check_register(run_of(file_of(lines[: ROWS // 2]), "half"), advance))
    content = file_of(lines)
    checked = written = bare = float("inf")
    # In turns, twice: what else the machine does falls on both.
    for turn in (1, 2):
        empty()
        run = run_of(content, f"first {turn}")
        checked = min(checked, timed(lambda: check_register(run)))  # noqa: B023 - called at once
        written = min(written, timed(lambda: write_register(run)))  # noqa: B023
        assert Person.objects.count() == ROWS, Person.objects.count()
        parts = copied()
        empty()
        bare = min(bare, timed(lambda: bare_copy(parts)))  # noqa: B023
        assert Person.objects.count() == ROWS
    again = run_of(content, "again")
    large = peak_of(lambda advance: check_register(again, advance))
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, ROWS)
    unchanged = timed(lambda: write_register(again))
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
