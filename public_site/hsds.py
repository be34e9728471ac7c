"""The catalog and the directory as Open Referral HSDS 3.x: plain rows in, HSDS objects out.

Programs are services, providers and units are organizations, units are locations. Ids are UUIDs made from our codes, so that
they stay the same in every installation and after every reload.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, HttpUrl

from portal.regions.models import full_names
from portal.units.models import Unit
from programs_catalog.models import Audience, Program, Provider, Sector

from .mapping import position

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://slrt.kemensos.go.id/hsds")
SECTORS, AUDIENCES = "sektor", "sasaran"


def identifier(kind: str, key) -> str:
    """The UUID of one of our records, e.g. ("service", "pis")."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{key}"))


def unit_identifier(kind: str, unit_kind: str, region_code: str) -> str:
    """The UUID (version 8) of something about a unit; it can be read back, so that finding one tries no others.

    48 bits name the kind of thing ("unit", "location", "sal:pis"), the last 62 the unit: SLRT or Puskesos, then the digits of
    the region's code after a 1.
    """
    what = uuid.uuid5(NAMESPACE, kind).int >> 80
    unit = int(f"1{region_code.replace('.', '')}") << 1 | (unit_kind == Unit.Kind.PUSKESOS)
    return str(uuid.UUID(int=what << 80 | 8 << 76 | 2 << 62 | unit))


def unit_of(identifier: uuid.UUID) -> tuple[str, str] | None:
    """Kind and region code of the unit that a UUID of `unit_identifier` names; None for a UUID of another make."""
    number = identifier.int & (1 << 62) - 1
    digits = str(number >> 1)
    if digits[0] != "1" or len(digits) not in (3, 5, 7, 11):
        return None
    parts = [digits[1:3], digits[3:5], digits[5:7], digits[7:]]
    kind = Unit.Kind.PUSKESOS if number & 1 else Unit.Kind.SLRT
    return kind, ".".join(part for part in parts if part)


# -- the schemas' own rules ----------------------------------------------------------------------------------------------
class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Phone(Strict):
    id: uuid.UUID
    number: str


class Schedule(Strict):
    id: uuid.UUID
    description: str


class Address(Strict):
    id: uuid.UUID
    location_id: uuid.UUID
    address_1: str
    city: str
    state_province: str
    postal_code: str
    country: str
    address_type: str


class Taxonomy(Strict):
    id: uuid.UUID
    name: str
    description: str


class TaxonomyTerm(Strict):
    id: uuid.UUID
    code: str
    name: str
    description: str
    taxonomy: str
    language: str
    taxonomy_detail: Taxonomy


class Attribute(Strict):
    id: uuid.UUID
    link_id: uuid.UUID
    link_entity: str
    taxonomy_term_id: uuid.UUID
    taxonomy_term: TaxonomyTerm


class Organization(Strict):
    id: uuid.UUID
    name: str
    description: str
    email: str | None = None
    website: HttpUrl | None = None
    phones: list[Phone] = []


class Location(Strict):
    id: uuid.UUID
    location_type: str
    organization_id: uuid.UUID
    name: str
    description: str
    latitude: float | None = None
    longitude: float | None = None
    external_identifier: str
    external_identifier_type: str
    addresses: list[Address] = []
    phones: list[Phone] = []
    schedules: list[Schedule] = []


class CostOption(Strict):
    id: uuid.UUID
    option: str | None = None
    currency: str | None = None
    amount: int | None = None
    amount_description: str | None = None


class RequiredDocument(Strict):
    id: uuid.UUID
    document: str


class ServiceArea(Strict):
    id: uuid.UUID
    name: str
    extent: str
    extent_type: str


class Language(Strict):
    id: uuid.UUID
    name: str
    code: str


class MinimalService(Strict):
    """A service by id and day of change alone."""

    id: uuid.UUID
    last_modified: datetime | None = None


class Service(Strict):
    id: uuid.UUID
    name: str
    alternate_name: str | None = None
    description: str
    url: HttpUrl | None = None
    status: str
    application_process: str
    fees_description: str
    wait_time: str | None = None
    eligibility_description: str
    assured_date: date | None = None
    last_modified: datetime | None = None
    organization: Organization
    service_areas: list[ServiceArea] = []
    languages: list[Language] = []
    cost_options: list[CostOption] = []
    required_documents: list[RequiredDocument] = []
    attributes: list[Attribute] = []


class ServiceAtLocation(Strict):
    id: uuid.UUID
    description: str
    service_id: uuid.UUID
    location_id: uuid.UUID
    location: Location


class About(Strict):
    version: str
    profile: HttpUrl
    openapi_url: HttpUrl


# -- our records as HSDS objects ------------------------------------------------------------------------------------------
TAXONOMIES = {
    SECTORS: ("Sembilan sektor", "Sembilan sektor program menurut pedoman umum SLRT tahun 2020."),
    AUDIENCES: ("Sasaran", "Kelompok warga yang menjadi sasaran program."),
}


def taxonomy(code: str) -> dict:
    name, description = TAXONOMIES[code]
    return {"id": identifier("taxonomy", code), "name": name, "description": description}


def terms() -> list[dict]:
    """Every term of both taxonomies."""
    return [
        *(_term(SECTORS, sector.pk, sector.name, sector.description) for sector in Sector.objects.all()),
        *(_term(AUDIENCES, value, str(label), str(label)) for value, label in Audience.choices),
    ]


