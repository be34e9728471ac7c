"""The quarterly reports of a unit, as its part of the handover pack."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.staffing.handover import Section, register_pack_section
from portal.units.models import Unit

from .models import QuarterlyReport

QUARTERS = 8


@register_pack_section
def quarterly_reports(unit: Unit) -> Section:
    """The last two years: due when, sent when, what became of it."""
    own = QuarterlyReport.objects.filter(region=unit.region_id, tier=unit.kind).select_related("cycle")
    rows = [
        (
            report.cycle.quarter.label,
            date_format(report.due_on, "j F Y"),
            date_format(report.first_sent_on, "j F Y") if report.first_sent_on else "–",
            report.get_status_display(),
        )
        for report in own.order_by("-cycle__quarter_code")[:QUARTERS]
    ]
    return Section(
        _("Quarterly reports"),
        (_("Quarter"), _("Due on"), _("Sent on"), _("Status")),
        rows,
        _("No report was due yet."),
        order=14,
    )
