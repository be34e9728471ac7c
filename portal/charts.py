"""Charts as SVG made on the server, all kinds on one drawing (hence long): one picture for screen, print and PDF.

    chart = bar("Kasus per kabupaten", ["Sleman", "Bantul"], [120, 80], unit="kasus")
    {{ chart.html }}                       # in a page: figure with the SVG and its data table
    <img src="{{ chart.data_uri }}">       # in a PDF template

Each carries a title, a description in words and its figures as a table, so nobody needs to see it to know it. Colors keep
apart for color-blind eyes and in grey print (their lightness differs); lines also differ by dash and marker. Only
presentation attributes are used, no style and no script, so it stands under a strict content security policy.
"""

# Long because all kinds of charts share one drawing.
from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import formats
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

#: Dark to light; neighbors differ by at least 30 of 255 in grey.
PALETTE = ("#12355b", "#1b7f79", "#d98032", "#8ec6e6", "#f4dfa0")
INK, MUTED, GRID = "#1b1f24", "#56606b", "#c9d1da"
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 4")
FONT = "Source Sans 3"
WIDTH = 640
_EM = 0.53  # mean width of a letter, in font sizes

Number = int | float | Decimal | None


@dataclass(frozen=True)
class Series:
    """One named row of figures; None is a gap, not a zero."""

    name: str
    values: tuple[Number, ...]

    def __init__(self, name: str, values: Sequence[Number]):
        object.__setattr__(self, "name", str(name))
        object.__setattr__(self, "values", tuple(values))


