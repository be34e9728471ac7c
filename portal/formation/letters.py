"""The letter of request as PDF, addressed as the pathway says (F-01, F-05, F-09)."""

from __future__ import annotations

from django.utils import translation

from portal.ledger.letters import letter_url
from portal.pdf import Signatory, render_pdf
from portal.regions.models import Level, Region, code_at
from portal.units.models import Unit
from portal.units.paper import head_letterhead, head_of, seat_of

from .enums import Addressee
from .items import form_of
from .letter_check import REQUEST
from .models import FormationRequest


def addressee_lines(addressee: str, region: Region) -> list[str]:
    """The address of a letter from a region, in official Indonesian."""
    above = Region.objects.in_bulk(region.ancestor_codes())
    province = above.get(code_at(region.pk, Level.PROVINCE))
    regency = above.get(code_at(region.pk, Level.REGENCY))
    match addressee:
        case Addressee.MINISTER:
            return [
                "Menteri Sosial Republik Indonesia",
                "c.q. Direktur Jenderal Pemberdayaan Sosial",
                "di Jakarta",
            ]
        case Addressee.GOVERNOR:
            return [head_of(province), f"di {seat_of(province)}"]
        case Addressee.REGENCY_HEAD:
            return [head_of(regency), f"di {seat_of(regency)}"]
        case Addressee.PROVINCIAL_SOCIAL_OFFICE:
            return [f"Kepala Dinas Sosial Provinsi {province.name}"]
        case _:
            return [f"Kepala Dinas Sosial {regency.name}"]


def request_context(request: FormationRequest) -> dict:
    region, version = request.region, request.version
    with translation.override("id"):
        items = []
        for item in request.items.prefetch_related("documents").select_related("request"):
            item.request = request
            form = form_of(item)
            form.is_valid()
            items.append({
                "title": item.get_kind_display(),
                "rows": form.summary(),
                "documents": [document.title for document in item.attached],
            })  # fmt: skip
    count = sum(len(item["documents"]) for item in items)
    kind = "Sistem Layanan dan Rujukan Terpadu (SLRT)" if request.unit_kind == Unit.Kind.SLRT else "Pusat Kesejahteraan Sosial (Puskesos)"  # fmt: skip
    return {
        "letterhead": head_letterhead(region),
        "number": request.letter_number,
        "nature": "Penting",
        "attachments": f"{count} berkas",
        "subject": f"Permohonan pembentukan {'SLRT' if request.unit_kind == Unit.Kind.SLRT else 'Puskesos'} {region.name}",
        "place": seat_of(region),
        "date": request.letter_date,
        "recipient": addressee_lines(version.addressee, region),
        "signatory": Signatory(head_of(region), request.signatory),
        "copies": [", ".join(addressee_lines(copy, region)[:2]) for copy in version.copies],
        "kind": kind,
        "request": request,
        "items": items,
        "letter_check": letter_url(REQUEST, request.pk) if request.submitted_at else "",
        "village_heads": request.unit_kind == Unit.Kind.SLRT,
    }


def request_pdf(request: FormationRequest) -> bytes:
    """The letter, ready to sign."""
    return render_pdf("formation/pdf/request.html", request_context(request))
