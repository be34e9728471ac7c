"""What a chart is: its series, the finished picture, its words and its table."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

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
    """A finished chart: picture, words and table; `narrow` is the picture for a phone."""

    title: str
    description: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    narrow: str = ""

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
        pictures = self.svg
        if self.narrow:
            pictures = "".join(
                svg.replace("<svg ", f'<svg class="chart-{name}" ', 1)
                for name, svg in (("wide", self.svg), ("narrow", self.narrow))
            )
        return format_html(
            '<figure class="chart">{}<details><summary>{}</summary>{}</details></figure>',
            mark_safe(pictures),  # noqa: S308 - built here, every text in it escaped
            _("Show the figures"),
            self.table,
        )
