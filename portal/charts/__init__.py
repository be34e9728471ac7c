"""Charts as SVG made on the server: one picture for screen, print and PDF.

    chart = bar("Kasus per kabupaten", ["Sleman", "Bantul"], [120, 80], unit="kasus")
    {{ chart.html }}                       # in a page: figure with the SVG and its data table
    <img src="{{ chart.data_uri }}">       # in a PDF template

Each is drawn twice, for a wide and for a narrow place, so that words keep their size on a phone; the page's style sheet
(`tokens.css`) shows one of them. Each carries a title, a description in words and its figures as a table, so nobody needs to see it to know it. Colors keep
apart for color-blind eyes and in grey print (their lightness differs); lines also differ by dash and marker. Only
presentation attributes are used, no style and no script, so it stands under a strict content security policy.
"""

from .drawing import NARROW, PALETTE, WIDTH, grey
from .kinds import bar, donut, grouped, line, stacked
from .model import Chart, Series

__all__ = [
    "NARROW", "PALETTE", "WIDTH", "Chart", "Series", "bar", "donut", "grey", "grouped", "line", "stacked",
]  # fmt: skip
