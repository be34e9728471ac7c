"""Imports: every trouble by row and column, nothing written before the confirmation, all or nothing."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import path
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget
from openpyxl import Workbook

from portal.backoffice.import_views import ImportView
from portal.backoffice.imports import ScopedResource, register_import
from portal.backoffice.models import ImportRun
from portal.backoffice.tables import read_table
from portal.jobs import services
from portal.regions.models import Region
from portal.units.models import Unit
from portal.urls import urlpatterns as portal_urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class UnitResource(ScopedResource):
    add_right = "change"
    kind = Field("kind", "Jenis")
    name = Field("name", "Nama")
    region = Field("region", "Kode wilayah", widget=ForeignKeyWidget(Region, "code"))
    phone = Field("phone", "Telepon")
    founded_on = Field("founded_on", "Tanggal berdiri")
    long_numbers = ("Telepon",)
    dates = ("Tanggal berdiri",)

    class Meta:
        model = Unit
        import_id_fields = ("kind", "region")
        fields = ("kind", "name", "region", "phone", "founded_on")


UNITS = register_import("test-units", UnitResource, label="Impor unit")


class UnitImport(ImportView):
    kind = UNITS
    required_right = (Unit, "change")


urlpatterns = [path("admin/uji-impor/", UnitImport.as_view()), *portal_urls]
HEADS = "Jenis;Nama;Kode wilayah;Telepon;Tanggal berdiri"


def send(client, text, name="unit.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    response = client.post("/admin/uji-impor/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    run = ImportRun.objects.latest("created_at")
    services.run(run.check_job_id)
    run.refresh_from_db()
    return run


@pytest.fixture
def manager(officer):
    return officer("manager", "34.04")


def test_check_confirm_write(as_user, manager):
    client = as_user(manager)
    run = send(
        client,
        f"{HEADS}\npuskesos;Puskesos A;34.04.07.2001;0811234567;31/12/2025\npuskesos;Puskesos B;34.04.07.2002;;\n",
    )
    assert run.findings == [] and run.totals["new"] == 2
    assert not Unit.objects.filter(name__startswith="Puskesos").exists()
    assert client.get(run.get_absolute_url()).status_code == 200
    client.post(run.get_absolute_url())
    client.post(run.get_absolute_url())
    run.refresh_from_db()
    services.run(run.write_job_id)
    run.refresh_from_db()
    assert run.written_at and Unit.objects.filter(name__startswith="Puskesos").count() == 2
    assert Unit.objects.get(name="Puskesos A").founded_on == date(2025, 12, 31)
    again = send(client, f"{HEADS}\npuskesos;Puskesos A;34.04.07.2001;0811234567;31/12/2025\n")
    assert again.totals["unchanged"] == 1


def test_every_trouble_has_its_row_and_column(as_user, manager):
    run = send(
        as_user(manager),
        f"{HEADS}\n"
        "puskesos;Puskesos A;34.04.07.2001;8,11E+12;31/12/2025\n"
        "puskesos;=1+1;34.04.07.2002;;12/31/2025\n"
        "klinik;Puskesos C;34.04.07.2003;;2025-02-30\n"
        "puskesos;Puskesos D;34.02.01.2001;;\n"
        "puskesos;Puskesos E;99.99;;\n"
        "puskesos;Puskesos F;34.04.07.2001;;besok\n",
    )
    places = {(row, column) for row, column, _message in run.findings}
    assert {
        (2, "Telepon"), (3, "Nama"), (3, "Tanggal berdiri"), (4, "Jenis"), (4, "Tanggal berdiri"), (5, "Kode wilayah"),
        (7, "Tanggal berdiri"),
    } <= places  # fmt: skip
    assert any(row == 6 for row, _column in places)
    assert (7, "Jenis, Kode wilayah") in places  # the same key as in row 2
    assert not run.is_clean and not Unit.objects.filter(name__startswith="Puskesos").exists()
    client = as_user(manager)
    client.post(run.get_absolute_url())
    run.refresh_from_db()
    assert run.write_job is None
    assert client.get(f"/admin/impor/{run.pk}/temuan/?format=csv").status_code == 200


def test_wrong_heads_are_named(as_user, manager):
    run = send(as_user(manager), "Jenis;Nama;Kode wilyah;Warna\npuskesos;A;34.04.07.2001;biru\n")
    said = {column: message for _row, column, message in run.findings}
    assert "Kode wilayah" in said["Kode wilyah"] and "Warna" in said and "Kode wilayah" in said


def test_excel_numbers_formulas_and_dates():
    book = Workbook()
    book.active.append(["NIK", "Lahir", "Nama"])
    book.active.append([3404070101900001, date(1990, 1, 1), "Siti"])
    book.active.append(["3404070101900002", "1/2/1990", "=A1"])
    book.active.append(["3,40407E+15", "Februari", "Budi"])
    out = io.BytesIO()
    book.save(out)
    table = read_table(
        out.getvalue(),
        columns={"NIK": True, "Lahir": True, "Nama": True},
        long_numbers=("NIK",),
        dates=("Lahir",),
    )
    assert {(f.row, f.column) for f in table.findings} == {(2, "NIK"), (3, "Nama"), (4, "NIK"), (4, "Lahir")}
    assert table.rows[0][1][1] == "1990-01-01" and table.rows[1][1][1] == "1990-02-01"
    assert not any("3404070101900001" in f.message for f in table.findings)


def test_nothing_half_done_when_a_row_fails_at_the_writing(as_user, manager):
    client = as_user(manager)
    run = send(client, f"{HEADS}\npuskesos;Puskesos A;34.04.07.2001;;\npuskesos;Puskesos B;34.04.07.2002;;\n")
    client.post(run.get_absolute_url())
    run.refresh_from_db()
    # Between check and writing the manager's role moves elsewhere.
    manager.assignments.update(region_id="34.02")
    services.run(run.write_job_id)
    run.refresh_from_db()
    assert run.written_at is None and not Unit.objects.filter(name__startswith="Puskesos").exists()
    assert run.write_job.status == "failed" and "34.04" not in run.write_job.message


def test_doors_of_others_are_closed(as_user, officer, manager):
    run = send(as_user(manager), f"{HEADS}\npuskesos;Puskesos A;34.04.07.2001;;\n")
    other = as_user(officer("manager", "34.02"))
    assert other.get(run.get_absolute_url()).status_code == 404
    assert other.post(run.get_absolute_url()).status_code == 404
    assert other.get(f"/admin/impor/{run.pk}/temuan/").status_code == 404
    assert as_user(officer("front_office", "34.04")).get("/admin/uji-impor/").status_code == 403


def test_a_program_called_csv_is_refused(as_user, manager):
    response = as_user(manager).post(
        "/admin/uji-impor/", {"file": SimpleUploadedFile("a.csv", b"MZ\x00\x01\x02")}
    )
    assert response.status_code == 200 and response.context["form"].errors["file"]
    assert as_user(manager).get("/admin/uji-impor/?template=xlsx").status_code == 200
