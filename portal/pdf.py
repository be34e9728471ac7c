"""HTML templates to PDF: one door, closed to the outside, fonts embedded, official language.

    render_pdf("pdf/receipt.html", {"letterhead": Letterhead(...), ...}) -> bytes

Templates extend `pdf/letter.html` (a letter with kop surat) or `pdf/report.html` and lie under `portal/templates/pdf/`
or in `templates/<app>/`. Pictures and fonts come from `portal/assets/` or from data URIs; nothing else is read and
nothing is fetched. User text goes through the template engine's escaping; never pass HTML written by users.
"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils import translation

ASSETS = Path(__file__).resolve().parent / "assets"
FONT_FAMILY = "Source Sans 3"
_FONTS = {
    "normal": "SourceSans3-Regular.ttf",
    "bold": "SourceSans3-Bold.ttf",
    "italic": "SourceSans3-Italic.ttf",
}
MAX_SECONDS = 300
#: A table of many hundred rows grows slower than its length; a longer one is cut into several with the same head.
ROWS_PER_TABLE = 250

log = logging.getLogger(__name__)


class PdfError(Exception):
    """The document could not be made; the message names the cause, never the content."""


@dataclass(frozen=True)
class Letterhead:
    """The kop surat of an office: who it belongs to, its name, where to find it, and its emblem.

    `logo` is a data URI (see `image_data_uri`) or a path below `portal/assets/`; '' draws an empty emblem slot.
    """

    authority: str  # PEMERINTAH KABUPATEN SLEMAN
    office: str  # Sekretariat Teknis SLRT Kabupaten Sleman
    address: str = ""
    contact: str = ""
    logo: str = ""


@dataclass(frozen=True)
class Signatory:
    """Who signs: the post, the name, and the civil service number where there is one."""

    post: str
    name: str
    civil_service_number: str = ""
    place: str = ""


def image_data_uri(content: bytes, mime: str = "image/png") -> str:
    """A picture as the text of an `<img src>`: of an uploaded emblem, a QR code, a chart."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def in_tables(rows: Iterable, size: int = ROWS_PER_TABLE) -> Iterator[list]:
    """Cut rows into lists for one table each; the template repeats the head in every one."""
    part: list = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def render_html(template_name: str, context: dict, *, language: str = "id") -> str:
    """The document's HTML in its official language, whatever language the officer reads the screen in."""
    with translation.override(language):
        return render_to_string(
            template_name,
            {"font_path": "fonts/", "font_family": "SourceSans", "language": language} | context,
        )


def render_pdf(template_name: str, context: dict, *, language: str = "id") -> bytes:
    """Render a template to a PDF file; raises PdfError when a picture, a font or a limit stops it."""
    return html_to_pdf(render_html(template_name, context, language=language))


def cached_pdf(template_name: str, context: dict, *, language: str = "id") -> bytes:
    """Render a template once per content: the same HTML is read back from private storage."""
    html = render_html(template_name, context, language=language)
    name = f"pdf/{hashlib.sha256(html.encode()).hexdigest()}.pdf"
    storage = storages["private"]
    if storage.exists(name):
        with storage.open(name) as file:
            return file.read()
    content = html_to_pdf(html)
    try:
        storage.save(name, ContentFile(content))
    except OSError as error:
        # A full disk costs the next reader a rendering; it does not cost this one the document.
        log.warning("a document could not be kept: %s", error.strerror or type(error).__name__)
    return content


def html_to_pdf(html: str) -> bytes:
    """Convert a trusted template's HTML. One document at a time per process: long ones belong into a job."""
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import RenderLimitError

    _register_chart_fonts()
    _keep_headings_with_rows()
    out = io.BytesIO()
    watch = _Refusals()
    engine_log = logging.getLogger("xhtml2pdf")
    engine_log.addHandler(watch)
    try:
        status = pisa.CreatePDF(
            html, dest=out, path=str(ASSETS / "document.html"), encoding="utf-8", resource_policy=_policy()
        )
    except RenderLimitError as error:
        raise PdfError(f"the document passes a limit: {error}") from error
    finally:
        engine_log.removeHandler(watch)
    # The engine goes on without a refused font or picture, in Helvetica or with a hole: not an official document.
    if status.err or watch.refused:
        raise PdfError(
            "a picture or font of the document was refused" if watch.refused else "the engine failed"
        )
    return out.getvalue()


class _Refusals(logging.Handler):
    """Notices what the engine only logs: a resource that its policy refused."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.refused: list[str] = []

    def emit(self, record):
        text = record.getMessage().lower()
        if any(word in text for word in ("refus", "denied", "not allowed", "outside", "font error")):
            self.refused.append(text[:200])


@lru_cache(maxsize=1)
def _policy():
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    return replace(ResourceAccessPolicy.server(ASSETS, allow_remote=False), max_render_seconds=MAX_SECONDS)


@lru_cache(maxsize=1)
def _register_chart_fonts() -> None:
    """Tell svglib our fonts; it would otherwise ask the machine's fontconfig and embed whatever is there."""
    from svglib.fonts import get_global_font_map

    fonts = get_global_font_map()
    fonts.register_font(FONT_FAMILY, str(ASSETS / "fonts" / _FONTS["normal"]))
    fonts.register_font(FONT_FAMILY, str(ASSETS / "fonts" / _FONTS["bold"]), weight="bold")
    fonts.register_font(FONT_FAMILY, str(ASSETS / "fonts" / _FONTS["italic"]), style="italic")


#: rows of a table that stand with its heading, and that may begin the next page
FIRST_ROWS, LAST_ROWS = 3, 2


@lru_cache(maxsize=1)
def _keep_headings_with_rows() -> None:
    """Have a table after a heading break between its rows; the engine would move heading and table to the next page."""
    from reportlab.platypus import KeepTogether, Table
    from reportlab.platypus.flowables import _listWrapOn
    from xhtml2pdf.xhtml2pdf_reportlab import PmlBaseDoc

    class HeadingWithRows(KeepTogether):
        def split(self, width, height):
            *heading, table = self._content
            if not isinstance(table, Table) or not heading:
                return super().split(width, height)
            _width, whole = _listWrapOn(self._content, width, self.canv)
            if whole <= height:
                return super().split(width, height)
            _width, above = _listWrapOn(heading, width, self.canv)
            room = height - above - max(table.getSpaceBefore(), heading[-1].getSpaceAfter())
            table.wrapOn(self.canv, width, room)
            parts = table.splitOn(self.canv, width, room) if room > 0 else []
            rows = [len(part._rowHeights) - part.repeatRows for part in parts]
            if len(rows) < 2 or rows[0] < FIRST_ROWS or rows[-1] < LAST_ROWS:
                return super().split(width, height)
            return [*heading, *parts]

    PmlBaseDoc._initArgs = {**PmlBaseDoc._initArgs, "keepTogetherClass": HeadingWithRows}


def copies_block(copies: Sequence[str]) -> list[str]:
    """The lines of a Tembusan block: numbered, each closed with a semicolon, the last with a full stop."""
    last = len(copies) - 1
    return [f"{name}{'.' if index == last else ';'}" for index, name in enumerate(copies)]
