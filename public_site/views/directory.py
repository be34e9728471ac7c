"""The directory: which regions have an SLRT, which villages a Puskesos, on a map and in tables (P-08)."""

from __future__ import annotations

from django.db.models import Case, Count, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.casework.models import Emergency
from portal.regions.models import CODE_LENGTH, Level, Region, full_names
from portal.regions.search import closest, search
from portal.staffing.models import Appointment, Position
from portal.units.models import Agreement, Partner, Unit
from programs_catalog.models import Program

from ..forms import DirectoryForm
from ..mapping import distance_km, map_of, nation_svg, position
from ..models import declared_posts
from ..places import point_of
from ..templatetags.site import local

PER_PAGE = 50
MOST_PINS = 400
MOST_POSTS = 60


def unit_url(unit: Unit) -> str:
    return local(f"/lokasi/{unit.kind}/{unit.region_id}/")


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    form = DirectoryForm(request.GET or None)
    valid = not form.is_bound or form.is_valid()
    chosen = form.cleaned_data if form.is_bound and valid else {}
    region: Region | None = chosen.get("wilayah")
    here = point_of(request.GET.get("dekat", ""))
    if not valid or (request.GET.get("dekat") and here is None):
        valid = False
    found: list[tuple[Region, str]] = []
    meant = ""
    if chosen.get("q"):
        regions = search(chosen["q"], limit=20)
        if not regions and (meant := closest(chosen["q"])):
            regions = search(meant, limit=20)
        names = full_names(regions)
        found = [(row, names[row.pk]) for row in regions]
        if len(regions) == 1:
            region = regions[0]
    units = Unit.objects.listed().select_related("region", "region__parent")
    if chosen.get("jenis"):
        units = units.filter(kind=chosen["jenis"])
    context = {
        "form": form,
        "region": region,
        "found": found,
        "asked": bool(chosen.get("q")),
        "meant": meant if found else "",
        "kind": chosen.get("jenis", ""),
        "wrong_place": bool(request.GET.get("dekat")) and here is None,
        "crumbs": _crumbs(region),
    }
    if here:
        near = _nearest(units, here)
        # Units of the neighborhood say where the visitor is; a frame around them needs no region.
        context |= {"near": near, "here": here}
    else:
        context |= _of_region(units, region, request)
    return render(request, "public_site/directory.html", context, status=200 if valid else 400)


def _nearest(units, here) -> list[tuple[Unit, float]]:
    """The ten nearest units with their distance in kilometers; units without a point of their own stand at their region's."""
    longitude, latitude = here
    for reach in (0.3, 1.5, 6.0):
        own = Q(
            latitude__range=(latitude - reach, latitude + reach),
            longitude__range=(longitude - reach, longitude + reach),
        )
        of_region = Q(
            latitude=None,
            region__latitude__range=(latitude - reach, latitude + reach),
            region__longitude__range=(longitude - reach, longitude + reach),
        )
        rows = [(unit, distance_km(here, position(unit))) for unit in units.filter(own | of_region)[:3000]]
        if len(rows) >= 5 or reach == 6.0:
            break
    return sorted(rows, key=lambda row: row[1])[:10]


