"""Asking for background work, running it safely twice, and finding what a killed worker left behind."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from portal.fields import redact

from .models import Job

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 5
HANDLERS: dict[str, Callable[[JobRun], None]] = {}


def handler(kind: str):
    """Register the function that does the work of a kind of job. It must be safe to run twice."""

    def register(function):
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = function
        return function

    return register


def submit(kind: str, *, by, key: str = "", **args) -> Job:
    """Create the job row and enqueue it after commit. With a `key`, a second request returns the open job."""
    if kind not in HANDLERS:
        raise ValueError(f"no handler for {kind}")
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, args=args, asked_by=by)
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    transaction.on_commit(lambda: _enqueue(job))
    return job


def _enqueue(job: Job) -> None:
    from .tasks import run_job

    run_job(str(job.pk))


class LeaseLost(Exception):
    """Another worker has taken this job over; this run must stop."""


class JobRun:
    """What a handler gets: the arguments, and the means to tell how far it is and to hand over a result."""

    def __init__(self, job: Job):
        self.job = job
        self.args = job.args
        self.asked_by = job.asked_by

    def advance(self, progress: int, total: int, message: str = "") -> None:
        """Say how far the work is, and keep the lease; raises LeaseLost when another worker runs the job."""
        kept = Job.objects.filter(
            pk=self.job.pk, status=Job.Status.RUNNING, attempts=self.job.attempts
        ).update(progress=progress, total=total, message=message[:300], lease_until=timezone.now() + LEASE)
        if not kept:
            raise LeaseLost

    def deliver(self, *, result: dict | None = None, file: bytes | None = None, filename: str = "") -> None:
        """Store the result; a file goes to private storage, and only views that ask the policy hand it out."""
        if result is not None:
            self.job.result = result
        if file is not None:
            self.job.result_file.save(f"{self.job.pk}/{filename}", ContentFile(file), save=False)
        self.job.save(update_fields=["result", "result_file"])


def claim(job_id) -> Job | None:
    """Take the job if it waits or its worker is gone; None when somebody else has it or it is finished."""
    now = timezone.now()
    free = models.Q(status=Job.Status.QUEUED) | models.Q(status=Job.Status.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id).update(
        status=Job.Status.RUNNING,
        attempts=models.F("attempts") + 1,
        lease_until=now + LEASE,
        started_at=now,
        error="",
    )
    return Job.objects.select_related("asked_by").get(pk=job_id) if taken else None


def run(job_id) -> None:
    """Run one job to its end, or to its recorded failure."""
    job = claim(job_id)
    if job is None:
        return
    try:
        HANDLERS[job.kind](JobRun(job))
    except LeaseLost:
        return
    except Exception as error:
        _finish(
            job,
            Job.Status.FAILED,
            error=redact(f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}"),
        )
        return
    _finish(job, Job.Status.DONE)


def _finish(job: Job, status: str, error: str = "") -> None:
    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempts=job.attempts).update(
        status=status, error=error, finished_at=timezone.now(), lease_until=None
    )


def sweep() -> int:
    """Put back what a killed worker or a lost queue left: running without a lease, or waiting too long. Returns the count."""
    now = timezone.now()
    Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now, attempts__gte=MAX_ATTEMPTS).update(
        status=Job.Status.FAILED, error="given up: its worker was lost again and again", finished_at=now
    )
    lost = Job.objects.filter(
        models.Q(status=Job.Status.RUNNING, lease_until__lt=now)
        | models.Q(status=Job.Status.QUEUED, created_at__lt=now - LEASE)
    )
    count = 0
    for job in lost.order_by("created_at")[:500]:
        _enqueue(job)
        count += 1
    return count
