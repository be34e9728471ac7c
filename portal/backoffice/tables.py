"""Reading spreadsheets that people made: CSV or XLSX into rows of text and dates, with every trouble named by row and column.

Row numbers are those of the spreadsheet: the heads are row 1.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from .files import kind_of

MAX_ROWS = 20_000
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{1,3}$")


@dataclass(frozen=True)
class Finding:
    """One trouble in a file. It never carries the value: files hold NIKs."""

    row: int
    column: str
    message: str

    def as_list(self) -> list:
        return [self.row, self.column, self.message]


@dataclass
class Table:
    """What a file holds: the heads as the resource calls them, and the rows with their numbers."""

    heads: list[str]
    rows: list[tuple[int, list]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_table(content: bytes, *, columns: dict[str, bool], long_numbers=(), dates=()) -> Table:
    """Read a file whose heads must be `columns` (head -> whether it must be there), in any order and any case.

    `long_numbers` are heads of identifiers that spreadsheets mangle (NIK, KK, telephone); `dates` are heads of dates,
    read as 31/12/2026, 31-12-2026 or 2026-12-31 and as a spreadsheet's own dates.
    """
    kind = kind_of(content)
    lines = _xlsx_rows(content) if kind == "xlsx" else _csv_rows(content)
    table = Table([])
    number, first = next(lines, (1, []))
    while first and not any(_text(cell) for cell in first):
        number, first = next(lines, (number + 1, []))
    given = [_text(cell) for cell in first]
    table.heads = [_match(head, columns) for head in given]
    _check_heads(table, given, columns, number)
    if table.findings:
        return table
    for number, cells in lines:
        values = [
            _value(table, number, head, cell, long_numbers, dates) for head, cell in _pair(table.heads, cells)
        ]
        if not any(value not in ("", None) for value in values):
            continue
        if len(table.rows) >= MAX_ROWS:
            table.findings.append(
                Finding(
                    number,
                    "",
                    _("At most %(limit)s rows at once; please divide the file.") % {"limit": MAX_ROWS},
                )
            )
            return table
        if len(cells) > len(table.heads) and any(_text(cell) for cell in cells[len(table.heads) :]):
            table.findings.append(Finding(number, "", _("This row has more cells than there are heads.")))
        table.rows.append((number, values))
    if not table.rows:
        table.findings.append(Finding(number, "", _("The file has heads, but no rows below them.")))
    return table


def _pair(heads, cells):
    cells = list(cells) + [None] * (len(heads) - len(cells))
    return zip(heads, cells, strict=False)


def _fold(head: str) -> str:
    return re.sub(r"[\s_]+", " ", head).strip(" *").casefold()


def _match(head: str, columns) -> str:
    return next((name for name in columns if _fold(name) == _fold(head)), head)


def _check_heads(table: Table, given, columns, number) -> None:
    known = [head for head in table.heads if head in columns]
    for name, required in columns.items():
        if required and name not in known:
            table.findings.append(Finding(number, name, _("This column is missing.")))
        if known.count(name) > 1:
            table.findings.append(Finding(number, name, _("This column is there twice.")))
    for head in (head for head in table.heads if head not in columns):
        near = difflib.get_close_matches(_fold(head), [_fold(name) for name in columns], n=1)
        meant = next((name for name in columns if near and _fold(name) == near[0]), "")
        if not head:
            message = _("A column without a head.")
        elif meant and meant not in known:
            message = _("This column is not known. Is “%(name)s” meant?") % {"name": meant}
        else:
            message = _("This column is not known; remove it or look at the template.")
        table.findings.append(Finding(number, head, message))


@dataclass(frozen=True)
class _Formula:
    text: str


def _xlsx_rows(content: bytes):
    from openpyxl import load_workbook

    # Formulas must be seen as formulas, hence not `data_only`.
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [_Formula("") if cell.data_type == "f" else _seen(cell) for cell in row]


def _seen(cell):
    """The value as the person sees it: a spreadsheet keeps 12,5 % as 0.125."""
    if isinstance(cell.value, float | int) and not isinstance(cell.value, bool) and "%" in cell.number_format:
        return round(cell.value * 100, 10)
    return cell.value


def _csv_rows(content: bytes):
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=head.count)
    yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)


def _text(cell) -> str:
    return "" if cell is None or isinstance(cell, _Formula) else str(cell).strip()


def _value(table: Table, number: int, head: str, cell, long_numbers, dates):
    """A cell as text, date or nothing; troubles are noted."""

    def trouble(message):
        table.findings.append(Finding(number, head, message))
        return ""

    if isinstance(cell, _Formula) or (isinstance(cell, str) and cell.lstrip().startswith("=")):
        return trouble(_("This cell holds a formula. Copy the column and paste it as values."))
    if isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?/0A").isupper():
        return trouble(_("This cell holds a spreadsheet error."))
    if head in dates:
        return _date(cell, trouble)
    if isinstance(cell, datetime | date):
        return (
            cell.isoformat()[:10]
            if head not in long_numbers
            else trouble(_("A date, where a number belongs."))
        )
    if head in long_numbers:
        return _long_number(cell, trouble)
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = _text(cell)
    # Our own exports put an apostrophe before what a spreadsheet would run.
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@" else text


def _long_number(cell, trouble):
    mangled = _(
        "The spreadsheet has changed this number (only 15 digits are kept). Format the column as text and type it again."
    )
    if isinstance(cell, float) or isinstance(cell, int) and not isinstance(cell, bool):
        digits = str(int(cell))
        return trouble(mangled) if len(digits) > 15 else digits
    text = _text(cell).lstrip("'")
    return trouble(mangled) if _SCIENTIFIC.match(text) else text


def _date(cell, trouble):
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = _text(cell)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", text)
    year, month, day = found.groups() if found else (None, None, None)
    if not found:
        found = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
        day, month, year = found.groups() if found else (None, None, None)
    if not found:
        return trouble(_("This is not a date. Write day/month/year, e.g. 31/12/2026."))
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        if int(month) > 12 and int(day) <= 12:
            return trouble(_("Month and day seem to be exchanged. Write day/month/year, e.g. 31/12/2026."))
        return trouble(_("This date does not exist in the calendar."))
