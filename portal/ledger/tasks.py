"""Timers of the ledger."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import audit


@db_periodic_task(crontab(minute="*"))
def seal_audit() -> None:
    audit.seal_waiting()
