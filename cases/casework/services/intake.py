"""Registering a case: one entry for the counter, the phone and the import (C-01 to C-04, C-11 to C-15)."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.households.groups import group_of_person
from cases.households.models import Household, Person, Visit
from portal.accounts.models import User
from portal.accounts.policies import may
from portal.accounts.roles import Role
from portal.fields import blind_index, redact
from portal.ledger import audit
from portal.ledger.numbers import next_number
from portal.regions.models import CODE_LENGTH, Level, Region
from portal.units.models import Unit
from programs_catalog.models import Program

from ..models import Case, Emergency
from ..querysets import CaseQuerySet
from ..workflow import Channel, Kind, Outcome
from .moving import advance, finish, start
from .notifying import check_wish

NUMBER_KIND = "REG"
#: without 0 O 1 I L: read out over the telephone
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DOUBLE_WITHIN = dt.timedelta(days=180)

_CHANNELS = {
    Role.FACILITATOR: Channel.FACILITATOR,
    Role.PUSKESOS_FRONT_OFFICE: Channel.PUSKESOS,
    Role.FRONT_OFFICE: Channel.SLRT,
}


class ClientIdTaken(Exception):
    """The same id made on the device came with other content: two different cases, or a changed one."""


def channel_of(user: User) -> str:
    """The channel in which a user takes cases in, by the role that lets them do it."""
    channels = [_CHANNELS[grant.role] for grant in user.grants if grant.role in _CHANNELS]
    return channels[0] if channels else Channel.SLRT


def unit_of(user: User, channel: str, region_code: str) -> Unit:
    """The unit that takes the case in: the village's Puskesos for village officers, else the SLRT of the regency."""
    village, regency = region_code[: CODE_LENGTH[Level.VILLAGE]], region_code[: CODE_LENGTH[Level.REGENCY]]
    units = {
        unit.kind: unit
        for unit in Unit.objects.filter(region__in=(village, regency)).exclude(status=Unit.Status.FORMING)
    }
    wanted = (Unit.Kind.SLRT,) if channel == Channel.SLRT else (Unit.Kind.PUSKESOS, Unit.Kind.SLRT)
    for kind in wanted:
        if kind in units:
            return units[kind]
    raise ValidationError(_("There is no SLRT or Puskesos yet that serves this family's area."))


def likely_doubles(
    *, household: Household | None, person: Person | None, program: Program | None = None, by: User
) -> CaseQuerySet:
    """Open cases of the same family that may be the same matter, newest first (C-13)."""
    if household is None:
        return Case.objects.none()
    rows = Case.objects.visible_to(by).about(household).open()
    rows = rows.filter(opened_at__gte=timezone.now() - DOUBLE_WITHIN)
    return rows.select_related("program", "unit", "registered_by").newest()


def register_case(
    *,
    kind: str,
    description: str,
    by: User,
    household: Household | None = None,
    person: Person | None = None,
    program: Program | None = None,
    concern: str = "",
    answer: str = "",
    client_id: uuid.UUID | str | None = None,
    region=None,
    channel: str = "",
    unit: Unit | None = None,
    visit: Visit | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    reporter_email: str = "",
    notice_channel: str = "",
    emergency: Emergency | None = None,
    is_anonymous: bool = False,
    is_sensitive: bool = False,
    pause_reason: str = "",
) -> Case:
    """Register what a family brought, and give it its number; the same `client_id` again gives the same case.

    A question with its answer is closed at once (C-03), a suggestion goes to the manager's agenda (C-04), a person without
    papers waits for them (`pause_reason`, H-04). Raises ValidationError by field, PermissionDenied, ClientIdTaken.
    """
    client_id = uuid.UUID(str(client_id)) if client_id else uuid.uuid4()
    # Numbers of persons stand where they are masked and audited, not in free words.
    description, answer = redact(description), redact(answer)
    content = _content_index(
        kind, description.strip(), household, person, program, concern, answer.strip(), is_anonymous, by
    )
    existing = _already_registered(client_id, content)
    if existing:
        return existing
    region_code = household.region_id if household else getattr(region, "pk", region) or ""
    _check(kind, description, household, person, program, concern, is_anonymous, region_code)
    if program and not Program.objects.for_region(Region(code=region_code)).filter(pk=program.pk).exists():
        # Services differ by region (C-26): a local one is for the families of its own area.
        raise ValidationError({"program": _("This program is not offered where the family lives.")})
    if problems := check_wish(notice_channel, reporter_phone, reporter_email):
        raise ValidationError(problems)
    if emergency and not Emergency.objects.in_force().reaching(region_code).filter(pk=emergency.pk).exists():
        raise ValidationError({"emergency": _("This emergency is not in force where the family lives.")})
    channel = channel or channel_of(by)
    case = Case(
        region_id=region_code,
        client_id=client_id,
        content_index=content,
        kind=kind,
        channel=channel,
        household=household,
        person=None if is_anonymous else person,
        program=program,
        concern=concern if kind == Kind.GRIEVANCE else "",
        description=description.strip(),
        reporter_name="" if is_anonymous else reporter_name.strip(),
        reporter_phone=reporter_phone.strip(),
        reporter_email=reporter_email.strip(),
        notice_channel=notice_channel,
        emergency=emergency,
        is_anonymous=is_anonymous,
        is_sensitive=is_sensitive,
        registered_by=by,
        visit=visit,
        subject_sex=person.sex if person else "",
        subject_group=group_of_person(person, timezone.localdate()) if person and not is_anonymous else "",
    )
    if not may(by, "register", case):
        raise PermissionDenied(_("You do not register cases for this area."))
    case.unit = unit or unit_of(by, channel, region_code)
    try:
        with transaction.atomic():
            return _write(case, answer=answer.strip(), pause_reason=pause_reason, by=by)
    except IntegrityError:
        # Somebody (the second click) was faster: our number went back with the savepoint.
        existing = _already_registered(client_id, content)
        if existing is None:
            raise
        return existing


