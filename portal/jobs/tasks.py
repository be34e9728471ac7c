"""The queue's door to jobs."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task, db_task

from . import services


@db_task()
def run_job(job_id: str) -> None:
    services.run(job_id)


@db_periodic_task(crontab(minute="*"))
def sweep_jobs() -> None:
    services.sweep()
