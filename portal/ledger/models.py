"""What must never be lost or changed afterwards: numbers given, moves made, changes and readings attributed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.regions.models import Region

from .masks import check_mask


class NumberSeries(models.Model):
    """The last number given for one kind, region and year; the row is the lock."""

    kind = models.CharField(_("kind"), max_length=30)
    # '' is the nation; text, not a foreign key, so that a region split never touches numbers already given.
    region_code = models.CharField(_("region code"), max_length=13, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region_code", "year"], name="one_series_per_office_and_year"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.region_code} {self.year}"


class NumberMask(models.Model):
    """How an office writes its numbers; the closest one above the region wins, else the kind's default."""

    kind = models.CharField(_("kind"), max_length=30)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"))
    mask = models.CharField(
        _("mask"),
        max_length=80,
        validators=[check_mask],
        help_text=_(
            "Parts: {number:05d} {code} {year} {month} {roman} {kind}; the first three are required. "
            "Example: {number:04d}/SLRT/{code}/{roman}/{year}"
        ),
    )

    class Meta:
        verbose_name = _("number mask")
        verbose_name_plural = _("number masks")
        constraints = [
            models.UniqueConstraint(fields=["kind", "region"], name="one_mask_per_office"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(region=None), name="one_national_mask"
            ),
        ]

    def __str__(self):
        return self.mask


class Transition(models.Model):
    """One move of one object: the proof that an officer finished a task, and the source of handling times (C-25).

    Append only: the database itself refuses to change or delete a row (migration `append_only`).
    """

    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    move = models.CharField(max_length=40)
    from_status = models.CharField(max_length=30, blank=True)
    to_status = models.CharField(max_length=30)
    # None is the system itself (a timer).
    by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        indexes = [models.Index(fields=["model", "object_id", "at"], name="transition_of_object")]

    def __str__(self):
        return f"{self.model} {self.object_id}: {self.move}"


class AuditChain(models.Model):
    """The head of one hash chain (one per regency, so that regencies do not wait for each other)."""

    name = models.CharField(max_length=13, primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("audit chain")
        verbose_name_plural = _("audit chains")

    def __str__(self):
        return self.name


class AuditEntry(models.Model):
    """Who read or changed what, why and when (A-08).

    Append only: the database refuses to change or delete a row, but for the one step that seals it with its place in
    the chain and the hash of the entry before. Sealing follows the commit (see `audit.py`).
    """

    class Action(models.TextChoices):
        READ = "read", _("read")
        CREATE = "create", _("created")
        CHANGE = "change", _("changed")
        DELETE = "delete", _("deleted")
        EXPORT = "export", _("exported")
        SIGN_IN = "sign_in", _("signed in")
        REFUSED = "refused", _("refused")

    # A name, no foreign key: a key would lock the chain's head while the writer's transaction is open.
    chain = models.CharField(_("chain"), max_length=13)
    sequence = models.PositiveBigIntegerField(_("sequence"), null=True)
    at = models.DateTimeField(_("time"))
    # Plain values, no foreign keys: the entry outlives the account and the record.
    actor_id = models.BigIntegerField(_("account id"), null=True)
    actor = models.CharField(_("account"), max_length=150, blank=True)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    model = models.CharField(_("record type"), max_length=60)
    object_id = models.CharField(_("record id"), max_length=40, blank=True)
    region_code = models.CharField(_("region code"), max_length=13, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_without_gap_or_double")
        ]
        indexes = [
            models.Index(fields=["model", "object_id", "-at"], name="audit_of_object"),
            models.Index(fields=["actor_id", "-at"], name="audit_of_actor"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["chain", "id"], condition=models.Q(hash=""), name="audit_unsealed"),
        ]

    def __str__(self):
        return f"{self.chain}/{self.sequence or '…'}"


class KeyFingerprint(models.Model):
    """The proof of a key this database was written with; another key under the same id refuses to start."""

    key_id = models.CharField(max_length=12, primary_key=True)
    fingerprint = models.CharField(max_length=16)
    # Set when nothing is written with it any more (rotate_keys): from then on it may be absent.
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("key fingerprint")
        verbose_name_plural = _("key fingerprints")

    def __str__(self):
        return self.key_id
