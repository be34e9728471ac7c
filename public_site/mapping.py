"""Maps as SVG made on the server: points of regions draw the land, units are pins; no tiles, no outside request."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from portal.regions.models import Level, Region
from portal.units.models import Unit

#: the frame of the nation in degrees: west, south, east, north
NATION = (94.6, -11.4, 141.4, 6.4)
WIDTH = 1000


@dataclass(frozen=True)
class Frame:
    """A window on the earth and its scale; equirectangular, corrected for the latitude of its middle."""

    west: float
    south: float
    east: float
    north: float

    @property
    def squeeze(self) -> float:
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def height(self) -> int:
        return max(240, round(WIDTH * (self.north - self.south) / ((self.east - self.west) * self.squeeze)))

    def point(self, longitude, latitude) -> tuple[float, float]:
        x = (float(longitude) - self.west) / (self.east - self.west) * WIDTH
        y = (self.north - float(latitude)) / (self.north - self.south) * self.height
        return round(x, 1), round(y, 1)

    def holds(self, longitude, latitude) -> bool:
        return self.west <= float(longitude) <= self.east and self.south <= float(latitude) <= self.north


def frame_of(points: Iterable[tuple[float, float]]) -> Frame:
    """The frame around points with a margin; never narrower than about 8 km, never taller than wide."""
    longitudes, latitudes = zip(*points, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    high = max(north - south, 0.08) * 1.16
    wide = max(east - west, high * 1.25, 0.1) * 1.1
    high = max(high, wide * 0.45)
    return Frame(middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)


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


def dots(frame: Frame, points: Iterable[tuple[float, float]], grid: float = 0.5) -> str:
    """Path data that puts one dot on every point; points that fall together are drawn once."""
    cells = sorted({(round(x / grid), round(y / grid)) for x, y in (frame.point(*p) for p in points)})
    path, before = [], (0, 0)
    for cell in cells:
        path.append(f"m{cell[0] - before[0]} {cell[1] - before[1]}h0")
        before = cell
    return "".join(path)


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
        points = _without_strays(points)
        frame = frame_of(points) if points else Frame(*NATION)
        background, path, dot = False, dots(frame, points), 7.0 if len(points) > 120 else 10.0
        children = region.children.current().exclude(latitude=None)[:40]
        names = [(*frame.point(row.longitude, row.latitude), row.short_name) for row in children]
        names = _apart(names)
        shapes = Boundary.objects.filter(region__parent=region)
    pins = []
    for unit in units:
        longitude, latitude = position(unit)
        if longitude is not None and frame.holds(longitude, latitude):
            pins.append(Pin(*frame.point(longitude, latitude), unit, url_of(unit)))
    # The few SLRTs are drawn over the many Puskesos.
    pins.sort(key=lambda pin: pin.unit.kind == Unit.Kind.SLRT)
    areas = [_area(frame, shape.rings) for shape in shapes]
    marked = frame.point(*here) if here and frame.holds(*here) else None
    return Map(frame, path, dot, pins, names, areas, background, marked)


def position(unit: Unit) -> tuple[float | None, float | None]:
    """Longitude and latitude of a unit: its own, else its region's."""
    for holder in (unit, unit.region):
        if holder.latitude is not None and holder.longitude is not None:
            return float(holder.longitude), float(holder.latitude)
    return None, None


def _without_strays(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points far outside the rest are mistakes of the source; they would shrink everything else."""
    if len(points) < 8:
        return points
    for axis in (0, 1):
        values = sorted(point[axis] for point in points)
        low, high = values[len(values) // 20], values[-1 - len(values) // 20]
        reach = max(high - low, 0.05) * 2.5
        points = [point for point in points if low - reach <= point[axis] <= high + reach]
    return points


def _apart(labels: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Labels that do not run over one already placed."""
    placed: list[tuple[float, float, str]] = []
    for x, y, text in labels:
        x = min(max(x, 45), WIDTH - 45)
        if all(abs(x - a) > 4.2 * (len(text) + len(b)) or abs(y - c) > 20 for a, c, b in placed):
            placed.append((x, y, text))
    return placed


def _area(frame: Frame, rings: list) -> str:
    parts = []
    for ring in rings:
        parts.append("M" + "L".join(f"{x} {y}" for x, y in (frame.point(*pair) for pair in ring)) + "Z")
    return "".join(parts)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between (longitude, latitude) pairs in degrees."""
    (x1, y1), (x2, y2) = a, b
    p, q = math.radians(y1), math.radians(y2)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(x2 - x1) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))
