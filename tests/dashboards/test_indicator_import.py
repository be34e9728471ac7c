"""Poverty indicators from a file: what is named, what is refused, what a second file changes (D-13)."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook

from portal.backoffice.models import ImportRun
from portal.jobs import services
from reports.dashboards import reference
from reports.dashboards.models import Indicator, IndicatorValue
from reports.dashboards.resources import ValueWidget

from .test_facts import desk  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01", "last": "2026-12"}


def import_of(client, *lines, heads="Indikator;Kode wilayah;Tahun;Nilai;Sumber", encoding="utf-8"):
    text = "\n".join([heads, *lines])
    answer = client.post(
        reverse("indicator-import"), {"file": SimpleUploadedFile("bps.csv", text.encode(encoding))}
    )
    assert answer.status_code == 302
    run = ImportRun.objects.latest("created_at")
    services.run(run.check_job_id)
    run.refresh_from_db()
    return run


@pytest.mark.rule("D-13")
@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("p0;34.04.07;2025;150;BPS", "Nilai"),
        ("p0;34.04.07;2025;-1;BPS", "Nilai"),
        ("ipm;34.04.07;2025;7200;BPS", "Nilai"),
        ("p0;34.04.07;2025;NaN;BPS", "Nilai"),
        ("p0;34.04.07;2025;1e1;BPS", "Nilai"),
        ("p0;34.04.07;2025;1.234;BPS", "Nilai"),
        ("p0;34.04.07;2025;31/12/2025;BPS", "Nilai"),
        ("p0;34.04.07;2025;=SUM(A1:A9);BPS", "Nilai"),
        ("p0;34.04.07;31/12/2025;5;BPS", "Tahun"),
        ("p0;34.04.07;2025-12-31;5;BPS", "Tahun"),
        ("p0;34.04.07;Desember 2025;5;BPS", "Tahun"),
        ("p0;34.04.07;3026;5;BPS", "Tahun"),
        ("p0;34.04.07;1899;5;BPS", "Tahun"),
        ("p0;34.04.07;abcd;5;BPS", "Tahun"),
        ("p0;34.04.07;2025,5;5;BPS", "Tahun"),
        ("miskin;34.04.07;2025;5;BPS", "Indikator"),
        ("open_needs;34.04.07;2025;5;BPS", "Indikator"),
        ("p0;99.99;2025;5;BPS", "Kode wilayah"),
        ("p0;34.02;2025;5;BPS", "Kode wilayah"),
        ("p0;;2025;5;BPS", "Kode wilayah"),
        ("p0;34.04.07;2025;5;=1+1", "Sumber"),
        ("p0;34.04.07;2025;5;", "Sumber"),
        ("p0;34.04.07;2025;;BPS", "Nilai"),
    ],
)
def test_each_wrong_cell_of_a_file_is_named_once_with_its_column(client, line, column):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    run = import_of(client, line)
    assert [(row, where) for row, where, _words in run.findings] == [(2, column)], run.findings


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_value_is_read_the_same_in_both_languages(language):
    with translation.override(language):
        read = {text: ValueWidget().clean(text) for text in ("7,52", "7.52", "7,5", "0,123", "12,5 %", "1.234,5", "1,234.5", "-3", "0", "1,23456789")}  # fmt: skip
    assert read == {
        "7,52": Decimal("7.52"), "7.52": Decimal("7.52"), "7,5": Decimal("7.5"), "0,123": Decimal("0.123"),
        "12,5 %": Decimal("12.5"), "1.234,5": Decimal("1234.5"), "1,234.5": Decimal("1234.5"), "-3": -3, "0": 0,
        "1,23456789": Decimal("1.2346"),
    }  # fmt: skip


@pytest.mark.rule("D-13")
def test_a_spreadsheet_with_dates_formulas_and_percents_names_each_cell_and_writes_nothing(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    book = Workbook()
    sheet = book.active
    for row in (
        ["Indikator", "Kode wilayah", "Tahun", "Nilai", "Sumber"],
        ["p0", "34.04.07", 2025, 0.075, "BPS"],  # shown as 7,5 %
        ["p0", "34.04.06", dt.date(2025, 12, 31), 7.5, "BPS"],
        ["p0", "34.04.01", 2025, "=D2*2", "BPS"],
        ["p0", "34.02", 2025, 7.5, "BPS"],
        ["p0", "34.04.07", 2025, 8, "BPS"],
    ):
        sheet.append(row)
    sheet["D2"].number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)

    def send():
        client.post(reverse("indicator-import"), {"file": SimpleUploadedFile("bps.xlsx", file.getvalue())})
        run = ImportRun.objects.latest("created_at")
        services.run(run.check_job_id)
        run.refresh_from_db()
        return run

    run = send()
    assert {(row, column) for row, column, _words in run.findings} == {
        (3, "Tahun"), (4, "Nilai"), (5, "Kode wilayah"), (6, "Indikator, Kode wilayah, Tahun"),
    }, run.findings  # fmt: skip
    client.post(run.get_absolute_url())
    assert not IndicatorValue.objects.exists()
    page = client.get(run.get_absolute_url()).content.decode()
    assert 'data-label="Baris">3<' in page and 'data-label="Kolom">Tahun<' in page
    sheet.delete_rows(3, 4)
    file.seek(0)
    file.truncate()
    book.save(file)
    good = send()
    client.post(good.get_absolute_url())
    good.refresh_from_db()
    services.run(good.write_job_id)
    assert IndicatorValue.objects.get().value == Decimal("7.5")


@pytest.mark.rule("D-13")
def test_a_second_import_changes_only_what_differs_and_the_history_keeps_it(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")

    def write(*lines):
        run = import_of(client, *lines)
        assert run.findings == []
        client.post(run.get_absolute_url())
        run.refresh_from_db()
        services.run(run.write_job_id)
        run.refresh_from_db()
        return {key: run.totals.get(key) for key in ("new", "updated", "unchanged")}

    lines = ["p0;34.04.07;2025;7,52;BPS 2025", "ipm;34.04.07;2025;81,2;BPS 2025"]
    assert write(*lines) == {"new": 2, "updated": 0, "unchanged": 0}
    assert write(*lines) == {"new": 0, "updated": 0, "unchanged": 2}
    corrected = ["p0;34.04.07;2025;7,60;BPS 2025, angka perbaikan", lines[1]]
    assert write(*corrected) == {"new": 0, "updated": 1, "unchanged": 1}
    value = IndicatorValue.objects.get(indicator="p0")
    assert (value.value, value.source) == (Decimal("7.6"), "BPS 2025, angka perbaikan")
    assert IndicatorValue.objects.count() == 2
    # What was replaced is shown before it is written, and afterwards in the history of the value.
    third = import_of(client, "p0;34.04.07;2025;8,5;BPS 2025, angka perbaikan")
    assert third.totals["changes"] == [[2, "Nilai", "7,6", "8,5"]]
    page = client.get(third.get_absolute_url()).content.decode()
    assert "Yang diganti oleh berkas" in page and "7,6" in page
    history = client.get(f"/admin/nilai-indikator/history/{value.pk}/").content.decode()
    assert "Nilai 7,52 → 7,6; Sumber BPS 2025 → BPS 2025, angka perbaikan" in history
    # The same line twice in one file is two words about one figure.
    twice = import_of(client, lines[0], lines[0])
    assert [(row, column) for row, column, _words in twice.findings] == [
        (3, "Indikator, Kode wilayah, Tahun")
    ]


@pytest.mark.rule("D-13", "A-07")
def test_a_foreign_region_is_refused_without_telling_what_is_recorded_there(client):
    reference.load(None)
    IndicatorValue.objects.create(indicator_id="p0", region_id="34.02", year=2025, value=9, source="BPS")
    officer(client, "regency_planning", "34.04")
    run = import_of(client, "p0;34.02;2025;7,5;BPS", "p0;34.02;2024;7,5;BPS")
    assert [words for _row, _column, words in run.findings] == ["Wilayah ini bukan wilayah kerja Anda."] * 2


@pytest.mark.rule("D-13")
def test_a_lost_decimal_mark_is_found_and_a_wrong_value_can_be_deleted(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    run = import_of(client, "schooling;34.04;2025;999999;BPS")
    assert [(row, column) for row, column, _words in run.findings] == [(2, "Nilai")]
    value = IndicatorValue.objects.create(indicator_id="p0", region_id="34.04", year=2025, value=9, source="BPS")  # fmt: skip
    other = IndicatorValue.objects.create(indicator_id="p0", region_id="34.02", year=2025, value=9, source="BPS")  # fmt: skip
    assert client.post(f"/admin/nilai-indikator/delete/{other.pk}/").status_code == 404
    assert client.post(f"/admin/nilai-indikator/delete/{value.pk}/").status_code == 302
    assert list(IndicatorValue.objects.all()) == [other]


@pytest.mark.rule("D-13")
def test_the_import_says_what_may_stand_in_the_file_and_its_template_can_be_filled(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("indicator-import")).content.decode()
    assert all(f"<code>{code}</code>" in page for code in ("p0", "ipm", "stunting"))
    sheet = client.get(reverse("indicator-import"), {"template": "csv"})
    heads, *lines = b"".join(sheet).decode("utf-8-sig").splitlines()
    year = timezone.localdate().year - 1
    assert lines[0] == f"34.04;p0 – Persentase penduduk miskin (P0);{year};;"
    assert len(lines) == Indicator.objects.filter(use="recorded").count()
    filled = [line.removesuffix(";;") + ";12,5;BPS" for line in lines]
    assert import_of(client, *filled, heads=heads).findings == []
    assert import_of(client, *filled, heads=heads, encoding="utf-16").findings == []


@pytest.mark.rule("D-13")
def test_indicators_come_from_a_file_with_source_and_year_and_only_for_ones_own_area(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")

    def send(*lines):
        return import_of(client, *lines)

    wrong = send("p0;34.04.07;2025;banyak;BPS", "nonsense;34.04.07;2025;7,5;BPS", "p0;34.02;2025;9,9;BPS")
    assert {(row, column) for row, column, _message in wrong.findings} == {
        (2, "Nilai"), (3, "Indikator"), (4, "Kode wilayah"),
    }  # fmt: skip
    client.post(wrong.get_absolute_url())
    wrong.refresh_from_db()
    assert wrong.write_job is None and not IndicatorValue.objects.exists()
    named = send("Persentase penduduk miskin (P0);34.04.07;2024;8;BPS 2024")
    assert named.findings == []
    good = send("p0;34.04.07;2025;7,52;BPS 2025")
    assert good.findings == []
    client.post(good.get_absolute_url())
    good.refresh_from_db()
    services.run(good.write_job_id)
    value = IndicatorValue.objects.get()
    assert (value.region_id, value.year, value.value, value.source) == (
        "34.04.07",
        2025,
        Decimal("7.52"),
        "BPS 2025",
    )
