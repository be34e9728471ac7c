"""Announcing posts to everybody, recording who applies, choosing openly (P-09, S-08)."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may

from ..models import Appointment, Candidate, Officer, Vacancy
from ..qualification import blocking
from ..workflow import CANDIDATE_FLOW, VACANCY_FLOW, CandidateStatus
from .appointments import findings_for, propose


@transaction.atomic
def announce(*, vacancy: Vacancy, by: User) -> Vacancy:
    """Publish a vacancy: with criteria, closing date and how to apply, open to all (P-09)."""
    locked = VACANCY_FLOW.lock(vacancy, "publish", by=by)
    if locked.closes_on < timezone.localdate():
        raise ValidationError({"closes_on": _("The closing date has passed.")})
    if not locked.how_to_apply.strip():
        raise ValidationError({"how_to_apply": _("Say how one applies.")})
    if not locked.criteria.exists():
        raise ValidationError(_("This position has no criteria; a vacancy is published with its criteria."))
    VACANCY_FLOW.record(locked, "publish", by=by)
    return locked


@transaction.atomic
def close(*, vacancy: Vacancy, note: str, by: User | None) -> Vacancy:
    """Take a vacancy off the public list before its closing date, with a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = VACANCY_FLOW.lock(vacancy, "close", by=by)
    VACANCY_FLOW.record(locked, "close", by=by, note=note)
    return locked


@transaction.atomic
def close_expired() -> int:
    """Close what is past its closing date; safe to run twice. Returns how many."""
    expired = list(Vacancy.objects.overdue())
    for vacancy in expired:
        VACANCY_FLOW.record(VACANCY_FLOW.lock(vacancy, "expire", by=None), "expire", by=None)
    return len(expired)


@transaction.atomic
def record_candidate(candidate: Candidate, *, by: User) -> Candidate:
    """Record an application; everybody of age may apply, also who does not meet a criterion."""
    if not may(by, "add", candidate):
        raise PermissionDenied
    if candidate.vacancy.status == Vacancy.Status.DRAFT:
        raise ValidationError(_("The vacancy has not been published yet."))
    candidate.save()
    CANDIDATE_FLOW.start(candidate, by=by)
    return candidate


@transaction.atomic
def select(*, candidate: Candidate, by: User, attested: Mapping[str, bool] | None = None) -> Appointment:
    """Choose a candidate: checked against the criteria (S-07), made an officer, and proposed for the position."""
    locked = CANDIDATE_FLOW.lock(candidate, "select", by=by)
    vacancy = locked.vacancy
    attested = attested if attested is not None else locked.attested
    unmet = blocking(findings_for(locked, vacancy.position, vacancy.region, attested))
    if unmet:
        raise ValidationError(
            [_("Requirement not met: %(text)s") % {"text": finding.text} for finding in unmet],
            code="unqualified",
        )
    taken = vacancy.candidates.filter(status=CandidateStatus.SELECTED).count()
    if taken >= vacancy.places:
        raise ValidationError(_("All places of this vacancy are taken."))
    Candidate.objects.filter(pk=locked.pk).update(attested=attested)
    officer = Officer.objects.filter(nik_index=locked.nik_index).first() or _officer_of(locked)
    appointment = propose(
        officer=officer,
        position=vacancy.position,
        unit=vacancy.unit,
        area=vacancy.region,
        by=by,
        attested=attested,
    )
    CANDIDATE_FLOW.record(locked, "select", by=by, appointment=appointment.pk)
    if taken + 1 == vacancy.places:
        VACANCY_FLOW.record(VACANCY_FLOW.lock(vacancy, "fill", by=by), "fill", by=by)
    return appointment


@transaction.atomic
def decline(*, candidate: Candidate, note: str, by: User) -> Candidate:
    """Do not choose a candidate; the reason is kept (open recruitment, guideline II.E)."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = CANDIDATE_FLOW.lock(candidate, "decline", by=by)
    CANDIDATE_FLOW.record(locked, "decline", by=by, note=note)
    return locked


def _officer_of(candidate: Candidate) -> Officer:
    copied = (
        "name", "sex", "birth_date", "education", "background", "domicile_id", "has_forbidding_post", "other_posts",
        "phone", "email", "nik", "is_demo",
    )  # fmt: skip
    return Officer.objects.create(
        region=candidate.vacancy.unit.region, **{name: getattr(candidate, name) for name in copied}
    )
