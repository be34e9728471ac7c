"""The notice to the Ministry (S-13) and the handover pack, as PDF."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.pdf import Signatory, render_pdf
from portal.regions.models import Level, Region, code_at
from portal.units.models import Decree, Unit
from portal.units.paper import letterhead_of, seat_of, social_office_letterhead

from .handover import PACK_SECTIONS, Section
from .models import Appointment, Replacement

#: where the guideline sends the notice (II.F)
DIRECTORATE = [
    "Direktur Pemberdayaan Sosial Perorangan, Keluarga, dan Kelembagaan Masyarakat (PSPKKM)",
    "Direktorat Jenderal Pemberdayaan Sosial",
    "Kementerian Sosial Republik Indonesia",
    "Lantai 5, Jalan Salemba Raya Nomor 28",
    "Jakarta Pusat 10430",
]


def notice_context(replacement: Replacement) -> dict:
    leaving, successor = replacement.leaving, replacement.successor
    regency = Region.objects.get(pk=code_at(replacement.unit.region_id, Level.REGENCY))
    officer, decree = successor.officer, successor.decree
    with translation.override("id"):
        data = [
            ("Nama", officer.name),
            ("NIK", officer.nik),
            ("NIP", officer.civil_service_number or "tidak ada (bukan ASN)"),
            ("Wilayah tugas", work_area_text(successor)),
            ("Jabatan", str(successor.position)),
            ("Nomor telepon seluler", officer.phone.as_national),
            ("Nomor IMEI", officer.imei),
            ("Alamat surat elektronik", officer.email),
        ]
    by_office = decree.issuer == Decree.Issuer.REGENCY_SOCIAL_OFFICE
    return {
        "letterhead": social_office_letterhead(regency),
        "number": replacement.notice_number,
        "nature": "Segera",
        "attachments": "2 (dua) berkas",
        "subject": f"Pemberitahuan pergantian {successor.position}",
        "place": seat_of(regency),
        "date": replacement.notice_date,
        "recipient": DIRECTORATE,
        "signatory": Signatory(
            f"Kepala Dinas Sosial {regency.name}", decree.signatory if by_office else "(..............................)"
        ),
        "copies": [f"{'Wali Kota' if regency.is_city else 'Bupati'} {regency.name.split(' ', 1)[-1]}", "Koordinator SLRT Provinsi", replacement.unit.name],
        "leaving": leaving,
        "successor": successor,
        "replacement": replacement,
        "decree": decree,
        "issuer": f"Kepala Dinas Sosial {regency.name}" if by_office else decree.get_issuer_display(),
        "data": data,
    }  # fmt: skip


def notice_pdf(replacement: Replacement, *, by) -> bytes:
    """The letter to Direktorat PSPKKM, ready to sign."""
    return render_pdf("staffing/pdf/notice.html", notice_context(replacement))


def work_area_text(appointment: Appointment) -> str:
    """Village, district and regency in words, down to the level of the work area."""
    codes = appointment.region.ancestor_codes()[1:]
    regions = Region.objects.in_bulk(codes)
    words = ["", "Kecamatan ", ""]
    parts = [f"{words[index]}{regions[code].name}" for index, code in enumerate(codes)]
    if len(codes) == 3:
        parts[2] = f"{'Kelurahan' if codes[2][9] == '1' else 'Desa'} {regions[codes[2]].name}"
    return ", ".join(reversed(parts))


def handover_pdf(unit: Unit, *, by) -> bytes:
    """What a new official must know of a unit: what it did, what is open, what it costs, agreements, deadlines."""
    today = timezone.localdate()
    regency = Region.objects.get(pk=code_at(unit.region_id, Level.REGENCY))
    with translation.override("id"):
        sections = sorted((make(unit) for make in PACK_SECTIONS), key=lambda section: section.order)
        context = {
            "letterhead": letterhead_of(unit),
            "title": _("Handover pack"),
            "subtitle": unit.name,
            "facts": [
                (_("Status"), unit.get_status_display()),
                (_("Address"), unit.address or "–"),
                (_("Founded on"), unit.founded_on or "–"),
                (_("As of"), today),
                (_("Prepared by"), str(by)),
            ],
            "date": today,
            "sections": [_with_columns(section) for section in sections],
            "place": seat_of(regency),
            "parties": [_("Handed over by"), _("Taken over by"), _("Seen by")],
        }
        return render_pdf("staffing/pdf/handover.html", context)


def _with_columns(section: Section) -> dict:
    widths = section.widths or [100 // max(len(section.head), 1)] * len(section.head)
    return {
        "title": section.title,
        "columns": [
            {"label": label, "width": width, "kind": "text"}
            for label, width in zip(section.head, widths, strict=True)
        ],
        "rows": [[str(value) for value in row] for row in section.rows],
        "total": [str(value) for value in section.total],
        "empty": section.empty or _("None."),
    }
