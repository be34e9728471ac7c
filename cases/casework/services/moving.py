"""The few lines that every move of a case shares: the log, the due time of the next stage, the end."""

from __future__ import annotations

from django.utils import timezone

from portal.fields import redact
from portal.ledger.models import Transition

from ..models import Case, Referral
from ..service_times import due_for_case
from ..workflow import CASE_FLOW, Status
from .notifying import write_notice

#: what a move may have set on the case before it is written
_TOUCHED = (
    "answer",
    "due_at",
    "pause_reason",
    "paused_at",
    "paused_for",
    "remind_at",
    "escalation",
    "outcome",
    "closed_at",
    "enrolment",
    "duplicate_of",
    "reopened",
    "was_solved",
)


def start(case: Case, *, by) -> Transition:
    """Log the registration and set the first stage's due time."""
    case.due_at = due_for_case(case, Status.REGISTERED)
    Case.objects.filter(pk=case.pk).update(due_at=case.due_at)
    step = CASE_FLOW.start(case, by=by)
    write_notice(case, step)
    return step


def advance(case: Case, move: str, *, by, note: str = "", **data) -> Transition:
    """Write what the service changed on a locked case and move it on; the next stage's clock starts."""
    target = CASE_FLOW.moves[move].to
    case.due_at = None if target == Status.CLOSED else due_for_case(case, target)
    case.escalation = 0
    # One statement: constraints join the status with outcome, time of closing and proof. A note is read by many: no numbers.
    also = {name: getattr(case, name) for name in _TOUCHED}
    step = CASE_FLOW.record(case, move, by=by, note=redact(note.strip()), also=also, **data)
    write_notice(case, step)
    return step


def finish(case: Case, move: str, outcome: str, *, by, note: str = "", **data) -> Transition:
    """Close a locked case with its outcome."""
    case.outcome = outcome
    case.closed_at = timezone.now()
    return advance(case, move, by=by, note=note, outcome=str(outcome), **data)


def lock_case_of(referral: Referral) -> Case:
    """The case of a referral, locked before the referral: always in this order, so that two never wait for each other."""
    return Case.objects.select_for_update().get(pk=referral.case_id)
