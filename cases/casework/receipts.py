"""Papers of the case desk: the surat resi, and the letter of recommendation to civil registration (C-14, H-04)."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.utils import timezone

from portal.ledger.letters import letter_url
from portal.pdf import image_data_uri, render_pdf
from portal.regions.models import CODE_LENGTH, Level, Region
from portal.units.paper import letterhead_of

from .letters import RECEIPT
from .models import Case


def lookup_url(case: Case | None = None) -> str:
    """The public page where people ask how their case stands; the code is never part of an address."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}/lacak/"


def qr_png(text: str) -> str:
    """A QR code as a data URI."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=8, border=2)
    return image_data_uri(out.getvalue())


def receipt_pdf(case: Case, *, narrow: bool = False) -> bytes:
    """The surat resi of a case: A4 with letterhead, or a strip of 80 mm. It names nobody in full and shows no NIK."""
    template = "pdf/receipt_80mm.html" if narrow else "pdf/receipt.html"
    regency = Region.objects.get(pk=case.unit.region_id[: CODE_LENGTH[Level.REGENCY]])
    return render_pdf(
        template,
        {
            "letterhead": letterhead_of(case.unit),
            "case": case,
            "unit": case.unit,
            "name": case.person.masked_name if case.person_id else "",
            "village": case.region.name,
            "place": regency.capital or regency.name,
            "date": timezone.localtime(case.opened_at).date(),
            "printed_at": timezone.localtime(),
            "qr": qr_png(lookup_url()),
            "lookup_url": lookup_url(),
            "letter_check": letter_url(RECEIPT, case.pk),
        },
    )