@dataclass(frozen=True)
class Chart:
    """A finished chart: picture, words and table."""

    title: str
    description: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def data_uri(self) -> str:
        """For `<img src>` in a PDF template."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode()).decode()}"

    @property
    def table(self) -> SafeString:
        return format_html(
            '<table class="chart-data"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            self.title,
            format_html_join("", '<th scope="col">{}</th>', ((text,) for text in self.head)),
            format_html_join(
                "",
                '<tr><th scope="row">{}</th>{}</tr>',
                (
                    (row[0], format_html_join("", "<td>{}</td>", ((cell,) for cell in row[1:])))
                    for row in self.rows
                ),
            ),
        )

    @property
    def html(self) -> SafeString:
        """A figure for a page: the picture, and the figures one click away."""
        return format_html(
            '<figure class="chart">{}<details><summary>{}</summary>{}</details></figure>',
            mark_safe(self.svg),  # noqa: S308 - built here, every text in it escaped
            _("Show the figures"),
            self.table,
        )


# -- the five kinds ------------------------------------------------------------------------------------------------
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
    labels, series = _checked(labels, series)
    thick = 20 if len(series) == 1 else 15
    group = thick * len(series) + (10 if len(series) == 1 else 14)
    left = _label_room(labels, wide)
    drawing = _Drawing(title, wide)
    top = drawing.legend(series) if len(series) > 1 else drawing.below_title
    height = top + group * len(labels) + 8
    highest = _highest(v for s in series for v in s.values)
    decimals = _decimals(v for s in series for v in s.values)
    room = max((len(_figure(v, decimals)) for s in series for v in s.values), default=1) * 12 * _EM + 10
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
            drawing.text(left + width + 6, bar_y + thick - 5, _figure(value, decimals), size=12)
    drawing.line(left, top - 3, left, height - 6, INK)
    return drawing.finish(height, description or _in_words(labels, series, unit), *_table(labels, series))


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
    labels, series = _checked(labels, series)
    left, thick, group = _label_room(labels, wide), 22, 32
    drawing = _Drawing(title, wide)
    top = drawing.legend(series)
    height = top + group * len(labels) + 8
    sums = [sum(float(s.values[row] or 0) for s in series) for row in range(len(labels))]
    highest = _highest(sums)
    room = max((len(_figure(v)) for v in sums), default=1) * 12 * _EM + 10
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
            text = _figure(one.values[row])
            if len(text) * 11 * _EM + 6 < width:
                drawing.text(x + width / 2, y + 15.5, text, size=11, color=_on(color), anchor="middle")
            x += width
        drawing.text(x + 6, y + 15.5, _figure(sums[row]), size=12, bold=True)
    drawing.line(left, top - 3, left, height - 6, INK)
    return drawing.finish(height, description or _in_words(labels, series, unit), *_table(labels, series))


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
    labels, series = _checked(labels, series)
    drawing = _Drawing(title, wide)
    top = drawing.legend(series, lines=True) if len(series) > 1 else drawing.below_title
    highest = _nice(_highest(v for s in series for v in s.values))
    left = len(_figure(highest)) * 12 * _EM + 16
    # The last figure of each line stands behind its end.
    room = max((len(_figure(value)) for one in series for value in one.values[-1:]), default=1) * 12 * _EM
    right, plot_top, plot_height = wide - room - 12, top + 8, 190
    bottom = plot_top + plot_height
    for step in range(5):
        value = highest * step / 4
        y = bottom - plot_height * step / 4
        drawing.line(left, y, right, y, INK if step == 0 else GRID, width=1 if step == 0 else 0.6)
        drawing.text(left - 8, y + 4, _figure(round(value, 2)), size=11, color=MUTED, anchor="end")
    gap = (right - left) / max(len(labels) - 1, 1)
    every = math.ceil(max(len(str(text)) for text in labels) * 11 * _EM / max(gap - 8, 8)) if labels else 1
    for column, label in enumerate(labels):
        if (len(labels) - 1 - column) % every == 0:
            anchor = (
                "end"
                if column == len(labels) - 1 and len(labels) > 1
                else "start"
                if column == 0
                else "middle"
            )
            drawing.text(left + column * gap, bottom + 17, str(label), size=11, color=MUTED, anchor=anchor)
    ends: list[tuple[float, str]] = []
    for index, one in enumerate(series):
        color = PALETTE[index % 3]
        points = [
            None if value is None else (left + column * gap, bottom - float(value) / highest * plot_height)
            for column, value in enumerate(one.values)
        ]
        for run in _runs(points):
            drawing.path(run, color, dash=_DASHES[index % len(_DASHES)])
        for point in points:
            if point:
                drawing.marker(*point, color, index)
        if points and points[-1]:
            ends.append((points[-1][1] + 4, _figure(one.values[-1])))
    low = -math.inf
    for y, figure in sorted(ends):
        low = max(y, low + 13)  # never one upon the other
        drawing.text(right + 8, low, figure, size=12, bold=True)
    return drawing.finish(
        bottom + 28, description or _in_words(labels, series, unit), *_table(labels, series)
    )


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
    labels, (one,) = _checked(labels, [Series(unit or title, values)])
    if len(labels) > len(PALETTE):
        raise ValueError("a ring of more than five parts cannot be read; use bars")
    drawing = _Drawing(title, wide)
    # A narrow one has a smaller ring, so that the words beside it keep their size.
    top, outer, inner = drawing.below_title + 4, *((92.0, 54.0) if wide >= WIDTH else (70.0, 42.0))
    cx, cy = outer + 18, top + outer
    beside = 240 if wide >= WIDTH else int(2 * outer + 34)
    total = sum(float(v or 0) for v in one.values)
    angle = -math.pi / 2
    for index, value in enumerate(one.values):
        share = float(value or 0) / total if total else 0
        if share > 0:
            drawing.ring(cx, cy, outer, inner, angle, angle + share * 2 * math.pi, PALETTE[index])
            angle += share * 2 * math.pi
    if not total:
        drawing.ring(cx, cy, outer, inner, 0, 2 * math.pi, "#e6ebf1")
    drawing.text(cx, cy + 2, _figure(total), size=24, bold=True, anchor="middle")
    if unit:
        drawing.text(cx, cy + 20, unit, size=12, color=MUTED, anchor="middle")
    y = cy - len(labels) * 14 + 14
    for index, label in enumerate(labels):
        share = float(one.values[index] or 0) / total if total else 0
        drawing.rect(beside, y - 11, 14, 14, PALETTE[index], edge=INK)
        drawing.text(beside + 22, y, str(label), size=13)
        drawing.text(wide - 64, y, _figure(one.values[index]), size=13, bold=True, anchor="end")
        drawing.text(
            wide - 4, y, f"{_figure(round(100 * share, 1), 1)} %", size=13, color=MUTED, anchor="end"
        )
        y += 28
    head, rows = _table(labels, [one])
    return drawing.finish(cy + outer + 8, description or _in_words(labels, [one], unit), head, rows)


# -- words and figures ------------------------------------------------------------------------------------------------
def _figure(value: Number, decimals: int | None = None) -> str:
    """A figure as the reader writes it; without `decimals`, one where it is no whole number."""
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value) == int(float(value)) else 1
    return formats.number_format(round(Decimal(str(value)), decimals), decimals, force_grouping=True)


def _decimals(values) -> int | None:
    """One decimal for all where one needs it, so that 12,0 stands under 7,5; none for what runs into the thousands."""
    known = [float(value) for value in values if value is not None]
    return 1 if any(value != int(value) for value in known) and max(known) < 1000 else None


def _table(labels, series):
    head = (_("Item"), *(one.name for one in series))
    decimals = _decimals(v for one in series for v in one.values)
    return head, tuple(
        (str(label), *(_figure(one.values[row], decimals) for one in series))
        for row, label in enumerate(labels)
    )


def _in_words(labels, series, unit: str) -> str:
    sentences = []
    for one in series:
        pairs = "; ".join(
            f"{label} {_figure(value)}" for label, value in zip(labels, one.values, strict=True)
        )
        sentences.append(f"{one.name}: {pairs}{f' ({unit})' if unit and unit != one.name else ''}.")
    return " ".join(sentences)


def _checked(labels: Sequence, series: Sequence[Series]):
    labels = [str(label) for label in labels]
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("a chart needs one figure per label in every series")
    if any(v is not None and float(v) < 0 for one in series for v in one.values):
        raise ValueError("these charts show counts and amounts, never below zero")
    return labels, list(series)


def _highest(values) -> float:
    return max((float(v) for v in values if v is not None), default=0) or 1.0


def _nice(value: float) -> float:
    """The next number that four even steps reach in whole numbers, so that the axis reads 0, 25, 50 and not 0, 12,5.

    >>> [_nice(value) for value in (1, 9, 30, 47, 50, 97, 450)]
    [4, 12, 32, 48, 60, 100, 480]
    """
    quarter = value / 4
    if quarter <= 8:
        return 4 * max(1, math.ceil(quarter))
    power = 10 ** math.floor(math.log10(quarter))
    steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if power > 1 else (10,)
    return 4 * next(round(step * power) for step in steps if step * power >= quarter)


def _label_room(labels, wide: int) -> int:
    width = _letters(wide)
    longest = max((max(len(part) for part in _wrapped(label, width)) for label in labels), default=1)
    return int(min(max(longest * 13 * _EM + 16, 60), 230, 0.45 * wide))


def _letters(wide: int) -> int:
    """So many letters of a label stand in a line."""
    return min(30, int((0.45 * wide - 16) / (12 * _EM)))


def _wrapped(label: str, width: int = 30) -> list[str]:
    """One line, or two when it is long; the rest is cut with an ellipsis (the table has it in full)."""
    if len(label) <= width:
        return [label]
    words, first = label.split(), ""
    while words and len(first) + len(words[0]) + 1 <= width:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    return [first or label[:width], rest if len(rest) <= width else f"{rest[: width - 1]}…"]


def _runs(points):
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


def grey(color: str) -> float:
    """How light a color prints in grey, 0 to 255."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _on(color: str) -> str:
    return "#ffffff" if grey(color) < 128 else INK


