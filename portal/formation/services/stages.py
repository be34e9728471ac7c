"""Each body does its stage, in order; the unit comes into being on the way (F-06 to F-14, F-17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.accounts.roles import GRANTS, Role
from portal.ledger.workflow import SYSTEM, WrongState
from portal.regions.models import Level, Region
from portal.staffing.models import Appointment
from portal.staffing.services.appointments import appoint
from portal.units.models import CentreSupport, Decree, Unit
from portal.units.workflow import UNIT_FLOW

from ..enums import BY_DECREE, LOCATES, SCORED, Body, CriterionKind, Item, StageForm
from ..models import (
    AssessmentCriterion,
    Copy,
    Document,
    FormationRequest,
    PathwayStage,
    PuskesosLocation,
    StageRecord,
)
from ..workflow import REQUEST_FLOW, Status
from .drafts import letter_of

MAX_SCORE = 4
#: which criteria a scored form asks
KIND_OF = {
    StageForm.STUDY: CriterionKind.SELECTION,
    StageForm.ASSESSMENT: CriterionKind.PREREQUISITE,
    StageForm.SOCIALIZATION: CriterionKind.PREREQUISITE,
}
ABOUT = {
    StageForm.SLRT_LOCATION: Decree.About.SLRT_LOCATION,
    StageForm.UNIT_LOCATION: Decree.About.PUSKESOS_LOCATION,
    StageForm.PUSKESOS_LOCATIONS: Decree.About.PUSKESOS_LOCATION,
    StageForm.APPOINTMENT: Decree.About.APPOINTMENT,
    StageForm.VILLAGE_APPOINTMENTS: Decree.About.APPOINTMENT,
}
#: the officer without whom an appointment is not one
LEADERS = {Unit.Kind.SLRT: "manager", Unit.Kind.PUSKESOS: "puskesos_coordinator"}


@dataclass(frozen=True)
class DecreeData:
    """What a form says of a decree; its issuer is the stage's, never typed."""

    number: str
    date: dt.date
    signatory: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    file: object = None


@dataclass(frozen=True)
class Completion:
    """What a body hands in to complete a stage; each form uses its part."""

    note: str = ""
    result: str = StageRecord.Result.DONE
    #: answers of the form: dates, participants, scores (criterion code -> 0 to 4) with their notes
    data: Mapping = field(default_factory=dict)
    decree: DecreeData | None = None
    villages: Sequence[Region] = ()
    appointments: Sequence[Appointment] = ()
    #: title of a required document -> uploaded file
    documents: Mapping[str, object] = field(default_factory=dict)


def may_complete(request: FormationRequest, by: User, stage: PathwayStage | None = None) -> bool:
    """Whether the user speaks for the body of the request's stage (F-11). A village head does it at the location."""
    stage = stage or request.stage
    return (
        stage is not None
        and stage.form != StageForm.VILLAGE_APPOINTMENTS
        and may(by, f"complete_as_{stage.body}", request)
    )


def _acting_role(request: FormationRequest, body: str, by: User) -> str:
    roles = GRANTS[f"formationrequest.complete_as_{body}"]
    fitting = [grant.role for grant in by.grants if grant.role in roles and grant.covers(request.region_id)]
    return fitting[0] if fitting else by.role_for(request)


def _lock(request: FormationRequest, move: str, by: User, stage: PathwayStage | None) -> FormationRequest:
    locked = REQUEST_FLOW.lock(request, move, by=by)
    if stage is not None and locked.stage_id != stage.pk:
        raise WrongState(
            _("The request is in another stage now: %(stage)s. Stages are done in order.")
            % {"stage": locked.stage}
        )
    if not may_complete(locked, by):
        raise PermissionDenied(
            _("This stage is completed by: %(body)s.") % {"body": locked.stage.get_body_display()}
        )
    return locked


@transaction.atomic
def complete_stage(
    *, request: FormationRequest, stage: PathwayStage, by: User, completion: Completion
) -> FormationRequest:
    """Complete the current stage as the body it names: who, when, result, document (F-11); then the next begins."""
    locked = _lock(request, "complete", by, stage)
    _check(locked, completion)
    decree = _issue(locked, completion.decree) if stage.form in BY_DECREE else None
    record = StageRecord.objects.create(
        request=locked,
        stage=stage,
        result=completion.result,
        note=completion.note,
        data=_data(locked, completion),
        decree=decree,
        by=by,
        by_role=_acting_role(locked, stage.body, by),
        at=timezone.now(),
    )
    for title, file in completion.documents.items():
        Document.objects.create(request=locked, record=record, title=title, file=file, uploaded_by=by)
    _EFFECTS.get(stage.form, _nothing)(locked, completion, decree, by)
    _advance(locked, by=by, note=completion.note)
    return locked


