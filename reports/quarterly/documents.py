"""A report as PDF and as spreadsheet; rendered when first asked for, kept by content."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.ledger.letters import letter_url
from portal.ledger.models import Transition
from portal.pdf import Signatory, cached_pdf

from .letters import REPORT
from .models import QuarterlyReport, ReportVersion
from .oddities import corrected, oddities
from .outside import OUTSIDE
from .presentation import Presentation, letterhead
from .workflow import REPORT_FLOW, Tier

POSTS = {
    Tier.PUSKESOS: "Koordinator Puskesos",
    Tier.SLRT: "Manajer SLRT",
    Tier.PROVINCE: "Koordinator Provinsi",
    Tier.NATION: "Sekretariat Nasional SLRT",
}


def report_pdf(report: QuarterlyReport, version: ReportVersion | None = None) -> bytes:
    """The report's PDF in its official language; the same content is rendered once."""
    with override("id"):
        return cached_pdf("quarterly/pdf/report.html", _context(report, version))


def _context(report: QuarterlyReport, version: ReportVersion | None) -> dict:
    shown = Presentation(report, version)
    version = shown.version
    sent = sending_of(report, version)
    facts = [
        (_("Quarter"), report.cycle.quarter.label),
        (
            _("Place"),
            report.place_name if report.region_id is None else f"{report.place_name} ({report.region_id})",
        ),
        (_("Letter number"), report.number or "–"),
        (_("Sent on"), timezone.localdate(sent.at) if sent else _("not sent yet: draft")),
        (_("Version"), version.number if version else "–"),
    ]
    for tier, included, expected in shown.coverage:
        facts.append(
            (
                _("Reports included, %(tier)s") % {"tier": tier},
                _("%(included)s of %(expected)s") % {"included": included, "expected": expected},
            )
        )
    return {
        "letterhead": letterhead(report),
        "title": _("Quarterly report"),
        "subtitle": f"{report.get_tier_display()} · {report.cycle.quarter.label}",
        "facts": facts,
        "number": report.number,
        "footer_note": f"{report.place_name} · {report.cycle.quarter.label}",
        "letter_check": letter_url(REPORT, version.pk) if version and version.sealed_at else "",
        "shown": shown,
        "odd": oddities(shown) if version else [],
        "corrected": corrected(shown),
        "why_left": version.explanations.get(OUTSIDE, "") if version else "",
        "report": report,
        "is_draft": sent is None,
        "correction": version.reason if version else "",
        "date": timezone.localdate(sent.at) if sent else None,
        "signatory": Signatory(POSTS[report.tier], sent.by.name) if sent and sent.by else None,
        "copies": [copy.recipient for copy in version.copies.all()] if version else [],
    }


def sending_of(report: QuarterlyReport, version: ReportVersion | None) -> Transition | None:
    """Who sent this version, and when."""
    if version is None:
        return None
    moves = REPORT_FLOW.log_of(report).filter(move=f"send_{report.tier}").order_by("-at")
    return next((move for move in moves if move.data.get("version") == version.number), None)


__all__ = ["report_pdf", "sending_of"]
