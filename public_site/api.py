"""The read-only HSDS 3.x API at /api/hsds/: open to every origin, paged, with clear refusals."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import is_aware, make_aware
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError

from portal.regions.models import CODE_LENGTH, Level, Region, above_q
from portal.units.models import Unit
from programs_catalog.models import Program, Provider

from . import hsds
from .hsds_questions import (
    LocationPage,
    MinimalServicePage,
    OrganizationPage,
    Paging,
    PlaceFilter,
    ServiceAtLocationFilter,
    ServiceAtLocationPage,
    ServiceFilter,
    ServicePage,
    TaxonomyPage,
    TermFilter,
    TermPage,
)
from .rates import too_many


class OpenAPI(NinjaAPI):
    """Answers that every origin may read."""

    def create_response(self, request, data, *, status=None, temporal_response=None):
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        response["Access-Control-Allow-Origin"] = "*"
        return response


hsds_api = OpenAPI(
    title="SLRT: Open Referral HSDS",
    version="3.1.1",
    description="Programs, providers and units of SLRT as Open Referral HSDS. Reading needs no account; 600 requests in ten minutes.",
    urls_namespace="api-hsds",
    openapi_url="/openapi.json",
    docs_url=None,
)

LIMIT, WINDOW = 600, 600


class Refused(Exception):
    def __init__(self, code: int, message: str):
        self.code, self.message = code, message


class Error(Schema):
    detail: str


ERRORS = {400: Error, 404: Error, 429: Error}


@hsds_api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return hsds_api.create_response(request, {"detail": error.message}, status=error.code)


@hsds_api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    return hsds_api.create_response(request, {"detail": f"{first['loc'][-1]}: {first['msg']}"}, status=400)


def ask(request: HttpRequest, allowed: type[Schema] | None = None) -> None:
    """Refuse who asks too often, and parameters that nobody knows."""
    if too_many("hsds", request, limit=LIMIT, seconds=WINDOW):
        raise Refused(429, "Too many requests; please wait ten minutes.")
    known = set(allowed.model_fields) if allowed else set()
    if unknown := set(request.GET) - known:
        raise Refused(400, f"Unknown parameter: {', '.join(sorted(unknown))[:80]}.")


def paged(count: int, window, asked: Paging) -> dict:
    """The HSDS page wrapper; `window(start, stop)` gives the rows. A page past the end does not exist."""
    pages = max(1, -(-count // asked.per_page))
    if asked.page > pages:
        raise Refused(404, f"There are {pages} pages.")
    start = (asked.page - 1) * asked.per_page
    rows = window(start, start + asked.per_page)
    return {
        "total_items": count,
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(rows),
        "first_page": asked.page == 1,
        "last_page": asked.page == pages,
        "empty": count == 0,
        "contents": rows,
    }


def matching(rows: list[dict], asked: Paging) -> list[dict]:
    """The rows that hold every word of `search` in name or description."""
    words = asked.search.lower().split()
    return [
        row for row in rows if all(word in f"{row['name']} {row['description']}".lower() for word in words)
    ]


def listed(rows: list[dict], asked: Paging) -> dict:
    """A page of rows that are all in memory."""
    rows = matching(rows, asked)
    return paged(len(rows), lambda start, stop: rows[start:stop], asked)


def one(rows: list[dict], identifier: UUID) -> dict:
    for row in rows:
        if row["id"] == str(identifier):
            return row
    raise Refused(404, "There is no such record.")


# -- the records -----------------------------------------------------------------------------------------------------------
def services(modified_after: datetime | None = None) -> list[dict]:
    """The published programs, or those published again since a moment; without a zone it is read as the site's own."""
    terms = hsds.term_index()
    rows = Program.objects.published().select_related("provider", "region", "sector").order_by("code")
    if modified_after and modified_after.year >= 9000:
        return []
    # Years before ours cannot be told in every zone, and nothing is older than the portal.
    if modified_after and modified_after.year >= 1970:
        since = modified_after if is_aware(modified_after) else make_aware(modified_after)
        # Of what has no moment nobody knows that it did not change.
        rows = rows.filter(Q(last_published_at=None) | Q(last_published_at__gte=since))
    return [hsds.service(program, terms) for program in rows]


