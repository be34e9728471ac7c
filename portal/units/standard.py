"""What the guideline wants every unit to have, and what a unit lacks of it (K-05 to K-08; 004 III.C.2, III.E)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Equipment, Room, Unit

ROOMS: dict[str, tuple[str, ...]] = {
    # A Puskesos has the first five (K-07).
    Unit.Kind.SLRT: tuple(Room.Kind.values),
    Unit.Kind.PUSKESOS: tuple(Room.Kind.values)[:5],
}
EQUIPMENT: dict[str, tuple[str, ...]] = {
    Unit.Kind.SLRT: (
        Equipment.Kind.TABLET, Equipment.Kind.SUPERVISOR_LAPTOP, Equipment.Kind.MANAGER_LAPTOP, Equipment.Kind.COMPUTER,
        Equipment.Kind.DASHBOARD, Equipment.Kind.SERVER,
    ),
    Unit.Kind.PUSKESOS: (Equipment.Kind.COMPUTER,),
}  # fmt: skip


@dataclass(frozen=True)
class Lack:
    """One thing of the standard that a unit does not have."""

    subject: str | Promise
    what: str | Promise
    why: str | Promise


#: what higher floors know to be missing: units -> lacks by key of the unit
MORE: list[Callable[[Sequence[Unit]], dict[int, list[Lack]]]] = []


def register_lacks(function: Callable[[Sequence[Unit]], dict[int, list[Lack]]]):
    """Register `function(units) -> {unit key: lacks}`; it is asked once for many units."""
    MORE.append(function)
    return function


def lacks(unit: Unit) -> list[Lack]:
    """What of the standard a unit lacks: rooms, equipment, funding, and what higher floors add."""
    return lacks_of([unit])[unit.pk]


def lacks_of(units: Sequence[Unit]) -> dict[int, list[Lack]]:
    """The same for many units, by their key; prefetch rooms, equipment and funding for a fixed number of queries."""
    found = {unit.pk: [*_rooms(unit), *_equipment(unit), *_funding(unit)] for unit in units}
    for function in MORE:
        for key, more in function(units).items():
            found[key] += more
    return found


def _rooms(unit: Unit):
    known = {room.kind: room for room in unit.rooms.all()}
    for kind in ROOMS[unit.kind]:
        room = known.get(kind)
        if room is None:
            yield Lack(_("Rooms"), Room.Kind(kind).label, _("not yet recorded"))
        elif not room.is_present:
            yield Lack(_("Rooms"), Room.Kind(kind).label, _("not there"))


def _equipment(unit: Unit):
    known = {item.kind: item for item in unit.equipment.all()}
    for kind in EQUIPMENT[unit.kind]:
        item = known.get(kind)
        if item is None:
            yield Lack(_("Equipment"), Equipment.Kind(kind).label, _("not yet recorded"))
        elif not item.quantity:
            yield Lack(_("Equipment"), Equipment.Kind(kind).label, _("not there"))
        elif not item.working:
            yield Lack(_("Equipment"), Equipment.Kind(kind).label, _("none works"))


def _funding(unit: Unit):
    year = timezone.localdate().year
    if not any(row.year == year for row in unit.funding.all()):
        yield Lack(_("Funding"), str(year), _("not yet recorded"))