def _check(request: FormationRequest, completion: Completion) -> None:
    stage = request.stage
    errors: dict[str, list] = {}
    for title in stage.documents:
        if not completion.documents.get(title):
            errors.setdefault("documents", []).append(_("Missing document: %(title)s") % {"title": title})
    if stage.form in BY_DECREE and completion.decree is None:
        errors["decree_number"] = [_("This stage is completed by a decree.")]
    if stage.form in SCORED:
        scores = completion.data.get("scores") or {}
        for criterion in criteria_for(stage):
            score = scores.get(criterion.pk)
            if not isinstance(score, int) or not 0 <= score <= MAX_SCORE:
                errors.setdefault("scores", []).append(
                    _("No score: %(criterion)s") % {"criterion": criterion}
                )
        if completion.result not in (StageRecord.Result.READY, StageRecord.Result.READY_WITH_NOTES):
            errors["result"] = [_("Say whether the region is ready; one that is not is returned or refused.")]
        if completion.result == StageRecord.Result.READY_WITH_NOTES and not completion.note.strip():
            errors["note"] = [_("Write the notes.")]
    if stage.form == StageForm.PUSKESOS_LOCATIONS:
        outside = [v for v in completion.villages if v.level != Level.VILLAGE or not request.region.contains(v.pk)]  # fmt: skip
        if not completion.villages:
            errors["villages"] = [_("Choose at least one village.")]
        elif outside:
            errors["villages"] = [_("A village lies outside the region.")]
    if stage.form == StageForm.APPOINTMENT:
        errors |= _check_officers(request, completion)
    if stage.form == StageForm.GUIDANCE:
        start, end = completion.data.get("starts_on"), completion.data.get("ends_on")
        if not start or not end or end < start:
            errors["ends_on"] = [_("Say from when to when the guidance was given.")]
        elif end > timezone.localdate().isoformat():
            errors["ends_on"] = [_("The guidance has not ended yet.")]
    if errors:
        raise ValidationError(errors)


def _check_officers(request: FormationRequest, completion: Completion) -> dict[str, list]:
    units = units_of(request)
    if any(item.unit_id not in {unit.pk for unit in units} for item in completion.appointments):
        return {"appointments": [_("An officer is proposed for another unit.")]}
    codes = {item.position_id for item in completion.appointments}
    leader = LEADERS[request.unit_kind]
    if leader not in codes:
        text = _("At least the %(leader)s must be appointed.") % {"leader": _leader_name(leader)}
        return {"appointments": [text]}
    # F-10: the village head's proposal is considered.
    if request.unit_kind == Unit.Kind.PUSKESOS and not str(completion.data.get("considered", "")).strip():
        return {"considered": [_("Say how the village head's proposal was considered.")]}
    return {}


def _leader_name(code: str) -> str:
    from portal.staffing.models import Position

    return str(Position.objects.get(pk=code))


def criteria_for(stage: PathwayStage):
    """What the scored form of a stage asks: selection criteria (F-13) or prerequisites (F-14)."""
    return AssessmentCriterion.objects.filter(kind=KIND_OF[StageForm(stage.form)], is_active=True)


def _data(request: FormationRequest, completion: Completion) -> dict:
    data = dict(completion.data)
    if request.stage.form in SCORED:
        criteria = list(criteria_for(request.stage))
        weight = sum(criterion.weight for criterion in criteria) or 1
        points = sum(data["scores"][criterion.pk] * criterion.weight for criterion in criteria)
        data["total"] = round(100 * points / (weight * MAX_SCORE), 1)
        # Names and weights as they were: the criteria may change, the record may not.
        data["asked"] = [
            {"code": c.pk, "name": c.name, "weight": c.weight, "score": data["scores"][c.pk]}
            for c in criteria
        ]
    if completion.villages:
        data["villages"] = [village.pk for village in completion.villages]
    return data