def _term(kind: str, code: str, name: str, description: str) -> dict:
    return {
        "id": identifier(f"term-{kind}", code),
        "code": code,
        "name": name,
        "description": description or name,
        "taxonomy": TAXONOMIES[kind][0],
        "language": "id",
        "taxonomy_detail": taxonomy(kind),
    }


def organization_of_provider(provider: Provider) -> dict:
    return _without_none(
        {
            "id": identifier("provider", provider.code),
            "name": provider.name,
            "description": f"{provider.get_level_display()}: {provider.name}",
            "email": provider.email or None,
            "website": provider.website or None,
            "phones": _phones("provider", provider.code, provider.phone),
        }
    )


def organization_of_unit(unit: Unit) -> dict:
    return _without_none(
        {
            "id": unit_identifier("unit", unit.kind, unit.region_id),
            "name": unit.name,
            "description": unit.get_kind_display(),
            "email": unit.email or None,
            "phones": _phones("unit", f"{unit.kind}:{unit.region_id}", unit.phone),
        }
    )


def service(program: Program, term_rows: dict[tuple[str, str], dict]) -> dict:
    key = program.code
    own = identifier("service", key)
    codes = [(SECTORS, program.sector_id), *((AUDIENCES, value) for value in program.audiences)]
    return _without_none(
        {
            "id": own,
            "name": program.name,
            "alternate_name": program.acronym or None,
            "description": f"{program.summary}\n\n{program.benefits}",
            "url": program.website or None,
            "status": "active" if program.is_open else "temporarily closed",
            "application_process": program.steps,
            "fees_description": program.cost or "Tidak dipungut biaya.",
            "wait_time": program.duration or None,
            "eligibility_description": program.eligibility,
            "assured_date": program.checked_on.isoformat() if program.checked_on else None,
            "last_modified": program.last_published_at.isoformat() if program.last_published_at else None,
            "organization": organization_of_provider(program.provider),
            "service_areas": [
                {
                    "id": identifier("area", key),
                    "name": program.region.name if program.region_id else "Indonesia",
                    "extent": program.region_id or "ID",
                    "extent_type": "other" if program.region_id else "country",
                }
            ],
            "languages": [{"id": identifier("language", key), "name": "Bahasa Indonesia", "code": "id"}],
            "cost_options": [
                {"id": identifier("cost", key), "amount_description": program.cost}
                if program.cost
                else {"id": identifier("cost", key), "option": "gratis", "currency": "IDR", "amount": 0}
            ],
            "required_documents": [
                {"id": identifier("document", f"{key}:{number}"), "document": line}
                for number, line in enumerate(filter(None, program.bring.splitlines()))
            ],
            "attributes": [
                {
                    "id": identifier("attribute", f"{key}:{kind}:{code}"),
                    "link_id": own,
                    "link_entity": "service",
                    "taxonomy_term_id": identifier(f"term-{kind}", code),
                    "taxonomy_term": term_rows[kind, code],
                }
                for kind, code in codes
                if (kind, code) in term_rows
            ],
        }
    )


def location(unit: Unit, places: dict[str, str]) -> dict:
    """A unit as a location; `places` gives the full names of regions (see `full_names`)."""
    key = f"{unit.kind}:{unit.region_id}"
    own = unit_identifier("location", unit.kind, unit.region_id)
    longitude, latitude = position(unit)
    parts = places[unit.region_id].split(", ")
    province = parts[-1]
    city = parts[-2] if len(parts) > 1 else province
    return _without_none(
        {
            "id": own,
            "location_type": "physical",
            "organization_id": unit_identifier("unit", unit.kind, unit.region_id),
            "name": unit.name,
            "description": f"{unit.get_kind_display()}, {places[unit.region_id]}",
            "latitude": latitude,
            "longitude": longitude,
            "external_identifier": unit.region_id,
            "external_identifier_type": "Kode wilayah Kemendagri",
            "addresses": [
                {
                    "id": identifier("address", key),
                    "location_id": own,
                    "address_1": unit.address or places[unit.region_id],
                    "city": city,
                    "state_province": province,
                    "postal_code": unit.postal_code or unit.region.postal_code or "",
                    "country": "ID",
                    "address_type": "physical",
                }
            ],
            "phones": _phones("location", key, unit.phone),
            "schedules": [{"id": identifier("schedule", key), "description": unit.opening_hours}]
            if unit.opening_hours
            else [],
        }
    )


def service_at_location(unit: Unit, program_code: str, program_name: str, places: dict[str, str]) -> dict:
    return {
        "id": unit_identifier(f"sal:{program_code}", unit.kind, unit.region_id),
        "description": f"{program_name}: informasi, pengajuan, dan rujukan di {unit.name}.",
        "service_id": identifier("service", program_code),
        "location_id": unit_identifier("location", unit.kind, unit.region_id),
        "location": location(unit, places),
    }


def places_of(units: list[Unit]) -> dict[str, str]:
    return full_names([unit.region for unit in units])


def term_index() -> dict[tuple[str, str], dict]:
    kinds = {TAXONOMIES[kind][0]: kind for kind in TAXONOMIES}
    return {(kinds[row["taxonomy"]], row["code"]): row for row in terms()}


def _phones(kind: str, key: str, phone) -> list[dict]:
    return [{"id": identifier("phone", f"{kind}:{key}"), "number": phone.as_e164}] if phone else []


def _without_none(row: dict) -> dict:
    # HSDS knows no null: what is unknown is left out.
    return {name: value for name, value in row.items() if value is not None}
