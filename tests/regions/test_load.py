"""Loading the reference file: bad lines are named, a second run writes nothing, nothing is written half."""

import gzip
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.regions.models import Region
from portal.regions.services import COLUMNS, load_regions

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS)


def write(path, *lines, head=HEAD):
    file = path / "regions.csv"
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return file


def test_the_reference_file_gives_every_level_its_number_of_regions():
    counts = {level: Region.objects.at(level).count() for level in (1, 2, 3, 4)}
    assert counts == {1: 38, 2: 514, 3: 7285, 4: 83762}
    assert sum(counts.values()) == 91599


def test_a_second_load_of_the_reference_file_writes_no_row(settings):
    with CaptureQueriesContext(connection) as queries:
        result = load_regions(settings.BASE_DIR / "fixtures/reference/regions.csv.gz")
    assert (result.created, result.updated, result.unchanged) == (0, 0, 91599)
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_changed_and_a_new_line_are_taken_over(tmp_path):
    file = write(tmp_path, "34.04.07.2001,Catur Tunggal,55281,,,,,,", "34.04.07.2099,Baru,,,,,,,")
    result = load_regions(file)
    assert (result.created, result.updated) == (1, 1)
    assert Region.objects.get(pk="34.04.07.2001").name == "Catur Tunggal"
    assert Region.objects.get(pk="34.04.07.2099").full_name == "Baru, Depok, Kabupaten Sleman, DI Yogyakarta"


def test_a_dry_run_counts_and_writes_nothing(tmp_path):
    file = write(tmp_path, "34.04.07.2099,Baru,,,,,,,")
    out = StringIO()
    call_command("load_regions", file, "--dry-run", stdout=out)
    assert "1 created" in out.getvalue() and "nothing written" in out.getvalue()
    assert not Region.objects.filter(pk="34.04.07.2099").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("34.4,Sleman,,,,,,,", "line 3: '34.4' is not a region code"),
        ("3A.04,Sleman,,,,,,,", "line 3: '3A.04' is not a region code"),
        ("34.04.07.200１,Digit,,,,,,,", "line 3: '34.04.07.200１' is not a region code"),
        ("00.01.02.2001,Nowhere,,,,,,,", "line 3: 00.01.02.2001 lies in 00.01.02, which is unknown"),
        ("34.04.07.2098,,,,,,,,", "line 3: a region needs a code and a name"),
        ("34.04.07.2098,Baru,,abc,,,,,", "line 3: latitude is not a number: 'abc'"),
        ("34.04.07.2098,Baru,,91.5,,,,,", "line 3: latitude is out of range"),
        ("34.04.07.2098,Baru,,,,,,,-5", "line 3: population is out of range"),
        ("34.04.07.2098,Baru", "line 3: the number of columns is wrong"),
        ("34.04.07.2099,Lagi,,,,,,,", "line 3: 34.04.07.2099 stands in the file twice"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, line, words):
    file = write(tmp_path, "34.04.07.2099,Baru,,,,,,,", line)
    with pytest.raises(CommandError) as refusal:
        call_command("load_regions", file)
    assert words in str(refusal.value)
    assert not Region.objects.filter(pk="34.04.07.2099").exists()


def test_missing_columns_and_a_file_that_is_no_archive_are_named(tmp_path):
    with pytest.raises(CommandError, match="line 1: the columns .*population.* are missing"):
        call_command("load_regions", write(tmp_path, "34", head="code,name"))
    broken = tmp_path / "regions.csv.gz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(CommandError, match="regions.csv.gz"):
        call_command("load_regions", broken)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(b"x" * 5000)[:40])
    with pytest.raises(CommandError, match="cut.csv.gz"):
        call_command("load_regions", cut)


def test_the_command_ends_a_region_with_an_entry_in_the_audit():
    from portal.ledger.models import AuditEntry

    out = StringIO()
    call_command(
        "retire_region", "34.04.07.2001", "2026-06-30", "--new", "34.04.07.2091=Catur Baru", stdout=out
    )
    assert "34.04.07.2091" in out.getvalue()
    assert Region.objects.get(pk="34.04.07.2001").valid_to.isoformat() == "2026-06-30"
    assert AuditEntry.objects.get(purpose="retire_region").object_id == "34.04.07.2001"


@pytest.mark.parametrize(
    "arguments",
    [
        ("99.99", "2026-06-30"),
        ("34.04", "2026-06-30"),
        ("34.04.07.2001", "2026-06-30", "--successor", "99.99"),
        ("34.04.07.2001", "2026-06-30", "--new", "34.04.07.2091"),
        ("34.04.07.2001", "2026-06-30", "--new", "34.04.07.2091=A", "--new", "34.04.07.2002=B"),
        ("34.04.07.2001", "2026-06-30", "--new", "34.04.07.2091=A", "--successor", "34.04.07.2002"),
    ],
)
def test_the_command_refuses_in_words_and_writes_nothing(arguments):
    before = Region.objects.count()
    with pytest.raises(CommandError):
        call_command("retire_region", *arguments)
    assert Region.objects.count() == before
    assert not Region.objects.exclude(valid_to=None).exists()
