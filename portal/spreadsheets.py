"""The one writer of CSV and XLSX. A cell that a spreadsheet would run (`=1+1`, `+`, `-`, `@`) leaves as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TELEPHONE = re.compile(r"\+\d{4,15}", re.ASCII)
# Also tab and carriage return: spreadsheets skip them before a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before a dangerous first character."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def plain(value):
    """A cell's value as spreadsheets know them: text, number, date, local time without zone, or nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).replace(tzinfo=None, microsecond=0)
            if timezone.is_aware(value)
            else value
        )
    if isinstance(value, date | int | float | Decimal):
        return value
    return str(value)


def csv_lines(rows: Iterable[Sequence], header: Sequence, *, machine: bool = False) -> Iterator[str]:
    """CSV line by line, for streaming: UTF-8 with a mark so that Excel reads it, semicolons as Indonesian Excel expects.

    `machine` is for open data, which programs read: decimal points, `true` and `false`, telephone numbers without an
    apostrophe. What a spreadsheet would run leaves as text all the same.
    """
    cell = _machine_cell if machine else _csv_cell
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    for row in _with_header(rows, header):
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_header(rows, header):
    yield header
    yield from rows


def _csv_cell(value):
    value = plain(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return "" if value is None else as_text(value) if isinstance(value, str) else value


def _machine_cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else repr(value)
    # A plus and digits is a number to whoever opens it; nothing in it can be run.
    if isinstance(value, str) and _TELEPHONE.fullmatch(value):
        return value
    return _csv_cell(value)


def write_csv(rows: Iterable[Sequence], header: Sequence, *, machine: bool = False) -> bytes:
    """A whole CSV file; `machine` as in `csv_lines`."""
    return "".join(csv_lines(rows, header, machine=machine)).encode()


def write_xlsx(rows: Iterable[Sequence], header: Sequence, *, title: str = "Data") -> bytes:
    """A whole XLSX file: one sheet, a frozen head, dates as dates; memory does not grow with the rows."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for number, label in enumerate(header):
        sheet.column_dimensions[_letter(number)].width = min(max(len(str(label)) + 4, 14), 50)
    head = []
    for label in header:
        cell = _xlsx_cell(sheet, str(label))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet, value):
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    value = plain(value)
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        cell.data_type = "s"  # text, whatever it looks like
        cell.quotePrefix = value.startswith(_FORMULA)  # and it stays text when somebody edits the cell
        return cell
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    return cell


def _sheet_title(title: str) -> str:
    return "".join(" " if char in r"[]:*?/\'" else char for char in title)[:31] or "Data"


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number + 1)
