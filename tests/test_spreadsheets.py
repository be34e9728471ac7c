"""The one writer of CSV and XLSX: formulas leave as text, dates as dates."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from portal import spreadsheets

DANGEROUS = ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "\r=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_formula_leaves(text):
    [_head, [cell]] = list(
        csv.reader(
            io.StringIO(spreadsheets.write_csv([[text]], ["a"]).decode("utf-8-sig"), newline=""),
            delimiter=";",
        )
    )
    assert cell == "'" + text
    sheet = load_workbook(io.BytesIO(spreadsheets.write_xlsx([[text]], [text]))).active
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s" and cell.value.strip() == text.strip()


def test_a_file_for_programs_has_points_and_whole_telephone_numbers_and_still_no_formula():
    row = [
        Decimal("-7.714220"),
        110.35766,
        "+62274555004",
        True,
        date(2026, 11, 23),
        None,
        *DANGEROUS,
        "+62 1",
        "-6",
    ]
    text = spreadsheets.write_csv([row], ["x"] * len(row), machine=True).decode("utf-8-sig")
    [_head, cells] = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert cells[:6] == ["-7.714220", "110.35766", "+62274555004", "true", "2026-11-23", ""]
    # "+1" is run by nobody, but it is no telephone number either.
    assert cells[6:] == ["'" + dangerous for dangerous in (*DANGEROUS, "+62 1", "-6")]


def test_numbers_and_dates_stay_what_they_are():
    row = [date(2026, 11, 23), datetime(2026, 11, 23, 2, 30, tzinfo=UTC), -5, Decimal("1234.56"), True, None]
    sheet = load_workbook(io.BytesIO(spreadsheets.write_xlsx([row], list("abcdef")))).active
    cells = [cell.value for cell in sheet[2]]
    assert cells[0] == datetime(2026, 11, 23) and cells[1] == datetime(2026, 11, 23, 9, 30) and cells[2] == -5
    assert sheet["A2"].is_date and sheet["A2"].number_format == "dd/mm/yyyy"
    text = spreadsheets.write_csv([row], list("abcdef")).decode("utf-8-sig").splitlines()[1]
    assert text == f"2026-11-23;2026-11-23 09:30;-5;1234,56;{_('yes')};"
