"""The pages that every installation starts with, in Indonesian and English, found again by their slug.

A page that exists is never changed: it belongs to its editors.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings
from wagtail.models import Locale, Site

from portal.content.models import BasePage
from programs_catalog import freshness

from . import models, moderation

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference" / "pages"

TYPES = {
    "info": models.InfoPage,
    "legal": models.LegalBasisPage,
    "notices": models.NoticeIndexPage,
    "stories": models.StoryIndexPage,
}


def load(world=None) -> None:
    """Create the home pages of both languages and the pages below them that are missing."""
    indonesian, english = (Locale.objects.get_or_create(language_code=code)[0] for code in ("id", "en"))
    home = _home(indonesian, None, _read("home.toml")["id"])
    home_en = _home(english, home, _read("home.toml")["en"])
    for file in sorted(FOLDER.glob("*.toml")):
        if file.name != "home.toml":
            data = _read(file.name)
            page = _page(home, data, "id", indonesian, None)
            _page(home_en, data, "en", english, page)
    moderation.set_up()
    freshness.bump()


def _read(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _home(locale: Locale, original, texts: dict):
    page = models.HomePage.objects.filter(locale=locale).first()
    if page is not None:
        return page
    root = BasePage.objects.get(depth=1)
    page = models.HomePage(
        title=texts["title"], lead=texts["lead"], slug=f"beranda-{locale.language_code}", locale=locale
    )
    if original is not None:
        page.translation_key = original.translation_key
    root.add_child(instance=page)
    page.save_revision().publish()
    if original is None:
        site = Site.objects.filter(is_default_site=True).first() or Site(
            hostname="localhost", is_default_site=True
        )
        welcome = site.root_page_id
        site.root_page, site.site_name = page, "SLRT"
        site.save()
        # Wagtail's welcome page, and nothing else that somebody may have made.
        BasePage.objects.filter(pk=welcome, depth=2, slug="home", numchild=0).delete()
    return page


def _page(parent, data: dict, language: str, locale: Locale, original):
    texts = data[language]
    # Both languages share the slug, so that an address differs by /en/ alone.
    model = TYPES[data["type"]]
    page = model.objects.child_of(parent).filter(slug=data["slug"]).first()
    if page is not None:
        return page
    page = model(title=texts["title"], lead=texts.get("lead", ""), slug=data["slug"], locale=locale)
    page.body = _stream(model, "body", texts.get("body", []))
    if groups := texts.get("groups"):
        page.groups = _stream(
            model,
            "groups",
            [{"group": {"heading": g["heading"], "regulations": g["regulations"]}} for g in groups],
        )
    if original is not None:
        page.translation_key = original.translation_key
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _stream(model, field: str, rows: list[dict]):
    block = model._meta.get_field(field).stream_block
    raw = [{"type": kind, "value": value} for row in rows for kind, value in row.items()]
    return block.to_python(raw)
