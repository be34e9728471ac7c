"""Extracts of the register: conditions, spreadsheets, what spans rows, large files (H-01)."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.households.models import Household, Person
from cases.households.services.register import check_register, start_import, write_register
from tests.casework import records as make

from .test_register import HEAD, line, load, private_files  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.rule("H-01")]


MORE = HEAD + ",kondisi_rumah,daya_listrik,hamil"


def test_household_conditions_are_columns_and_an_empty_cell_takes_the_old_value_away():
    nik = make.nik()
    run = load(
        line(nik=nik) + ",tidak layak,450,ya",
        line(name="Budi", hubungan="Anak") + ",tidak layak,450,",
        head=MORE,
    )
    siti = Person.objects.with_nik(nik).get()
    assert run.created_count == 2
    assert siti.household.conditions == {"house": "unfit", "power": 450} and siti.conditions == {
        "pregnant": True
    }
    load(line(nik=nik) + ",layak,,tidak", head=MORE, version="2026-2")
    siti.refresh_from_db()
    assert siti.household.conditions == {"house": "fit"} and siti.conditions == {"pregnant": False}
    # A file without these columns leaves them alone, whatever else it changes.
    load(line(nik=nik, desil="5"), version="2026-3")
    siti.refresh_from_db()
    assert siti.household.decile == 5 and siti.household.conditions == {"house": "fit"}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",roboh,450,ya", "kondisi_rumah"),
        (",layak,banyak,ya", "daya_listrik"),
        (",layak,450,mungkin", "hamil"),
    ],
)
def test_a_condition_that_is_none_is_named(cells, column):
    run = load(line() + ",layak,450,ya", line(family="K-2") + cells, head=MORE, write=False)
    assert list(run.errors.values_list("line", "column")) == [(3, column)] and not Household.objects.exists()


def test_rows_of_one_family_that_differ_in_the_familys_columns_are_named():
    first = line(desil="2", nik=make.nik())
    for other, column in (
        ({"desil": "3"}, "desil"),
        ({"desil": "2", "alamat": "Jl. Lain 9"}, "alamat"),
        ({"desil": "2", "kode_desa": make.SINDUADI}, "kode_desa"),
        ({"desil": "2", "no_kk": "3404070101200001"}, "no_kk"),
    ):
        run = load(first, line(nama="Budi", nik=make.nik(), **other), line(family="K-2"), write=False)
        error = run.errors.get()
        assert (error.line, error.column) == (3, column) and "2" in error.message


def test_a_member_whose_nik_the_register_learns_later_is_not_doubled():
    load(line(nik=""), line(nik="", name="Budi", tanggal_lahir="2015-05-05"))
    nik = make.nik()
    run = load(line(nik=nik), line(nik="", name="Budi", tanggal_lahir="2015-05-05"), version="2026-2")
    assert (run.created_count, run.changed_count, run.unchanged_count) == (0, 1, 1)
    assert Person.objects.count() == 2 and Person.objects.with_nik(nik).get().name == "Siti Aminah"


def workbook(rows) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def check_xlsx(*rows):
    run = start_import(
        file=SimpleUploadedFile("dtsen.xlsx", workbook([HEAD.split(","), *rows])), name="dtsen.xlsx", source="DTSEN",
        version="2026-1", as_of=dt.date(2026, 6, 30), by=make.officer("national_secretariat"),
    )  # fmt: skip
    check_register(run)
    return run


def test_a_spreadsheet_comes_in_with_its_own_dates():
    cells = line().split(",")
    cells[8] = dt.datetime(1985, 4, 17)
    write_register(check_xlsx(cells))
    assert Person.objects.get().born_on == dt.date(1985, 4, 17)


@pytest.mark.parametrize(
    ("position", "value", "column"),
    [(5, 3404075704850001, "nik"), (5, 3.2e15, "nik"), (1, 3404075704850001, "no_kk"), (6, "=A1&B1", "nama"), (8, "31/02/1985", "tanggal_lahir")],
)  # fmt: skip
def test_what_a_spreadsheet_has_mangled_is_named(position, value, column):
    cells = line(family="K-2").split(",")
    cells[position] = value
    run = check_xlsx(line().split(","), cells)
    assert list(run.errors.values_list("line", "column")) == [(3, column)]
    with pytest.raises(ValidationError):
        write_register(run)
    assert not Household.objects.exists() and not run.staged.exists()


def test_a_file_in_another_encoding_says_so():
    run = start_import(
        file=SimpleUploadedFile("x.csv", HEAD.encode() + b"\n" + line(name="Jos\xe9").encode("latin-1")), name="x.csv", source="DTSEN",
        version="1", as_of=dt.date(2026, 6, 30), by=make.officer("national_secretariat"),
    )  # fmt: skip
    check_register(run)
    assert "UTF-8" in run.errors.get().message and not run.staged.exists()
    with pytest.raises(ValidationError):
        write_register(run)


def test_staged_rows_hold_nothing_in_the_clear_and_go_when_written():
    nik = make.nik()
    run = load(line(nik=nik, no_kk="3404070101100001"), write=False)
    row = run.staged.get()
    for value in (row.nik, row.name, row.card, row.address):
        assert value and not any(secret in value for secret in (nik, "Siti", "3404070101100001", "Melati"))
    write_register(run)
    assert not run.staged.exists()


def test_the_check_can_be_lost_and_is_made_again():
    run = load(line(), line(family="K-2"), write=False)
    run.staged.all().delete()
    write_register(run)
    assert Person.objects.count() == 2


def test_a_hundred_thousand_rows_with_their_errors_named_and_none_half_done():
    count = 100_000

    def nik(number):
        return f"340407{41 + number // 9999:02d}0485{number % 9999 + 1:04d}"

    row = line(family="{family}", nik="{nik}")
    rows = [row.format(family=f"K-{number // 4}", nik=nik(number)) for number in range(count)]
    rows[50_000] = line(family="X", nik=nik(50_000), kode_desa="99.99.99.9999")
    rows += [line(family="Y", nik=nik(7)), line(family="Z", nik="3.2E+15")]
    run = load(*rows, write=False)
    found = list(run.errors.values_list("line", "column"))
    assert found == [(50_002, "kode_desa"), (count + 2, "nik"), (count + 3, "nik")]
    assert run.row_count == count + 2 and not Household.objects.exists() and not run.staged.exists()


@pytest.mark.postgres
def test_on_postgresql_the_rows_come_by_copy_and_the_result_is_the_same():
    test_household_conditions_are_columns_and_an_empty_cell_takes_the_old_value_away()


@pytest.mark.postgres
def test_on_postgresql_a_late_nik_doubles_nobody():
    test_a_member_whose_nik_the_register_learns_later_is_not_doubled()
