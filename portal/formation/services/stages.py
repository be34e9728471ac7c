"""Each body does its stage, in order; the unit comes into being on the way (F-06 to F-14, F-17)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.accounts.roles import Role
from portal.ledger.workflow import WrongState
from portal.regions.models import Region
from portal.staffing.models import Appointment
from portal.staffing.services.appointments import appoint
from portal.units.models import Decree

from ..asks import LETTER, WHOLE, Ask
from ..enums import BY_DECREE, Body, StageForm
from ..models import (
    Document,
    FormationRequest,
    PathwayStage,
    PuskesosLocation,
    StageRecord,
)
from ..workflow import REQUEST_FLOW, Status
from .completions import Completion, DecreeData, check, record_data
from .effects import EFFECTS, acting_role, nothing

ABOUT = {
    StageForm.SLRT_LOCATION: Decree.About.SLRT_LOCATION,
    StageForm.UNIT_LOCATION: Decree.About.PUSKESOS_LOCATION,
    StageForm.PUSKESOS_LOCATIONS: Decree.About.PUSKESOS_LOCATION,
    StageForm.APPOINTMENT: Decree.About.APPOINTMENT,
    StageForm.VILLAGE_APPOINTMENTS: Decree.About.APPOINTMENT,
}


def may_complete(request: FormationRequest, by: User, stage: PathwayStage | None = None) -> bool:
    """Whether the user speaks for the body of the request's stage (F-11). A village head does it at the location."""
    stage = stage or request.stage
    return (
        stage is not None
        and stage.form != StageForm.VILLAGE_APPOINTMENTS
        and may(by, f"complete_as_{stage.body}", request)
    )


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
    check(locked, completion)
    decree = _issue(locked, completion.decree) if stage.form in BY_DECREE else None
    record = StageRecord.objects.create(
        request=locked,
        stage=stage,
        result=completion.result,
        note=completion.note,
        data=record_data(locked, completion),
        decree=decree,
        by=by,
        by_role=acting_role(locked, stage.body, by),
        at=timezone.now(),
    )
    for title, file in completion.documents.items():
        Document.objects.create(request=locked, record=record, title=title, file=file, uploaded_by=by)
    EFFECTS.get(stage.form, nothing)(locked, completion, decree, by)
    _advance(locked, by=by, note=completion.note)
    return locked


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
    *, request: FormationRequest, asks: Sequence[Ask], note: str, by: User
) -> FormationRequest:
    """Send a request back for completion, with what is asked in each part (F-17)."""
    asks = [Ask(ask.text.strip(), ask.part) for ask in asks if ask.text.strip()]
    if not asks:
        raise ValidationError({"asks": _("Say what is to be completed, one item per line.")})
    if not {ask.part for ask in asks} <= {WHOLE, LETTER, *request.version.items}:
        raise ValidationError({"asks": _("The request has no such part.")})
    locked = _lock(request, "return", by, None)
    locked.returned_with = [ask.stored() for ask in asks]
    locked.save(update_fields=["returned_with"])
    said = [{"part": ask.part, "text": ask.text} for ask in asks]
    REQUEST_FLOW.record(locked, "return", by=by, note=note, asks=said, stage=locked.stage.code)
    return locked


@transaction.atomic
def refuse(*, request: FormationRequest, reason: str, by: User) -> FormationRequest:
    """Refuse a request with a reason that the applicant sees (F-17)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Please give the reason.")})
    locked = _lock(request, "refuse", by, None)
    REQUEST_FLOW.record(locked, "refuse", by=by, note=reason, stage=locked.stage.code)
    return locked
