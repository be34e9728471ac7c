"""Background work on reports. Each handler may run twice, and finds where a killed worker stopped."""

from __future__ import annotations

from django.db import transaction

from portal.jobs.services import JobRun, handler

from . import services
from .models import QuarterlyReport
from .workflow import WRITABLE


@handler("quarterly.build")
def build_report(run: JobRun) -> None:
    """Fill the figures of one report, if it is still being written."""
    with transaction.atomic():
        report = QuarterlyReport.objects.select_for_update().get(pk=run.args["report"])
        run.advance(0, 1)
        if report.status in WRITABLE:
            services.build(report, by=run.asked_by)
    run.deliver(result={"report": report.pk})
    run.advance(1, 1)
