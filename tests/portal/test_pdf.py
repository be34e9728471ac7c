"""Documents: fonts inside, page x of y, long tables, and nothing read from outside (pure: no database)."""

import datetime as dt
import io
import logging
import re

import pypdf
import pytest
from django.template import engines

from portal.pdf import (
    FONT_FAMILY,
    Letterhead,
    PdfError,
    Signatory,
    cached_pdf,
    copies_block,
    html_to_pdf,
    in_tables,
    render_html,
    render_pdf,
)

PAPER = Letterhead(
    "PEMERINTAH KABUPATEN SLEMAN",
    "SEKRETARIAT TEKNIS SLRT",
    "Jalan Parasamya, Beran, Tridadi, Sleman",
    "(0274) 000000",
)


def letter(**extra):
    return {
        "letterhead": PAPER,
        "number": "00042/RJK/34.04/XI/2026",
        "subject": "Rujukan",
        "place": "Sleman",
        "date": dt.date(2026, 11, 23),
        "recipient": ["Kepala Dinas Sosial", "di Yogyakarta"],
        "signatory": Signatory("Manajer", "Rahayu Widiastuti", "19800101 200501 2 001"),
        "copies": ["Bupati Sleman", "Arsip"],
    } | extra


def text_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def fonts_of(content: bytes) -> dict[str, bool]:
    """Font name to whether its file lies inside, for every font that some page names."""
    found = {}
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            descriptor = font.get("/FontDescriptor")
            found[font["/BaseFont"]] = bool(descriptor and "/FontFile2" in descriptor.get_object())
    return found


def from_text(source: str, **context) -> bytes:
    context = {"font_path": "fonts/", "font_family": "SourceSans", "language": "id"} | context
    return html_to_pdf(engines["django"].from_string(source).render(context))


def test_a_letter_has_its_paper_its_reference_and_its_copies():
    (page,) = text_of(render_pdf("pdf/letter.html", letter()))
    for part in ("PEMERINTAH KABUPATEN SLEMAN", "00042/RJK/34.04/XI/2026", "Sleman, 23 November 2026",
                 "Kepala Dinas Sosial", "NIP 19800101 200501 2 001", "Bupati Sleman;", "Arsip."):  # fmt: skip
        assert part in page


def test_fonts_are_inside_and_helvetica_writes_nothing():
    content = render_pdf("pdf/letter.html", letter())
    embedded = {name for name, inside in fonts_of(content).items() if inside}
    assert {name.partition("+")[2] for name in embedded} == {"SourceSans3-Regular", "SourceSans3-Bold"}
    # ReportLab names Helvetica on each page as its start; no text may be shown in it.
    reader = pypdf.PdfReader(io.BytesIO(content))
    used = set()

    def visit(text, _matrix, _text_matrix, font, _size):
        if text.strip():
            used.add(font["/BaseFont"] if font else "none")

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    assert used and used <= embedded


def test_a_long_table_repeats_its_head_and_counts_its_pages():
    columns = [
        {"label": "Wilayah", "width": 60, "kind": "text"},
        {"label": "Kasus", "width": 40, "kind": "number"},
    ]
    rows = [[f"Desa {i}", i * 1000] for i in range(1, 301)]
    source = (
        '{% extends "pdf/report.html" %}{% block content %}{% include "pdf/parts/table.html" %}{% endblock %}'
    )
    pages = text_of(
        from_text(source, title="Laporan", columns=columns, rows=rows, total=["Jumlah", 45150000])
    )
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert "Wilayah" in page and f"{number} of {len(pages)}" in page.replace("dari", "of")
    everything = "\n".join(pages)
    assert "300.000" in everything and "45.150.000" in everything
    assert all(f"Desa {i}" in everything for i in range(1, 301))


