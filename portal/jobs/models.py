"""One row per background run: who asked, how far it is, what came of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def private_storage():
    return storages["private"]


class Job(models.Model):
    """A piece of background work. The row, not the queue, is the truth: a lost task is found here and put back."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=50)
    # Ids and periods only, never personal data.
    args = models.JSONField(_("arguments"), default=dict)
    # Two requests with the same key are one job while it is not finished.
    key = models.CharField(max_length=150, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("asked by"), related_name="+"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True)
    progress = models.PositiveIntegerField(_("done so far"), default=0)
    total = models.PositiveIntegerField(_("in total"), default=0)
    message = models.CharField(_("message"), max_length=300, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(_("result"), default=dict)
    result_file = models.FileField(
        _("result file"), storage=private_storage, upload_to="jobs/%Y/%m/", blank=True
    )
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    # When it was last put into the queue.
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["status", "lease_until"], name="job_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(status__in=("queued", "running")) & ~models.Q(key=""),
                name="one_open_job_per_key",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.id}"

    @property
    def label(self) -> str:
        """What people call this kind of work."""
        from .services import LABELS

        return str(LABELS.get(self.kind, self.kind))

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.DONE, self.Status.FAILED)

    @property
    def percent(self) -> int:
        return (
            100 if self.status == self.Status.DONE else 100 * self.progress // self.total if self.total else 0
        )
