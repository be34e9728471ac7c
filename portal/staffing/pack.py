"""The sections of the handover pack that staffing and units know; casework and reports add theirs."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.units.models import Decision, Unit

from .handover import Section, register_pack_section
from .letters import standard_section
from .models import Appointment, Replacement

register_pack_section(standard_section)


def _day(value) -> str:
    return date_format(value, "j F Y") if value else "–"


def _money(value) -> str:
    return f"Rp {value:,.0f}".replace(",", ".") if value is not None else "–"


@register_pack_section
def officers(unit: Unit) -> Section:
    rows = [
        (item.position, item.officer, item.region, item.decree or "–", _day(item.ends_on))
        for item in Appointment.objects.of_unit(unit).active()[:300]
    ]
    return Section(
        _("Officers"),
        (_("Position"), _("Name"), _("Work area"), _("Decree (SK)"), _("Until")),
        rows,
        _("No officer is in office."),
        order=10,
    )


@register_pack_section
def replacements(unit: Unit) -> Section:
    rows = [
        (item.leaving.position, item.leaving.officer, _day(item.due_on), item.get_status_display())
        for item in Replacement.objects.running().filter(unit=unit).select_related("leaving__position", "leaving__officer")
    ]  # fmt: skip
    return Section(
        _("Replacements under way"),
        (_("Position"), _("Leaving officer"), _("Successor due by"), _("Status")),
        rows,
        _("None."),
        order=12,
    )


@register_pack_section
def funding(unit: Unit) -> Section:
    year = timezone.localdate().year
    rows = [
        (row.year, row.get_source_display(), row.get_use_display(), _money(row.budgeted), _money(row.spent))
        for row in unit.funding.filter(year__gte=year - 2)
    ]
    return Section(
        _("What it costs"),
        (_("Year"), _("Source"), _("Use"), _("Budgeted"), _("Spent")),
        rows,
        _("No funding has been recorded."),
        order=20,
    )


@register_pack_section
def agreements(unit: Unit) -> Section:
    rows = [
        (item.title, item.partner or "–", item.number or "–", _day(item.valid_from), _day(item.valid_until))
        for item in unit.agreements.select_related("partner")
    ]
    return Section(
        _("Agreements and action plans"),
        (_("Title"), _("Partner"), _("Number"), _("From"), _("Until")),
        rows,
        _("None has been recorded."),
        order=22,
    )


@register_pack_section
def decisions(unit: Unit) -> Section:
    rows = [
        (_day(item.meeting.date), item.text, item.responsible or "–", _day(item.due_on))
        for item in Decision.objects.open().filter(meeting__unit=unit).select_related("meeting")
    ]
    return Section(
        _("Decisions still to be followed up"),
        (_("Meeting"), _("Decision"), _("Responsible"), _("Due on")),
        rows,
        _("None."),
        order=24,
    )
