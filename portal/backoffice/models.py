"""What the back office itself remembers: which forms were sent already, and the files that belong to records."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.jobs.models import Job, private_storage


class Submission(models.Model):
    """A form that was sent: its token and where it led. A second click finds the row and goes to the same place."""

    token = models.UUIDField(primary_key=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("submitted form")
        verbose_name_plural = _("submitted forms")

    def __str__(self):
        return str(self.token)

    @staticmethod
    def new_token() -> str:
        return str(uuid.uuid4())

    @classmethod
    def claim(cls, token: str, *, by) -> tuple[Submission | None, bool]:
        """Take a token inside the transaction that does the work; (row, False) when it was taken before.

        A form without a valid token (a script, an old page) is worked on without this protection: (None, True).
        A token of somebody else is no token.
        """
        try:
            key = uuid.UUID(token)
        except ValueError:
            return None, True
        try:
            with transaction.atomic():
                return cls.objects.create(token=key, by=by), True
        except IntegrityError:
            row = cls.objects.filter(token=key, by=by).first()
            return (row, False) if row else (None, True)


def private_path(instance, filename: str) -> str:
    """A name that tells nothing and cannot be guessed; the real one is in the row."""
    return (
        f"attachments/{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()[:6]}"
    )


class Attachment(models.Model):
    """A file that belongs to a record of any kind (see attachments.attach)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=40)
    owner = GenericForeignKey()
    title = models.CharField(_("title"), max_length=150, blank=True)
    name = models.CharField(_("file name"), max_length=150)
    file = models.FileField(_("file"), storage=private_storage, upload_to=private_path)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    personal = models.BooleanField(_("holds personal data"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        ordering = ["uploaded_at"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["content_type", "object_id"], name="attachment_of_record")]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("backoffice:attachment", args=[self.pk])

    @property
    def label(self) -> str:
        return self.title or self.name


def import_path(instance, filename: str) -> str:
    return f"imports/{timezone.localdate():%Y/%m}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()[:6]}"


class ImportRun(models.Model):
    """A file that somebody brings in: what the check found, and whether it was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=50)
    file = models.FileField(_("file"), storage=private_storage, upload_to=import_path)
    name = models.CharField(_("file name"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    check_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    # Rows, columns and words; never a value of the file.
    findings = models.JSONField(default=list)
    finding_count = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    write_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("backoffice:import", args=[self.pk])

    @property
    def is_clean(self) -> bool:
        return self.checked_at is not None and not self.finding_count

    @property
    def current_job(self) -> Job | None:
        return self.write_job or self.check_job
