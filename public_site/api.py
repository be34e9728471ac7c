"""The read-only HSDS 3.x API at /api/hsds/: open to every origin, paged, with clear refusals."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Schema
from ninja.errors import ValidationError
from pydantic import ConfigDict, Field

from portal.units.models import Unit
from programs_catalog.models import Program, Provider

from . import hsds
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


class Paging(Schema):
    """How lists are asked for; an unknown parameter is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(25, ge=1, le=100)
    search: str = Field("", max_length=100, pattern=r"^[^\x00]*$")


class ServiceFilter(Paging):
    taxonomy_term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None


class PlaceFilter(Paging):
    organization_id: UUID | None = None


class ServiceAtLocationFilter(Paging):
    service_id: UUID | None = None
    organization_id: UUID | None = None


class TermFilter(Paging):
    taxonomy_id: UUID | None = None


class Page(Schema):
    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool


class ServicePage(Page):
    contents: list[hsds.Service]


class OrganizationPage(Page):
    contents: list[hsds.Organization]


class LocationPage(Page):
    contents: list[hsds.Location]


class ServiceAtLocationPage(Page):
    contents: list[hsds.ServiceAtLocation]


class TaxonomyPage(Page):
    contents: list[hsds.Taxonomy]


class TermPage(Page):
    contents: list[hsds.TaxonomyTerm]


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


def listed(rows: list[dict], asked: Paging) -> dict:
    """A page of rows that are all in memory, narrowed by `search` in name and description."""
    if words := asked.search.lower().split():
        rows = [
            row
            for row in rows
            if all(word in f"{row['name']} {row['description']}".lower() for word in words)
        ]
    return paged(len(rows), lambda start, stop: rows[start:stop], asked)


def one(rows: list[dict], identifier: UUID) -> dict:
    for row in rows:
        if row["id"] == str(identifier):
            return row
    raise Refused(404, "There is no such record.")


# -- the records -----------------------------------------------------------------------------------------------------------
def services() -> list[dict]:
    terms = hsds.term_index()
    rows = Program.objects.published().select_related("provider", "region", "sector").order_by("code")
    return [hsds.service(program, terms) for program in rows]


def organizations() -> list[dict]:
    return [hsds.organization_of_provider(row) for row in Provider.objects.order_by("code")]


def units():
    return Unit.objects.listed().select_related("region").order_by("kind", "region_id")


def unit_page(asked: Paging, make) -> dict:
    rows = units()
    for word in asked.search.split():
        rows = rows.filter(name__icontains=word)
    if getattr(asked, "organization_id", None):
        rows = rows.filter(pk__in=_units_of(asked.organization_id))
    return paged(rows.count(), lambda start, stop: make(list(rows[start:stop])), asked)


def _units_of(organization: UUID) -> list[int]:
    pairs = Unit.objects.listed().values_list("pk", "kind", "region_id")
    return [pk for pk, kind, code in pairs if hsds.identifier("unit", f"{kind}:{code}") == str(organization)]


def unit_by(kind: str, identifier: UUID) -> Unit:
    for pk, unit_kind, code in Unit.objects.listed().values_list("pk", "kind", "region_id"):
        if hsds.identifier(kind, f"{unit_kind}:{code}") == str(identifier):
            return units().get(pk=pk)
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


@hsds_api.get("/services", response={200: ServicePage, **ERRORS}, exclude_unset=True)
def list_services(request, asked: Query[ServiceFilter]):
    ask(request, ServiceFilter)
    rows = services()
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
    return listed(rows, asked)


@hsds_api.get("/services/{identifier}", response={200: hsds.Service, **ERRORS}, exclude_unset=True)
def get_service(request, identifier: UUID):
    ask(request)
    return one(services(), identifier)


@hsds_api.get("/organizations", response={200: OrganizationPage, **ERRORS}, exclude_unset=True)
def list_organizations(request, asked: Query[Paging]):
    ask(request, Paging)
    return listed([*organizations(), *(hsds.organization_of_unit(unit) for unit in units())], asked)


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
    """Every unit informs about and refers to a national program; give `service_id` for one program's places."""
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

    return unit_page(asked, make)


@hsds_api.get(
    "/service_at_locations/{identifier}", response={200: hsds.ServiceAtLocation, **ERRORS}, exclude_unset=True
)
def get_service_at_location(request, identifier: UUID):
    ask(request)
    place = hsds.unit_of_place(identifier)
    unit = place and units().filter(kind=place[0], region_id=place[1]).first()
    for code, name in Program.objects.published().values_list("code", "name") if unit else ():
        if hsds.place_identifier(code, unit.kind, unit.region_id) == str(identifier):
            return hsds.service_at_location(unit, code, name, hsds.places_of([unit]))
    raise Refused(404, "There is no such record.")


def _program(identifier: UUID) -> Program:
    for program in Program.objects.published():
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
