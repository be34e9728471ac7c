"""Who holds a job: a lease that the working process extends for as long as it lives, and nobody after that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from .models import Job

#: after this long a handler that has said nothing of its progress counts as hanging, and its job is put back
SILENCE = timedelta(hours=1)


def length() -> timedelta:
    """How long a dead worker's job stays with it (JOB_LEASE_SECONDS)."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def end() -> datetime:
    return timezone.now() + length()


@contextmanager
def kept(job: Job) -> Iterator[None]:
    """Extend the lease from a thread beside the handler, which may be silent for long (one big page of a PDF)."""
    over = threading.Event()

    def beat():
        silent = timedelta(0)
        pause = length() / 3
        while not over.wait(pause.total_seconds()) and silent < SILENCE:
            silent += pause
            try:
                held = Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempts=job.attempts)
                if not held.update(lease_until=end()):
                    break
            except DatabaseError:
                continue  # the next beat may reach it; the lease outlasts two of them
            finally:
                connection.close()

    heart = threading.Thread(target=beat, name=f"lease of {job.pk}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
