"""The geometry of maps as SVG: a frame on the earth, dots, outlines, labels; no tiles, no outside request."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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


def dots(frame: Frame, points: Iterable[tuple[float, float]], grid: float = 0.5) -> str:
    """Path data that puts one dot on every point; points that fall together are drawn once."""
    cells = sorted({(round(x / grid), round(y / grid)) for x, y in (frame.point(*p) for p in points)})
    path, before = [], (0, 0)
    for cell in cells:
        path.append(f"m{cell[0] - before[0]} {cell[1] - before[1]}h0")
        before = cell
    return "".join(path)


def without_strays(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points far outside the rest are mistakes of the source; they would shrink everything else."""
    if len(points) < 8:
        return points
    for axis in (0, 1):
        values = sorted(point[axis] for point in points)
        low, high = values[len(values) // 20], values[-1 - len(values) // 20]
        reach = max(high - low, 0.05) * 2.5
        points = [point for point in points if low - reach <= point[axis] <= high + reach]
    return points


def apart(labels: list[tuple[float, float, str]], size: int = 14) -> list[tuple[float, float, str]]:
    """Labels in letters of a size that do not run over one already placed."""
    placed: list[tuple[float, float, str]] = []
    for x, y, text in labels:
        x = min(max(x, 45), WIDTH - 45)
        if all(
            abs(x - a) > 0.3 * size * (len(text) + len(b)) or abs(y - c) > 1.4 * size for a, c, b in placed
        ):
            placed.append((x, y, text))
    return placed


def beside(
    points: list[tuple[float, float, float, str]], size: int, height: float
) -> list[tuple[float, float, str, str, bool]]:
    """A place for the name of each point (x, y, radius, name): x, y, name, anchor, and whether it stands far off.

    Names run over no other name, no point and no edge; they stand above, below or beside their point, or a line
    further off. A name that finds no place is left out.
    """
    taken = [(x - r, y - r, x + r, y + r) for x, y, r, _name in points]
    answer = []
    for index, (x, y, r, name) in enumerate(points):
        width = 0.55 * size * len(name)
        near = [(0, -r - 5, "middle"), (0, r + size, "middle"), (r + 5, 0.35 * size, "start"), (-r - 5, 0.35 * size, "end")]  # fmt: skip
        slanted = [(side * (r + 4), rise, "start" if side > 0 else "end") for side in (1, -1) for rise in (-r, r + 0.7 * size)]  # fmt: skip
        far = [(side * step, rise, anchor) for step in (0, 2 * size, 4 * size) for rise in (-r - 2 * size, r + 2.6 * size, -r - 3.4 * size, r + 4 * size) for side, anchor in ((1, "start"), (-1, "end"))]  # fmt: skip
        for number, (dx, dy, anchor) in enumerate([*near, *slanted, *far]):
            left = x + dx - {"middle": width / 2, "start": 0, "end": width}[anchor]
            box = (left, y + dy - 0.8 * size, left + width, y + dy + 0.25 * size)
            inside = box[0] >= 4 and box[2] <= WIDTH - 4 and box[1] >= 2 and box[3] <= height - 2
            if inside and not any(_meet(box, other) for i, other in enumerate(taken) if i != index):
                taken.append(box)
                answer.append(
                    (round(x + dx, 1), round(y + dy, 1), name, anchor, number >= len(near) + len(slanted))
                )
                break
    return answer


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def outline(frame: Frame, rings: list) -> str:
    """Path data of an area from its rings of [longitude, latitude]."""
    parts = []
    for ring in rings:
        parts.append("M" + "L".join(f"{x} {y}" for x, y in (frame.point(*pair) for pair in ring)) + "Z")
    return "".join(parts)


#: Who knows the official outlines: given region codes, rings by code. A higher floor stores them and says so at start.
_outlines: list[Callable[[Iterable[str]], dict[str, list]]] = []


def register_outlines(source: Callable[[Iterable[str]], dict[str, list]]) -> None:
    """Name the source of outlines; the last one counts."""
    _outlines[:] = [source]


def outlines(codes: Iterable[str]) -> dict[str, list]:
    """The rings of those regions whose boundary has been loaded; {} where nobody knows any."""
    return _outlines[0](codes) if _outlines else {}
