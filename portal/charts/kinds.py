"""The five kinds of charts, each drawn for a wide place and for a phone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps

from django.utils.translation import gettext as _

from .drawing import DASHES, EM, GRID, INK, MUTED, NARROW, PALETTE, WIDTH, Drawing, ink_on, label_room
from .model import Chart, Number, Series
from .words import checked, decimals_of, figure, highest_of, in_words, nice, table_of


def _in_two_widths(kind: Callable[..., Chart]) -> Callable[..., Chart]:
    """The same kind of chart, drawn for a phone as well."""

    @wraps(kind)
    def drawn(*args, wide: int = WIDTH, **options) -> Chart:
        chart = kind(*args, wide=wide, **options)
        return replace(chart, narrow=kind(*args, wide=NARROW, **options).svg) if wide > NARROW else chart

    return drawn


def bar(
    title: str,
    labels: Sequence,
    values: Sequence[Number],
    *,
    unit: str = "",
    description: str = "",
    wide: int = WIDTH,
) -> Chart:
    """Horizontal bars, one per label, each with its figure; for comparing places or kinds."""
    return grouped(
        title, labels, [Series(unit or title, values)], unit=unit, description=description, wide=wide
    )


@_in_two_widths
def grouped(
    title: str,
    labels: Sequence,
    series: Sequence[Series],
    *,
    unit: str = "",
    description: str = "",
    wide: int = WIDTH,
) -> Chart:
    """Horizontal bars side by side, for two to four things per label (this quarter and the one before)."""
    labels, series = checked(labels, series)
    thick = 20 if len(series) == 1 else 15
    group = thick * len(series) + (10 if len(series) == 1 else 14)
    left = label_room(labels, wide)
    drawing = Drawing(title, wide)
    top = drawing.legend(series) if len(series) > 1 else drawing.below_title
    height = top + group * len(labels) + 8
    highest = highest_of(v for s in series for v in s.values)
    decimals = decimals_of(v for s in series for v in s.values)
    room = max((len(figure(v, decimals)) for s in series for v in s.values), default=1) * 12 * EM + 10
    scale = (wide - left - room - 8) / highest
    for row, label in enumerate(labels):
        y = top + row * group
        drawing.label(label, left - 8, y + (thick * len(series)) / 2, left - 12)
        for index, one in enumerate(series):
            value = one.values[row]
            bar_y = y + index * thick
            if value is None:
                drawing.text(left + 6, bar_y + thick - 5, _("no data"), size=11, color=MUTED)
                continue
            width = max(float(value) * scale, 0)
            drawing.rect(left, bar_y + 1, width, thick - 2, PALETTE[index % len(PALETTE)])
            drawing.text(left + width + 6, bar_y + thick - 5, figure(value, decimals), size=12)
    drawing.line(left, top - 3, left, height - 6, INK)
    return drawing.finish(height, description or in_words(labels, series, unit), *table_of(labels, series))


@_in_two_widths
def stacked(
    title: str,
    labels: Sequence,
    series: Sequence[Series],
    *,
    unit: str = "",
    description: str = "",
    wide: int = WIDTH,
) -> Chart:
    """Horizontal bars cut into parts of a whole, with the sum at the end."""
    labels, series = checked(labels, series)
    left, thick, group = label_room(labels, wide), 22, 32
    drawing = Drawing(title, wide)
    top = drawing.legend(series)
    height = top + group * len(labels) + 8
    sums = [sum(float(s.values[row] or 0) for s in series) for row in range(len(labels))]
    highest = highest_of(sums)
    room = max((len(figure(v)) for v in sums), default=1) * 12 * EM + 10
    scale = (wide - left - room - 8) / highest
    for row, label in enumerate(labels):
        y, x = top + row * group, float(left)
        drawing.label(label, left - 8, y + thick / 2, left - 12)
        for index, one in enumerate(series):
            width = float(one.values[row] or 0) * scale
            if width <= 0:
                continue
            color = PALETTE[index % len(PALETTE)]
            drawing.rect(x, y, width, thick, color, edge="#ffffff")
            text = figure(one.values[row])
            if len(text) * 11 * EM + 6 < width:
                drawing.text(x + width / 2, y + 15.5, text, size=11, color=ink_on(color), anchor="middle")
            x += width
        drawing.text(x + 6, y + 15.5, figure(sums[row]), size=12, bold=True)
    drawing.line(left, top - 3, left, height - 6, INK)
    return drawing.finish(height, description or in_words(labels, series, unit), *table_of(labels, series))


@_in_two_widths
def line(
    title: str,
    labels: Sequence,
    series: Sequence[Series],
    *,
    unit: str = "",
    description: str = "",
    wide: int = WIDTH,
) -> Chart:
    """Lines over time; each differs by color, dash and marker, and is named at its end."""
    labels, series = checked(labels, series)
    drawing = Drawing(title, wide)
    top = drawing.legend(series, lines=True) if len(series) > 1 else drawing.below_title
    highest = nice(highest_of(v for s in series for v in s.values))
    left = len(figure(highest)) * 12 * EM + 16
    # The last figure of each line stands behind its end.
    room = max((len(figure(value)) for one in series for value in one.values[-1:]), default=1) * 12 * EM
    right, plot_top, plot_height = wide - room - 12, top + 8, 190
    bottom = plot_top + plot_height
    for step in range(5):
        value = highest * step / 4
        y = bottom - plot_height * step / 4
        drawing.line(left, y, right, y, INK if step == 0 else GRID, width=1 if step == 0 else 0.6)
        drawing.text(left - 8, y + 4, figure(round(value, 2)), size=11, color=MUTED, anchor="end")
    gap = (right - left) / max(len(labels) - 1, 1)
    last, longest = len(labels) - 1, max((len(text) for text in labels), default=0) * 11 * EM
    every = math.ceil(longest / max(gap - 8, 8)) or 1

    def crowded(column: int, end: int) -> bool:
        """Whether a label would touch the one at an end, which stands wholly to one side of its point."""
        return column != end and abs(end - column) * gap < 1.5 * longest + 6

    for column, label in enumerate(labels):
        beside_an_end = crowded(column, last) or last % every == 0 and crowded(column, 0)
        if column == last or (last - column) % every == 0 and not beside_an_end:
            anchor = "end" if column == last > 0 else "start" if column == 0 else "middle"
            drawing.text(left + column * gap, bottom + 17, str(label), size=11, color=MUTED, anchor=anchor)
    ends: list[tuple[float, str]] = []
    for index, one in enumerate(series):
        color = PALETTE[index % 3]
        points = [
            None if value is None else (left + column * gap, bottom - float(value) / highest * plot_height)
            for column, value in enumerate(one.values)
        ]
        for run in runs(points):
            drawing.path(run, color, dash=DASHES[index % len(DASHES)])
        for point in points:
            if point:
                drawing.marker(*point, color, index)
        if points and points[-1]:
            ends.append((points[-1][1] + 4, figure(one.values[-1])))
    low = -math.inf
    for y, text in sorted(ends):
        low = max(y, low + 13)  # never one upon the other
        drawing.text(right + 8, low, text, size=12, bold=True)
    return drawing.finish(
        bottom + 28, description or in_words(labels, series, unit), *table_of(labels, series)
    )


@_in_two_widths
def donut(
    title: str,
    labels: Sequence,
    values: Sequence[Number],
    *,
    unit: str = "",
    description: str = "",
    wide: int = WIDTH,
) -> Chart:
    """Shares of a whole, at most five parts; the figures stand beside it, so the ring need not be guessed."""
    labels, (one,) = checked(labels, [Series(unit or title, values)])
    if len(labels) > len(PALETTE):
        raise ValueError("a ring of more than five parts cannot be read; use bars")
    drawing = Drawing(title, wide)
    # A narrower one has a smaller ring, so that the words beside it keep their size; on a phone they stand below it.
    top, outer, inner = drawing.below_title + 4, *((92.0, 54.0) if wide >= WIDTH else (70.0, 42.0))
    below = wide <= NARROW
    cx, cy = wide / 2 if below else outer + 18, top + outer
    beside = 0 if below else 240 if wide >= WIDTH else int(2 * outer + 34)
    total = sum(float(v or 0) for v in one.values)
    angle = -math.pi / 2
    for index, value in enumerate(one.values):
        share = float(value or 0) / total if total else 0
        if share > 0:
            drawing.ring(cx, cy, outer, inner, angle, angle + share * 2 * math.pi, PALETTE[index])
            angle += share * 2 * math.pi
    if not total:
        drawing.ring(cx, cy, outer, inner, 0, 2 * math.pi, "#e6ebf1")
    drawing.text(cx, cy + 2, figure(total), size=24, bold=True, anchor="middle")
    if unit:
        drawing.text(cx, cy + 20, unit, size=12, color=MUTED, anchor="middle")
    y = cy + outer + 30 if below else cy - len(labels) * 14 + 14
    for index, label in enumerate(labels):
        share = float(one.values[index] or 0) / total if total else 0
        drawing.rect(beside, y - 11, 14, 14, PALETTE[index], edge=INK)
        drawing.text(beside + 22, y, str(label), size=13)
        drawing.text(wide - 64, y, figure(one.values[index]), size=13, bold=True, anchor="end")
        drawing.text(wide - 4, y, f"{figure(round(100 * share, 1), 1)} %", size=13, color=MUTED, anchor="end")
        y += 28
    head, rows = table_of(labels, [one])
    height = (y - 18 if below else cy + outer) + 8
    return drawing.finish(height, description or in_words(labels, [one], unit), head, rows)


def runs(points):
    run = []
    for point in points:
        if point is None:
            if run:
                yield run
            run = []
        else:
            run.append(point)
    if run:
        yield run
