"""What a unit did for families and what is still open: its part of the handover pack. Counts, never a name."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from portal.periods import add_months
from portal.staffing.handover import Section, register_pack_section
from portal.units.models import Unit

from .models import Case, Referral
from .workflow import Outcome, Status


@register_pack_section
def cases_of_the_year(unit: Unit) -> Section:
    """Received and closed in the last twelve months, by kind."""
    since = timezone.make_aware(dt.datetime.combine(add_months(timezone.localdate(), -12), dt.time.min))
    within = Case.objects.within(unit.region).order_by()
    received = dict(within.filter(opened_at__gte=since).values_list("kind").annotate(n=Count("pk")))
    closed = {
        kind: (count, refused)
        for kind, count, refused in within.filter(closed_at__gte=since, status=Status.CLOSED)
        .values_list("kind")
        .annotate(n=Count("pk"), refused=Count("pk", filter=Q(outcome=Outcome.REFUSED)))
    }
    rows = [
        (label, received.get(kind, 0), *closed.get(kind, (0, 0)))
        for kind, label in Case.Kind.choices
        if kind in received or kind in closed
    ]
    return Section(
        _t("Cases of the last twelve months"),
        (_t("Kind"), _t("Received"), _t("Closed"), _t("of these refused")),
        rows,
        _t("No case in this time."),
        order=10,
        total=(_t("All"), *(sum(row[place] for row in rows) for place in (1, 2, 3))) if rows else (),
    )


@register_pack_section
def open_cases(unit: Unit) -> Section:
    """What the successor finds: open cases by status, how many are late, since when the oldest waits."""
    now = timezone.now()
    rows = (
        Case.objects.within(unit.region)
        .open()
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), oldest=Min("opened_at"))
    )
    found = {row[0]: row[1:] for row in rows}
    shown = [
        (
            label,
            found[status][0],
            found[status][1],
            date_format(timezone.localtime(found[status][2]), "j F Y"),
        )
        for status, label in Status.choices
        if status in found
    ]
    return Section(
        _t("Open cases"),
        (_t("Status"), _t("Cases"), _t("of these late"), _t("Oldest since")),
        shown,
        _t("No case is open."),
        order=20,
        total=(_t("All"), sum(row[1] for row in shown), sum(row[2] for row in shown), "") if shown else (),
    )


@register_pack_section
def unanswered_referrals(unit: Unit) -> Section:
    """Referrals that a program has not answered, by program."""
    now = timezone.now()
    rows = (
        Referral.objects.within(unit.region)
        .unanswered()
        .order_by("program__name")
        .values_list("program__name")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    )
    return Section(
        _t("Referrals without an answer"),
        (_t("Program"), _t("Referrals"), _t("of these late")),
        list(rows),
        _t("Every referral has been answered."),
        order=22,
    )
