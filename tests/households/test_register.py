"""Extracts of the register: named by row and column, none half done, resumable, local records kept (H-01)."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.households.models import Enrolment, Household, Person, RegisterImport, StagedRow
from cases.households.services.register import check_register, loading, start_import, write_register
from tests.casework import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.rule("H-01")]
HEAD = "id_keluarga,no_kk,kode_desa,alamat,desil,nik,nama,jenis_kelamin,tanggal_lahir,hubungan,pekerjaan"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    from django.core.files.storage import storages

    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    RegisterImport._meta.get_field("file").storage = storages["private"]


def line(family="K-1", nik=None, name="Siti Aminah", **cells):
    row = {
        "id_keluarga": family, "no_kk": "", "kode_desa": make.CATURTUNGGAL, "alamat": "Jl. Melati 1", "desil": "2",
        "nik": make.nik() if nik is None else nik, "nama": name, "jenis_kelamin": "P", "tanggal_lahir": "1985-04-17",
        "hubungan": "Kepala keluarga", "pekerjaan": "buruh",
    }  # fmt: skip
    return ",".join((row | cells).values())


def load(*lines, version="2026-1", head=HEAD, write=True, content=b""):
    content = content or "\n".join([head, *lines]).encode()
    run = start_import(
        file=SimpleUploadedFile("dtsen.csv", content), name="dtsen.csv", source="DTSEN", version=version, as_of=dt.date(2026, 6, 30),
        by=make.officer("national_secretariat"),
    )  # fmt: skip
    if run.checked_at is None:
        check_register(run)
    return write_register(run) if write else run


def test_families_and_persons_come_in_and_are_found_by_nik():
    nik = make.nik()
    run = load(line(nik=nik), line(name="Budi", jenis_kelamin="L", hubungan="Suami"))
    assert (run.row_count, run.created_count) == (2, 2)
    assert Household.objects.get().members.count() == 2
    person = Person.objects.with_nik(nik).get()
    assert (person.name, person.is_head, person.household.decile) == ("Siti Aminah", True, 2)


def test_the_same_file_is_one_import_and_the_same_rows_write_nothing(django_assert_max_num_queries):
    rows = [line(), line(family="K-2")]
    first, again = load(*rows), load(*rows)
    assert first.pk == again.pk
    later = load(*rows, version="2026-2")
    assert (later.created_count, later.changed_count, later.unchanged_count) == (0, 0, 2)
    assert Person.objects.count() == 2


def test_an_unchanged_extract_sends_no_writing_statement_to_families_or_persons():
    rows = [line(family=f"K-{number}") for number in range(4)]
    load(*rows)
    again = load(*rows, version="2026-2", write=False)
    with CaptureQueriesContext(connection) as sent:
        write_register(again)
    writing = [one["sql"] for one in sent if one["sql"].lstrip().startswith(("UPDATE", "INSERT", "DELETE"))]
    assert writing and not [sql for sql in writing if sql.lstrip().split()[1].startswith("households_person")]
    assert not [sql for sql in writing if "UPDATE households_household" in sql or "INTO households_" in sql]


def test_of_an_extract_in_which_one_family_moved_and_one_person_aged_only_these_are_written():
    nik = [make.nik() for _number in range(4)]
    load(*(line(family=f"K-{n}", nik=nik[n]) for n in range(3)))
    run = load(
        line(family="K-0", nik=nik[0]),
        line(family="K-1", nik=nik[1], alamat="Jl. Kenanga 2"),
        line(family="K-2", nik=nik[2], pekerjaan="petani"),
        line(family="K-2", nik=nik[3], name="Budi", hubungan="anak"),
        version="2026-2",
    )
    assert (run.created_count, run.changed_count, run.unchanged_count) == (1, 1, 2)
    versions = dict(Household.objects.values_list("register_id", "register_version"))
    assert versions == {"K-0": "2026-1", "K-1": "2026-2", "K-2": "2026-1"}
    assert Household.objects.get(register_id="K-1").address == "Jl. Kenanga 2"
    assert {p.name: p.occupation for p in Household.objects.get(register_id="K-2").members.all()} == {
        "Siti Aminah": "petani",
        "Budi": "buruh",
    }


def test_a_later_extract_changes_what_the_register_says_and_keeps_what_officers_recorded():
    nik = make.nik()
    load(line(nik=nik))
    person = Person.objects.get()
    case = make.case(of=person)
    Enrolment.objects.create(
        household=person.household,
        person=person,
        program=make.program(),
        valid_from="2025-01-01",
        source="reported",
    )
    load(line(nik=nik, pekerjaan="pedagang", desil="4"), version="2026-2")
    person.refresh_from_db()
    case.refresh_from_db()
    assert (person.occupation, person.household.decile) == ("pedagang", 4)
    assert (
        case.person == person
        and person.household.enrolments.count() == 1
        and person.household.cases.count() == 1
    )


def test_a_nik_that_came_later_is_not_taken_away_by_an_extract_without_it():
    from cases.households.services import record_nik

    load(line(nik=""))
    make.unit("34.04")
    record_nik(person=Person.objects.get(), nik=make.nik(), by=make.officer("front_office", "34.04"))
    known = Person.objects.get().nik
    load(line(nik="", pekerjaan="petani"), version="2026-2")
    assert Person.objects.get().nik == known


@pytest.mark.rule("H-03")
def test_somebody_recorded_here_first_becomes_the_registers_and_is_not_doubled():
    from cases.households.services import record_profile
    from portal.regions.models import Region

    nik = make.nik()
    person, _proposal = record_profile(
        village=Region.objects.get(pk=make.CATURTUNGGAL),
        name="Siti",
        sex="f",
        nik=nik,
        by=make.officer("front_office", "34.04"),
    )
    load(line(nik=nik))
    person.refresh_from_db()
    assert Person.objects.count() == Household.objects.count() == 1
    assert person.household.source == "register" and person.name == "Siti Aminah"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"nik": "340407570485000"}, "nik"),
        ({"nik": "3.40407E+15"}, "nik"),
        ({"nik": "=1+1"}, "nik"),
        ({"no_kk": "3,2E+15".replace(",", ".")}, "no_kk"),
        ({"kode_desa": "99.99.99.9999"}, "kode_desa"),
        ({"kode_desa": ""}, "kode_desa"),
        ({"tanggal_lahir": "31/02/1985"}, "tanggal_lahir"),
        ({"tanggal_lahir": "04-17-1985"}, "tanggal_lahir"),
        ({"jenis_kelamin": "X"}, "jenis_kelamin"),
        ({"desil": "11"}, "desil"),
        ({"nama": "@SUM(A1)"}, "nama"),
    ],
)
def test_each_wrong_cell_is_named_by_row_and_column_and_nothing_is_written(cells, column):
    run = load(line(), line(family="K-2", **cells), write=False)
    assert (3, column) in set(run.errors.values_list("line", "column"))
    assert not Household.objects.exists()
    with pytest.raises(ValidationError):
        write_register(run)
    assert not Household.objects.exists()
    for value in cells.values():
        if value.isdigit():
            assert value not in "".join(run.errors.values_list("message", flat=True))


def test_a_nik_that_stands_twice_names_both_rows():
    nik = make.nik()
    run = load(line(nik=nik), line(family="K-2", nik=nik), write=False)
    error = run.errors.get()
    assert (error.line, error.column) == (3, "nik") and "2" in error.message


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("nik,nama", {"id_keluarga", "kode_desa", "jenis_kelamin"}),
        (HEAD + ",gaji", {"gaji"}),
        (HEAD.replace("nama", "name"), {"nama", "name"}),
        (HEAD + ",desil", {"desil"}),
    ],
)
def test_wrong_heads_are_named_one_by_one_on_the_page_of_the_file(client, head, named):
    with pytest.raises(ValidationError):
        load(line(), head=head)
    run = RegisterImport.objects.get()
    assert run.checked_at and {(error.line, error.column) for error in run.errors.all()} == {
        (1, name) for name in named
    }
    assert not Household.objects.exists() and not StagedRow.objects.exists()
    client.force_login(make.officer("national_secretariat"), backend="portal.accounts.backends.RoleBackend")
    url = reverse("households:register_import", args=[run.pk])
    page = client.get(url)
    text = page.content.decode()
    assert (
        all(f">{name}<" in text for name in named)
        and "http-equiv" not in text
        and not page.context["may_write"]
    )
    listed = b"".join(client.get(f"{url}?export=csv").streaming_content).decode()
    assert all(name in listed for name in named)


def test_a_file_that_is_no_table_says_so_on_its_page():
    with pytest.raises(ValidationError):
        load(content=b"PK\x03\x04 no spreadsheet")
    run = RegisterImport.objects.get()
    assert run.checked_at and run.errors.get().message


@pytest.mark.parametrize("form", ["17/04/1985", "17-04-1985", "1985-04-17"])
def test_dates_come_in_three_forms(form):
    load(line(tanggal_lahir=form))
    assert Person.objects.get().born_on == dt.date(1985, 4, 17)


def test_an_interrupted_import_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(loading, "CHUNK", 3)
    rows = [line(family=f"K-{number}") for number in range(10)]
    run = load(*rows, write=False)

    class Killed(Exception):
        pass

    def die(reached):
        if reached > 5:
            raise Killed

    with pytest.raises(Killed):
        write_register(run, advance=die)
    run.refresh_from_db()
    assert run.high_water == 7 and run.written_at is None and Person.objects.count() == 6
    write_register(run)
    assert Person.objects.count() == 10 and run.written_at
    write_register(run)
    assert Person.objects.count() == 10


def test_the_door_is_for_the_register_keepers_alone(client):
    for role, region, status in (
        ("manager", "34.04", 403),
        ("front_office", "34.04", 403),
        ("national_secretariat", "", 200),
    ):
        client.force_login(make.officer(role, region), backend="portal.accounts.backends.RoleBackend")
        assert client.get(reverse("households:register")).status_code == status
    wrong = client.post(
        reverse("households:register"),
        {
            "source": "DTSEN",
            "version": "1",
            "as_of": "2026-06-30",
            "file": SimpleUploadedFile("x.csv", b"MZ\x90\x00program"),
        },
    )
    assert "file" in wrong.context["form"].errors and not RegisterImport.objects.exists()


# -- conditions, spreadsheets, what spans rows ---------------------------------------------------------------------------
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
def test_on_postgresql_spans_and_late_niks_are_found_too():
    test_a_nik_that_stands_twice_names_both_rows()
    test_a_member_whose_nik_the_register_learns_later_is_not_doubled()


@pytest.mark.postgres
def test_on_postgresql_only_what_differs_is_written():
    test_of_an_extract_in_which_one_family_moved_and_one_person_aged_only_these_are_written()
