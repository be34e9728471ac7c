"""The letterhead of regional offices, and where they sit."""

from __future__ import annotations

from portal.pdf import Letterhead
from portal.regions.models import Level, Region, code_at

from .models import Unit


def government_of(region: Region | None) -> str:
    """`PEMERINTAH KABUPATEN SLEMAN`, `PEMERINTAH DESA CIBIRU`; the Ministry where there is no region."""
    if region is None:
        return "KEMENTERIAN SOSIAL REPUBLIK INDONESIA"
    words = {Level.PROVINCE: "PROVINSI ", Level.REGENCY: "", Level.DISTRICT: "KECAMATAN "}
    word = words.get(Level(region.level))
    if word is None:
        word = "KELURAHAN " if region.code[9] == "1" else "DESA "
    return f"PEMERINTAH {word}{region.name}".upper()


def seat_of(region: Region | None) -> str:
    """The town a letter is dated from."""
    if region is None:
        return "Jakarta"
    return region.capital or region.name


def title_of_head(region: Region) -> str:
    """What a region's head is called: Gubernur, Bupati, Wali Kota, Camat, Kepala Desa, Lurah."""
    if region.level == Level.REGENCY:
        return "Wali Kota" if region.is_city else "Bupati"
    if region.level == Level.VILLAGE:
        return "Lurah" if region.code[9] == "1" else "Kepala Desa"
    return {Level.PROVINCE: "Gubernur", Level.DISTRICT: "Camat"}[Level(region.level)]


def without_kind(name: str) -> str:
    """`Sleman` of Kabupaten Sleman."""
    return name.removeprefix("Kabupaten ").removeprefix("Kota ")


def head_of(region: Region) -> str:
    """A region's head, as letters address them: Bupati Sleman."""
    name = without_kind(region.name) if region.level == Level.REGENCY else region.name
    return f"{title_of_head(region)} {name}"


def letterhead_of(unit: Unit) -> Letterhead:
    """The paper of a unit's secretariat."""
    contact = " · ".join(
        part
        for part in (
            f"Telepon {unit.phone.as_national}" if unit.phone else "",
            f"WhatsApp {unit.whatsapp.as_national}" if unit.whatsapp else "",
            unit.email,
        )
        if part
    )
    region = (
        unit.region
        if unit.kind == Unit.Kind.SLRT
        else Region.objects.get(pk=code_at(unit.region_id, Level.REGENCY))
    )
    return Letterhead(government_of(region), unit.name, unit.address, contact)


def social_office_letterhead(regency: Region) -> Letterhead:
    return Letterhead(government_of(regency), "DINAS SOSIAL", seat_of(regency))


def head_letterhead(region: Region) -> Letterhead:
    """The paper of a regency head or a village head."""
    if region.level == Level.VILLAGE:
        parents = " · ".join(
            Region.objects.filter(pk__in=region.ancestor_codes()[1:3]).order_by("-level").values_list("name", flat=True)
        )  # fmt: skip
        return Letterhead(government_of(region), head_of(region).upper(), parents)
    return Letterhead(government_of(region), head_of(region).upper(), seat_of(region))