def organizations() -> list[dict]:
    return [hsds.organization_of_provider(row) for row in Provider.objects.order_by("code")]


def units():
    return Unit.objects.listed().select_related("region").order_by("kind", "region_id")


def unit_page(asked: Paging, make, within: Region | None = None) -> dict:
    rows = _found(asked)
    if within is not None:
        rows = rows.filter(above_or_within(within.pk))
    if getattr(asked, "organization_id", None):
        kind, code = _named("unit", asked.organization_id) or ("", "")
        rows = rows.filter(kind=kind, region_id=code)
    return paged(rows.count(), lambda start, stop: make(list(rows[start:stop])), asked)


def _found(asked: Paging):
    rows = units()
    for word in asked.search.split():
        rows = rows.filter(name__icontains=word)
    return rows


def above_or_within(code: str) -> Q:
    """The condition for units within a region, and for the one SLRT that serves it from above."""
    within = Q(region=code) | Q(region__gt=f"{code}.", region__lt=f"{code}/")
    return within | Q(kind=Unit.Kind.SLRT, region=code[: CODE_LENGTH[Level.REGENCY]])


def _named(what: str, identifier: UUID) -> tuple[str, str] | None:
    """Kind and region code of a unit by the id that we give it as organization or location."""
    place = hsds.unit_of(identifier)
    return place if place and hsds.unit_identifier(what, *place) == str(identifier) else None


def unit_by(what: str, identifier: UUID) -> Unit:
    kind, code = _named(what, identifier) or ("", "")
    if unit := units().filter(kind=kind, region_id=code).first():
        return unit
    raise Refused(404, "There is no such record.")


# -- the addresses -----------------------------------------------------------------------------------------------------------
@hsds_api.get("/", response={200: hsds.About, **ERRORS}, summary="About this API")
def about(request):
    ask(request)
    return {
        "version": "3.1.1",
        "profile": "https://docs.openreferral.org/",
        "openapi_url": request.build_absolute_uri("/api/hsds/openapi.json"),
    }


#: what a service has several of: left out of a list that is asked for with full=false
SEVERAL = ("service_areas", "languages", "cost_options", "required_documents", "attributes")


@hsds_api.get("/services", response={200: ServicePage | MinimalServicePage, **ERRORS}, exclude_unset=True)
def list_services(request, asked: Query[ServiceFilter]):
    """`minimal` gives ids and days of change alone, all at once; `full=false` leaves out what a service has several of; `modified_after` what was published before."""
    ask(request, ServiceFilter)
    rows = services(asked.modified_after)
    if asked.organization_id:
        rows = [row for row in rows if row["organization"]["id"] == str(asked.organization_id)]
    if asked.taxonomy_term_id:
        rows = [
            row
            for row in rows
            if any(a["taxonomy_term_id"] == str(asked.taxonomy_term_id) for a in row["attributes"])
        ]
    if asked.taxonomy_id:
        rows = [
            row
            for row in rows
            if any(
                a["taxonomy_term"]["taxonomy_detail"]["id"] == str(asked.taxonomy_id)
                for a in row["attributes"]
            )
        ]
    rows = matching(rows, asked)
    if asked.minimal:
        rows = [{name: row[name] for name in ("id", "last_modified") if name in row} for row in rows]
        if "per_page" not in request.GET:
            asked.per_page = max(1, len(rows))
    elif not asked.full:
        rows = [{name: value for name, value in row.items() if name not in SEVERAL} for row in rows]
    return paged(len(rows), lambda start, stop: rows[start:stop], asked)


@hsds_api.get("/services/{identifier}", response={200: hsds.Service, **ERRORS}, exclude_unset=True)
def get_service(request, identifier: UUID):
    ask(request)
    return one(services(), identifier)


@hsds_api.get("/organizations", response={200: OrganizationPage, **ERRORS}, exclude_unset=True)
def list_organizations(request, asked: Query[Paging]):
    ask(request, Paging)
    first = matching(organizations(), asked)
    rest = _found(asked)

    def window(start: int, stop: int) -> list[dict]:
        # Providers come first and are few; of the units only the page is read.
        after = rest[max(0, start - len(first)) : max(0, stop - len(first))]
        return [*first[start:stop], *(hsds.organization_of_unit(unit) for unit in after)]

    return paged(len(first) + rest.count(), window, asked)


