"""Whole addresses of pages, at the host at which they were asked for."""

from __future__ import annotations

from django.http import HttpRequest
from wagtail.models import AbstractPage


def absolute(page: AbstractPage, request: HttpRequest) -> str:
    """A page's address for feeds, the sitemap and interfaces; '' for a page that no site serves.

    Not `get_full_url`: that names the host that somebody once wrote into Wagtail's table of sites.
    """
    path = page.get_url(request)
    return request.build_absolute_uri(path) if path else ""
