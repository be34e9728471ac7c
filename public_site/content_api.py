"""The pages of the site for other systems: published ones, read only, in the blocks that editors keep them in."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict
from wagtail.blocks import StreamValue
from wagtail.models import Locale
from wagtail.rich_text import expand_db_html

from portal.content.models import BasePage

from . import models
from .addresses import absolute
from .rates import too_many

router = Router(tags=["pages"])
LIMIT, WINDOW = 600, 600


class Kind(StrEnum):
    """The page types that the site is made of."""

    HOME = "home"
    INFO = "info"
    LEGAL = "legal_basis"
    NOTICES = "notices"
    NOTICE = "notice"
    STORIES = "stories"
    STORY = "story"


TYPES: dict[Kind, type[models.SitePage]] = {
    Kind.HOME: models.HomePage,
    Kind.INFO: models.InfoPage,
    Kind.LEGAL: models.LegalBasisPage,
    Kind.NOTICES: models.NoticeIndexPage,
    Kind.NOTICE: models.NoticePage,
    Kind.STORIES: models.StoryIndexPage,
    Kind.STORY: models.StoryPage,
}
_KIND_OF = {model: kind for kind, model in TYPES.items()}
#: what a type has beyond title, lead and body
FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.LEGAL: ("groups",),
    Kind.NOTICE: ("phase", "region_codes", "valid_until", "is_urgent", "has_posts"),
    Kind.STORY: ("region_codes", "happened_on", "author"),
}


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"


class Asked(Schema):
    """How the list is asked for; an unknown parameter is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    type: Kind | None = None
    language: Language | None = None
    search: str = Field("", max_length=100, pattern=r"^[^\x00]*$")
    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(25, ge=1, le=100)


class PageOut(Schema):
    """A page in a list. `translation_key` is the same for a page and its translation."""

    id: int
    type: Kind
    language: Language
    title: str
    lead: str
    url: str
    translation_key: str
    first_published_at: dt.datetime | None
    last_published_at: dt.datetime | None


class PageDetail(PageOut):
    """A page with its body: blocks of `type` and `value`, texts as HTML; `fields` holds what its type has besides."""

    body: list[dict]
    fields: dict
    translations: list[str]


class PageList(Schema):
    total_items: int
    total_pages: int
    page_number: int
    contents: list[PageOut]


class Problem(Schema):
    detail: str | list


ERRORS = {404: Problem, 422: Problem, 429: Problem}


def ask(request: HttpRequest, response: HttpResponse) -> None:
    """Open to every origin, not to a flood."""
    if too_many("pages", request, limit=LIMIT, seconds=WINDOW):
        raise HttpError(429, "Too many requests; please wait ten minutes.")
    response["Access-Control-Allow-Origin"] = "*"


def published(model: type[models.SitePage] | None = None):
    """Live pages that need no password, of the site's own types."""
    pages = BasePage.objects.live().public().filter(depth__gt=1)
    return pages.type(*([model] if model else TYPES.values())).select_related("locale", "content_type")


@router.get("", response={200: PageList, **ERRORS}, summary="Published pages, by type and language")
def listed(request, response: HttpResponse, asked: Query[Asked]):
    ask(request, response)
    if unknown := set(request.GET) - set(Asked.model_fields):
        raise HttpError(422, f"Unknown parameter: {', '.join(sorted(unknown))[:80]}.")
    rows = published(TYPES[asked.type] if asked.type else None).order_by("path")
    if asked.language:
        rows = rows.filter(locale__language_code=asked.language.value)
    for word in asked.search.split():
        rows = rows.filter(title__icontains=word)
    count = rows.count()
    pages = max(1, -(-count // asked.per_page))
    if asked.page > pages:
        raise HttpError(404, f"There are {pages} pages.")
    start = (asked.page - 1) * asked.per_page
    shown = rows[start : start + asked.per_page].specific()
    return {
        "total_items": count,
        "total_pages": pages,
        "page_number": asked.page,
        "contents": [_out(page, request) for page in shown],
    }


@router.get(
    "/{int:page_id}", response={200: PageDetail, **ERRORS}, summary="One published page with its body"
)
def one(request, response: HttpResponse, page_id: int):
    ask(request, response)
    # No key is longer; a longer number is no key of any database.
    page = published().filter(pk=page_id).first() if page_id < 2**31 else None
    if page is None:
        raise HttpError(404, "There is no such page.")
    page = page.specific
    kind = _KIND_OF[type(page)]
    others = Locale.objects.exclude(pk=page.locale_id)
    translations = page.get_translations().live().filter(locale__in=others)
    return _out(page, request) | {
        "body": plain(page.body),
        "fields": {name: plain(getattr(page, name)) for name in FIELDS.get(kind, ())},
        "translations": [url for each in translations if (url := absolute(each, request))],
    }


def _out(page: models.SitePage, request: HttpRequest) -> dict:
    return {
        "id": page.pk,
        "type": _KIND_OF[type(page)],
        "language": page.locale.language_code,
        "title": page.title,
        "lead": page.lead,
        "url": absolute(page, request),
        "translation_key": str(page.translation_key),
        "first_published_at": page.first_published_at,
        "last_published_at": page.last_published_at,
    }


def plain(value):
    """A field's value as data: blocks with their types, links and pictures in texts resolved to addresses."""
    if isinstance(value, StreamValue):
        return [
            {"type": child.block_type, "value": _resolved(child.block.get_api_representation(child.value))}
            for child in value
        ]
    return value.isoformat() if isinstance(value, dt.date) else value


def _resolved(value):
    if isinstance(value, dict):
        return {key: _resolved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each) for each in value]
    return expand_db_html(value) if isinstance(value, str) and "<" in value else value
