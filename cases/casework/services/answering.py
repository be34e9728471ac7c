"""The program's answer, and the tiers on the way to the centre (C-06, C-19)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cases.households.models import Enrolment
from portal.accounts.models import User
from portal.fields import redact

from ..models import Case, Referral
from ..service_times import CLOSING_TIME, due_for_referral, latest_study_day
from ..workflow import REFERRAL_FLOW, Kind, Status
from .fulfilling import check_fulfilment
from .handling import still_running
from .moving import advance, lock_case_of

ANSWERS = ("approve", "refuse", "study")


@transaction.atomic
def answer_referral(
    *,
    referral: Referral,
    answer: str,
    reason: str,
    by: User,
    reason_code: str = "",
    study_until: dt.date | None = None,
    enrolled_from: dt.date | None = None,
) -> Referral:
    """The desk approves, refuses or studies further, always with a reason (C-19).

    Approving a need with `enrolled_from` records the enrolment, which is what lets the case end (C-10). When the last
    referral of a case has its answer, the case goes back to those who tell the family.
    """
    if answer not in ANSWERS:
        raise ValidationError({"answer": _("Please choose an answer.")})
    case = lock_case_of(referral)
    referral = REFERRAL_FLOW.lock(referral, answer, by=by)
    referral.case = case
    reason = (reason or "").strip()
    if not reason:
        raise ValidationError({"reason": _("Every answer has a reason; please write it down.")})
    now = timezone.now()
    also: dict = {"reason": reason, "answered_by": by}
    if answer == "refuse":
        if reason_code not in Referral.Reason.values:
            raise ValidationError({"reason_code": _("Please choose the reason from the list.")})
        also["reason_code"] = reason_code
    if answer == "study":
        if study_until is None or study_until <= timezone.localdate():
            raise ValidationError(
                {"study_until": _("Please give a day after today until which it is studied.")}
            )
        if study_until > (latest := latest_study_day(referral)):
            raise ValidationError(
                {
                    "study_until": _("Please answer by %(day)s: longer no family waits for a study.")
                    % {"day": formats.date_format(latest, "j F Y")}
                }
            )
        also |= {
            "study_until": study_until,
            "due_at": timezone.make_aware(dt.datetime.combine(study_until, CLOSING_TIME)),
            "escalation": 0,
        }
    else:
        also |= {"answered_at": now, "due_at": None, "study_until": None}
    if enrolled_from and answer == "approve":
        _enrol(case, referral, enrolled_from, by)
    elif enrolled_from:
        raise ValidationError({"enrolled_from": _("Only an approval enrols.")})
    REFERRAL_FLOW.record(referral, answer, by=by, note=redact(reason), also=also)
    if answer != "study":
        _return_when_all_answered(case)
    return referral


@transaction.atomic
def pass_up(*, referral: Referral, note: str = "", by: User) -> Referral:
    """The province passes a grievance about a central program on to the centre (C-06)."""
    lock_case_of(referral)
    referral = REFERRAL_FLOW.lock(referral, "pass_up", by=by)
    also = {"due_at": due_for_referral(referral), "escalation": 0}
    REFERRAL_FLOW.record(referral, "pass_up", by=by, note=redact(note), also=also)
    return referral


@transaction.atomic
def settle_in_province(*, referral: Referral, reason: str, by: User) -> Referral:
    """The province could settle the grievance itself; it need not climb further (C-06)."""
    case = lock_case_of(referral)
    referral = REFERRAL_FLOW.lock(referral, "settle", by=by)
    reason = (reason or "").strip()
    if not reason:
        raise ValidationError({"reason": _("Please write how it was settled.")})
    also = {"reason": reason, "answered_by": by, "answered_at": timezone.now(), "due_at": None}
    REFERRAL_FLOW.record(referral, "settle", by=by, note=redact(reason), also=also)
    _return_when_all_answered(case)
    return referral


def _enrol(case: Case, referral: Referral, day: dt.date, by: User) -> None:
    if case.kind != Kind.NEED or case.person_id is None or referral.program_id is None:
        raise ValidationError(
            {"enrolled_from": _("Only a need of a known person can be answered by enrolment.")}
        )
    if case.enrolment_id:
        return
    try:
        check_fulfilment(case, referral.program, day, day="enrolled_from")
    except ValidationError as problem:
        # The desk chose no program: what is wrong with it is said beside the day.
        raise ValidationError(
            {"enrolled_from": [text for texts in problem.message_dict.values() for text in texts]}
        ) from None
    case.enrolment = Enrolment.objects.create(
        household_id=case.household_id,
        person_id=case.person_id,
        program_id=referral.program_id,
        valid_from=day,
        source=Enrolment.Source.DESK,
        recorded_by=by,
    )
    Case.objects.filter(pk=case.pk).update(enrolment=case.enrolment)


def _return_when_all_answered(case: Case) -> None:
    # Each referral has its own answer and clock; the case moves on with the last one.
    if case.status == Status.REFERRED and not still_running(case):
        advance(case, "program_answers", by=None)