@dataclass
class _Drawing:
    """Collects the elements of one picture."""

    title: str
    wide: int = WIDTH
    below_title: int = 34
    parts: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.text(0, 18, self.title, size=15, bold=True)

    def text(self, x, y, text, *, size=12, color=INK, anchor="start", bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def label(self, label, x, middle, room):
        lines = _wrapped(label, _letters(self.wide))
        for index, part in enumerate(lines):
            self.text(
                x,
                middle + 4.5 + (index - (len(lines) - 1) / 2) * 13,
                part,
                size=13 if len(lines) == 1 else 12,
                anchor="end",
            )

    def rect(self, x, y, width, height, color, edge=""):
        stroke = f' stroke="{edge}" stroke-width="0.8"' if edge else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}"{stroke}/>'
        )

    def line(self, x1, y1, x2, y2, color, width=1.0):
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"/>'
        )

    def path(self, points, color, dash=""):
        d = " ".join(f"{'L' if i else 'M'} {x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<path d="{d}" fill="none" stroke="{color}" stroke-width="2.4"{dashes}/>')

    def marker(self, x, y, color, kind):
        if kind % 3 == 0:
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>')
        elif kind % 3 == 1:
            self.rect(x - 3.6, y - 3.6, 7.2, 7.2, color)
        else:
            self.parts.append(
                f'<path d="M {x:.1f} {y - 5:.1f} L {x + 5:.1f} {y + 4:.1f} L {x - 5:.1f} {y + 4:.1f} Z" fill="{color}"/>'
            )

    def ring(self, cx, cy, outer, inner, start, end, color):
        end = min(end, start + 2 * math.pi - 0.0001)
        large = 1 if end - start > math.pi else 0
        at = lambda r, a: f"{cx + r * math.cos(a):.2f} {cy + r * math.sin(a):.2f}"  # noqa: E731
        self.parts.append(
            f'<path d="M {at(outer, start)} A {outer} {outer} 0 {large} 1 {at(outer, end)} L {at(inner, end)} '
            f'A {inner} {inner} 0 {large} 0 {at(inner, start)} Z" fill="{color}" stroke="#ffffff" stroke-width="1.5"/>'
        )

    def legend(self, series, lines=False) -> int:
        """Draw the names of the series below the title; returns where the plot may begin."""
        x, y = 0.0, 40
        for index, one in enumerate(series):
            width = 24 + len(one.name) * 12 * _EM + 18
            if x and x + width > self.wide:
                x, y = 0.0, y + 20
            color = PALETTE[index % (3 if lines else len(PALETTE))]
            if lines:
                self.path([(x, y - 4), (x + 26, y - 4)], color, dash=_DASHES[index % len(_DASHES)])
                self.marker(x + 13, y - 4, color, index)
                x += 12
            else:
                self.rect(x, y - 10, 13, 13, color, edge=INK)
            self.text(x + 19, y + 0.5, one.name, size=12)
            x += width
        return y + 18

    def finish(self, height, description, head, rows) -> Chart:
        key = hashlib.sha256("".join(self.parts).encode()).hexdigest()[:10]
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.wide} {height:.0f}" width="{self.wide}" height="{height:.0f}" '
            f'role="img" aria-labelledby="t{key} d{key}"><title id="t{key}">{escape(self.title)}</title>'
            f'<desc id="d{key}">{escape(description)}</desc>{"".join(self.parts)}</svg>'
        )
        return Chart(self.title, description, svg, head, rows)
