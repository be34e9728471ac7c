"""The map of the areas right below one: outlines where they are loaded, points elsewhere, in five steps of one color."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal import maps
from portal.regions.models import Level, Region, level_of

#: Light to dark in one hue: told apart by lightness, so by everyone and in grey print.
STEPS = ("#dcefee", "#a9d5d1", "#69b1ab", "#2c827c", "#0d4844")
NOTHING = "#ffffff"
INK, LAND = "#1b1f24", "#b3bec4"


@dataclass(frozen=True)
class Step:
    """One line of the legend."""

    color: str
    text: str

    @property
    def swatch(self) -> SafeString:
        return mark_safe(  # noqa: S308 - built here from our own colors
            f'<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="1" y="1" width="14" height="14" '
            f'fill="{self.color}" stroke="{INK}"/></svg>'
        )


@dataclass(frozen=True)
class AreaMap:
    """A finished map: picture, legend, and how many areas it cannot place."""

    title: str
    unit: str
    svg: str
    legend: list[Step]
    unplaced: int

    @property
    def html(self) -> SafeString:
        return mark_safe(self.svg)  # noqa: S308 - built here, every text in it escaped

    @property
    def data_uri(self) -> str:
        """For `<img src>` in a PDF template."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode()).decode()}"


def breaks(values: list[float]) -> list[float]:
    """The upper ends of at most five classes with about as many areas each; equal values are never torn apart.

    >>> breaks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    [2, 4, 6, 8, 10]
    >>> breaks([0, 0, 0, 7])
    [0, 7]

    Nothing is a step of its own, so that many areas without anything leave the others their steps.

    >>> breaks([0] * 35 + [108, 120, 324])
    [0, 108, 120, 324]
    """
    known = sorted(value for value in values if value)
    nothing = {0} if len(known) < len(list(values)) else set()
    if not known:
        return sorted(nothing)
    steps = len(STEPS) - len(nothing)
    ends = {known[max(0, round(len(known) * step / steps) - 1)] for step in range(1, steps + 1)}
    return sorted(nothing | ends | {known[-1]})


def _color(value: float | None, ends: list[float]) -> str:
    if value is None:
        return NOTHING
    step = next((i for i, end in enumerate(ends) if value <= end), len(ends) - 1)
    # Few classes: spread over the steps, so that the lowest is light and the highest dark.
    return STEPS[round(step * (len(STEPS) - 1) / max(len(ends) - 1, 1))] if len(ends) > 1 else STEPS[2]


def draw(
    code: str, title: str, values: Mapping[str, float | None], *, unit: str, links: Mapping[str, str] | None = None,
    by_size: bool = False, paper: bool = False, large: bool = False, named: Collection[str] | None = None,
) -> AreaMap | None:  # fmt: skip
    """The map of the areas right below `code` with a value each; None for a village or where nothing can be placed.

    `by_size` draws points of a count as circles whose surface grows with it; `paper` leaves out what PDF cannot draw;
    `large` writes for who stands across the room; where not all names find room, `named` says which areas get theirs.
    """
    level = level_of(code)
    if level == Level.VILLAGE:
        return None
    region = Region.objects.get(pk=code) if code else None
    children = list(Region.objects.current().within(region).at(Level(level + 1)).order_by("pk"))
    placed = [one for one in children if one.latitude is not None and one.longitude is not None]
    rings = maps.outlines([one.pk for one in children])
    if not placed and not rings:
        return None
    frame, land = _land(region, level, placed, rings)
    ends = breaks([value for value in values.values() if value is not None])
    largest = max((value for value in values.values() if value), default=0)
    counted = all(value == int(value) for value in values.values() if value is not None)
    body = [_draw_land(land, paper)]
    shapes, points, names = [], [], []
    for one in children:
        value = values.get(one.pk)
        color, words = (
            _color(value, ends),
            f"{one.short_name}: {_number(value, counted)} {unit if value is not None else ''}",
        )
        if one.pk in rings:
            shape = f'<path d="{maps.outline(frame, rings[one.pk])}" fill="{color}" stroke="{INK}" stroke-width="0.8"'
        elif one in placed and frame.holds(one.longitude, one.latitude):
            x, y = frame.point(one.longitude, one.latitude)
            radius = _radius(value, largest, by_size)
            shape = (
                f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{color}" stroke="{INK}" stroke-width="1.2"'
            )
        else:
            continue
        target = (links or {}).get(one.pk, "")
        end = (
            "/>"
            if paper
            else f"><title>{escape(words.strip())}</title></{'path' if one.pk in rings else 'circle'}>"
        )
        drawn = shape + end
        if target and not paper:
            drawn = f'<a href="{escape(target)}" aria-label="{escape(words.strip())}">{drawn}</a>'
        (shapes if one.pk in rings else points).append((-(value or 0), drawn))
        if one in placed and (named is None or one.pk in named):
            x, y = frame.point(one.longitude, one.latitude)
            names.append((x, y, 2 if one.pk in rings else _radius(value, largest, by_size), one.short_name))
    # Large circles first, so that small ones lie upon them.
    body += [drawn for _value, drawn in sorted(shapes) + sorted(points)]
    # A map on paper is a hand wide: its letters are larger beside it.
    letters = 34 if paper else 28 if large else 14
    at = {name: (x, y) for x, y, _radius_, name in names}
    for x, y, name, anchor, is_far in maps.beside(names[:40], letters, frame.height):
        if is_far:  # a thin line leads to its point
            middle = y - 0.3 * letters
            body.append(
                f'<line x1="{at[name][0]}" y1="{at[name][1]}" x2="{x}" y2="{middle:.1f}" stroke="{INK}" stroke-width="0.8"/>'
            )
        body.append(
            f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" font-family="Source Sans 3" font-size="{letters}" '
            f'fill="{INK}">{escape(name)}</text>'
        )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {maps.WIDTH} {frame.height}" '
        f'width="{maps.WIDTH}" height="{frame.height}" role="group" aria-label="{escape(title)}">{"".join(body)}</svg>'
    )
    count = sum(1 for one in children if one.pk not in rings and one not in placed)
    return AreaMap(title, unit, svg, _legend(ends, values, unit, len(children)), count)


