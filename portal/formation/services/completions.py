"""What a body hands in to complete a stage, and whether it is enough (F-11, F-13, F-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.regions.models import Level, Region
from portal.staffing.models import Appointment, Position
from portal.units.models import Unit

from ..enums import BY_DECREE, SCORED, CriterionKind, StageForm
from ..models import AssessmentCriterion, FormationRequest, PathwayStage, StageRecord
from .effects import units_of

MAX_SCORE = 4
#: which criteria a scored form asks
KIND_OF = {
    StageForm.STUDY: CriterionKind.SELECTION,
    StageForm.ASSESSMENT: CriterionKind.PREREQUISITE,
    StageForm.SOCIALIZATION: CriterionKind.PREREQUISITE,
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


def check(request: FormationRequest, completion: Completion) -> None:
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
        absent = [criterion for criterion in criteria_for(stage) if scores.get(criterion.pk) == 0]
        if absent and completion.result == StageRecord.Result.READY:
            # F-14: what is not there at all is not passed over; the notes say how it will come about.
            errors["result"] = [
                _(
                    "Not there yet: %(criteria)s. Choose “ready, with notes” and say what will be done, or return the request."
                )
                % {"criteria": ", ".join(str(criterion) for criterion in absent)}
            ]
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
    return str(Position.objects.get(pk=code))


def criteria_for(stage: PathwayStage):
    """What the scored form of a stage asks: selection criteria (F-13) or prerequisites (F-14)."""
    return AssessmentCriterion.objects.filter(kind=KIND_OF[StageForm(stage.form)], is_active=True)


def record_data(request: FormationRequest, completion: Completion) -> dict:
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