def _issue(request: FormationRequest, data: DecreeData, region: Region | None = None) -> Decree:
    stage = request.stage
    region = region or request.region
    errors = {}
    if data.date > timezone.localdate():
        errors["decree_date"] = _("The date of the decree lies in the future.")
    if data.valid_until and data.valid_until < data.valid_from:
        errors["decree_valid_until"] = _("The end lies before the beginning.")
    if errors:
        raise ValidationError(errors)
    try:
        with transaction.atomic():
            return Decree.objects.create(
                region=region,
                about=ABOUT[StageForm(stage.form)],
                number=data.number,
                date=data.date,
                issuer=stage.decree_issuer,
                signatory=data.signatory,
                valid_from=data.valid_from,
                valid_until=data.valid_until,
                file=data.file or "",
                is_demo=request.is_demo,
            )
    except IntegrityError:
        raise ValidationError({"decree_number": _("A decree with this number exists already.")}) from None


# -- effects --------------------------------------------------------------------------------------------------------
def _nothing(request, completion, decree, by) -> None:
    """A stage that leaves only its record."""


def _locate_unit(request, completion, decree, by) -> None:
    """The location is set: the unit stands in the public directory (F-12)."""
    request.unit = _located(request.unit_kind, request.region, request, by)
    request.save(update_fields=["unit"])
    if request.unit_kind == Unit.Kind.SLRT and request.version.pathway_id == "ministry":
        CentreSupport.objects.get_or_create(unit=request.unit, defaults={"year": timezone.localdate().year})


def _located(kind: str, region: Region, request: FormationRequest, by: User) -> Unit:
    facts = {}
    if region.pk == request.region_id:
        item = request.items.filter(kind=Item.FACILITIES).first()
        facts = {name: (item.data.get(name) or "") for name in ("address", "opening_hours")} if item else {}
    name = f"{Unit.Kind(kind).label} {region.name}"
    unit, _fresh = Unit.objects.get_or_create(
        kind=kind,
        region=region,
        defaults={
            "name": name,
            "postal_code": region.postal_code,
            "latitude": region.latitude,
            "longitude": region.longitude,
            "is_demo": request.is_demo,
            **facts,
        },
    )
    if unit.status == Unit.Status.FORMING:
        locked = UNIT_FLOW.lock(unit, "locate", by=SYSTEM)
        # The acting officer stands in the request's log and here; the move itself is the request's effect.
        UNIT_FLOW.record(locked, "locate", by=SYSTEM, request=request.pk, officer=by.pk)
        unit = locked
    return unit


def _locate_puskesos(request, completion, decree, by) -> None:
    for village in completion.villages:
        unit = _located(Unit.Kind.PUSKESOS, village, request, by)
        PuskesosLocation.objects.create(request=request, region=village, unit=unit)


def _appoint(request, completion, decree, by) -> None:
    appoint(
        appointments=completion.appointments,
        decree=decree,
        by=by,
        acting_as=_acting_role(request, request.stage.body, by),
    )


def _open_units(request, completion, decree, by) -> None:
    """Technical guidance is done: the unit and its Puskesos are operating (F-12)."""
    for unit in units_of(request):
        if unit.status == Unit.Status.LOCATED:
            locked = UNIT_FLOW.lock(unit, "open", by=SYSTEM)
            UNIT_FLOW.record(locked, "open", by=SYSTEM, request=request.pk, officer=by.pk)
            if locked.founded_on is None:
                Unit.objects.filter(pk=locked.pk).update(founded_on=timezone.localdate())


_EFFECTS = {
    **dict.fromkeys(LOCATES, _locate_unit),
    StageForm.PUSKESOS_LOCATIONS: _locate_puskesos,
    StageForm.APPOINTMENT: _appoint,
    StageForm.GUIDANCE: _open_units,
}


def units_of(request: FormationRequest) -> list[Unit]:
    """The unit asked for and the Puskesos that came with it."""
    ids = [location.unit_id for location in request.puskesos.all()]
    return list(Unit.objects.filter(pk__in=[*ids, *([request.unit_id] if request.unit_id else [])]))


def _advance(request: FormationRequest, *, by: User, note: str = "") -> None:
    """On to the next stage, or to the end."""
    done = request.stage
    following = request.version.stages.filter(order__gt=done.order).order_by("order").first()
    now = timezone.now()
    request.stage_since = now
    request.stage_due_on = request.due_date(following, timezone.localdate()) if following else None
    request.stage = following or done
    request.save(update_fields=["stage", "stage_since", "stage_due_on"])
    REQUEST_FLOW.record(request, "complete" if following else "finish", by=by, note=note, stage=done.code)


