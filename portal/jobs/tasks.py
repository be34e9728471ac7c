"""The queue's door to jobs."""

from django.db import connection
from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task, on_startup, signal
from huey.signals import SIGNAL_INTERRUPTED

from . import services


@db_task()
def run_job(job_id: str) -> None:
    services.run(job_id)


@db_periodic_task(crontab(minute="*"))
def sweep_jobs() -> None:
    services.sweep()


@on_startup()
def sweep_at_start() -> None:
    """A worker that comes back looks at once for what its predecessor was killed over."""
    try:
        services.sweep()
    finally:
        connection.close()


@signal(SIGNAL_INTERRUPTED)
def put_back(_signal, task, *_args) -> None:
    """The worker was told to stop while a job was running."""
    if task.name == "run_job":
        services.release(task.args[0])
