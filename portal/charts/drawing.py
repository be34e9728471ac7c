"""One picture in the making: text, bars, lines and rings as SVG elements, colors, and what fits into a place."""

from __future__ import annotations

import hashlib
import math
import textwrap
from dataclasses import dataclass, field

from django.utils.html import escape

from .model import Chart

#: Dark to light; neighbors differ by at least 30 of 255 in grey.
PALETTE = ("#12355b", "#1b7f79", "#d98032", "#8ec6e6", "#f4dfa0")
INK, MUTED, GRID = "#1b1f24", "#56606b", "#c9d1da"
DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 4")
FONT = "Source Sans 3"
WIDTH = 640
#: the same picture on a phone
NARROW = 320
EM = 0.53  # mean width of a letter, in font sizes


def label_room(labels, wide: int) -> int:
    width = letters(wide)
    longest = max((max(len(part) for part in wrapped(label, width)) for label in labels), default=1)
    return int(min(max(longest * 13 * EM + 16, 60), 230, 0.45 * wide))


def letters(wide: int) -> int:
    """So many letters of a label stand in a line."""
    return min(30, int((0.45 * wide - 16) / (12 * EM)))


def wrapped(label: str, width: int = 30) -> list[str]:
    """One line, or two when it is long; the rest is cut with an ellipsis (the table has it in full)."""
    if len(label) <= width:
        return [label]
    words, first = label.split(), ""
    while words and len(first) + len(words[0]) + 1 <= width:
        first = f"{first} {words.pop(0)}".strip()
    rest = " ".join(words)
    return [first or label[:width], rest if len(rest) <= width else f"{rest[: width - 1]}…"]


def grey(color: str) -> float:
    """How light a color prints in grey, 0 to 255."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def ink_on(color: str) -> str:
    return "#ffffff" if grey(color) < 128 else INK


@dataclass
class Drawing:
    """Collects the elements of one picture."""

    title: str
    wide: int = WIDTH
    below_title: int = 34
    parts: list[str] = field(default_factory=list)

    def __post_init__(self):
        lines = textwrap.wrap(self.title, int(self.wide / (15 * EM * 1.08))) or [""]
        for number, text in enumerate(lines):
            self.text(0, 18 + 18 * number, text, size=15, bold=True)
        self.below_title += 18 * (len(lines) - 1)

    def text(self, x, y, text, *, size=12, color=INK, anchor="start", bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def label(self, label, x, middle, room):
        lines = wrapped(label, letters(self.wide))
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
        x, y = 0.0, self.below_title + 6
        for index, one in enumerate(series):
            width = 24 + len(one.name) * 12 * EM + 18
            if x and x + width > self.wide:
                x, y = 0.0, y + 20
            color = PALETTE[index % (3 if lines else len(PALETTE))]
            if lines:
                self.path([(x, y - 4), (x + 26, y - 4)], color, dash=DASHES[index % len(DASHES)])
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
