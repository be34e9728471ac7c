"""Units and officers that exist already come from spreadsheets: a dry run first, faults by row and column, twice without change."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.roles import Role
from portal.backoffice.models import ImportRun
from portal.jobs import services as jobs
from portal.regions.models import Level, Region
from portal.staffing.models import Appointment, Officer
from portal.units.models import Unit
from tests.factories import UnitFactory, officer
from tests.portal.doors import page, sign_in

pytestmark = pytest.mark.django_db


def send(client, user, url, text):
    response = sign_in(client, user).post(url, {"file": SimpleUploadedFile("berkas.csv", text.encode())})
    assert response.status_code == 302, response.content.decode()
    run = ImportRun.objects.latest("created_at")
    jobs.run(run.check_job_id)
    run.refresh_from_db()
    return run


def confirm(client, user, run):
    sign_in(client, user).post(f"/admin/impor/{run.pk}/")
    run.refresh_from_db()
    jobs.run(run.write_job_id)
    run.refresh_from_db()


HEADS = "Jenis;Kode wilayah;Nama;Alamat;Jam layanan;WhatsApp;Surel;Tanggal berdiri\n"


def test_existing_units_come_from_a_spreadsheet(client):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    page(client, officer(Role.REGENCY_SOCIAL_OFFICE), "/admin/impor-unit/", 403)
    run = send(
        client,
        seknas,
        "/admin/impor-unit/",
        HEADS
        + "SLRT;73.03;SLRT Kabupaten Bantaeng;;;;;2016-07-01\nSLRT;73.03.01;Salah;;;;;\nX;73.04;Salah;;;;bukan;\n",
    )
    assert not run.is_clean and {finding[0] for finding in run.findings} == {3, 4}, run.findings
    assert not Unit.objects.exists()
    run = send(
        client,
        seknas,
        "/admin/impor-unit/",
        HEADS
        + "SLRT;73.03;SLRT Kabupaten Bantaeng;;;;;2016-07-01\nPuskesos;73.03.01.1001;Puskesos Pallantikang;;;;;\n",
    )
    assert run.is_clean, run.findings
    assert not Unit.objects.exists(), "a check writes nothing"
    confirm(client, seknas, run)
    assert set(Unit.objects.listed().values_list("kind", flat=True)) == {"slrt", "puskesos"}
    assert Unit.objects.get(region="73.03").status == "operating"
    again = send(
        client, seknas, "/admin/impor-unit/", HEADS + "SLRT;73.03;SLRT Kabupaten Bantaeng;;;;;2016-07-01\n"
    )
    assert again.is_clean and again.totals.get("unchanged") == 1


STAFF = "NIK;Nama;Jenis kelamin;Tanggal lahir;Pendidikan;Unsur;NIP;Kode desa domisili;Kode wilayah kantor;Nomor seluler;Surel;IMEI;Jabatan;Kode wilayah tugas;Nomor SK;Tanggal SK;Penanda tangan SK\n"
ROW = "3404075705900001;Siti Aminah;P;1990-05-17;S1;masyarakat;;34.04.07.2001;34.04;081234500001;siti@demo.example;490154203237518;facilitator;34.04.07.2001;12/KEP/2025;2025-01-06;Kepala Dinas\n"


def test_existing_officers_come_from_a_spreadsheet_with_their_posts(client):
    UnitFactory()
    office = officer(Role.REGENCY_SOCIAL_OFFICE)
    url = "/admin/impor-petugas/"
    page(client, officer(Role.MANAGER), url, 403)
    wrong = (
        ROW.replace("1990-05-17", "1991-05-17"),
        ROW.replace("34.04;08", "34.02;08"),
        ROW.replace(";P;", ";X;"),
    )
    for row in wrong:
        run = send(client, office, url, STAFF + row)
        assert not run.is_clean and run.findings[0][0] == 2
        assert "3404075705900001" not in str(run.findings)
    run = send(client, office, url, STAFF + ROW.replace("facilitator", "tidak ada"))
    assert not run.is_clean
    run = send(client, office, url, STAFF + ROW)
    assert run.is_clean, run.findings
    assert not Officer.objects.exists()
    confirm(client, office, run)
    held = Appointment.objects.get()
    assert held.status == "active" and held.decree.number == "12/KEP/2025" and held.is_local
    confirm(client, office, send(client, office, url, STAFF + ROW))
    assert Officer.objects.count() == Appointment.objects.count() == 1


def test_the_faults_of_a_file_of_units_stand_at_row_and_column(client):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    rows = (
        "SLRT;73.03;SLRT Kabupaten Bantaeng;;;;;2016-07-01",
        "SLRT;73.03.01;Kecamatan;;;;;",
        "Klinik;73.04;Salah jenis;;;;;",
        "SLRT;73.05;;;;;;",
        "SLRT;99.99;Tidak ada;;;;;",
        "SLRT;73.06;Surel salah;;;;bukan surel;",
        "SLRT;73.07;Tanggal salah;;;;;kemarin",
        "SLRT;73.08;Nomor salah;;;12;;",
        "SLRT;73.03;Kembar;;;;;",
    )
    run = send(client, seknas, "/admin/impor-unit/", HEADS + "\n".join(rows) + "\n")
    found = {(row, column) for row, column, *_text in run.findings}
    assert not Unit.objects.exists() and 2 not in {row for row, _column in found}
    assert {(3, "Kode wilayah"), (7, "Surel"), (9, "WhatsApp"), (10, "Jenis, Kode wilayah")} <= found, (
        run.findings
    )
    assert {row for row, _column in found} == {3, 4, 5, 6, 7, 8, 9, 10}
    shown = page(client, seknas, f"/admin/impor/{run.pk}/")
    assert "Kode wilayah" in shown and "Surel" in shown


def test_a_unit_comes_with_its_telephone_postcode_and_point(client):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    heads = "Jenis;Kode wilayah;Nama;Telepon;Kode pos;Lintang;Bujur\n"
    rows = (
        "SLRT;73.03;Satu;0413-21001;924;-5,54222;119,95172",
        "SLRT;73.04;Dua;;;-5.54222;",
        "SLRT;73.05;Tiga;;;89;119.9",
        "SLRT;73.06;Empat;;;selatan;timur",
    )
    run = send(client, seknas, "/admin/impor-unit/", heads + "\n".join(rows) + "\n")
    found = {(row, column) for row, column, *_text in run.findings}
    assert {(2, "Kode pos"), (3, "Lintang"), (4, "Lintang"), (5, "Lintang")} <= found, run.findings
    good = "SLRT;73.03;Satu;0413-21001;92411;-5,54222;119,95172\nSLRT;73.04;Dua;;;;\n"
    confirm(client, seknas, send(client, seknas, "/admin/impor-unit/", heads + good))
    own, other = Unit.objects.order_by("region_id")
    assert (own.phone.as_e164, own.postal_code) == ("+6241321001", "92411")
    assert (str(own.latitude), str(own.longitude)) == ("-5.54222", "119.95172")
    assert other.latitude == other.region.latitude, (
        "without a point of its own it stands in the middle of its region"
    )


def test_the_150_founded_regencies_come_in_one_file_and_twice_without_change(client):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    places = list(Region.objects.current().at(Level.REGENCY).order_by("pk")[:150])
    years = [2016] * 50 + [2017] * 20 + [2018] * 60 + [2019] * 20
    lines = [
        f"SLRT;{place.pk};SLRT {place.name};;;;;{year}-07-01"
        for place, year in zip(places, years, strict=True)
    ]
    run = send(client, seknas, "/admin/impor-unit/", HEADS + "\n".join(lines) + "\n")
    assert run.is_clean and run.totals["rows"] == 150 and not Unit.objects.exists()
    confirm(client, seknas, run)
    founded = Unit.objects.listed().filter(kind="slrt", status="operating")
    assert founded.count() == 150 and founded.filter(founded_on__year=2018).count() == 60
    assert founded.exclude(latitude=None).count() == sum(place.latitude is not None for place in places)
    again = send(client, seknas, "/admin/impor-unit/", HEADS + "\n".join(lines) + "\n")
    assert again.is_clean and again.totals.get("unchanged") == 150
