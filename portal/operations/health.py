"""Whether the installation works: what `/healthz` answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from portal.jobs.models import Job


@dataclass
class Health:
    """The parts by name, each with `status` ok or down; the whole is down when one part is."""

    parts: dict[str, dict] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return all(part["status"] == "ok" for part in self.parts.values())

    def as_dict(self) -> dict:
        return {"status": "ok" if self.ok else "down", "version": settings.VERSION, **self.parts}


def examine() -> Health:
    """Ask the database and the queue, a few milliseconds in all. Errors are named by class, never with their text."""
    return Health({"database": _database(), "queue": _queue()})


def _database() -> dict:
    started = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        return {"status": "down", "error": type(error).__name__}
    return {"status": "ok", "ms": round(1000 * (time.monotonic() - started), 1)}


def _queue() -> dict:
    """Down when the store does not answer, or a job has waited longer than HEALTH_QUEUE_MAX_AGE: no worker runs."""
    from huey.contrib.djhuey import HUEY

    try:
        HUEY.storage.queue_size()
        waiting = Job.objects.filter(status=Job.Status.QUEUED).aggregate(
            count=Count("pk"), oldest=Min("queued_at")
        )
    except Exception as error:  # whatever the queue's store raises, it is down: SQLite's and psycopg's differ
        return {"status": "down", "error": type(error).__name__}
    age = (timezone.now() - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
    late = age > settings.HEALTH_QUEUE_MAX_AGE
    return {"status": "down" if late else "ok", "waiting": waiting["count"], "oldest_seconds": round(age)}
