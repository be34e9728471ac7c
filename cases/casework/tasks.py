"""The timers of the case desk, and the sending of notices."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from .services.notifying import deliver, deliver_due
from .services.watching import escalate


@db_periodic_task(crontab(minute="10", hour="*/2"))
def escalate_what_is_late() -> None:
    escalate()


@db_task()
def send_notice(key: int) -> None:
    deliver(key)


@db_periodic_task(crontab(minute="*"))
def send_waiting_notices() -> None:
    deliver_due()
