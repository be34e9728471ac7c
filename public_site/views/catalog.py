"""The catalog: nine sectors, their programs, one program (P-01 to P-07)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.regions.models import Region
from programs_catalog import search
from programs_catalog.eligibility import words
from programs_catalog.models import Audience, Program, Sector

from ..forms import CatalogForm
from ..places import nearest_village, point_of
from ..structured_data import government_service
from ..templatetags.site import local


def shown_programs(form: CatalogForm, near: Region | None = None) -> list[Program]:
    """Published programs of the nation and of the chosen region, found and filtered, best or alphabetical first."""
    chosen = form.cleaned_data
    region: Region | None = chosen.get("wilayah") or near
    if chosen.get("q"):
        reach = None if region is None else set(region.ancestor_codes())
        found = [
            program
            for program in search.search(chosen["q"])
            # A regional program is for people of its region only (P-04).
            if program.region_id is None or (reach and program.region_id in reach)
        ]
    else:
        rows = Program.objects.published().for_region(region).select_related("sector", "provider", "region")
        found = sorted(rows, key=lambda program: (program.sector.position, str(program)))
    return [
        program
        for program in found
        if (not chosen.get("sektor") or program.sector_id == chosen["sektor"])
        and (not chosen.get("sasaran") or chosen["sasaran"] in program.audiences)
        and (not chosen.get("tingkat") or program.provider.level == chosen["tingkat"])
    ]


@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    form = CatalogForm(request.GET or None)
    place = request.GET.get("dekat", "")
    point = point_of(place)
    near = nearest_village(point) if point else None
    valid = not form.is_bound or form.is_valid()
    asked = form.is_bound and valid and (near is not None or any(form.cleaned_data.values()))
    context = {
        "form": form,
        "sectors": Sector.objects.with_counts(),
        "asked": asked,
        "region": (form.region or near) if form.is_bound else None,
        "near_region": near,
        "wrong_place": bool(place) and point is None,
        "programs": shown_programs(form, near) if form.is_bound and valid else [],
        "crumbs": [(_("Programs"), None)],
    }
    status = 200 if valid and not context["wrong_place"] else 400
    return render(request, "public_site/catalog.html", context, status=status)


@require_safe
def sector(request: HttpRequest, sector: str) -> HttpResponse:
    row = get_object_or_404(Sector, pk=sector)
    form = CatalogForm(request.GET.copy() or {"sektor": ""})
    status = 200
    if form.is_valid():
        form.cleaned_data["sektor"] = row.pk
        programs = shown_programs(form)
    else:
        programs, status = [], 400
    context = {
        "sector": row,
        "form": form,
        "programs": programs,
        "region": form.cleaned_data.get("wilayah"),
        "crumbs": [(_("Programs"), local("/program/")), (str(row), None)],
    }
    return render(request, "public_site/sector.html", context, status=status)


@require_safe
def program(request: HttpRequest, sector: str, code: str) -> HttpResponse:
    row = Program.objects.select_related("sector", "provider", "region").filter(code=code, live=True).first()
    if row is None:
        raise Http404(_("There is no such program."))
    if row.sector_id != sector:  # it has moved to another sector
        return redirect(local(row.path), permanent=True)
    return render(request, "public_site/program.html", program_context(row, request))


def program_context(row: Program, request: HttpRequest) -> dict:
    """What the program page shows; the editor's preview uses it too."""
    criteria = row.criteria_on()
    nearby = (
        Program.objects.published()
        .filter(sector=row.sector, region=None)
        .exclude(pk=row.pk)
        .select_related("sector")[:4]
    )
    return {
        "program": row,
        "criteria": criteria,
        "criteria_words": words.describe(criteria.rule) if criteria else None,
        "audiences": [Audience(value).label for value in row.audiences if value in Audience.values],
        "others": nearby,
        "structured_data": government_service(row, request),
        "crumbs": [
            (_("Programs"), local("/program/")),
            (str(row.sector), local(row.sector.path)),
            (str(row), None),
        ],
    }
