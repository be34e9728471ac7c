"""Where a visitor says to be: a rounded point, given on consent, kept nowhere."""

from __future__ import annotations

import re

from portal.regions.models import Level, Region

from .mapping import distance_km

_PLACE = re.compile(r"^(-?\d{1,2}(?:\.\d{1,6})?),(\d{2,3}(?:\.\d{1,6})?)$")


def point_of(text: str) -> tuple[float, float] | None:
    """(longitude, latitude) of `-7.78,110.39`, if it lies in Indonesia."""
    match = _PLACE.match(text)
    if not match:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    return (longitude, latitude) if -12 <= latitude <= 7 and 94 <= longitude <= 142 else None


def nearest_village(point: tuple[float, float]) -> Region | None:
    """The village whose own point is nearest; None at sea."""
    longitude, latitude = point
    for reach in (0.05, 0.3, 1.5):
        rows = Region.objects.at(Level.VILLAGE).current()
        rows = rows.filter(
            latitude__range=(latitude - reach, latitude + reach),
            longitude__range=(longitude - reach, longitude + reach),
        )
        places = list(rows.values_list("pk", "longitude", "latitude")[:5000])
        if places:
            code, *_point = min(places, key=lambda row: distance_km(point, (float(row[1]), float(row[2]))))
            return Region.objects.get(pk=code)
    return None
