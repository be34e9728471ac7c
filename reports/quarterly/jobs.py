"""Background work on reports. Each handler may run twice, and finds where a killed worker stopped."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.jobs.services import JobRun, handler

from . import closing, reminders, services
from .models import QuarterlyReport, Reminder, ReportingCycle
from .workflow import WRITABLE


@handler("quarterly.build", _("Count the figures of a report"))
def build_report(run: JobRun) -> None:
    """Fill the figures of one report, if it is still being written."""
    with transaction.atomic():
        report = QuarterlyReport.objects.select_for_update().get(pk=run.args["report"])
        run.advance(0, 1)
        if report.status in WRITABLE:
            services.build(report, by=run.asked_by)
    run.deliver(result={"report": report.pk})
    run.advance(1, 1)


@handler("quarterly.close", _("Close a quarter"))
def close_quarter(run: JobRun) -> None:
    """Finish the closing of a quarter from wherever it stands."""
    cycle = ReportingCycle.objects.get(pk=run.args["cycle"])
    digest = closing.finish_closing(cycle, tell=run.advance)
    run.deliver(result={"cycle": cycle.pk, "digest": digest})


@handler("quarterly.mail_reminder", _("Send a reminder"))
def mail_reminder(run: JobRun) -> None:
    """Send one reminder's messages, once."""
    reminder = Reminder.objects.select_related("report__cycle").get(pk=run.args["reminder"])
    if not reminder.mailed:
        Reminder.objects.filter(pk=reminder.pk).update(mailed=reminders.mail(reminder))
