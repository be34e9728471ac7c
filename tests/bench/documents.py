"""Documents against the bare engine that lays them out."""

from __future__ import annotations

import io

import pypdf

from portal.pdf import ASSETS, cached_pdf, html_to_pdf, render_html
from tests.bench import Row, measure, timed


@measure("Documents")
def documents():
    from xhtml2pdf import pisa

    columns = [
        {"label": "Wilayah", "width": 60, "kind": "text"},
        {"label": "Kasus", "width": 40, "kind": "number"},
    ]
    context = {"title": "Laporan", "columns": columns, "facts": [(f"Desa {n}", n * 37) for n in range(150)]}
    html = render_html("pdf/report.html", context)
    pages: list[int] = []

    def bare():
        out = io.BytesIO()
        pisa.CreatePDF(html, dest=out, path=str(ASSETS / "document.html"), encoding="utf-8")
        pages.append(len(pypdf.PdfReader(out).pages))

    bare()
    engine = timed(bare, repeat=3)
    ours = timed(lambda: html_to_pdf(html), repeat=3)
    yield Row(
        "pages a second of the bare engine, against ours",
        pages[0] / engine,
        pages[0] / ours,
        "pages/s",
        at_most=1.3,
    )
    yield Row("a report of many pages, against the bare engine", ours, engine, at_most=1.3)
    first = timed(lambda: cached_pdf("pdf/report.html", context))
    yield Row(
        "the same report again, against its first rendering",
        timed(lambda: cached_pdf("pdf/report.html", context), repeat=3),
        first,
        at_most=0.3,
    )
