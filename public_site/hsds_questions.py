"""What lists of the HSDS API may be asked, and the pages that answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from . import hsds


class Paging(Schema):
    """How lists are asked for; an unknown parameter is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    page: int = Field(1, ge=1, le=100_000)
    per_page: int = Field(25, ge=1, le=100)
    search: str = Field("", max_length=100, pattern=r"^[^\x00]*$")


class ServiceFilter(Paging):
    minimal: bool = False
    full: bool = True
    modified_after: datetime | None = None
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


class MinimalServicePage(Page):
    contents: list[hsds.MinimalService]


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
