"""The timers of the case desk."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from .services.watching import escalate


@db_periodic_task(crontab(minute="10", hour="*/2"))
def escalate_what_is_late() -> None:
    escalate()
