"""Maps as SVG made on the server: points of regions draw the land, units are pins; no tiles, no outside request."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from portal.maps import NATION, WIDTH, Frame, apart, dots, frame_of, outline, without_strays
from portal.regions.models import Level, Region
from portal.units.models import Unit


@dataclass(frozen=True)
class Pin:
    x: float
    y: float
    unit: Unit
    url: str


@dataclass(frozen=True)
class Map:
    """What the template draws."""

    frame: Frame
    land: str  # path data of dots
    dot: float
    pins: list[Pin]
    labels: list[tuple[float, float, str]]
    areas: list[str]
    background: bool = False  # the nation's land comes as a picture of its own
    here: tuple[float, float] | None = None


@lru_cache(maxsize=1)
def nation_svg() -> str:
    """The archipelago drawn by its districts, as a picture; the same for everyone, so browsers keep it."""
    frame = Frame(*NATION)
    rows = Region.objects.at(Level.DISTRICT).current().exclude(latitude=None)
    points = [(float(x), float(y)) for x, y in rows.values_list("longitude", "latitude")]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}">'
        f'<g transform="scale(2)"><path d="{dots(frame, points, grid=2)}" fill="none" stroke="#7c9190" '
        'stroke-width="1.9" stroke-linecap="round"/></g></svg>'
    )


def map_of(region: Region | None, units: Iterable[Unit], url_of, *, here=None) -> Map:
    """The map of a region (None: the nation) with its units; `url_of(unit)` gives a pin's link."""
    from .models import Boundary

    if region is None:
        frame, background, path, names, dot = Frame(*NATION), True, "", [], 0.0
        shapes = Boundary.objects.filter(region__level=Level.PROVINCE)
    else:
        below = min(region.level + (2 if region.level < Level.DISTRICT else 1), Level.VILLAGE)
        inside = list(Region.objects.within(region).current().filter(level=below).exclude(latitude=None))
        points = [(float(row.longitude), float(row.latitude)) for row in inside]
        if not points and region.latitude is not None:
            points = [(float(region.longitude), float(region.latitude))]
        points = without_strays(points)
        frame = frame_of(points) if points else Frame(*NATION)
        background, path, dot = False, dots(frame, points), 7.0 if len(points) > 120 else 10.0
        children = region.children.current().exclude(latitude=None)[:40]
        names = [(*frame.point(row.longitude, row.latitude), row.short_name) for row in children]
        names = apart(names)
        shapes = Boundary.objects.filter(region__parent=region)
    pins = []
    for unit in units:
        longitude, latitude = position(unit)
        if longitude is not None and frame.holds(longitude, latitude):
            pins.append(Pin(*frame.point(longitude, latitude), unit, url_of(unit)))
    # The few SLRTs are drawn over the many Puskesos.
    pins.sort(key=lambda pin: pin.unit.kind == Unit.Kind.SLRT)
    areas = [outline(frame, shape.rings) for shape in shapes]
    marked = frame.point(*here) if here and frame.holds(*here) else None
    return Map(frame, path, dot, pins, names, areas, background, marked)


def position(unit: Unit) -> tuple[float | None, float | None]:
    """Longitude and latitude of a unit: its own, else its region's."""
    for holder in (unit, unit.region):
        if holder.latitude is not None and holder.longitude is not None:
            return float(holder.longitude), float(holder.latitude)
    return None, None


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between (longitude, latitude) pairs in degrees."""
    (x1, y1), (x2, y2) = a, b
    p, q = math.radians(y1), math.radians(y2)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(x2 - x1) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


def outlines_of(codes: Iterable[str]) -> dict[str, list]:
    """The rings of the regions whose boundary is loaded, for maps of other floors."""
    from .models import Boundary

    return dict(Boundary.objects.filter(region__in=list(codes)).values_list("region_id", "rings"))
