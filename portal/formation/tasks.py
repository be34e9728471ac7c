"""The clock of formation: stages that are due or late; every night, and safe to run twice."""

from django.utils.translation import gettext_lazy as _
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from portal.jobs.services import handler, submit

from .services import reminders


@handler("formation.clock", label=_("Time limits of formation stages"))
def run_clock(run) -> None:
    """Remind of stages that are due, escalate those that are late."""
    run.deliver(result=reminders.escalate())


@db_periodic_task(crontab(hour="1", minute="25"))
def formation_clock() -> None:
    submit("formation.clock", by=None, key="formation.clock")
