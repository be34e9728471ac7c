"""The timer of scheduled publishing."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import services


@db_periodic_task(crontab(minute="*/5"))
def publish_due() -> None:
    services.publish_due()
