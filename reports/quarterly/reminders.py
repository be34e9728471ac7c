"""Reminding those whose report is due: by one click, and by the timer (M-05)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import RoleAssignment, User
from portal.accounts.policies import may
from portal.accounts.roles import GRANTS
from portal.jobs import services as jobs

from .models import QuarterlyReport, Reminder
from .workflow import WRITABLE, CycleStatus

#: days before the due date on which the timer reminds; after it, every week
DAYS_BEFORE = (7, 2, 0)
WEEK = 7


@transaction.atomic
def remind(*, report: QuarterlyReport, by: User) -> Reminder | None:
    """Remind a place of its report, at most once a day; None when it was reminded today already, or has been sent."""
    if not may(by, "remind", report):
        if not may(by, "view", report):
            raise QuarterlyReport.DoesNotExist
        raise PermissionDenied(_("You do not have the right to remind this place."))
    return _record(report, by, timezone.localdate())


@transaction.atomic
def remind_missing(*, cycle, tier: str, by: User, parent: QuarterlyReport | None = None) -> int:
    """Remind every place of a tier (below one report) that has not sent; returns how many were reminded."""
    rows = QuarterlyReport.objects.visible_to(by, "remind").filter(
        cycle=cycle, tier=tier, status__in=WRITABLE
    )
    if parent is not None:
        rows = rows.filter(parent=parent)
    today = timezone.localdate()
    return sum(1 for report in rows.select_related("cycle") if _record(report, by, today))


def remind_by_date(today: dt.date) -> int:
    """The timer: reminders before the due date and every week after it."""
    rows = QuarterlyReport.objects.filter(cycle__status=CycleStatus.OPEN, status__in=WRITABLE).select_related(
        "cycle"
    )
    due = [today + dt.timedelta(days=days) for days in DAYS_BEFORE]
    late = [today - dt.timedelta(days=WEEK * week) for week in range(1, 9)]
    return sum(
        1
        for report in rows.filter(due_on__in=[*due, *late]).iterator(chunk_size=500)
        if _record(report, None, today)
    )


def _record(report: QuarterlyReport, by: User | None, today: dt.date) -> Reminder | None:
    if report.status not in WRITABLE or report.cycle.status != CycleStatus.OPEN:
        return None
    reminder, created = Reminder.objects.get_or_create(report=report, on=today, defaults={"by": by})
    if not created:
        return None
    jobs.submit("quarterly.mail_reminder", by=by, key=f"reminder:{reminder.pk}", reminder=reminder.pk)
    return reminder


def authors(report: QuarterlyReport):
    """Who may send this report today."""
    roles = GRANTS[f"quarterlyreport.send_{report.tier}"]
    holders = RoleAssignment.objects.active().filter(role__in=roles, region=report.region_id)
    return User.objects.filter(pk__in=holders.values("user"), is_active=True)


def mail(reminder: Reminder) -> int:
    """Write to those who send the report; the text holds no figures and no names of people."""
    report = reminder.report
    with override("id"):
        subject = _("Quarterly report %(quarter)s: %(place)s") % {
            "quarter": report.cycle,
            "place": report.place_name,
        }
        body = _(
            "The quarterly report of %(place)s for %(quarter)s is due on %(day)s and has not been sent yet.\n\n"
            "Please sign in to the portal to complete and send it: %(url)s"
        ) % {
            "place": report.place_name,
            "quarter": report.cycle,
            "day": formats.date_format(report.due_on, "j F Y"),
            "url": f"{settings.WAGTAILADMIN_BASE_URL}/admin/",
        }
    addresses = [user.email for user in authors(report) if user.email]
    for address in addresses:
        send_mail(subject, body, None, [address])
    return len(addresses)
