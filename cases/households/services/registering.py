"""Loading extracts of the national register (DTKS, today DTSEN): resumable, idempotent, checked row by row (H-01).

A file has one row per person, with the household's columns repeated. It is read in a stream; each chunk is matched against the
tables in a few queries and written in one transaction, together with the line it reached. What officers recorded on top
(participation, visits, proposals, cases, a NIK that came later) lies in rows and columns that this never touches.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.fields import blind_index, only_digits, validate_family_card_number, validate_nik
from portal.ledger import audit
from portal.regions.models import Level, Region

from ..models import Household, Person, RegisterError, RegisterImport

CHUNK = 2000
#: errors kept in full; a file with more is wrong as a whole
MOST_ERRORS = 2000
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
_SEX = {"l": "m", "laki-laki": "m", "m": "m", "p": "f", "perempuan": "f", "f": "f"}
_RELATION = {
    "kepala keluarga": "head", "kepala": "head", "istri": "spouse", "suami": "spouse", "anak": "child", "orang tua": "parent",
}  # fmt: skip
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

    @property
    def nik_index(self) -> str:
        return blind_index(self.nik) if self.nik else ""

    @property
    def household_hash(self) -> str:
        return _hash(self.register_id, self.family_card_number, self.village, self.address, self.decile)

    @property
    def person_hash(self) -> str:
        return _hash(
            self.register_id, self.nik, self.name, self.sex, self.born_on, self.relation, self.occupation
        )


@dataclass
class Totals:
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: int = 0
    findings: list[tuple[int, str, str]] = field(default_factory=list)


def _hash(*values) -> str:
    # Keyed like an index: without the key nobody can guess a NIK back out of it.
    return blind_index(json.dumps([str(value or "") for value in values]))


# -- reading -------------------------------------------------------------------------------------------------------------
def rows_of(text: Iterable[str]) -> Iterator[tuple[int, dict]]:
    """(line number, cells) of a CSV; ValidationError for wrong heads."""
    lines = iter(text)
    first = next(lines, "")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    heads = [
        head.strip().lower().lstrip("\ufeff") for head in next(csv.reader([first], delimiter=delimiter), [])
    ]
    missing = [head for head, needed in COLUMNS.items() if needed and head not in heads]
    unknown = [head for head in heads if head not in COLUMNS]
    if missing or unknown:
        raise ValidationError(
            _("The heads of the file do not fit. Missing: %(missing)s. Unknown: %(unknown)s.")
            % {"missing": ", ".join(missing) or "–", "unknown": ", ".join(unknown) or "–"}
        )
    for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=2):
        if any(cell.strip() for cell in cells):
            yield number, dict(zip(heads, (cell.strip() for cell in cells), strict=False))


class Checker:
    """Checks rows; knows the villages and the NIKs seen so far."""

    def __init__(self):
        self.villages = set(Region.objects.at(Level.VILLAGE).values_list("pk", flat=True))
        self.seen: dict[str, int] = {}

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
        if nik and not problems:
            key = blind_index(nik)
            if key in self.seen:
                wrong("nik", _("This NIK stands in row %(row)s already.") % {"row": self.seen[key]})
            self.seen.setdefault(key, line)
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
        )
        return row, []

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

    @staticmethod
    def _date(text: str, wrong) -> dt.date | None:
        if not text:
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
            try:
                day = dt.datetime.strptime(text, form).date()
            except ValueError:
                continue
            if dt.date(1900, 1, 1) <= day <= timezone.localdate():
                return day
            break
        wrong("tanggal_lahir", _("This is no date of birth; write it like 1985-04-17 or 17/04/1985."))
        return None


# -- check and write -------------------------------------------------------------------------------------------------------
def check_register(run: RegisterImport, advance: Callable[[int], None] = lambda line: None) -> Totals:
    """Read the whole file and say what writing it would do; writes nothing but the findings."""
    totals = Totals()
    for rows, findings, last in _chunks(run, after=0):
        totals.rows += len(rows) + len({line for line, _c, _t in findings})
        totals.errors += len(findings)
        totals.findings += findings[: max(0, MOST_ERRORS - len(totals.findings))]
        plan = _plan(rows)
        totals.created += len(plan.new_persons)
        totals.changed += len(plan.changed_persons)
        totals.unchanged += plan.same
        advance(last)
    with transaction.atomic():
        run.errors.all().delete()
        RegisterError.objects.bulk_create(
            [
                RegisterError(run=run, line=line, column=column, message=text[:300])
                for line, column, text in totals.findings
            ]
        )
        _save_totals(run, totals, checked_at=timezone.now())
    return totals


def write_register(run: RegisterImport, advance: Callable[[int], None] = lambda line: None) -> RegisterImport:
    """Write what the check found good, chunk by chunk; after a crash it goes on behind the last line written."""
    if run.checked_at is None or run.error_count:
        raise ValidationError(_("A file is written only when its check found no error."))
    for rows, _findings, last in _chunks(run, after=run.high_water):
        with transaction.atomic():
            locked = RegisterImport.objects.select_for_update().get(pk=run.pk)
            if locked.high_water >= last:
                continue
            plan = _plan(rows)
            _apply(plan, run)
            RegisterImport.objects.filter(pk=run.pk).update(high_water=last)
        advance(last)
    RegisterImport.objects.filter(pk=run.pk).update(written_at=timezone.now())
    run.refresh_from_db()
    audit.record(
        audit.Action.CHANGE,
        run,
        by=run.by,
        purpose=_("Register loaded"),
        rows=run.row_count,
        version=run.version,
    )
    return run


def _chunks(run: RegisterImport, *, after: int):
    checker = Checker()
    with run.file.open("rb") as raw:
        source = rows_of(io.TextIOWrapper(raw, encoding="utf-8-sig", newline=""))
        while chunk := list(islice(source, CHUNK)):
            rows, findings = [], []
            for line, cells in chunk:
                row, problems = checker.check(line, cells)
                findings += problems
                if row is not None and line > after:
                    rows.append(row)
            if chunk[-1][0] > after:
                yield rows, findings, chunk[-1][0]


@dataclass
class _Plan:
    households: dict[str, Household]
    new_households: list[Household] = field(default_factory=list)
    changed_households: list[Household] = field(default_factory=list)
    new_persons: list[tuple[Row, Household]] = field(default_factory=list)
    changed_persons: list[tuple[Row, Person]] = field(default_factory=list)
    same: int = 0


def _plan(rows: list[Row]) -> _Plan:
    """Match a chunk against the tables, in three queries."""
    by_id = {
        household.register_id: household
        for household in Household.objects.filter(register_id__in={row.register_id for row in rows})
    }
    known = {
        person.nik_index: person
        for person in Person.objects.filter(
            nik_index__in=[row.nik_index for row in rows if row.nik]
        ).select_related("household")
    }
    nameless = [row for row in rows if not row.nik and row.register_id in by_id]
    without: dict[tuple, Person] = {}
    if nameless:
        households = {by_id[row.register_id].pk for row in nameless}
        for person in Person.objects.filter(household__in=households).select_related("household"):
            without[(person.household_id, person.name.lower(), person.born_on)] = person
    plan = _Plan(by_id)
    for row in rows:
        person = known.get(row.nik_index) if row.nik else None
        household = plan.households.get(row.register_id)
        if (
            household is None
            and person
            and person.household.source == Household.Source.RECORDED
            and not person.household.register_id
        ):
            # Recorded here before the register knew the family: the register's rows take it over, nothing is doubled.
            household = plan.households[row.register_id] = person.household
        if household is None:
            household = plan.households[row.register_id] = Household(register_id=row.register_id)
            plan.new_households.append(household)
        if household.register_hash != row.household_hash:
            _take_household(household, row)
            if household.pk and household not in plan.changed_households:
                plan.changed_households.append(household)
        if person is None and not row.nik and household.pk:
            person = without.get((household.pk, row.name.lower(), row.born_on))
        if person is None:
            plan.new_persons.append((row, household))
        elif person.register_hash != row.person_hash or person.household_id != household.pk:
            plan.changed_persons.append((row, person))
        else:
            plan.same += 1
    return plan


def _take_household(household: Household, row: Row) -> None:
    household.register_id = row.register_id
    household.region_id = row.village
    household.family_card_number = row.family_card_number or household.family_card_number
    household.address = row.address or household.address
    household.decile = row.decile
    household.source = Household.Source.REGISTER
    household.register_hash = row.household_hash


def _take_person(person: Person, row: Row) -> None:
    # A NIK that came later, through civil registration, is not taken away by an extract that lacks it.
    person.nik = row.nik or person.nik
    person.name, person.sex, person.born_on = row.name, row.sex, row.born_on or person.born_on
    person.relation, person.is_head = row.relation or person.relation, row.relation == "head"
    person.occupation = row.occupation or person.occupation
    person.register_hash = row.person_hash
    person.nik_index = blind_index(person.nik) if person.nik else ""


def _apply(plan: _Plan, run: RegisterImport) -> None:
    for household in (*plan.new_households, *plan.changed_households):
        household.register_version = run.version
        household.family_card_index = (
            blind_index(household.family_card_number) if household.family_card_number else ""
        )
    Household.objects.bulk_create(plan.new_households, batch_size=CHUNK)
    Household.objects.bulk_update(
        plan.changed_households,
        ["region", "register_id", "family_card_number", "family_card_index", "address", "decile", "source", "register_hash", "register_version"],
        batch_size=500,
    )  # fmt: skip
    new = []
    # In the order of the index: pages of the tree are filled one after the other.
    for row, household in sorted(plan.new_persons, key=lambda pair: pair[0].nik_index):
        person = Person(household=household)
        _take_person(person, row)
        new.append(person)
    Person.objects.bulk_create(new, batch_size=CHUNK)
    changed = []
    for row, person in plan.changed_persons:
        _take_person(person, row)
        person.household = plan.households[row.register_id]
        changed.append(person)
    Person.objects.bulk_update(
        changed,
        [
            "household",
            "nik",
            "nik_index",
            "name",
            "sex",
            "born_on",
            "relation",
            "is_head",
            "occupation",
            "register_hash",
        ],
        batch_size=500,
    )


def _save_totals(run: RegisterImport, totals: Totals, **more) -> None:
    run.row_count, run.created_count, run.changed_count = totals.rows, totals.created, totals.changed
    run.unchanged_count, run.error_count = totals.unchanged, totals.errors
    for name, value in more.items():
        setattr(run, name, value)
    run.save()


def start_import(*, file, name: str, source: str, version: str, as_of: dt.date, by) -> RegisterImport:
    """Keep a file; the same content again gives the import that it already is."""
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    existing = RegisterImport.objects.filter(file_hash=digest.hexdigest(), version=version).first()
    if existing:
        return existing
    return RegisterImport.objects.create(
        file=file,
        name=name[:150],
        file_hash=digest.hexdigest(),
        source=source,
        version=version,
        as_of=as_of,
        by=by,
    )
