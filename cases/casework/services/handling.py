"""From the supervisor's review to the referral: who decides at which stage (C-05 to C-09, C-16 to C-18, C-22)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.fields import redact
from portal.regions.models import Level, Region
from programs_catalog.models import Program, ProgramDesk, Provider

from ..models import Case, Referral
from ..service_times import due_for_referral
from ..workflow import CASE_FLOW, REFERRAL_FLOW, Kind, Outcome, ReferralStatus
from .moving import advance, finish

REMIND_AFTER = dt.timedelta(days=14)


# -- intake, again ---------------------------------------------------------------------------------------------------
@transaction.atomic
def answer_question(*, case: Case, answer: str, by: User) -> Case:
    """Answer a question at once; the recorded answer closes the case (C-03)."""
    case = CASE_FLOW.lock(case, "answer_at_once", by=by)
    case.answer = _words(answer, "answer", _("Please write the answer that was given."))
    finish(case, "answer_at_once", Outcome.ANSWERED, by=by)
    return case


@transaction.atomic
def resubmit_case(*, case: Case, note: str, by: User, description: str = "") -> Case:
    """Complete what the supervisor sent back, and submit it again."""
    case = CASE_FLOW.lock(case, "resubmit", by=by)
    note = _words(note, "note", _("Please write what was completed."))
    if description.strip():
        case.description = redact(description.strip())
        case.save(update_fields=["description"])
    advance(case, "resubmit", by=by, note=note)
    return case


@transaction.atomic
def pause_case(*, case: Case, reason: str, note: str, by: User) -> Case:
    """Stop the clocks while the family fetches papers (H-04); a reminder comes by itself."""
    case = CASE_FLOW.lock(case, "pause", by=by)
    if reason not in Case.PauseReason.values:
        raise ValidationError({"reason": _("Please choose what the case waits for.")})
    case.pause_reason = reason
    case.paused_at = timezone.now()
    case.remind_at = case.paused_at + REMIND_AFTER
    advance(case, "pause", by=by, note=note or str(Case.PauseReason(reason).label))
    return case


@transaction.atomic
def resume_case(*, case: Case, note: str = "", by: User) -> Case:
    """Papers are complete: the case goes to the supervisor, and the clocks run on."""
    case = CASE_FLOW.lock(case, "resume", by=by)
    case.person = case.person and type(case.person).objects.get(pk=case.person_id)
    if case.pause_reason == Case.PauseReason.NO_NIK and case.person and not case.person.nik:
        raise ValidationError(
            {"reason": _("The person still has no NIK; please record it first, then the case can go on.")}
        )
    case.paused_for += timezone.now() - (case.paused_at or case.status_since)
    case.pause_reason, case.paused_at, case.remind_at = "", None, None
    advance(case, "resume", by=by, note=note)
    return case


# -- the supervisor of the district ------------------------------------------------------------------------------------
@transaction.atomic
def review_case(*, case: Case, note: str = "", by: User) -> Case:
    """The supervisor has examined the case and passes it on (C-11, C-22)."""
    case = CASE_FLOW.lock(case, "review", by=by)
    advance(case, "review", by=by, note=note)
    return case


@transaction.atomic
def send_back(*, case: Case, note: str, by: User) -> Case:
    """The supervisor asks the officer to complete the case."""
    case = CASE_FLOW.lock(case, "send_back", by=by)
    advance(case, "send_back", by=by, note=_words(note, "note", _("Please write what is missing.")))
    return case


# -- the back office ---------------------------------------------------------------------------------------------------
@transaction.atomic
def answer_case(*, case: Case, answer: str, by: User) -> Case:
    """The secretariat or the Puskesos settles what it can settle itself (C-16, C-18)."""
    case = CASE_FLOW.lock(case, "answer", by=by)
    case.answer = _words(answer, "answer", _("Please write the answer for the family."))
    advance(case, "answer", by=by)
    return case


@transaction.atomic
def propose_referral(
    *, case: Case, to: list[tuple[ProgramDesk, Program | None]], note: str = "", by: User
) -> list[Referral]:
    """The back office proposes to refer the case, to one desk or to several side by side (C-15, C-17)."""
    case = CASE_FLOW.lock(case, "propose", by=by)
    referrals = _write_proposals(case, to, note, by)
    advance(case, "propose", by=by, referrals=[referral.pk for referral in referrals])
    return referrals


# -- the manager -------------------------------------------------------------------------------------------------------
@transaction.atomic
def refer_case(
    *, case: Case, to: list[tuple[ProgramDesk, Program | None]] = (), note: str = "", by: User
) -> list[Referral]:
    """The manager approves what the back office proposed, or refers a reviewed case directly (C-11, C-17)."""
    case = CASE_FLOW.lock(case, "refer", by=by)
    referrals = list(case.referrals.proposed().select_related("desk", "program", "program__provider"))
    referrals += _write_proposals(case, to, note, by) if to else []
    if not referrals:
        raise ValidationError({"desk": _("Please choose to which program the case is referred.")})
    _send(case, referrals, by=by)
    advance(case, "refer", by=by, note=note, referrals=[referral.pk for referral in referrals])
    return referrals


@transaction.atomic
def decline_proposal(*, case: Case, note: str, by: User) -> Case:
    """The manager returns a proposed referral to the back office."""
    case = CASE_FLOW.lock(case, "decline", by=by)
    note = _words(note, "note", _("Please write why the proposal is returned."))
    for referral in case.referrals.proposed():
        _withdraw(referral, note, by)
    advance(case, "decline", by=by, note=note)
    return case


@transaction.atomic
def bring_to_meeting(*, case: Case, note: str = "", by: User) -> Case:
    """A grievance about a program of the regency goes to the coordination meeting (TKPKD, C-07)."""
    case = CASE_FLOW.lock(case, "to_meeting", by=by)
    level = case.program.provider.level if case.program_id else None
    if level != Provider.Level.REGENCY:
        raise ValidationError(
            {"note": _("Only a grievance about a program of the regency goes to the regency's meeting.")}
        )
    for referral in case.referrals.proposed():
        _withdraw(referral, note, by)
    advance(case, "to_meeting", by=by, note=note)
    return case


@transaction.atomic
def record_minutes(*, case: Case, answer: str, by: User, meeting: str = "") -> Case:
    """What the meeting decided flows back into the case (C-04, C-07)."""
    case = CASE_FLOW.lock(case, "minute", by=by)
    case.answer = _words(answer, "answer", _("Please write what the meeting decided."))
    advance(case, "minute", by=by, note=meeting)
    return case


@transaction.atomic
def recall_case(*, case: Case, note: str, by: User) -> Case:
    """The manager calls the unanswered referrals back, e.g. because the wrong desk got them."""
    case = CASE_FLOW.lock(case, "recall", by=by)
    note = _words(note, "note", _("Please write why the referral is called back."))
    for referral in case.referrals.under_way():
        _withdraw(referral, note, by)
    advance(case, "recall", by=by, note=note)
    return case


# -- the Puskesos ------------------------------------------------------------------------------------------------------
@transaction.atomic
def refer_in_village(
    *, case: Case, to: list[tuple[ProgramDesk, Program | None]], note: str = "", by: User
) -> list[Referral]:
    """The Puskesos refers to a provider of its own village; anything else goes through the SLRT (C-18)."""
    case = CASE_FLOW.lock(case, "refer_in_village", by=by)
    for desk, _program in to:
        if desk.region_id != case.region_id or case.region.level != Level.VILLAGE:
            raise ValidationError(
                {"desk": _("The Puskesos refers within its village; other programs through the SLRT.")}
            )
    referrals = _write_proposals(case, to, note, by)
    _send(case, referrals, by=by)
    advance(case, "refer_in_village", by=by, note=note, referrals=[referral.pk for referral in referrals])
    return referrals


# -- referrals ---------------------------------------------------------------------------------------------------------
def desks_for(case: Case):
    """The desks to which a case can go: those of the family's area and of all areas above it.

    A grievance about the register itself goes to whoever keeps the register, and to nobody else (C-23).
    """
    codes = Region(code=case.region_id).ancestor_codes()
    desks = ProgramDesk.objects.filter(Q(region__in=codes) | Q(region=None), is_active=True)
    if case.concern == Case.Concern.REGISTER:
        desks = desks.filter(keeps_register=True)
    return desks.select_related("provider", "region")


def climbs_in_tiers(case: Case, program: Program | None) -> bool:
    """Whether a referral climbs from the regency to the province to the centre: grievances on central programs (C-06)."""
    return (
        case.kind == Kind.GRIEVANCE
        and program is not None
        and program.provider.level == Provider.Level.CENTRE
    )


def _write_proposals(case: Case, to, note: str, by: User) -> list[Referral]:
    if not to:
        raise ValidationError({"desk": _("Please choose at least one program desk.")})
    allowed = set(desks_for(case).values_list("pk", flat=True))
    about_register = case.concern == Case.Concern.REGISTER
    rows = []
    for desk, program in to:
        if desk.pk not in allowed and about_register and not desk.keeps_register:
            raise ValidationError(
                {"desk": _("A grievance about the register goes to the desk that keeps the register.")}
            )
        if desk.pk not in allowed:
            raise ValidationError({"desk": _("This desk does not serve the family's area.")})
        if program is not None and not desk.programs.filter(pk=program.pk).exists():
            raise ValidationError({"desk": _("This desk does not answer for that program.")})
        if (program is None) is not about_register:
            raise ValidationError(
                {
                    "desk": _("A grievance about the register is referred without a program.")
                    if about_register
                    else _("Please choose the program of the referral.")
                }
            )
        rows.append(Referral(case=case, desk=desk, program=program, note=note.strip(), proposed_by=by))
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"desk": _("The case already waits for an answer of this desk.")}) from None
    for row in rows:
        REFERRAL_FLOW.start(row, by=by)
    return rows


def _send(case: Case, referrals: list[Referral], *, by: User) -> None:
    now = timezone.now()
    for referral in referrals:
        move = "send_up" if climbs_in_tiers(case, referral.program) else "send"
        referral = REFERRAL_FLOW.lock(referral, move, by=by)
        also = {"referred_by": by, "referred_at": now, "due_at": due_for_referral(referral, now)}
        REFERRAL_FLOW.record(referral, move, by=by, also=also)


def _withdraw(referral: Referral, note: str, by: User) -> None:
    # The back office's own proposal goes with the manager's decision on the case, which was locked and checked.
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if not may(by, "send", locked):
        raise PermissionDenied
    REFERRAL_FLOW.record(locked, "withdraw", by=by, note=redact(note), also={"due_at": None})


def still_running(case: Case) -> bool:
    return case.referrals.filter(
        status__in=(ReferralStatus.IN_PROVINCE, ReferralStatus.WAITING, ReferralStatus.STUDIED)
    ).exists()


def _words(text: str, field: str, message: str) -> str:
    text = (text or "").strip()
    if not text:
        raise ValidationError({field: message})
    return text
