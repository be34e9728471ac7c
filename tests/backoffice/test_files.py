"""Uploads are what they are, not what they are called; private files go to those who see the record."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.backoffice import files
from portal.backoffice.attachments import attach
from portal.ledger.models import AuditEntry
from portal.units.models import Unit

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 200


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(kind="JPEG", size=(60, 40), **extra):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **extra)
    return out.getvalue()


def test_a_pdf_is_kept_as_it_is():
    assert files.check_upload(upload("sk.pdf", PDF)).read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("surat.pdf", PROGRAM, "content"),
        ("surat.pdf", b"\x7fELF" + b"\x00" * 100, "content"),
        ("surat.pdf", b"%PDF-1.4 cut off", "content"),
        ("surat.pdf", b"<html><script>alert(1)</script>", "content"),
        ("foto.jpg", PDF, "content"),
        ("foto.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content"),
        ("surat.exe", PROGRAM, "ending"),
        ("surat", PDF, "ending"),
        ("surat.pdf", b"", "empty"),
    ],
)
def test_what_is_something_else_is_refused(name, content, code):
    with pytest.raises(ValidationError) as refusal:
        files.check_upload(upload(name, content))
    assert refusal.value.code == code


def test_too_large_is_refused(settings):
    with pytest.raises(ValidationError) as refusal:
        files.check_upload(upload("besar.pdf", PDF + b" " * 20 * 1024 * 1024))
    assert refusal.value.code == "too_large"


def test_a_picture_is_drawn_anew_without_its_place():
    exif = Image.Exif()
    exif[0x010E] = "rumah Ibu Siti"
    kept = files.check_upload(upload("rumah.jpg", picture(exif=exif))).read()
    assert b"Siti" not in kept and Image.open(io.BytesIO(kept)).size == (60, 40)
    hidden = picture() + b"<?php system($_GET['x']); ?>"
    assert b"php" not in files.check_upload(upload("rumah.jpg", hidden)).read()


def test_a_spreadsheet_with_a_program_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"):
            archive.writestr(name, "x")
    with pytest.raises(ValidationError):
        files.check_upload(upload("data.xlsx", out.getvalue()), files.TABLES)


@pytest.mark.django_db
@pytest.mark.rule("A-08")
def test_a_personal_file_is_read_by_those_who_see_the_record_and_leaves_a_trace(as_user, officer):
    unit = Unit.objects.create(kind="slrt", name="SLRT Sleman", region_id="34.04")
    keeper = officer("manager", "34.04")
    kept = attach(unit, upload("ktp.pdf", PDF), by=keeper, personal=True)
    response = as_user(keeper).get(kept.get_absolute_url())
    assert b"".join(response.streaming_content) == PDF
    assert "attachment" in response["Content-Disposition"] and response["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="read", model="units.unit", actor=keeper.username).count() == 1
    assert "ktp" not in kept.file.name and not kept.file.name.startswith("/")
    assert as_user(officer("manager", "34.02")).get(kept.get_absolute_url()).status_code == 404
    assert AuditEntry.objects.filter(action="read").count() == 1