@hsds_api.get("/organizations/{identifier}", response={200: hsds.Organization, **ERRORS}, exclude_unset=True)
def get_organization(request, identifier: UUID):
    ask(request)
    try:
        return one(organizations(), identifier)
    except Refused:
        return hsds.organization_of_unit(unit_by("unit", identifier))


@hsds_api.get("/locations", response={200: LocationPage, **ERRORS}, exclude_unset=True)
def list_locations(request, asked: Query[PlaceFilter]):
    ask(request, PlaceFilter)

    def make(rows: list[Unit]) -> list[dict]:
        places = hsds.places_of(rows)
        return [hsds.location(unit, places) for unit in rows]

    return unit_page(asked, make)


@hsds_api.get("/locations/{identifier}", response={200: hsds.Location, **ERRORS}, exclude_unset=True)
def get_location(request, identifier: UUID):
    ask(request)
    unit = unit_by("location", identifier)
    return hsds.location(unit, hsds.places_of([unit]))


@hsds_api.get("/service_at_locations", response={200: ServiceAtLocationPage, **ERRORS}, exclude_unset=True)
def list_services_at_locations(request, asked: Query[ServiceAtLocationFilter]):
    """Every unit informs about and refers to a national program, a unit of the region to a regional one; give `service_id` for one program's places."""
    ask(request, ServiceAtLocationFilter)
    program = (
        _program(asked.service_id)
        if asked.service_id
        else Program.objects.published().filter(region=None).order_by("code").first()
    )
    if program is None:
        return paged(0, lambda start, stop: [], asked)

    def make(rows: list[Unit]) -> list[dict]:
        places = hsds.places_of(rows)
        return [hsds.service_at_location(unit, program.code, program.name, places) for unit in rows]

    return unit_page(asked, make, within=program.region)


@hsds_api.get(
    "/service_at_locations/{identifier}", response={200: hsds.ServiceAtLocation, **ERRORS}, exclude_unset=True
)
def get_service_at_location(request, identifier: UUID):
    ask(request)
    kind, code = hsds.unit_of(identifier) or ("", "")
    unit = units().filter(kind=kind, region_id=code).first()
    programs = Program.objects.published().select_related("region")
    for program in (
        programs.filter(above_q(code) | Q(region__gt=f"{code}.", region__lt=f"{code}/")) if unit else ()
    ):
        if hsds.unit_identifier(f"sal:{program.code}", kind, code) == str(identifier) and (
            program.region is None or units().filter(above_or_within(program.region_id), pk=unit.pk).exists()
        ):
            return hsds.service_at_location(unit, program.code, program.name, hsds.places_of([unit]))
    raise Refused(404, "There is no such record.")


def _program(identifier: UUID) -> Program:
    for program in Program.objects.published().select_related("region"):
        if hsds.identifier("service", program.code) == str(identifier):
            return program
    raise Refused(404, "There is no such service.")


@hsds_api.get("/taxonomies", response={200: TaxonomyPage, **ERRORS})
def list_taxonomies(request, asked: Query[Paging]):
    ask(request, Paging)
    return listed([hsds.taxonomy(code) for code in hsds.TAXONOMIES], asked)


@hsds_api.get("/taxonomies/{identifier}", response={200: hsds.Taxonomy, **ERRORS})
def get_taxonomy(request, identifier: UUID):
    ask(request)
    return one([hsds.taxonomy(code) for code in hsds.TAXONOMIES], identifier)


@hsds_api.get("/taxonomy_terms", response={200: TermPage, **ERRORS})
def list_taxonomy_terms(request, asked: Query[TermFilter]):
    ask(request, TermFilter)
    rows = hsds.terms()
    if asked.taxonomy_id:
        rows = [row for row in rows if row["taxonomy_detail"]["id"] == str(asked.taxonomy_id)]
    return listed(rows, asked)


@hsds_api.get("/taxonomy_terms/{identifier}", response={200: hsds.TaxonomyTerm, **ERRORS})
def get_taxonomy_term(request, identifier: UUID):
    ask(request)
    return one(hsds.terms(), identifier)