def _of_region(units, region: Region | None, request: HttpRequest) -> dict:
    if region is None:
        counts = _counts(units, "province_code")
        slrt = units.filter(kind=Unit.Kind.SLRT)
        return {
            "map": map_of(None, slrt[:MOST_PINS], unit_url),
            "posts": declared_posts(units).order_by("-kind", "region_id")[:MOST_POSTS],
            "rows": _rows(Region.objects.at(Level.PROVINCE).current(), counts),
            "total": {
                "slrt": sum(c[0] for c in counts.values()),
                "puskesos": sum(c[1] for c in counts.values()),
            },
        }
    inside = units.filter(_within(region))
    above = _slrt_above(region)
    context = {"unit_count": inside.count(), "slrt_above": above}
    page = _page(request, context["unit_count"])
    shown = inside.order_by("-kind", "region_id")[(page - 1) * PER_PAGE : page * PER_PAGE]
    context |= {
        "units": shown,
        "page": page,
        "pages": max(1, -(-context["unit_count"] // PER_PAGE)),
        "map": map_of(region, inside.order_by("-kind")[:MOST_PINS], unit_url),
        "posts": declared_posts(inside).order_by("-kind", "region_id")[:MOST_POSTS],
    }
    if region.level < Level.VILLAGE:
        column = {1: "regency_code", 2: "district_code", 3: "village_code"}[region.level]
        counts = _counts(inside, column)
        context["rows"] = _rows(region.children.current(), counts)
    return context


def _within(region: Region) -> Q:
    return Q(
        **{
            {1: "province_code", 2: "regency_code", 3: "district_code", 4: "village_code"}[
                region.level
            ]: region.pk
        }
    )


def _counts(units, column: str) -> dict[str, tuple[int, int]]:
    rows = (
        units.order_by()
        .values(column)
        .annotate(
            slrt=Count("pk", filter=Q(kind=Unit.Kind.SLRT)),
            puskesos=Count("pk", filter=Q(kind=Unit.Kind.PUSKESOS)),
        )
    )
    return {row[column]: (row["slrt"], row["puskesos"]) for row in rows}


def _rows(regions, counts) -> list[dict]:
    return [
        {
            "region": region,
            "slrt": counts.get(region.pk, (0, 0))[0],
            "puskesos": counts.get(region.pk, (0, 0))[1],
        }
        for region in regions.order_by("code")
    ]


def _slrt_above(region: Region) -> Unit | None:
    """The SLRT that serves a district or village."""
    if region.level < Level.DISTRICT:
        return None
    code = region.pk[: CODE_LENGTH[Level.REGENCY]]
    return Unit.objects.listed().select_related("region").filter(kind=Unit.Kind.SLRT, region=code).first()


def _page(request: HttpRequest, count: int) -> int:
    text = request.GET.get("halaman", "1")
    page = int(text) if text.isdigit() and len(text) < 6 else 0
    if page < 1 or (page > 1 and (page - 1) * PER_PAGE >= count):
        raise Http404(_("There is no such page."))
    return page


def _crumbs(region: Region | None) -> list[tuple]:
    crumbs = [(_("Find an SLRT"), local("/lokasi/") if region else None)]
    if region:
        path = list(region.ancestors())
        path = path if path and path[-1].pk == region.pk else [*path, region]
        for row in path:
            crumbs.append(
                (str(row), None if row.pk == region.pk else f"{local('/lokasi/')}?wilayah={row.pk}")
            )
    return crumbs


@require_safe
def unit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One SLRT or Puskesos: address, hours, contact, services, officers by position."""
    row = (
        Unit.objects.listed()
        .select_related("region", "region__parent", "region__parent__parent")
        .filter(kind=kind, region=code)
        .first()
    )
    if row is None:
        raise Http404(_("There is no such unit."))
    region = row.region
    context = {
        "unit": row,
        "place": full_names([region])[region.pk],
        "map": map_of(region, [row], unit_url),
        "point": position(row),
        "officers": officers_by_position(row),
        "partners": public_partners(row),
        "emergencies": list(Emergency.objects.in_force().filter(posts=row)),
        "programs": Program.objects.published()
        .for_region(region)
        .exclude(region=None)
        .select_related("sector", "region")
        .order_by(Case(When(region=region, then=0), default=1), "name"),
        "puskesos_count": Unit.objects.listed().filter(kind="puskesos", regency_code=region.pk).count()
        if row.kind == "slrt"
        else 0,
        "slrt": _slrt_above(region) if row.kind == "puskesos" else None,
        "crumbs": [
            *_crumbs(region)[:-1],
            (str(region), f"{local('/lokasi/')}?wilayah={region.pk}"),
            (row.name, None),
        ],
    }
    return render(request, "public_site/unit.html", context)


def public_partners(unit: Unit) -> list[Partner]:
    """Partners with an agreement in force today (K-10)."""
    in_force = Agreement.objects.in_force().filter(unit=unit)
    return list(unit.partners.filter(agreements__in=in_force).prefetch_related("sectors").distinct())


def officers_by_position(unit: Unit) -> list[tuple[Position, int]]:
    """How many officers serve in each position; who they are is not public."""
    rows = (
        Appointment.objects.active()
        .filter(unit=unit)
        .order_by()
        .values_list("position")
        .annotate(n=Count("pk"))
    )
    counts = dict(rows)
    return [(position, counts[position.pk]) for position in Position.objects.filter(pk__in=counts)]


@require_safe
def nation_map(request: HttpRequest) -> HttpResponse:
    """The picture of the archipelago under the nation's pins."""
    response = HttpResponse(nation_svg(), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=7 * 24 * 3600)
    return response
