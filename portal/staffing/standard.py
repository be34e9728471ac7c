"""What of the standard a unit lacks in people: posts nobody holds, areas without their officer, devices for them.

Registered with the units (K-05, K-06, K-08, S-15), as two columns of their comparison too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.regions.models import Region
from portal.units.comparison import register_comparison
from portal.units.models import Equipment, Unit
from portal.units.standard import Lack, register_lacks

from .figures import covers_of, positions_missing_of
from .models import Appointment

#: which device each officer of a position needs (K-08)
DEVICES = {"facilitator": Equipment.Kind.TABLET, "supervisor": Equipment.Kind.SUPERVISOR_LAPTOP}


@register_lacks
def lacking_people(units: Sequence[Unit]) -> dict[int, list[Lack]]:
    """Posts nobody holds, districts without a supervisor, villages without a facilitator, officers without a device."""
    found: dict[int, list[Lack]] = defaultdict(list)
    for key, positions in positions_missing_of(units).items():
        found[key] += [
            Lack(_("Officers"), str(position), _("nobody holds this post")) for position in positions
        ]
    slrts = [unit for unit in units if unit.kind == Unit.Kind.SLRT]
    covers = {one.regency.pk: one for one in covers_of(_regencies(slrts))} if slrts else {}
    held = _held(slrts)
    for unit in slrts:
        one = covers[unit.region_id]
        for what, covered, areas, text in (
            (_("Supervisor per district"), one.supervised, one.districts, _t("%(missing)s of %(areas)s districts without one")),
            (_("Facilitator per village"), one.facilitated, one.villages, _t("%(missing)s of %(areas)s villages without one")),
        ):  # fmt: skip
            if 0 < covered < areas:  # none at all: the post itself is named above
                found[unit.pk].append(
                    Lack(_("Cover"), what, text % {"missing": areas - covered, "areas": areas})
                )
        working = {item.kind: item.working for item in unit.equipment.all()}
        for position, kind in DEVICES.items():
            people = held.get((unit.pk, position), 0)
            if kind in working and 0 < working[kind] < people:
                text = _t("%(working)s work for %(people)s officers") % {
                    "working": working[kind],
                    "people": people,
                }
                found[unit.pk].append(Lack(_("Equipment"), Equipment.Kind(kind).label, text))
    return found


def _regencies(units: Sequence[Unit]) -> list[Region]:
    return list(Region.objects.filter(pk__in=[unit.region_id for unit in units]))


def _held(units: Sequence[Unit]) -> dict[tuple[int, str], int]:
    rows = (
        Appointment.objects.active().filter(unit__in=units).order_by().values_list("unit_id", "position_id")
    )
    return {(unit, position): n for unit, position, n in rows.annotate(n=Count("pk"))}


@register_comparison(_("Officers in office"))
def officers_in_office(units: Sequence[Unit]) -> dict[int, str]:
    rows = Appointment.objects.active().filter(unit__in=units).order_by().values_list("unit_id")
    counted = dict(rows.annotate(n=Count("pk")))
    return {unit.pk: str(counted.get(unit.pk, 0)) for unit in units}


@register_comparison(_("Villages with a facilitator"))
def villages_covered(units: Sequence[Unit]) -> dict[int, str]:
    slrts = [unit for unit in units if unit.kind == Unit.Kind.SLRT]
    covers = {one.regency.pk: one for one in covers_of(_regencies(slrts))} if slrts else {}
    return {
        unit.pk: f"{covers[unit.region_id].facilitated}/{covers[unit.region_id].villages}" for unit in slrts
    }