# -- the village heads' stage ------------------------------------------------------------------------------------------
@transaction.atomic
def appoint_village_officers(
    *, location: PuskesosLocation, decree: DecreeData, appointments: Sequence[Appointment], by: User
) -> PuskesosLocation:
    """A village head appoints the Puskesos officers of their own village by decree; the last one ends the stage (F-07, F-08)."""
    request = FormationRequest.objects.select_for_update().get(pk=location.request_id)
    locked = PuskesosLocation.objects.select_for_update().select_related("region", "unit").get(pk=location.pk)
    if not may(by, "appoint", locked):
        if not may(by, "view", locked):
            raise PuskesosLocation.DoesNotExist
        raise PermissionDenied(_("This stage is completed by: %(body)s.") % {"body": Body.VILLAGE_HEAD.label})
    if request.status != Status.RUNNING or request.stage.form != StageForm.VILLAGE_APPOINTMENTS:
        raise WrongState(_("Officers are not appointed in this stage."))
    if locked.decree_id:
        raise WrongState(_("The officers of this Puskesos have been appointed already."))
    if not appointments or any(item.unit_id != locked.unit_id for item in appointments):
        raise ValidationError({"appointments": _("Choose officers that are proposed for this Puskesos.")})
    issued = _issue(request, decree, locked.region)
    appoint(appointments=appointments, decree=issued, by=by, acting_as=Role.VILLAGE_HEAD)
    locked.decree, locked.decreed_by, locked.decreed_at = issued, by, timezone.now()
    locked.save(update_fields=["decree", "decreed_by", "decreed_at"])
    if not request.puskesos.filter(decree=None).exists():
        StageRecord.objects.create(
            request=request,
            stage=request.stage,
            by=by,
            by_role=Role.VILLAGE_HEAD,
            at=timezone.now(),
            data={"decrees": list(request.puskesos.values_list("decree__number", flat=True))},
        )
        _advance(request, by=by)
    return locked


# -- back to the applicant ---------------------------------------------------------------------------------------------
@transaction.atomic
def return_request(
    *, request: FormationRequest, asks: Sequence[str], note: str, by: User
) -> FormationRequest:
    """Send a request back for completion, with the list of what is asked (F-17)."""
    asks = [ask.strip() for ask in asks if ask.strip()]
    if not asks:
        raise ValidationError({"asks": _("Say what is to be completed, one item per line.")})
    locked = _lock(request, "return", by, None)
    letter_of(locked)  # the applicant may change the items now; the letter stays what was sent
    locked.returned_with = asks
    locked.save(update_fields=["returned_with"])
    REQUEST_FLOW.record(locked, "return", by=by, note=note, asks=asks, stage=locked.stage.code)
    return locked


@transaction.atomic
def refuse(*, request: FormationRequest, reason: str, by: User) -> FormationRequest:
    """Refuse a request with a reason that the applicant sees (F-17)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please give the reason.")})
    locked = _lock(request, "refuse", by, None)
    REQUEST_FLOW.record(locked, "refuse", by=by, note=reason, stage=locked.stage.code)
    return locked


# -- copies ------------------------------------------------------------------------------------------------------------
#: who opens the copy of an addressee
_READERS = {
    "minister": (Role.MINISTRY, Role.NATIONAL_SECRETARIAT),
    "governor": (Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING),
    "provincial_social_office": (Role.PROVINCIAL_SOCIAL_OFFICE,),
    "regency_head": (Role.REGENCY_HEAD,),
    "regency_social_office": (Role.REGENCY_SOCIAL_OFFICE,),
}


def copies_for(request: FormationRequest, user: User) -> list[Copy]:
    """The copies that this user receives."""
    return [
        copy
        for copy in request.copies.all()
        if any(
            grant.role in _READERS[copy.addressee] and grant.covers(request.region_id)
            for grant in user.grants
        )
    ]


def open_copies(*, request: FormationRequest, by: User) -> None:
    """Note that a copy was opened, the first time its receiver looks at the request (F-05)."""
    for copy in copies_for(request, by):
        Copy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=timezone.now(), opened_by=by)


@transaction.atomic
def acknowledge_copy(*, copy: Copy, by: User) -> Copy:
    """Confirm the receipt of a copy."""
    if copy.pk not in {own.pk for own in copies_for(copy.request, by)}:
        raise PermissionDenied
    now = timezone.now()
    Copy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=now, opened_by=by)
    Copy.objects.filter(pk=copy.pk, acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=by)
    copy.refresh_from_db()
    return copy
