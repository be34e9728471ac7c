"""What happens by the calendar: a quarter opens when it ends, closes on its day, and a closing that lost its worker goes on (M-05, M-06)."""

from __future__ import annotations

import datetime as dt

from portal.jobs import services as jobs
from portal.periods import Quarter
from reports.monitoring.instruments import core_instrument

from . import closing, services
from .models import ReportingCycle
from .workflow import CycleStatus


def open_due(today: dt.date) -> ReportingCycle | None:
    """Open the quarter that has ended; in an open one, add reports of units that have begun work since."""
    quarter = Quarter.of(today).previous()
    instrument = core_instrument()
    if instrument is None or instrument.version_on(quarter.end) is None:
        return None
    for running in ReportingCycle.objects.running():
        services.open_cycle(quarter=running.quarter)
    if ReportingCycle.objects.filter(quarter_code=str(quarter)).exists():
        return None
    return services.open_cycle(quarter=quarter)


def fill_waiting() -> int:
    """Fill the reports of running quarters that nobody has begun; they wait with their figures."""
    return sum(services.fill_first(cycle) for cycle in ReportingCycle.objects.running())


def close_due(today: dt.date) -> int:
    """Close the quarters whose closing day has come; one without its national report waits, and is shown as waiting."""
    due = ReportingCycle.objects.running().filter(closes_on__lte=today)
    return sum(1 for cycle in due if closing.close_on_its_day(cycle))


def go_on_closing() -> int:
    """Ask again for closings that are not finished; one that runs is not doubled."""
    unfinished = list(ReportingCycle.objects.filter(status=CycleStatus.CLOSING))
    for cycle in unfinished:
        jobs.submit("quarterly.close", by=None, key=closing.key_of(cycle), cycle=cycle.pk)
    return len(unfinished)