def headed_table(rows: int) -> list[str]:
    """Pages of a document whose heading with a table of so many rows begins low on its first page."""
    source = (
        '{% extends "pdf/report.html" %}{% block content %}{% for _ in filler %}<p>Alinea.</p>{% endfor %}<h2>Judul</h2>'
        '<p style="-pdf-keep-with-next: true">Keterangan.</p><table class="data" repeat="1"><tr><th>Wilayah</th></tr>'
        "{% for row in rows %}<tr><td>Desa {{ row }};</td></tr>{% endfor %}</table>{% endblock %}"
    )
    return text_of(from_text(source, title="Laporan", filler=range(22), rows=range(1, rows + 1)))


def test_a_table_after_a_heading_breaks_between_its_rows_and_leaves_no_page_half_empty():
    first, second = headed_table(20)
    assert "Judul" in first and "Desa 3;" in first and "Desa 20;" not in first
    assert "Judul" not in second and "Wilayah" in second and "Desa 20;" in second
    rows = [int(row) for page in (first, second) for row in re.findall(r"Desa (\d+);", page)]
    assert rows == list(range(1, 21))


def test_a_heading_never_stands_alone_nor_a_single_row_on_the_next_page():
    for count in (4, 7, 8, 9):
        pages = headed_table(count)
        shown = [re.findall(r"Desa (\d+);", page) for page in pages]
        assert sum(map(len, shown)) == count
        for page, rows in zip(pages, shown, strict=True):
            assert ("Judul" not in page or len(rows) >= 3) and len(rows) != 1


def test_rows_are_cut_without_loss():
    parts = list(in_tables(range(70), 32))
    assert [len(part) for part in parts] == [32, 32, 6] and sum(parts, []) == list(range(70))
    assert list(in_tables([])) == []


@pytest.mark.parametrize(
    "source",
    [
        '<img src="file:///etc/hostname">',
        '<img src="/etc/passwd">',
        '<img src="../settings/base.py">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="https://example.org/x.png">',
        "<style>@font-face { font-family: X; src: url(/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf); }</style>x",
    ],
)
def test_what_lies_outside_the_assets_stops_the_document(source):
    with pytest.raises(PdfError):
        html_to_pdf(f"<html><body>{source}<p>teks</p></body></html>")


def test_a_refusal_leaves_no_handler_behind():
    before = list(logging.getLogger("xhtml2pdf").handlers)
    with pytest.raises(PdfError):
        html_to_pdf('<img src="/etc/passwd">')
    assert logging.getLogger("xhtml2pdf").handlers == before


def test_user_text_is_text():
    (page,) = text_of(render_pdf("pdf/letter.html", letter(subject='<b>Bupati</b> & "kawan" <img src=x>')))
    assert '<b>Bupati</b> & "kawan" <img src=x>' in page


def test_the_document_keeps_its_own_language():
    from django.utils import translation

    with translation.override("en"):
        assert "Sleman, 23 November 2026" in render_html("pdf/letter.html", letter())
    march = letter(date=dt.date(2026, 3, 2))
    assert "2 Maret 2026" in render_html("pdf/letter.html", march)
    assert "2 March 2026" in render_html("pdf/letter.html", march, language="en")


def test_the_same_content_is_made_once(settings, tmp_path, monkeypatch):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    first = cached_pdf("pdf/letter.html", letter())
    assert len(list((tmp_path / "pdf").iterdir())) == 1
    assert cached_pdf("pdf/letter.html", letter()) == first
    cached_pdf("pdf/letter.html", letter(number="00043"))
    assert len(list((tmp_path / "pdf").iterdir())) == 2


def test_copies_are_numbered_and_closed():
    assert copies_block(["Bupati", "Arsip"]) == ["Bupati;", "Arsip."]


def test_chart_fonts_are_ours():
    from svglib.fonts import find_font

    html_to_pdf("<p>x</p>")
    assert find_font(FONT_FAMILY) == (FONT_FAMILY, True)
    assert find_font(FONT_FAMILY, "bold")[1] is True
