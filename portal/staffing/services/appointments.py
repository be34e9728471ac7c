"""Proposing, appointing by decree, and ending (S-01 to S-07, S-10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import RoleAssignment, User
from portal.accounts.policies import may
from portal.accounts.roles import Role
from portal.ledger import audit
from portal.regions.models import Level, Region, code_at
from portal.units.models import Decree, Unit

from ..enums import Check
from ..models import Appointment, Officer, Position
from ..qualification import Finding, assess, blocking, lives_in
from ..workflow import APPOINTMENT_FLOW, AppointmentStatus

#: whose signature a role gives (S-10)
ISSUERS: dict[str, str] = {
    Role.REGENCY_SOCIAL_OFFICE: Decree.Issuer.REGENCY_SOCIAL_OFFICE,
    Role.REGENCY_HEAD: Decree.Issuer.REGENCY_HEAD,
    Role.VILLAGE_HEAD: Decree.Issuer.VILLAGE_HEAD,
    Role.MINISTRY: Decree.Issuer.MINISTRY,
}


def findings_for(
    officer,
    position: Position,
    area: Region,
    attested: Mapping[str, bool],
    *,
    leaving: Appointment | None = None,
) -> list[Finding]:
    """Check an officer against a position: the criteria, and posts in force that exclude a second one."""
    criteria = list(position.criteria.filter(is_active=True))
    others = 0
    if isinstance(officer, Officer) and officer.pk:
        # "No concurrent post that forbids it" works both ways: an open appointment to such a position counts too.
        others = (
            officer.appointments.filter(
                status__in=(AppointmentStatus.PROPOSED, AppointmentStatus.ACTIVE),
                position__criteria__check_by=Check.NO_FORBIDDEN_POST,
                position__criteria__is_active=True,
            )
            .exclude(pk=leaving.pk if leaving else None)
            .count()
        )
    return assess(criteria, officer, area=area.pk, attested=attested, other_appointments=others)


@transaction.atomic
def propose(
    *,
    officer: Officer,
    position: Position,
    unit: Unit | None,
    area: Region,
    by: User,
    attested: Mapping[str, bool] | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    is_demo: bool = False,
) -> Appointment:
    """Propose an officer for a position; an unmet requirement blocks with its text (S-07), a preference is noted."""
    appointment = Appointment(
        officer=officer, position=position, unit=unit, region=area, starts_on=starts_on, ends_on=ends_on, is_demo=is_demo
    )  # fmt: skip
    if not may(by, "propose", appointment):
        raise PermissionDenied(_("You do not have the right to propose officers there."))
    _check_place(appointment)
    findings = findings_for(officer, position, area, attested or {})
    unmet = blocking(findings)
    if unmet:
        raise ValidationError(
            {"officer": [_("Requirement not met: %(text)s") % {"text": finding.text} for finding in unmet]},
            code="unqualified",
        )
    if Appointment.objects.filter(
        officer=officer,
        position=position,
        region=area,
        status__in=(AppointmentStatus.PROPOSED, AppointmentStatus.ACTIVE),
    ).exists():
        raise ValidationError({"officer": _("This officer already holds or is proposed for this position.")})
    appointment.findings = [finding.as_dict() for finding in findings]
    appointment.is_local = lives_in(officer.domicile_id, area.pk, position.area_level)
    appointment.save()
    APPOINTMENT_FLOW.start(appointment, by=by)
    return appointment


def _check_place(appointment: Appointment) -> None:
    """The unit is of the position's kind, the work area of its level and within the unit's region."""
    position, unit, area = appointment.position, appointment.unit, appointment.region
    if (unit.kind if unit else "") != position.unit_kind:
        raise ValidationError({"unit": _("This position belongs to another kind of unit.")})
    if area.level != position.area_level:
        raise ValidationError(
            {
                "area": _("The work area of this position is a %(level)s.")
                % {"level": position.get_area_level_display()}
            }
        )
    if unit and not unit.region.contains(area.pk):
        raise ValidationError({"area": _("The work area lies outside the unit's region.")})


def check_decree(decree: Decree, *, start: dt.date) -> None:
    """A decree covers the day somebody starts; ValidationError otherwise."""
    if decree.valid_until and decree.valid_until < start:
        raise ValidationError({"valid_until": _("The decree ends before the officer starts.")})
    if decree.date > timezone.localdate():
        raise ValidationError({"date": _("The date of the decree lies in the future.")})


@transaction.atomic
def appoint(
    *, appointments: Sequence[Appointment], decree: Decree, by: User, acting_as: str = ""
) -> list[Appointment]:
    """Put proposed officers into office by one decree; the signer must be one whom the acting role can sign for (S-10).

    `acting_as` is a role that a higher service has checked already (a formation stage); else the policy decides.
    """
    roles = {acting_as} if acting_as else {grant.role for grant in by.grants if grant.role in ISSUERS}
    if not by.is_superuser and decree.issuer not in {ISSUERS[role] for role in roles if role in ISSUERS}:
        raise PermissionDenied(_("This decree is issued by another office."))
    done = []
    for appointment in appointments:
        locked = APPOINTMENT_FLOW.lock(appointment, "decree", by=by)
        start = locked.starts_on or decree.valid_from
        check_decree(decree, start=start)
        Appointment.objects.filter(pk=locked.pk).update(
            decree=decree, starts_on=start, ends_on=locked.ends_on or decree.valid_until
        )
        locked.refresh_from_db(fields=["decree", "starts_on", "ends_on"])
        APPOINTMENT_FLOW.record(locked, "decree", by=by, decree=decree.number)
        _give_role(locked)
        done.append(locked)
    return done


def _give_role(appointment: Appointment) -> None:
    """With the office comes the role in its region, for the account of the officer if there is one."""
    user, role = appointment.officer.user, appointment.position.role
    if user is None or not role:
        return
    exists = RoleAssignment.objects.active().filter(user=user, role=role, region=appointment.region)
    if not exists.exists():
        RoleAssignment.objects.create(
            user=user,
            role=role,
            region=appointment.region,
            valid_from=appointment.starts_on,
            valid_until=appointment.ends_on,
        )


@transaction.atomic
def reject(*, appointment: Appointment, note: str, by: User) -> Appointment:
    """Do not appoint a proposed officer, with a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = APPOINTMENT_FLOW.lock(appointment, "reject", by=by)
    APPOINTMENT_FLOW.record(locked, "reject", by=by, note=note)
    return locked


