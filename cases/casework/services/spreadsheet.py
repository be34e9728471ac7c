"""A desk's answers by spreadsheet, for programs with thousands of referrals a month (C-19)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.backoffice.tables import Finding, read_table
from portal.ledger.workflow import WrongState

from ..models import Referral
from ..workflow import UNANSWERED
from .answering import answer_referral

HEADS = {
    "Rujukan": True,
    "Jawaban": True,
    "Kode alasan": False,
    "Alasan": True,
    "Peserta sejak": False,
    "Ditelaah sampai": False,
}
DAYS = ("Peserta sejak", "Ditelaah sampai")
#: what the download says about each referral besides; the upload takes it back unread
BESIDE = (
    "Nomor pendaftaran",
    "Nama",
    "NIK (disamarkan)",
    "Tanggal lahir",
    "Program",
    "Desa/kelurahan",
    "Dirujuk",
)
_ANSWERS = {
    "setuju": "approve",
    "disetujui": "approve",
    "tolak": "refuse",
    "ditolak": "refuse",
    "telaah": "study",
}


def _reason_code(text: str) -> str:
    """The code of a reason, written as the code or as its words on the page; '' for neither."""
    typed = text.lower()
    return next((code for code, label in Referral.Reason.choices if typed in (code, str(label).lower())), "")


@dataclass
class Sheet:
    """What a spreadsheet says: answers row by row, and what is wrong with it."""

    answers: list[tuple[int, dict]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def waiting_rows(*, by: User):
    """The unanswered referrals of the desk, as rows for its spreadsheet: HEADS, which it fills in, then BESIDE.

    Name and date of birth tell the desk who is meant; the whole NIK stays on the referral's own page, whose opening is audited.
    """
    rows = Referral.objects.visible_to(by, "answer").filter(status__in=UNANSWERED)
    for row in rows.select_related("case__region", "case__person", "program").order_by("referred_at"):
        person = row.case.person
        yield [
            row.pk,
            "",
            "",
            "",
            None,
            None,
            row.case.number,
            person.name if person else "",
            person.masked_nik if person else "",
            person.born_on if person else None,
            str(row.program or ""),
            row.case.region.name,
            row.referred_at.date(),
        ]


def read_answers(content: bytes, *, by: User) -> Sheet:
    """Check a filled spreadsheet: every error by row and column; nothing is written."""
    table = read_table(content, columns=HEADS | dict.fromkeys(BESIDE, False), dates=DAYS)
    sheet = Sheet(findings=list(table.findings))
    waiting = {
        str(row.pk): row
        for row in Referral.objects.visible_to(by, "answer")
        .filter(status__in=UNANSWERED)
        .select_related("case")
    }
    seen: set[str] = set()
    for number, cells in table.rows:
        row = dict(zip(table.heads, cells, strict=False))
        row |= {head: dt.date.fromisoformat(row[head]) for head in DAYS if row.get(head)}
        key = _plain(row.get("Rujukan")).removesuffix(".0")
        answer = _ANSWERS.get(_plain(row.get("Jawaban")).lower(), "")
        if not _plain(row.get("Jawaban")):
            continue  # left open
        problems = _problems(row, key, answer, waiting, seen)
        seen.add(key)
        sheet.findings += [Finding(number, column, text) for column, text in problems]
        if not problems:
            sheet.answers.append((number, _answer(row, waiting[key], answer)))
    return sheet


def _problems(row, key, answer, waiting, seen) -> list[tuple[str, str]]:
    problems = []
    if key not in waiting:
        problems.append(("Rujukan", _("There is no unanswered referral with this key at your desk.")))
    elif key in seen:
        problems.append(("Rujukan", _("This referral stands in the file twice.")))
    if not answer:
        problems.append(("Jawaban", _("The answer reads setuju, tolak or telaah.")))
    if not _plain(row.get("Alasan")):
        problems.append(("Alasan", _("Every answer has a reason; please write it down.")))
    if answer == "refuse" and not _reason_code(_plain(row.get("Kode alasan"))):
        codes = ", ".join(str(label) for label in Referral.Reason.labels)
        problems.append(("Kode alasan", _("A refusal names one of: %(codes)s.") % {"codes": codes}))
    if answer == "study" and not isinstance(row.get("Ditelaah sampai"), dt.date):
        problems.append(("Ditelaah sampai", _("Please give a day after today until which it is studied.")))
    return problems


def _answer(row, referral, answer) -> dict:
    return {
        "referral": referral,
        "answer": answer,
        "reason": _plain(row.get("Alasan")),
        "reason_code": _reason_code(_plain(row.get("Kode alasan"))) if answer == "refuse" else "",
        "enrolled_from": row.get("Peserta sejak") or None if answer == "approve" else None,
        "study_until": row.get("Ditelaah sampai") or None if answer == "study" else None,
    }


@transaction.atomic
def write_answers(sheet: Sheet, *, by: User) -> int:
    """Write all answers of a clean sheet, or none; returns how many. ValidationError names the row."""
    if sheet.findings:
        raise ValidationError(_("The file has errors; nothing was written."))
    for number, fields in sheet.answers:
        try:
            answer_referral(by=by, **fields)
        except (ValidationError, WrongState, PermissionDenied) as problem:
            text = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
            raise ValidationError(
                _("Row %(number)s: %(problem)s") % {"number": number, "problem": text}
            ) from None
    return len(sheet.answers)


def _plain(value) -> str:
    return "" if value is None else str(value).strip()
