"""Reading a register file: its heads, and each line checked cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.fields import blind_index, only_digits, validate_family_card_number, validate_nik
from portal.regions.models import Level, Region
from programs_catalog.eligibility.vocabulary import FACTS, About, Fact, Kind

#: the heads of the file, and whether a row must fill them
COLUMNS = {
    "id_keluarga": True,
    "no_kk": False,
    "kode_desa": True,
    "alamat": False,
    "desil": False,
    "nik": False,
    "nama": True,
    "jenis_kelamin": True,
    "tanggal_lahir": False,
    "hubungan": False,
    "pekerjaan": False,
}
#: heads that may follow: facts of the eligibility questions, by head; a file without them leaves conditions as they are
CONDITIONS: dict[str, str] = {
    "kondisi_rumah": "house",
    "status_rumah": "tenure",
    "daya_listrik": "power",
    "luas_lahan": "farm_land",
    "kena_bencana": "hit_by_disaster",
    "hamil": "pregnant",
    "status_sekolah": "schooling",
    "jenjang_sekolah": "school_level",
    "disabilitas": "disability",
    "jenis_pekerjaan": "occupation",
    "yatim_piatu": "orphan",
    "akta_kelahiran": "has_birth_certificate",
    "jaminan_kesehatan": "insured",
}
#: how a register writes values, beside our own keys
_VALUES = {
    "house": {"layak": "fit", "tidak layak": "unfit"},
    "tenure": {"milik sendiri": "own", "sewa": "rent", "kontrak": "rent", "bebas sewa": "free"},
    "schooling": {
        "tidak pernah": "never", "masih sekolah": "enrolled", "putus sekolah": "left", "tamat": "finished",
    },
    "school_level": {"paud": "preschool", "tk": "preschool", "sd": "primary", "smp": "junior", "sma": "senior", "smk": "senior", "pt": "college"},
    "disability": {"tidak": "none", "ringan": "mild", "sedang": "mild", "berat": "severe"},
    "occupation": {
        "petani": "farmer", "nelayan": "fisher", "pembudidaya ikan": "fish_farmer", "buruh": "laborer", "usaha kecil": "small_business",
        "pegawai": "employee", "tidak bekerja": "none", "lainnya": "other",
    },
}  # fmt: skip
_YES_NO = {"ya": True, "y": True, "1": True, "tidak": False, "t": False, "0": False}
_SEX = {"l": "m", "laki-laki": "m", "m": "m", "p": "f", "perempuan": "f", "f": "f"}
_RELATION = {
    "kepala keluarga": "head", "kepala": "head", "istri": "spouse", "suami": "spouse", "anak": "child", "orang tua": "parent",
}  # fmt: skip
#: 1985-04-17, 17/04/1985 or 17-04-1985
_DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|"
    r"(?P<day>\d{1,2})(?P<between>[/-])(?P<month>\d{1,2})(?P=between)(?P<year>\d{4})",
    re.ASCII,
)
_MANGLED = re.compile(r"^\d([.,]\d+)?[eE]\+?\d+$")


@dataclass
class Row:
    """One checked line of the file."""

    line: int
    register_id: str
    family_card_number: str
    village: str
    address: str
    decile: int | None
    nik: str
    name: str
    sex: str
    born_on: dt.date | None
    relation: str
    occupation: str
    #: facts by name; None where the cell is empty, which takes an older value away
    household_conditions: dict = field(default_factory=dict)
    person_conditions: dict = field(default_factory=dict)

    @property
    def nik_index(self) -> str:
        return blind_index(self.nik) if self.nik else ""

    @property
    def household_hash(self) -> str:
        return _hash(
            self.register_id, self.family_card_number, self.village, self.address, self.decile, *_flat(self.household_conditions)
        )  # fmt: skip

    @property
    def person_hash(self) -> str:
        return _hash(
            self.register_id, self.nik, self.name, self.sex, self.born_on, self.relation, self.occupation, *_flat(self.person_conditions)
        )  # fmt: skip


def _flat(conditions: dict) -> list:
    return sorted(conditions.items())


def _hash(*values) -> str:
    # Keyed like an index: without the key nobody can guess a NIK back out of it.
    return blind_index(json.dumps([str(value or "") for value in values]))


def rows_of(raw: BinaryIO) -> Iterator[tuple[int, dict]]:
    """(row number, cells) of a CSV or of the first sheet of an XLSX; ValidationError for wrong heads or another kind of file."""
    head = raw.read(4)
    raw.seek(0)
    lines = _sheet(raw) if head.startswith(b"PK") else _csv(raw)
    try:
        heads = [head.strip().lower().lstrip("\ufeff") for head in next(lines, [])]
        check_heads(heads)
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                yield number, dict(zip(heads, (cell.strip() for cell in cells), strict=False))
    except UnicodeDecodeError:
        raise ValidationError(_("This is no CSV file in UTF-8. Please save it again as CSV UTF-8.")) from None


def check_heads(heads: list[str]) -> None:
    missing = [head for head, needed in COLUMNS.items() if needed and head not in heads]
    unknown = [head for head in heads if head not in COLUMNS and head not in CONDITIONS]
    twice = sorted({head for head in heads if heads.count(head) > 1})
    if missing or unknown or twice:
        problem = WrongHeads(
            _(
                "The heads of the file do not fit. Missing: %(missing)s. Unknown: %(unknown)s. Twice: %(twice)s."
            )
            % {
                "missing": ", ".join(missing) or "–",
                "unknown": ", ".join(unknown) or "–",
                "twice": ", ".join(twice) or "–",
            }
        )
        problem.findings = [
            *((1, head, _("This head is missing.")) for head in missing),
            *((1, head[:40], _("This head is not known.")) for head in unknown),
            *((1, head[:40], _("This head stands in the file twice.")) for head in twice),
        ]
        raise problem


class WrongHeads(ValidationError):
    """The first row of a file; `findings` names each head: (1, head, what is wrong)."""

    findings: list[tuple[int, str, str]]


def _csv(raw: BinaryIO) -> Iterator[list[str]]:
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    first = text.readline()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    yield next(csv.reader([first], delimiter=delimiter), [])
    yield from csv.reader(text, delimiter=delimiter)


def _sheet(raw: BinaryIO) -> Iterator[list[str]]:
    """The cells of a spreadsheet as text, row after row; a long number is shown as the spreadsheet has rounded it."""
    try:
        book = load_workbook(raw, read_only=True, data_only=False)
    except (BadZipFile, KeyError, ValueError, InvalidFileException):
        raise ValidationError(
            _("This spreadsheet cannot be read. Please save it again as XLSX or CSV.")
        ) from None
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield [_text(value) for value in row]


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        # Fifteen digits are all that a spreadsheet keeps: sixteen as a number are no NIK any more.
        return f"{value:.3E}" if abs(value) >= 10**15 else f"{value:g}" if value % 1 else str(int(value))
    return str(value)


class Checker:
    """Checks rows one by one; it knows the villages. What spans rows, a NIK twice, the staging table finds."""

    def __init__(self):
        self.villages = set(Region.objects.at(Level.VILLAGE).values_list("pk", flat=True))
        self.today = timezone.localdate()

    def check(self, line: int, cells: dict) -> tuple[Row | None, list[tuple[int, str, str]]]:
        """The row, or what is wrong with it as (line, column, words)."""
        problems: list[tuple[int, str, str]] = []

        def wrong(column: str, text: str) -> None:
            problems.append((line, column, text))

        for column, value in cells.items():
            if value.startswith(("=", "@")):
                wrong(column, _("A formula stands here; give the value."))
        for column, needed in COLUMNS.items():
            if needed and not cells.get(column):
                wrong(column, _("This cell is empty."))
        nik = self._number(cells.get("nik", ""), "nik", validate_nik, wrong)
        card = self._number(cells.get("no_kk", ""), "no_kk", validate_family_card_number, wrong)
        village = cells.get("kode_desa", "")
        if village and village not in self.villages:
            wrong("kode_desa", _("There is no village with this code."))
        sex = _SEX.get(cells.get("jenis_kelamin", "").lower(), "")
        if cells.get("jenis_kelamin") and not sex:
            wrong("jenis_kelamin", _("Write L or P."))
        born = self._date(cells.get("tanggal_lahir", ""), wrong)
        decile = cells.get("desil", "")
        if decile and not (decile.isdigit() and 1 <= int(decile) <= 10):
            wrong("desil", _("A decile is a number from 1 to 10."))
        about = {About.HOUSEHOLD: {}, About.MEMBER: {}}
        for head, name in CONDITIONS.items():
            if head in cells:
                fact = FACTS[name]
                about[fact.about][name] = self._condition(fact, cells[head], head, wrong)
        if problems:
            return None, problems
        row = Row(
            line=line,
            register_id=cells["id_keluarga"][:40],
            family_card_number=card,
            village=village,
            address=cells.get("alamat", ""),
            decile=int(decile) if decile else None,
            nik=nik,
            name=" ".join(cells["nama"].split()),
            sex=sex,
            born_on=born,
            relation=_RELATION.get(
                cells.get("hubungan", "").lower(), "other" if cells.get("hubungan") else ""
            ),
            occupation=cells.get("pekerjaan", "")[:60],
            household_conditions=about[About.HOUSEHOLD],
            person_conditions=about[About.MEMBER],
        )
        return row, []

    @staticmethod
    def _condition(fact: Fact, text: str, head: str, wrong):
        """The fact's value in our words; None for an empty cell."""
        text = " ".join(text.lower().split())
        if not text:
            return None
        if fact.kind is Kind.NUMBER:
            if text.isdecimal() and len(text) < 9:
                return int(text)
            wrong(head, _("This is no whole number."))
            return None
        known = (
            _YES_NO
            if fact.kind is Kind.YES_NO
            else {key: key for key in fact.values} | _VALUES.get(fact.name, {})
        )
        if text not in known:
            wrong(head, _("Write one of: %(values)s.") % {"values": ", ".join(known)})
            return None
        return known[text]

    @staticmethod
    def _number(text: str, column: str, check: Callable[[str], None], wrong) -> str:
        if not text:
            return ""
        if _MANGLED.match(text):
            wrong(
                column, _("A spreadsheet has rounded this number (like 3.2E+15); format the column as text.")
            )
            return ""
        digits = only_digits(text.lstrip("'"))
        try:
            check(digits)
        except ValidationError as problem:
            wrong(column, " ".join(problem.messages))
            return ""
        return digits

    def _date(self, text: str, wrong) -> dt.date | None:
        if not text:
            return None
        if found := _DATE.fullmatch(text):
            year, month, day = (
                found.group("y", "m", "d") if found["y"] else found.group("year", "month", "day")
            )
            try:
                born = dt.date(int(year), int(month), int(day))
            except ValueError:
                born = None
            if born and dt.date(1900, 1, 1) <= born <= self.today:
                return born
        wrong("tanggal_lahir", _("This is no date of birth; write it like 1985-04-17 or 17/04/1985."))
        return None
