"""Telling the family, and the end of a case (C-10, C-20)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.households.models import Enrolment
from portal.accounts.models import User
from portal.accounts.policies import may
from portal.fields import redact
from programs_catalog.models import Program

from ..models import Case, Feedback
from ..workflow import CASE_FLOW, REFERRAL_FLOW, Kind, Outcome, ReferralStatus, Status
from .fulfilling import check_fulfilment
from .moving import advance, finish

#: how long after the end, and how often, a family reopens its case by itself
APPEAL_WITHIN = dt.timedelta(days=180)
MOST_APPEALS = 3


@transaction.atomic
def tell_family(
    *,
    case: Case,
    method: str,
    by: User,
    told_at: dt.datetime | None = None,
    note: str = "",
    close: bool = False,
) -> Feedback:
    """Record that the family was told where its case stands: how, when, by whom (C-20).

    With the answer at hand the case moves on; with `close` it is closed as well, if it may be.
    """
    if method not in Feedback.Method.values:
        raise ValidationError({"method": _("Please choose how the family was told.")})
    told_at = told_at or timezone.now()
    if told_at > timezone.now() + dt.timedelta(minutes=5):
        raise ValidationError({"told_at": _("This time lies in the future.")})
    if told_at < case.opened_at - dt.timedelta(minutes=5):
        raise ValidationError({"told_at": _("This time lies before the registration of the case.")})
    fresh = Case.objects.select_for_update().get(pk=case.pk)
    if fresh.status == Status.ANSWERED:
        fresh = CASE_FLOW.lock(fresh, "inform", by=by)
    elif not may(by, "inform", fresh):
        CASE_FLOW.lock(fresh, "inform", by=by)  # raises what fits: absent, or not allowed
    feedback = Feedback.objects.create(case=fresh, method=method, told_at=told_at, note=note.strip(), by=by)
    if fresh.status == Status.ANSWERED:
        advance(fresh, "inform", by=by, note=str(Feedback.Method(method).label), feedback=feedback.pk)
    if close:
        close_case(case=fresh, by=by)
    return feedback


@transaction.atomic
def close_case(*, case: Case, by: User, note: str = "") -> Case:
    """Close an answered case; the outcome follows from what happened and cannot be chosen.

    A need is finished only when the person is enrolled in the program, or in an alternative one, and the enrolment is on
    record (C-10). Refused by every program asked, it ends as refused. Anything else stays open.
    """
    case = CASE_FLOW.lock(case, "close", by=by)
    finish(case, "close", outcome_of(case), by=by, note=note)
    return case


def outcome_of(case: Case) -> Outcome:
    """How the case would end now; ValidationError says what is missing."""
    statuses = set(case.referrals.values_list("status", flat=True)) - {ReferralStatus.WITHDRAWN}
    if case.kind == Kind.NEED:
        if case.enrolment_id:
            enrolment = Enrolment.objects.get(pk=case.enrolment_id)
            return Outcome.ENROLLED if enrolment.program_id == case.program_id else Outcome.ALTERNATIVE
        if statuses and statuses <= {ReferralStatus.REFUSED}:
            return Outcome.REFUSED
        raise ValidationError(
            _(
                "A need is finished only when the person is enrolled in the program or in an alternative one. "
                "Please record the enrolment first."
            )
        )
    if case.kind == Kind.SUGGESTION:
        return Outcome.DISCUSSED
    if statuses and statuses <= {ReferralStatus.REFUSED}:
        return Outcome.REFUSED
    return Outcome.ANSWERED


@transaction.atomic
def record_enrolment_of_case(
    *, case: Case, program: Program, valid_from: dt.date, source: str, by: User, close: bool = False
) -> Enrolment:
    """Record that the person of a need now takes part in the program, or in an alternative one: the proof for C-10.

    With `close` a case whose family was told already ends in the same step.
    """
    from cases.households.services import record_enrolment

    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not locked.is_open or locked.kind != Kind.NEED or locked.person_id is None:
        raise ValidationError(_("Enrolment is recorded for an open need of a known person."))
    if locked.enrolment_id:
        raise ValidationError(_("The enrolment of this case is already on record."))
    check_fulfilment(locked, program, valid_from)
    locked.household = type(locked.household).objects.get(pk=locked.household_id)
    enrolment = record_enrolment(
        household=locked.household,
        person=locked.person,
        program=program,
        valid_from=valid_from,
        source=source,
        by=by,
    )
    Case.objects.filter(pk=locked.pk).update(enrolment=enrolment)
    if close:
        close_case(case=locked, by=by)
    return enrolment


@transaction.atomic
def withdraw_case(*, case: Case, note: str, by: User) -> Case:
    """The family does not want it any more."""
    case = CASE_FLOW.lock(case, "withdraw", by=by)
    if not note.strip():
        raise ValidationError({"note": _("Please write why the family withdraws.")})
    _stop_clock(case)
    finish(case, "withdraw", Outcome.WITHDRAWN, by=by, note=note)
    for referral in case.referrals.proposed().select_for_update():
        REFERRAL_FLOW.record(referral, "withdraw", by=by, note=redact(note), also={"due_at": None})
    return case


@transaction.atomic
def mark_double(*, case: Case, of: Case, by: User) -> Case:
    """The same matter was registered twice: this one ends, the other goes on (C-13)."""
    case = CASE_FLOW.lock(case, "mark_double", by=by)
    if of.pk == case.pk or not may(by, "view", of):
        raise ValidationError({"number": _("Please give the registration number of the other case.")})
    if of.household_id != case.household_id:
        raise ValidationError({"number": _("The other case belongs to another family.")})
    case.duplicate_of = of
    finish(case, "mark_double", Outcome.DUPLICATE, by=by, note=of.number)
    return case


@transaction.atomic
def reopen_case(*, case: Case, note: str, by: User) -> Case:
    """The family says that it is not solved, or appeals against a refusal: the back office takes it up again."""
    case = CASE_FLOW.lock(case, "reopen", by=by)
    if not note.strip():
        raise ValidationError({"note": _("Please write why the case is reopened.")})
    _take_up_again(case, "reopen", note, by)
    return case


@transaction.atomic
def say_whether_solved(*, case: Case, solved: bool, by: User | None = None) -> Case:
    """What the family answers after the end: finished is one fact, solved another."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if by is not None and not may(by, "inform", locked):
        CASE_FLOW.lock(locked, "inform", by=by)
    if locked.is_open:
        raise ValidationError(_("The case is not closed yet."))
    Case.objects.filter(pk=case.pk).update(was_solved=solved)
    locked.was_solved = solved
    return locked


