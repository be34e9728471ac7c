"""What officers record: profiles of people not in the register, participation, visits, a NIK that came later."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.fields import blind_index, only_digits, validate_family_card_number, validate_nik
from portal.ledger import audit
from portal.regions.models import Level, Region
from portal.units.models import Unit
from programs_catalog.models import Program

from ..models import Enrolment, Household, Person, UpdateProposal, Visit
from .proposals import propose_entry

#: years; the oldest people known came near
OLDEST = 120


@transaction.atomic
def record_profile(
    *,
    village: Region,
    name: str,
    sex: str,
    by: User,
    nik: str = "",
    family_card_number: str = "",
    born_on: dt.date | None = None,
    address: str = "",
    phone: str = "",
    conditions: dict | None = None,
) -> tuple[Person, UpdateProposal]:
    """Record the basic profile of someone who is not in the register; it joins the proposals for SIKS-NG (H-03).

    With the KK number of a household that is known already, the person joins that household. Without NIK the profile is
    kept, and the person is directed to civil registration first (H-04).
    """
    nik, family_card_number = only_digits(nik), only_digits(family_card_number)
    _check_profile(village, name, sex, nik, family_card_number, born_on)
    household = None
    if family_card_number:
        household = Household.objects.with_family_card_number(family_card_number).first()
        if household and household.region_id != village.pk:
            raise ValidationError(
                {"family_card_number": _("This family card belongs to a household of another village.")}
            )
    if household is None:
        household = Household(
            region=village,
            family_card_number=family_card_number,
            address=address.strip(),
            source=Household.Source.RECORDED,
            conditions=conditions or {},
            recorded_by=by,
        )
        if not may(by, "add", household):
            raise PermissionDenied(_("You do not record people of this area."))
        household.save(force_insert=True)
    elif not may(by, "add", household):
        raise PermissionDenied(_("You do not record people of this area."))
    first = not household.members.exists()
    person = Person(
        household=household,
        nik=nik,
        name=" ".join(name.split()),
        sex=sex,
        born_on=born_on,
        is_head=first,
        relation=Person.Relation.HEAD if first else "",
        phone=phone.strip(),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        # Known, but perhaps outside this officer's area: say no more than that.
        raise ValidationError(
            {"nik": _("This NIK is already recorded. Please look the person up, or ask the SLRT.")}
        ) from None
    audit.record(audit.Action.CREATE, person, by=by, purpose=_("Basic profile"))
    proposal = propose_entry(person=person, by=by)
    return person, proposal


def _check_profile(village, name, sex, nik, family_card_number, born_on) -> None:
    errors: dict[str, object] = {}
    if village is None or village.level != Level.VILLAGE:
        errors["village"] = _("Please choose the village where the family lives.")
    if len(name.strip()) < 2:
        errors["name"] = _("Please write the name as on the card.")
    if sex not in Person.Sex.values:
        errors["sex"] = _("Please choose.")
    if born_on and born_on > timezone.localdate():
        errors["born_on"] = _("This date lies in the future.")
    elif born_on and timezone.localdate().year - born_on.year > OLDEST:
        errors["born_on"] = _("Nobody is that old; please look at the year again.")
    for field, value, check in (
        ("nik", nik, validate_nik),
        ("family_card_number", family_card_number, validate_family_card_number),
    ):
        if value:
            try:
                check(value)
            except ValidationError as error:
                errors[field] = error
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def record_nik(*, person: Person, nik: str, by: User) -> Person:
    """Civil registration has given a NIK: it is recorded on the profile (H-04)."""
    person = Person.objects.select_for_update().select_related("household").get(pk=person.pk)
    if not may(by, "change", person.household):
        raise PermissionDenied
    nik = only_digits(nik)
    try:
        validate_nik(nik)
    except ValidationError as error:
        raise ValidationError({"nik": error}) from None
    if person.nik and person.nik != nik:
        raise ValidationError(
            {"nik": _("The person has another NIK already; please propose a change of data.")}
        )
    if Person.objects.filter(nik_index=blind_index(nik)).exclude(pk=person.pk).exists():
        raise ValidationError(
            {"nik": _("This NIK is already recorded. Please look the person up, or ask the SLRT.")}
        )
    person.nik = nik
    person.save(update_fields=["nik", "nik_index"])
    audit.record(audit.Action.CHANGE, person, by=by, purpose=_("NIK recorded"), fields=["nik"])
    return person


@transaction.atomic
def record_enrolment(
    *,
    household: Household,
    program: Program,
    valid_from: dt.date,
    source: str,
    by: User,
    person: Person | None = None,
    valid_until: dt.date | None = None,
) -> Enrolment:
    """Record that a household, or one of its members, takes part in a program: since when, and who says so (H-07)."""
    enrolment = Enrolment(
        household=household,
        person=person,
        program=program,
        valid_from=valid_from,
        valid_until=valid_until,
        source=source,
        recorded_by=by,
    )
    if not may(by, "add", enrolment):
        raise PermissionDenied(_("You do not record participation for this area."))
    errors = {}
    if person and person.household_id != household.pk:
        errors["person"] = _("This person belongs to another household.")
    if person and person.born_on and valid_from < person.born_on:
        errors["valid_from"] = _("This day lies before the person's birth.")
    if valid_from > timezone.localdate():
        errors["valid_from"] = _("Participation that lies in the future is not recorded yet.")
    if valid_until and valid_until < valid_from:
        errors["valid_until"] = _("The end lies before the beginning.")
    if source not in Enrolment.Source.values:
        errors["source"] = _("Please choose who says so.")
    same = household.enrolments.filter(program=program, person=person).running(valid_from)
    if same.exists():
        errors["program"] = _("This participation is already on record.")
    if errors:
        raise ValidationError(errors)
    enrolment.save(force_insert=True)
    audit.record(audit.Action.CREATE, enrolment, by=by, program=program.code)
    return enrolment


@transaction.atomic
def record_visit(
    *,
    unit: Unit,
    place: str,
    purpose: str,
    by: User,
    household: Household | None = None,
    region: Region | None = None,
    program: Program | None = None,
    at: dt.datetime | None = None,
    programs_explained: bool = False,
    note: str = "",
    client_id: uuid.UUID | str | None = None,
) -> Visit:
    """Record a meeting with people at home (H-09) or count a visitor at the counter (C-27); twice the same id is one."""
    client_id = uuid.UUID(str(client_id)) if client_id else uuid.uuid4()
    existing = Visit.objects.filter(client_id=client_id).first()
    if existing:
        return existing
    where = household.region_id if household else region.pk if region else unit.region_id
    visit = Visit(
        client_id=client_id,
        region_id=where,
        place=place,
        unit=unit,
        household=household,
        purpose=purpose,
        program=program,
        in_register=household.source == Household.Source.REGISTER if household else None,
        programs_explained=programs_explained,
        note=note.strip(),
        at=at or timezone.now(),
        by=by,
    )
    if not may(by, "add", visit):
        raise PermissionDenied(_("You do not record visits in this area."))
    if purpose not in Visit.Purpose.values:
        raise ValidationError({"purpose": _("Please choose what people came for.")})
    if visit.at > timezone.now() + dt.timedelta(minutes=5):
        raise ValidationError({"at": _("This time lies in the future.")})
    visit.save(force_insert=True)
    return visit
