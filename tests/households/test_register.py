"""Extracts of the register: named by row and column, none half done, resumable, local records kept (H-01)."""

import datetime as dt

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


@pytest.mark.postgres
def test_on_postgresql_only_what_differs_is_written():
    test_of_an_extract_in_which_one_family_moved_and_one_person_aged_only_these_are_written()


@pytest.mark.postgres
def test_on_postgresql_a_nik_that_stands_twice_is_found_too():
    test_a_nik_that_stands_twice_names_both_rows()
