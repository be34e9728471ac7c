"""The sections of the handover pack that staffing and units know; casework and the reports add theirs.

What it did (10 on), what is open (20 on), deadlines (30), what it costs (40 on), agreements (50 on), people and standard (60 on).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.periods import add_months
from portal.units.models import Decision, Meeting, Unit
from portal.units.standard import lacks

from .enums import Sex
from .handover import Section, register_pack_section
from .models import Appointment, Replacement, Vacancy

#: how far ahead the deadlines of the pack look
AHEAD_MONTHS = 12


def _day(value) -> str:
    return date_format(value, "j F Y") if value else "–"


def _money(value) -> str:
    return f"Rp {value:,.0f}".replace(",", ".") if value is not None else "–"


@register_pack_section
def meetings(unit: Unit) -> Section:
    since = add_months(timezone.localdate(), -12)
    held = (
        Meeting.objects.filter(unit=unit, was_held=True, date__gte=since)
        .annotate(n=Count("decisions"))
        .order_by("date")
    )
    return Section(
        _("Meetings held in the last twelve months"),
        (_("Date"), _("Subject"), _("Participants"), _("Decisions")),
        [(_day(item.date), item.title, item.participants or "–", item.n) for item in held],
        _("None has been recorded."),
        order=16,
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
        widths=(18, 46, 18, 18),
    )


@register_pack_section
def replacements(unit: Unit) -> Section:
    rows = [
        (item.leaving.position, item.leaving.officer, _day(item.due_on), item.get_status_display())
        for item in Replacement.objects.running().filter(unit=unit).select_related("leaving__position", "leaving__officer")
    ]  # fmt: skip
    return Section(
        _("Replacements under way"),
        (pgettext("post", "Position"), _("Leaving officer"), _("Successor due by"), _("Status")),
        rows,
        _("None."),
        order=26,
    )


@register_pack_section
def deadlines(unit: Unit) -> Section:
    """Everything with a day in the coming year, in the order of the days; what has lapsed stands first."""
    today = timezone.localdate()
    end = add_months(today, AHEAD_MONTHS)
    found: list[tuple[dt.date, str]] = []
    for item in Replacement.objects.filter(unit=unit, status=Replacement.Status.RECRUITING).select_related("leaving__position"):  # fmt: skip
        found.append((item.due_on, _("Successor due: %(position)s, %(region)s") % {"position": item.leaving.position, "region": item.region}))  # fmt: skip
    for item in unit.agreements.filter(valid_until__range=(today, end)):
        found.append((item.valid_until, _("Agreement ends: %(title)s (%(unit)s)") % {"title": item.title, "unit": item.partner or unit}))  # fmt: skip
    for item in Decision.objects.open().filter(meeting__unit=unit, due_on__lte=end):
        found.append((item.due_on, _("Decision due: %(text)s") % {"text": item.text}))
    for item in Meeting.objects.upcoming().filter(unit=unit, date__lte=end):
        found.append((item.date, _("Meeting: %(title)s") % {"title": item.title}))
    for item in Vacancy.objects.open().filter(unit=unit):
        found.append((item.closes_on, _("Vacancy closes: %(vacancy)s") % {"vacancy": item}))
    terms = (
        Appointment.objects.active()
        .filter(unit=unit, ends_on__lte=end)
        .order_by("ends_on")
        .values_list("ends_on", "position__name")
        .annotate(n=Count("pk"))
    )
    for day, name, count in terms:
        found.append((day, _("Term ends: %(position)s (%(count)s)") % {"position": name, "count": count}))
    rows = [
        (_day(day), text, _("lapsed") if day < today else "")
        for day, text in sorted(found, key=lambda e: e[0])
    ]
    return Section(
        _("Deadlines of the coming twelve months"),
        (_("Day"), _("What is due"), _("Remark")),
        rows,
        _("None."),
        order=30,
        widths=(20, 62, 18),
    )


@register_pack_section
def costs(unit: Unit) -> Section:
    """What it costs a year, by source; three years."""
    year = timezone.localdate().year
    sums = (
        unit.funding.filter(year__gte=year - 2)
        .order_by("-year", "source")
        .values("year", "source")
        .annotate(planned=Sum("budgeted"), used=Sum("spent"))
    )
    sources = dict(unit.funding.model.Source.choices)
    return Section(
        _("What it costs"),
        (_("Year"), _("Source"), _("Budgeted"), _("Spent")),
        [(row["year"], sources[row["source"]], _money(row["planned"]), _money(row["used"])) for row in sums],
        _("No funding has been recorded."),
        order=40,
    )


@register_pack_section
def uses(unit: Unit) -> Section:
    """What the money of this year and the last is for."""
    year = timezone.localdate().year
    kept = unit.funding.filter(year__gte=year - 1)
    sums = kept.aggregate(planned=Sum("budgeted", filter=Q(year=year)))
    rows = [(row.year, row.get_use_display(), _money(row.budgeted), _money(row.spent)) for row in kept]
    total = (year, _("in all"), _money(sums["planned"]), "") if sums["planned"] else ()
    return Section(
        _("What the money is for"),
        (_("Year"), _("Use"), _("Budgeted"), _("Spent")),
        rows,
        _("No funding has been recorded."),
        order=42,
        total=total,
    )


@register_pack_section
def agreements(unit: Unit) -> Section:
    rows = [
        (item.title, item.partner or "–", item.number or "–", _day(item.valid_from), _day(item.valid_until))
        for item in unit.agreements.select_related("partner")
    ]
    return Section(
        _("Agreements and action plans"),
        (_("Title"), _("Partner"), _("Number of the document"), _("From"), _("Until")),
        rows,
        _("None has been recorded."),
        order=50,
    )


@register_pack_section
def partners(unit: Unit) -> Section:
    rows = [(item.name, item.get_kind_display(), item.contact or "–") for item in unit.partners.all()]
    return Section(
        _("Partners"),
        (_("Name"), _("Kind"), _("Contact person")),
        rows,
        _("None has been recorded."),
        order=52,
    )


@register_pack_section
def posts(unit: Unit) -> Section:
    """How many hold each position, and how many women are among them."""
    rows = (
        Appointment.objects.active()
        .filter(unit=unit)
        .order_by("position__order")
        .values_list("position__name")
        .annotate(n=Count("pk"), women=Count("pk", filter=Q(officer__sex=Sex.FEMALE)))
    )
    return Section(
        _("Officers by position"),
        (pgettext("post", "Position"), _("In office"), _("Women")),
        list(rows),
        _("No officer is in office."),
        order=60,
        total=(_("in all"), sum(row[1] for row in rows), sum(row[2] for row in rows)) if rows else (),
    )


@register_pack_section
def standard(unit: Unit) -> Section:
    return Section(
        _("What is missing against the standard"),
        (_("Subject"), _("What is missing"), _("Why")),
        [(lack.subject, lack.what, lack.why) for lack in lacks(unit)],
        _("Nothing is missing."),
        order=62,
    )


@register_pack_section
def officers(unit: Unit) -> Section:
    rows = [
        (item.position, item.officer, item.region, item.decree or "–", _day(item.ends_on))
        for item in Appointment.objects.of_unit(unit).active()[:500]
    ]
    return Section(
        _("Annex: officers by name"),
        (pgettext("post", "Position"), _("Name"), _("Work area"), _("Decree (SK)"), _("Until")),
        rows,
        _("No officer is in office."),
        order=90,
    )