def _radius(value: float | None, largest: float, by_size: bool) -> float:
    return 7 + 19 * ((value or 0) / largest) ** 0.5 if by_size and largest else 13


def _land(region, level, placed, rings):
    """The frame, and points that show the land where no outline does."""
    if region is None:
        frame = maps.Frame(*maps.NATION)
        rows = Region.objects.at(Level.DISTRICT)
    else:
        below = Level(min(level + (2 if level < Level.DISTRICT else 1), Level.VILLAGE))
        rows = Region.objects.within(region).at(below)
        frame = None
    known = rows.current().exclude(latitude=None).exclude(longitude=None)
    points = [(float(x), float(y)) for x, y in known.values_list("longitude", "latitude")]
    if frame is None:
        corners = [tuple(pair) for shape in rings.values() for ring in shape for pair in ring]
        corners += maps.without_strays(points) or [
            (float(one.longitude), float(one.latitude)) for one in placed
        ]
        frame = maps.frame_of(corners)
    return frame, ([] if rings else [(frame, point) for point in points])


def _draw_land(land, paper: bool) -> str:
    if not land:
        return ""
    frame, points = land[0][0], [point for _frame, point in land]
    grid = 5 if len(points) > 3000 else 1
    if not paper:
        size = grid * 0.9 if grid > 1 else (7 if len(points) > 120 else 9)
        return (
            f'<g transform="scale({grid})"><path d="{maps.dots(frame, points, grid=grid)}" fill="none" stroke="{LAND}" '
            f'stroke-width="{size / grid:.2f}" stroke-linecap="round"/></g>'
        )
    # A PDF draws no line without length: small squares in its place.
    side = 5 if grid > 1 else 6
    cells = {(round(x / side), round(y / side)) for x, y in (frame.point(*point) for point in points)}
    return "".join(
        f'<rect x="{x * side}" y="{y * side}" width="{side - 1}" height="{side - 1}" fill="{LAND}"/>'
        for x, y in sorted(cells)
    )


def _legend(ends: list[float], values, unit: str, areas: int) -> list[Step]:
    """The classes as people say them, without a hole between: 1 to 10, 11 to 98; of shares, over 12,5 to 40,0."""
    known = [value for value in values.values() if value is not None]
    counted = all(value == int(value) for value in known)
    steps: list[Step] = []
    before = None
    for end in ends:
        over = before is not None and not counted
        low = min(known, default=0) if before is None else before if over else before + 1
        if low == end:
            text = _number(end, counted)
        else:
            words = _("over %(low)s to %(high)s") if over else _("%(low)s to %(high)s")
            text = words % {"low": _number(low, counted), "high": _number(end, counted)}
        steps.append(Step(_color(end, ends), f"{text} {unit}".strip()))
        before = end
    if len(known) < areas:
        steps.append(Step(NOTHING, _("no data")))
    return steps


def _number(value: float | None, counted: bool = False) -> str:
    """Counts are whole, all else has one decimal: 12 beside 7, and 12,0 beside 7,5."""
    if value is None:
        return _("no data")
    return formats.number_format(round(value, 0 if counted else 1), 0 if counted else 1, force_grouping=True)
