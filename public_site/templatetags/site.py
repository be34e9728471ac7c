"""Tags of the public templates: addresses in the reader's language, icons, and the other language's address."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import template
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ..models import RegionLook, SiteTexts

register = template.Library()


def language_prefix(language: str | None = None) -> str:
    """'' for Indonesian, '/en' for English: the start of every public address."""
    return "/en" if (language or get_language() or "").startswith("en") else ""


@register.simple_tag
def local(path: str) -> str:
    """A public address in the language of the page, e.g. `/program/` becomes `/en/program/`."""
    return f"{language_prefix()}{path}"


@register.simple_tag
def icon(name: str) -> str:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("public_site/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def is_here(context, path: str) -> bool:
    """Whether the page lies at or below a public address; for the menu's `aria-current`."""
    request = context.get("request")
    return bool(request) and request.path.startswith(f"{language_prefix()}{path}")


@register.simple_tag(takes_context=True)
def other_language(context) -> dict | None:
    """The same page in the other language: code, name, address; None where there is none."""
    request = context.get("request")
    if request is None:
        return None
    code, name = ("id", "Bahasa Indonesia") if language_prefix() else ("en", "English")
    page = context.get("page")
    if page is not None and getattr(page, "translation_key", None) and not context.get("routed_in_page"):
        other = page.get_translations().filter(locale__language_code=code).live().first()
        if other is None:
            return None
        with override(code):
            return {"code": code, "name": name, "url": other.get_url(request)}
    path = request.get_full_path()
    url = translate_url(path, code)
    return {"code": code, "name": name, "url": url} if url != path else None


@register.simple_tag
def call_text(record, field: str, as_paragraphs: bool = False) -> str:
    """A bilingual text of a record in the reader's language, marked where only Indonesian exists."""
    text = record.text(field)
    english = language_prefix() and getattr(record, f"{field}_en", "")
    untranslated = bool(language_prefix()) and bool(text) and not english
    if as_paragraphs:
        attribute = mark_safe(' lang="id"') if untranslated else ""
        return format_html_join("", "<p{}>{}</p>", ((attribute, line) for line in record.lines(field)))
    return format_html('<span lang="id">{}</span>', text) if untranslated else text


@register.simple_tag
def program_lines(program, field: str) -> list[str]:
    return program.lines(field)


@register.simple_tag
def program_list(program, field: str) -> str:
    """The lines of a text as a list, one line as a paragraph."""
    lines = program.lines(field)
    if len(lines) == 1:
        return format_html("<p>{}</p>", lines[0])
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if lines else ""


@register.filter
def site_host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def download_kind(code: str) -> str:
    kinds = {"leaflet": _("leaflet"), "brochure": _("brochure"), "sheet": _("info sheet")}
    return kinds.get(code, _("document"))


@register.simple_tag
def site_text(name: str) -> str:
    """What editors have put above a page (`SiteTexts`); '' for the built-in words."""
    return SiteTexts.load().text(name)


@register.simple_tag(takes_context=True)
def region_look(context) -> RegionLook | None:
    """The name and logo of the region that the page is about, if it has its own."""
    region = context.get("region")
    for name in ("unit", "program"):
        region = region or getattr(context.get(name), "region", None)
    code = getattr(region, "pk", "") or ""
    return RegionLook.objects.of(code) if code else None


@register.filter
def national_phone(number) -> str:
    """A telephone number as it is dialed within the country, e.g. 0274 123456."""
    return number.as_national if hasattr(number, "as_national") else str(number or "")
