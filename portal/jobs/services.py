"""Asking for background work, running it safely twice, and finding what a killed worker left behind."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from portal.fields import redact

from . import leases
from .models import Job

MAX_ATTEMPTS = 5
HANDLERS: dict[str, Callable[[JobRun], None]] = {}
#: what people call a kind of job
LABELS: dict[str, str] = {}


class JobProblem(Exception):
    """Why a job cannot be done, in words for the person who asked; anything else is a fault of the software."""


def handler(kind: str, label: str = ""):
    """Register the function that does the work of a kind of job, and its name for people. It must be safe to run twice."""

    def register(function):
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = function
        LABELS[kind] = label or kind
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
        open_job = Job.objects.filter(kind=kind, key=key, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
        # None: it has ended since; then this request is the next job of that key.
        return open_job.first() or submit(kind, by=by, key=key, **args)
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
        ).update(progress=progress, total=total, message=message[:300], lease_until=leases.end())
        if not kept:
            raise LeaseLost

    def deliver(self, *, result: dict | None = None, file: bytes | None = None, filename: str = "") -> None:
        """Store the result; a file goes to private storage, and only views that ask the policy hand it out.

        Raises LeaseLost, and keeps nothing, when another worker runs the job: one job has one result.
        """
        with transaction.atomic():
            held = Job.objects.select_for_update().filter(
                pk=self.job.pk, status=Job.Status.RUNNING, attempts=self.job.attempts
            )
            if not held.exists():
                raise LeaseLost
            if result is not None:
                self.job.result = result
            if file is not None:
                self.job.result_file.save(f"{self.job.pk}/{filename}", ContentFile(file), save=False)
            self.job.save(update_fields=["result", "result_file"])


def claim(job_id) -> Job | None:
    """Take the job if it waits or its worker is gone; None when somebody else has it or it is finished."""
    now = timezone.now()
    free = models.Q(status=Job.Status.QUEUED) | models.Q(status=Job.Status.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
        status=Job.Status.RUNNING,
        attempts=models.F("attempts") + 1,
        lease_until=now + leases.length(),
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
        with leases.kept(job):
            HANDLERS[job.kind](JobRun(job))
    except LeaseLost:
        return
    except JobProblem as problem:
        _finish(job, Job.Status.FAILED, message=redact(str(problem))[:300])
        return
    except Exception as error:  # a handler's mistake ends its job as failed, never the worker
        _finish(
            job,
            Job.Status.FAILED,
            error=redact(f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}"),
        )
        return
    _finish(job, Job.Status.DONE)


def _finish(job: Job, status: str, error: str = "", message: str | None = None) -> None:
    words = {} if message is None else {"message": message}
    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempts=job.attempts).update(
        status=status, error=error, finished_at=timezone.now(), lease_until=None, **words
    )


def retry(job: Job, *, by) -> Job:
    """Ask for a failed job once more, with the same arguments."""
    return submit(job.kind, by=by, key=job.key, **job.args)


def release(job_id) -> None:
    """Put back a job whose worker is being stopped, without waiting for its lease to end."""
    released = Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(
        status=Job.Status.QUEUED, lease_until=None, queued_at=timezone.now()
    )
    if released:
        _enqueue(Job(pk=job_id))


def sweep() -> int:
    """Put back what a killed worker or a lost queue left, and give up what killed its worker again and again.

    Returns how many were put back.
    """
    now = timezone.now()
    expired = models.Q(status=Job.Status.RUNNING, lease_until__lt=now)
    Job.objects.filter(expired, attempts__gte=MAX_ATTEMPTS).update(
        status=Job.Status.FAILED,
        error="given up: its worker was lost again and again",
        finished_at=now,
        lease_until=None,
    )
    lost = list(Job.objects.filter(expired).order_by("created_at")[:500])
    if not _queue_holds_jobs():
        # Waiting rows of which the queue knows nothing. While it holds any, it is only slow.
        waiting = Job.objects.filter(status=Job.Status.QUEUED, queued_at__lt=now - leases.length())
        lost += waiting.order_by("queued_at")[:500]
    Job.objects.filter(pk__in=[job.pk for job in lost]).update(queued_at=now)
    for job in lost:
        _enqueue(job)
    return len(lost)


def _queue_holds_jobs() -> bool:
    from huey.contrib.djhuey import HUEY

    return any(task.name == "run_job" for task in HUEY.pending(limit=100))
