"""Use cases of units: what they have, who coordinates them, when they close."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger import audit
from portal.regions.models import Level

from .models import CoordinationBody, Decree, Equipment, ProvincialCoordinator, Room, Unit
from .workflow import COORDINATOR_FLOW, UNIT_FLOW


@transaction.atomic
def save_part(part: models.Model, *, by: User, fields: list[str] | None = None) -> models.Model:
    """Write a record that belongs to a unit, a body or a meeting, if the user may; the audit names the fields."""
    adding = part._state.adding
    if not may(by, "add" if adding else "change", part):
        raise PermissionDenied
    part.save()
    owner = (
        getattr(part, "unit", None) or getattr(part, "body", None) or getattr(part, "meeting", None) or part
    )
    audit.record(
        audit.Action.CREATE if adding else audit.Action.CHANGE,
        owner,
        by=by,
        part=part._meta.model_name,
        fields=sorted(fields or []),
    )
    return part


@transaction.atomic
def record_facilities(
    *, unit: Unit, rooms: Mapping[str, bool], equipment: Mapping[str, tuple[int, int]], by: User
) -> None:
    """Write which rooms a unit has, and of each device how many and how many work (K-07, K-08)."""
    if not may(by, "change", unit):
        raise PermissionDenied
    for kind, present in rooms.items():
        Room.objects.update_or_create(unit=unit, kind=kind, defaults={"is_present": present})
    for kind, (quantity, working) in equipment.items():
        if working > quantity:
            raise ValidationError({f"working_{kind}": _("More work than there are.")})
        Equipment.objects.update_or_create(
            unit=unit, kind=kind, defaults={"quantity": quantity, "working": working}
        )
    audit.record(audit.Action.CHANGE, unit, by=by, fields=["rooms", "equipment"])


@transaction.atomic
def close_unit(*, unit: Unit, note: str, by: User) -> Unit:
    """Close a unit, with a reason; it leaves the public directory."""
    return _move(unit, "close", note, by)


@transaction.atomic
def reopen_unit(*, unit: Unit, note: str, by: User) -> Unit:
    return _move(unit, "reopen", note, by)


def _move(unit: Unit, move: str, note: str, by: User) -> Unit:
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = UNIT_FLOW.lock(unit, move, by=by)
    UNIT_FLOW.record(locked, move, by=by, note=note)
    return locked


# -- coordination bodies (K-02) ------------------------------------------------------------------------------------------
#: whose decree a body of a level stands on
ESTABLISHED_BY = {
    Level.NATION: Decree.Issuer.MINISTRY,
    Level.PROVINCE: Decree.Issuer.GOVERNOR,
    Level.REGENCY: Decree.Issuer.REGENCY_HEAD,
}


@transaction.atomic
def establish_body(*, body: CoordinationBody, decree: Decree, by: User) -> CoordinationBody:
    """Record the decree that a coordination body stands on: at the centre that of the Minister (K-02).

    The decree's issuer, region and subject follow from the body; an earlier decree of the body is kept as the one revised.
    """
    body = CoordinationBody.objects.select_for_update(of=("self",)).select_related("region").get(pk=body.pk)
    if not may(by, "decree", body):
        raise PermissionDenied
    decree.region, decree.about, decree.revises = body.region, Decree.About.BODY, body.decree
    decree.issuer = ESTABLISHED_BY[Level(body.region.level) if body.region_id else Level.NATION]
    if decree.date > timezone.localdate():
        raise ValidationError({"decree_date": _("The date of the decree lies in the future.")})
    if Decree.objects.filter(region=decree.region, issuer=decree.issuer, number=decree.number).exists():
        raise ValidationError({"decree_number": _("A decree with this number exists already.")})
    decree.save()
    body.decree = decree
    body.save(update_fields=["decree"])
    audit.record(audit.Action.CHANGE, body, by=by, fields=["decree"])
    return body


# -- the provincial coordinator (K-04, S-18) ----------------------------------------------------------------------------
@transaction.atomic
def propose_coordinator(coordinator: ProvincialCoordinator, *, by: User) -> ProvincialCoordinator:
    """The province proposes the leader of its Coordination Secretariat (S-18)."""
    if not may(by, "add", coordinator):
        raise PermissionDenied
    if coordinator.proposed_on > timezone.localdate():
        raise ValidationError({"proposed_on": _("The date lies in the future.")})
    coordinator.save()
    COORDINATOR_FLOW.start(coordinator, by=by)
    return coordinator


@transaction.atomic
def confirm_coordinator(
    *, coordinator: ProvincialCoordinator, decree: Decree, by: User
) -> ProvincialCoordinator:
    """The Ministry confirms a proposed coordinator by decree; the one before, if any, has to be ended first (S-18)."""
    locked = COORDINATOR_FLOW.lock(coordinator, "confirm", by=by)
    if decree.issuer != Decree.Issuer.MINISTRY:
        raise ValidationError(_("The Ministry confirms the coordinator by its own decree."))
    others = ProvincialCoordinator.objects.filter(
        region=locked.region, status=ProvincialCoordinator.Status.CONFIRMED
    )
    if others.exists():
        raise ValidationError(_("The province has a coordinator; end that term first."))
    decree.save()
    ProvincialCoordinator.objects.filter(pk=locked.pk).update(decree=decree)
    locked.refresh_from_db(fields=["decree"])
    COORDINATOR_FLOW.record(locked, "confirm", by=by, decree=decree.number)
    return locked


@transaction.atomic
def decide_coordinator(
    *, coordinator: ProvincialCoordinator, move: str, note: str, by: User
) -> ProvincialCoordinator:
    """Refuse a proposal, or end a term, with a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = COORDINATOR_FLOW.lock(coordinator, move, by=by)
    COORDINATOR_FLOW.record(locked, move, by=by, note=note)
    return locked
