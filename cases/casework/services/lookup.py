"""The public look-up by number and code (P-14): public words, the same answer and time for every wrong pair."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from portal.fields import decrypt, encrypt
from portal.ledger.models import Transition

from ..models import Case, Referral
from ..workflow import CASE_FLOW, REFERRAL_FLOW, Outcome, PublicStatus, Status
from .closing import appeal, may_appeal, say_whether_solved


@dataclass(frozen=True)
class PublicStep:
    """One line of a case's story in public words."""

    at: dt.datetime
    label: str


@dataclass(frozen=True)
class PublicCase:
    """What the holder of number and code may know: no name, no number of a person, no officer."""

    number: str
    status: PublicStatus
    kind: str
    program: str
    unit: str
    unit_phone: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    waits_for_family: bool
    was_told: bool
    #: the program that the family got in place of the one it asked for
    alternative: str
    answer: str
    can_say_solved: bool
    was_solved: bool | None
    can_appeal: bool
    steps: list[PublicStep] = field(default_factory=list)

    @property
    def status_label(self) -> str:
        return str(PublicStatus(self.status).label)


def normal_number(text: str) -> str:
    """A number as people type it: blanks away, capitals."""
    return re.sub(r"\s+", "", text or "").upper()[:80]


def _spellings(number: str) -> list[str]:
    """A number as it stands, and with the zeros in front that people leave out when they type it."""
    first, slash, rest = number.partition("/")
    if not (slash and first.isdecimal()):
        return [number]
    return list(dict.fromkeys([number, *(f"{int(first):0{width}d}/{rest}" for width in range(1, 7))]))


def _dialled(number) -> str:
    """A telephone number as people dial it here."""
    return getattr(number, "as_national", "") or str(number or "")


def normal_code(text: str) -> str:
    letters = re.sub(r"[^0-9A-Z]", "", (text or "").upper())[:12]
    return f"{letters[:4]}-{letters[4:]}" if letters else ""


def look_up(number: str, code: str) -> PublicCase | None:
    """The public view of a case, or None: for an unknown number, a wrong code and an empty field alike.

    Both ways decrypt one code and compare it in constant time. The caller limits the rate.
    """
    case, opened = _open(number, code)
    return _public(case) if opened else None


def case_for_citizen(number: str, code: str) -> Case | None:
    """The case itself, for what the citizen may do with number and code (say whether it was solved)."""
    case, opened = _open(number, code)
    return case if opened else None


def answer_of_citizen(number: str, code: str, *, solved: bool, words: str = "") -> PublicCase | None:
    """What the family says after the end, by number and code: solved, or not and why, which takes the case up again.

    None for a wrong pair, as in `look_up`; ValidationError where words are missing or the case cannot be reopened.
    """
    case = case_for_citizen(number, code)
    if case is None:
        return None
    if solved:
        say_whether_solved(case=case, solved=True)
    else:
        appeal(case=case, words=words)
    return look_up(number, code)


def _open(number: str, code: str) -> tuple[Case | None, bool]:
    # Three columns: whether a number exists must not show in the time that loading a case takes.
    row = (
        Case.objects.filter(number__in=_spellings(normal_number(number)))
        .values_list("pk", "lookup_code", "anonymised_at")
        .first()
    )
    # Decrypting the stored code happened in the row; for no row one stand-in is decrypted instead.
    known = row[1] if row else decrypt(_stand_in(), context="casework.lookup")
    same = hmac.compare_digest(known.encode(), normal_code(code).encode())
    if not (row and same and row[2] is None):
        return None, False
    case = (
        Case.objects.filter(pk=row[0])
        .select_related("program", "unit", "enrolment__program")
        .defer("description", "reporter_name", "reporter_phone", "reporter_email")
        .get()
    )
    return case, True


@lru_cache(maxsize=1)
def _stand_in() -> str:
    return encrypt("0000-0000", context="casework.lookup")


def _public(case: Case) -> PublicCase:
    closed = case.status == Status.CLOSED
    return PublicCase(
        number=case.number,
        status=case.public_status,
        kind=case.get_kind_display(),
        program=case.program.label if case.program_id else "",
        unit=str(case.unit),
        unit_phone=_dialled(case.unit.phone or case.unit.whatsapp),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        waits_for_family=case.status == Status.PAUSED,
        was_told=case.status == Status.INFORMED,
        alternative=case.enrolment.program.label if case.outcome == Outcome.ALTERNATIVE else "",
        answer=case.answer if case.status in (Status.ANSWERED, Status.INFORMED, Status.CLOSED) else "",
        can_say_solved=closed and case.was_solved is None,
        was_solved=case.was_solved,
        can_appeal=may_appeal(case),
        steps=list(public_steps(case)),
    )


def public_steps(case: Case) -> list[PublicStep]:
    """Each step in public words, oldest first, one line for what happened at one moment."""
    referrals = {
        str(referral.pk): referral
        for referral in Referral.objects.filter(case=case).select_related("program", "desk")
    }
    rows = [*_moves("casework.case", [str(case.pk)]), *_moves("casework.referral", list(referrals))]
    steps: list[PublicStep] = []
    for row in sorted(rows, key=lambda row: (row.at, row.pk)):
        label = _label(row, referrals)
        if label and (not steps or steps[-1].label != label):
            steps.append(PublicStep(row.at, label))
    return steps


def _moves(model: str, ids: list[str]):
    return Transition.objects.filter(model=model, object_id__in=ids).defer("note")


def _label(row: Transition, referrals: dict[str, Referral]) -> str:
    if row.model == "casework.case":
        if row.move == "start":
            return _("Registered")
        if row.move in ("refer", "refer_in_village", "program_answers"):
            return ""  # the referral's own line says it with the program's name
        move = CASE_FLOW.moves.get(row.move)
        return str(move.public_label) if move else ""
    move = REFERRAL_FLOW.moves.get(row.move)
    if move is None or not move.public_label:
        return ""
    referral = referrals[row.object_id]
    program = referral.program.acronym or str(referral.program) if referral.program_id else str(referral.desk)
    return _("%(step)s (%(program)s)") % {"step": move.public_label, "program": program}
