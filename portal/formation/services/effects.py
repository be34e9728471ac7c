"""What a completed stage does to the world: locations, officers, operating units (F-12, F-16)."""

from __future__ import annotations

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import GRANTS
from portal.ledger.workflow import SYSTEM
from portal.regions.models import Region
from portal.staffing.services.appointments import appoint
from portal.units.models import CentreSupport, Unit
from portal.units.workflow import UNIT_FLOW

from ..enums import LOCATES, Item, StageForm
from ..models import FormationRequest, PuskesosLocation


def acting_role(request: FormationRequest, body: str, by: User) -> str:
    roles = GRANTS[f"formationrequest.complete_as_{body}"]
    fitting = [grant.role for grant in by.grants if grant.role in roles and grant.covers(request.region_id)]
    return fitting[0] if fitting else by.role_for(request)


def nothing(request, completion, decree, by) -> None:
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
        acting_as=acting_role(request, request.stage.body, by),
    )


def _open_units(request, completion, decree, by) -> None:
    """Technical guidance is done: the unit and its Puskesos are operating (F-12)."""
    for unit in units_of(request):
        if unit.status == Unit.Status.LOCATED:
            locked = UNIT_FLOW.lock(unit, "open", by=SYSTEM)
            UNIT_FLOW.record(locked, "open", by=SYSTEM, request=request.pk, officer=by.pk)
            if locked.founded_on is None:
                Unit.objects.filter(pk=locked.pk).update(founded_on=timezone.localdate())


EFFECTS = {
    **dict.fromkeys(LOCATES, _locate_unit),
    StageForm.PUSKESOS_LOCATIONS: _locate_puskesos,
    StageForm.APPOINTMENT: _appoint,
    StageForm.GUIDANCE: _open_units,
}


def units_of(request: FormationRequest) -> list[Unit]:
    """The unit asked for and the Puskesos that came with it."""
    ids = [location.unit_id for location in request.puskesos.all()]
    return list(Unit.objects.filter(pk__in=[*ids, *([request.unit_id] if request.unit_id else [])]))
