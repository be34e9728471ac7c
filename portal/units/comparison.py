"""A unit beside its neighbors: rooms, devices, money, partners, and what higher floors add. Read only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise

from .models import Funding, Unit
from .standard import lacks_of


@dataclass(frozen=True)
class Compared:
    """One unit among its neighbors."""

    unit: Unit
    rooms: int
    devices: int
    budgeted: int
    partners: int
    lacks: int
    #: what higher floors compare, in the order of `columns`
    more: tuple[str, ...] = ()


#: columns of higher floors: (label, function(units) -> {unit key: text})
COLUMNS: list[tuple[str | Promise, Callable[[Sequence[Unit]], Mapping[int, str]]]] = []


def register_comparison(label: str | Promise):
    """Decorate `function(units) -> {unit key: text}`: one more column of the comparison, asked once for all units."""

    def add(function):
        COLUMNS.append((label, function))
        return function

    return add


def compare(unit: Unit, *, year: int, limit: int = 30) -> list[Compared]:
    """A unit and its neighbors: rooms there, devices that work, money of the year, partners, what is missing.

    Figures of institutions, no personal data: whoever sees the unit may compare it. The same number of queries for any
    number of neighbors.
    """
    neighbors = list(
        Unit.objects.neighbors_of(unit).prefetch_related("rooms", "equipment", "funding")[:limit]
    )
    if unit not in neighbors:
        neighbors.insert(0, unit)
    money = dict(
        Funding.objects.filter(unit__in=neighbors, year=year)
        .order_by()
        .values_list("unit")
        .annotate(total=models.Sum("budgeted"))
    )
    partners = dict(
        Unit.objects.filter(pk__in=[n.pk for n in neighbors])
        .order_by()
        .values_list("pk")
        .annotate(count=models.Count("partners"))
    )
    missing, more = lacks_of(neighbors), [function(neighbors) for _label, function in COLUMNS]
    return [
        Compared(
            unit=one,
            rooms=sum(room.is_present for room in one.rooms.all()),
            devices=sum(item.working for item in one.equipment.all()),
            budgeted=money.get(one.pk) or 0,
            partners=partners.get(one.pk, 0),
            lacks=len(missing[one.pk]),
            more=tuple(column.get(one.pk, "–") for column in more),
        )
        for one in neighbors
    ]
