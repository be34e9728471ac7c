"""Regions for everybody: search, children of a region, and the selects of the picker. No personal data."""

from __future__ import annotations

import re

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from .forms import RegionWidget
from .models import Level, Region, full_names, level_of
from .search import path_to, search

LEVELS = {level.name.lower(): level for level in Level if level}
LIMIT = 20
FAMILY = 600  # more than any region has children


def _level(text: str) -> Level | None:
    if not text:
        return None
    if text in LEVELS:
        return LEVELS[text]
    if text.isdigit() and int(text) in range(1, 5):
        return Level(int(text))
    raise forms.ValidationError(_("The level is province, regency, district or village."))


def _code(text: str) -> str:
    try:
        level_of(text)
    except ValueError:
        raise forms.ValidationError(_("“%(code)s” is not a region code.") % {"code": text[:20]})
    return text


def _wants_json(request: HttpRequest) -> bool:
    return request.GET.get("format") == "json" or (
        request.GET.get("format") != "html" and not request.accepts("text/html")
    )


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """`?q=catur&level=village&within=34` searches; `?parent=34.04` lists what lies in a region; JSON or a page."""
    query = request.GET.get("q", "").strip()[:100]
    problem, status = "", 200
    regions: list[Region] = []
    parent = ""
    try:
        level = _level(request.GET.get("level", ""))
        within = _code(request.GET.get("within", ""))
        parent = _code(request.GET.get("parent", ""))
        bounds = (
            [_code(code) for code in request.GET["bounds"].split(",")] if "bounds" in request.GET else None
        )
        if query:
            regions = search(query, level=level, within=within, bounds=bounds, limit=LIMIT)
        else:
            regions = list(Region.objects.current().filter(parent=parent or None).order_by("name")[:FAMILY])
    except forms.ValidationError as error:
        problem, status = error.messages[0], 400
    names = full_names(regions)
    if _wants_json(request):
        body = {"error": problem} if problem else {"results": [_as_json(region, names) for region in regions]}
        response: HttpResponse = JsonResponse(body, status=status)
    else:
        path = path_to(parent)
        context = {
            "query": query,
            "problem": problem,
            "regions": [(region, names[region.code]) for region in regions],
            "path": path,
            "here": path[-1] if path else None,
            "limit": LIMIT if query and len(regions) == LIMIT else 0,
        }
        response = render(request, "regions/find.html", context, status=status)
    patch_cache_control(response, public=True, max_age=600 if status == 200 else 0)
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    return response


def _as_json(region: Region, names: dict[str, str]) -> dict:
    return {
        "code": region.code,
        "name": region.name,
        "level": Level(region.level).name.lower(),
        "kind": region.kind,
        "full_name": names[region.code],
        "postal_code": region.postal_code,
        "has_children": region.level < Level.VILLAGE,
    }


@require_GET
def selects(request: HttpRequest) -> HttpResponse:
    """The dependent selects of a picker with `code` chosen, as its form would draw them."""
    name = request.GET.get("name", "region")
    if not re.fullmatch(r"[A-Za-z][\w-]{0,60}", name):
        raise Http404
    widget = RegionWidget()
    try:
        widget.levels = tuple(
            _level(text) or Level.VILLAGE for text in request.GET.get("levels", "4").split(",")
        )
        widget.bounds = [_code(text) for text in request.GET.get("bounds", "").split(",")]
        code = _code(request.GET.get("code", ""))
    except forms.ValidationError as error:
        return HttpResponse(error.messages[0], status=400, content_type="text/plain; charset=utf-8")
    context = {"selects": widget.selects(name, code, {"id": request.GET.get("id", f"id_{name}")[:80]})}
    response = render(request, "regions/region_selects.html", context)
    patch_cache_control(response, public=True, max_age=600)
    patch_vary_headers(response, ["Accept-Language"])
    return response