@transaction.atomic
def appeal(*, case: Case, words: str) -> Case:
    """The family itself says, by number and code, that it is not solved: the back office takes the case up again.

    Within APPEAL_WITHIN of the end and at most MOST_APPEALS times; after that the way leads through the office.
    """
    case = CASE_FLOW.lock(case, "appeal", by=None)
    words = words.strip()
    if not words:
        raise ValidationError({"words": _("Please write in a few words what is not solved.")})
    if not may_appeal(case):
        raise ValidationError(_("Please come to the office: this case can no longer be reopened from here."))
    _take_up_again(case, "appeal", words, None)
    return case


def may_appeal(case: Case) -> bool:
    """Whether the family can reopen its case without an officer."""
    return (
        case.status == Status.CLOSED
        and case.anonymised_at is None
        and CASE_FLOW.moves["appeal"].fits(case)
        and case.reopened < MOST_APPEALS
        and timezone.now() - case.closed_at <= APPEAL_WITHIN
    )


def _take_up_again(case: Case, move: str, words: str, by: User | None) -> None:
    before = case.outcome
    # The time between was nobody's handling.
    case.paused_for += timezone.now() - case.closed_at
    case.outcome, case.closed_at, case.was_solved = "", None, None
    if before != Outcome.ENROLLED:
        case.enrolment = None
    case.reopened += 1
    advance(case, move, by=by, note=words, before=before)


def _stop_clock(case: Case) -> None:
    if case.paused_at:
        case.paused_for += timezone.now() - case.paused_at
        case.paused_at, case.pause_reason, case.remind_at = None, "", None
