"""Charts: readable without seeing them, apart in grey and to color-blind eyes, the same in HTML and PDF."""

import io
import itertools
import xml.etree.ElementTree as ET

import pypdf
import pytest

from portal.charts import NARROW, PALETTE, Series, bar, donut, grey, grouped, line, stacked
from portal.pdf import html_to_pdf

SVG = "{http://www.w3.org/2000/svg}"
TWO = [Series("Triwulan II", [10, 20, None]), Series("Triwulan III", [12, 1234, 7.5])]
PLACES = ["Sleman", "Bantul", "<Gunungkidul>"]
CHARTS = {
    "bar": lambda: bar("Kasus", PLACES, [3, 0, 9]),
    "grouped": lambda: grouped("Kasus", PLACES, TWO),
    "stacked": lambda: stacked("Kasus", PLACES, TWO),
    "line": lambda: line("Kasus", PLACES, TWO),
    "donut": lambda: donut("Kasus", PLACES, [1, 2, 3]),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_says_what_it_shows(kind):
    chart = CHARTS[kind]()
    root = ET.fromstring(chart.svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img" and root.get("aria-labelledby").split() == [
        title.get("id"),
        desc.get("id"),
    ]
    assert title.text == "Kasus" and "Sleman" in desc.text and "<Gunungkidul>" in desc.text
    assert len(chart.rows) == 3 and chart.rows[0][0] == "Sleman"
    assert "style=" not in chart.svg and "<script" not in chart.svg
    assert "&lt;Gunungkidul&gt;" in chart.html and "<Gunungkidul>" not in chart.html


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("kind", CHARTS)
def test_nothing_leaves_the_picture(kind, narrow):
    chart = CHARTS[kind]()
    root = ET.fromstring(chart.narrow if narrow else chart.svg)
    _x, _y, width, height = map(float, root.get("viewBox").split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= -0.1 and x + w <= width and y >= 0 and y + h <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) <= width and 0 < float(text.get("y")) <= height


@pytest.mark.parametrize("kind", CHARTS)
def test_a_page_gets_a_picture_for_phones_too_with_ids_of_its_own(kind):
    page = ET.fromstring(CHARTS[kind]().html)
    wide, narrow = page.findall(f"{SVG}svg")
    assert (wide.get("class"), narrow.get("class")) == ("chart-wide", "chart-narrow")
    assert float(narrow.get("width")) == NARROW < float(wide.get("width"))
    ids = [part.get("id") for part in page.iter() if part.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert [text.text for text in narrow.iter(f"{SVG}text")][0] == "Kasus"


@pytest.mark.parametrize("count", [2, 3, 8, 11, 12, 24])
def test_the_months_below_a_line_do_not_touch(count):
    months = [f"Sep {number:02}" for number in range(count)]
    chart = line("Kasus", months, [Series("Triwulan", list(range(count)))])
    for svg in (chart.svg, chart.narrow):
        ends = []
        for text in ET.fromstring(svg).iter(f"{SVG}text"):
            if text.text in months:
                x, wide = float(text.get("x")), len(text.text) * 11 * 0.53
                start = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
                ends.append((start, start + wide))
        assert len(ends) >= 2
        assert all(one[1] < after[0] for one, after in itertools.pairwise(ends))


def test_a_long_title_stands_in_lines_within_the_picture():
    title = "Subindeks: nol yang terbaik, seratus yang terburuk, menurut bobot"
    texts = list(ET.fromstring(bar(title, PLACES, [3, 0, 9]).narrow).iter(f"{SVG}text"))
    heads = [one for one in texts if one.get("font-size") == "15"]
    assert " ".join(one.text for one in heads) == title and len(heads) == 2
    assert all(len(one.text) * 15 * 0.53 <= NARROW for one in heads)
    assert min(float(one.get("y")) for one in texts if one not in heads) > float(heads[-1].get("y"))


@pytest.mark.parametrize("kind", CHARTS)
def test_the_same_picture_goes_into_the_pdf(kind):
    page = pypdf.PdfReader(io.BytesIO(html_to_pdf(f'<img src="{CHARTS[kind]().data_uri}">'))).pages[0]
    assert "Sleman" in page.extract_text() and not page.images  # drawn, not a bitmap


def test_bars_are_as_long_as_their_figures():
    rects = list(ET.fromstring(bar("Kasus", ["a", "b"], [50, 100]).svg).iter(f"{SVG}rect"))
    assert float(rects[1].get("width")) == pytest.approx(2 * float(rects[0].get("width")), rel=0.01)


def test_the_table_shows_the_unknown_as_unknown():
    assert [row[1] for row in grouped("Kasus", PLACES, TWO).rows] == ["10", "20", "–"]
    assert grouped("Kasus", PLACES, TWO).rows[1][2] == "1.234"


def test_refuses_what_it_cannot_show():
    with pytest.raises(ValueError):
        bar("x", ["a"], [1, 2])
    with pytest.raises(ValueError):
        bar("x", ["a"], [-1])
    with pytest.raises(ValueError):
        donut("x", list("abcdef"), [1] * 6)


@pytest.mark.parametrize("kind", CHARTS)
def test_nothing_to_show_is_still_a_chart(kind):
    values = [0, 0]
    chart = {"bar": lambda: bar("x", "ab", values), "donut": lambda: donut("x", "ab", values)}.get(
        kind,
        lambda: {"grouped": grouped, "stacked": stacked, "line": line}[kind](
            "x", "ab", [Series("s", values)]
        ),
    )()
    assert ET.fromstring(chart.svg) is not None


def _seen(color: str, matrix) -> tuple:
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return tuple(
        255 * max(0, min(1, sum(m * c for m, c in zip(row, linear, strict=True)))) ** (1 / 2.2)
        for row in matrix
    )


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@pytest.mark.parametrize("eye", EYES)
def test_colors_stay_apart_for_color_blind_eyes(eye):
    for one, other in itertools.combinations(PALETTE, 2):
        a, b = _seen(one, EYES[eye]), _seen(other, EYES[eye])
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 45, (one, other)


def test_colors_stay_apart_in_grey_print():
    lights = [grey(color) for color in PALETTE]
    assert all(after - before >= 30 for before, after in itertools.pairwise(lights)), lights


@pytest.mark.parametrize("highest", [1, 3, 9, 10, 26, 30, 45, 50, 99, 500, 1250, 87_000])
def test_the_axis_of_counts_reads_in_whole_numbers(highest):
    texts = [text.text for text in ET.fromstring(line("Kasus", ["a", "b"], [Series("n", [0, highest])]).svg).iter(f"{SVG}text")]  # fmt: skip
    marks = [text for text in texts if text not in ("Kasus", "a", "b")]
    assert len(marks) == 6 and not any("," in mark for mark in marks), marks


def test_the_figures_of_one_chart_have_the_same_decimals():
    assert [row[1] for row in bar("Skor", PLACES, [12, 7.5, 70]).rows] == ["12,0", "7,5", "70,0"]
    shares = [text.text for text in ET.fromstring(donut("Kasus", PLACES, [16, 73, 11]).svg).iter(f"{SVG}text")]  # fmt: skip
    assert {"16,0 %", "73,0 %", "11,0 %"} <= set(shares)


IN_A_COLUMN = {
    "bar": lambda: bar("Kasus", ["Administrasi kependudukan dan pencatatan sipil", "b"], [12345, 3], wide=420),
    "line": lambda: line("Kasus", [f"Bln {n} 26" for n in range(12)], [Series("x", range(12)), Series("y", [11] * 12)], wide=420),
    "donut": lambda: donut("Kasus", ["Dalam proses", "Selesai", "Ditolak"], [12345, 2345, 345], wide=420),
}  # fmt: skip


@pytest.mark.parametrize("kind", IN_A_COLUMN)
def test_a_narrow_chart_keeps_its_words_inside_and_apart(kind):
    """By the mean width of a letter; the words of one line must not meet."""
    root = ET.fromstring(IN_A_COLUMN[kind]().svg)
    boxes = []
    for text in root.iter(f"{SVG}text"):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        width = 0.5 * size * len(text.text)
        left = x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        assert left >= -1 and left + width <= 421, text.text
        boxes.append((left, left + width, y, text.text))
    for one, other in itertools.combinations(boxes, 2):
        same_line = abs(one[2] - other[2]) < 8
        assert not (same_line and one[0] < other[1] - 1 and other[0] < one[1] - 1), (one, other)