@transaction.atomic
def end(
    *, appointment: Appointment, on: dt.date, reason: str, by: User | None, move: str = "end"
) -> Appointment:
    """Record that an officer leaves on a day; the role of the account ends the same day."""
    locked = APPOINTMENT_FLOW.lock(appointment, move, by=by)
    if on < locked.starts_on:
        raise ValidationError({"on": _("The end lies before the beginning.")})
    Appointment.objects.filter(pk=locked.pk).update(ends_on=on, left_reason=reason)
    locked.refresh_from_db(fields=["ends_on", "left_reason"])
    APPOINTMENT_FLOW.record(locked, move, by=by, reason=reason)
    if locked.officer.user_id and locked.position.role:
        running = RoleAssignment.objects.active().filter(
            user_id=locked.officer.user_id, role=locked.position.role, region_id=locked.region_id
        )
        for assignment in running:
            assignment.valid_until = max(on, assignment.valid_from)
            assignment.save(update_fields=["valid_until"])
    return locked


def existing_post(
    *, officer: Officer, position: Position, area: Region, decree_number: str, decree_date, signatory: str
) -> tuple[Appointment, dt.date]:
    """The unsaved appointment that an older decree describes, and the decree's day; ValidationError names what is wrong."""
    kind = position.unit_kind
    home = area.pk if kind == Unit.Kind.PUSKESOS else code_at(area.pk, Level.REGENCY)
    unit = Unit.objects.filter(kind=kind, region_id=home).first() if kind else None
    if kind and unit is None:
        raise ValidationError({"area": _("There is no unit of this kind there yet; import the units first.")})
    appointment = Appointment(officer=officer, position=position, unit=unit, region=area)
    _check_place(appointment)
    if not decree_number or not signatory:
        raise ValidationError({"decree_number": _("Number and signatory of the decree are missing.")})
    try:
        day = (
            decree_date if isinstance(decree_date, dt.date) else dt.date.fromisoformat(str(decree_date)[:10])
        )
    except ValueError:
        raise ValidationError({"decree_date": _("The date of the decree is missing or wrong.")}) from None
    return appointment, day


@transaction.atomic
def take_over(
    *,
    officer: Officer,
    position: Position,
    area: Region,
    decree_number: str,
    decree_date,
    signatory: str,
    by: User,
) -> Appointment:
    """Record an office that an existing decree gave before this system; criteria were that decree's business."""
    appointment, day = existing_post(
        officer=officer, position=position, area=area, decree_number=decree_number, decree_date=decree_date,
        signatory=signatory,
    )  # fmt: skip
    held = Appointment.objects.active().filter(officer=officer, position=position, region=area)
    if existing := held.first():
        return existing
    decree, _fresh = Decree.objects.get_or_create(
        issuer=Decree.Issuer.REGENCY_SOCIAL_OFFICE,
        region_id=code_at(area.pk, Level.REGENCY),
        number=decree_number,
        defaults={"about": Decree.About.APPOINTMENT, "date": day, "signatory": signatory, "valid_from": day},
    )
    appointment.decree, appointment.starts_on = decree, day
    appointment.is_local = lives_in(officer.domicile_id, area.pk, position.area_level)
    appointment.save()
    locked = APPOINTMENT_FLOW.lock(appointment, "take_over", by=by)
    APPOINTMENT_FLOW.record(locked, "take_over", by=by, decree=decree.number)
    return locked


def end_terms(on: dt.date | None = None) -> int:
    """End the appointments whose term is over; safe to run twice. Returns how many."""
    day = on or timezone.localdate()
    over = Appointment.objects.active().filter(ends_on__lt=day)
    for appointment in over:
        end(appointment=appointment, on=appointment.ends_on, reason="term_ended", by=None, move="expire")
    return len(over)


@transaction.atomic
def save_officer(officer: Officer, *, by: User, fields: Sequence[str] = ()) -> Officer:
    """Write an officer's record after its form checks; the audit names the fields, never the values."""
    adding = officer._state.adding
    officer.save()
    audit.record(
        audit.Action.CREATE if adding else audit.Action.CHANGE, officer, by=by, fields=sorted(fields)
    )
    return officer