def _write(case: Case, *, answer: str, pause_reason: str, by: User) -> Case:
    now = timezone.now()
    case.opened_at = case.status_since = now
    case.number = next_number(NUMBER_KIND, case.unit.region, on=timezone.localdate(now))
    case.lookup_code = new_lookup_code()
    if case.visit is None and case.channel != Channel.FACILITATOR:
        case.visit = Visit.objects.create(
            region_id=case.region_id,
            place=Visit.Place.COUNTER,
            unit=case.unit,
            household=case.household,
            purpose=Visit.Purpose.NEED if case.kind == Kind.NEED else Visit.Purpose.COMPLAINT,
            program=case.program,
            at=now,
            by=by,
        )
    case.save(force_insert=True)
    start(case, by=by)
    if case.person_id:
        audit.read(case.person, by=by, purpose=_("Registration of case %(number)s") % {"number": case.number})
    if case.kind == Kind.SUGGESTION:
        advance(case, "to_agenda", by=by)
    elif case.kind == Kind.QUESTION and answer:
        case.answer = answer
        finish(case, "answer_at_once", Outcome.ANSWERED, by=by, note=answer)
    elif pause_reason:
        case.pause_reason = pause_reason
        case.paused_at = now
        case.remind_at = now + dt.timedelta(days=14)
        advance(case, "pause", by=by, note=str(Case.PauseReason(pause_reason).label))
    return case


def new_lookup_code() -> str:
    """Eight letters and digits, some 39 bits: with the rate limit not to be guessed."""
    code = "".join(secrets.choice(_ALPHABET) for _i in range(8))
    return f"{code[:4]}-{code[4:]}"


def _content_index(kind, description, household, person, program, concern, answer, is_anonymous, by) -> str:
    key = lambda row: row.pk if row else None  # noqa: E731
    return blind_index(
        json.dumps(
            [
                kind,
                description,
                key(household),
                key(person),
                key(program),
                concern,
                answer,
                is_anonymous,
                by.pk,
            ]
        )
    )


def _already_registered(client_id: uuid.UUID, content: str) -> Case | None:
    case = Case.objects.filter(client_id=client_id).select_related("unit").first()
    if case and case.content_index != content:
        raise ClientIdTaken(_("This form was already registered with other content; please open a new one."))
    return case


def _check(kind, description, household, person, program, concern, is_anonymous, region_code) -> None:
    errors: dict[str, str] = {}
    if kind not in Kind.values:
        errors["kind"] = _("Please choose what it is about.")
    if not description.strip():
        errors["description"] = _("Please write down what the family says.")
    if kind == Kind.NEED and program is None:
        errors["program"] = _("A need names the program that the family asks for.")
    if kind == Kind.GRIEVANCE and concern not in Case.Concern.values:
        errors["concern"] = _("Please choose what the grievance is about.")
    if kind == Kind.GRIEVANCE and concern != Case.Concern.REGISTER and program is None:
        errors["program"] = _("Please choose the program that the grievance is about.")
    if kind == Kind.NEED and person is None:
        errors["person"] = _("A need belongs to a person; please find or record the person first.")
    if kind == Kind.NEED and is_anonymous:
        errors["is_anonymous"] = _("A need cannot be anonymous: the program must know whom to enrol.")
    if kind == Kind.GRIEVANCE and household is None and not is_anonymous:
        errors["person"] = _("Please find or record the person, or mark the reporter as anonymous.")
    if person and household and person.household_id != household.pk:
        errors["person"] = _("This person belongs to another household.")
    if not region_code:
        errors["region"] = _("Please choose the village that it is about.")
    if errors:
        raise ValidationError(errors)
