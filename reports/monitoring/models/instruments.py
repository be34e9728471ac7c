"""Instruments: what is asked, in versions that never change once published (rules M-01, M-02, M-11)."""

from __future__ import annotations

import hashlib
import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import Region, above_q

from ..definition import Definition, in_language
from ..workflow import VersionStatus


class Purpose(models.TextChoices):
    """What an instrument is for."""

    QUARTERLY = "quarterly", _("Quarterly report")
    MONITORING = "monitoring", _("Monitoring entry")
    SUPERVISION = "supervision", _("Supervision visit")
    EVALUATION = "evaluation", _("Evaluation questionnaire")


class InstrumentQuerySet(VisibleQuerySet):
    def core(self) -> InstrumentQuerySet:
        return self.filter(extends=None)

    def for_region(self, code: str) -> InstrumentQuerySet:
        """The nation's, and those that the regions above (or this one) have added."""
        return self.filter(above_q(code))


class Instrument(models.Model):
    """A questionnaire of the National Secretariat, or the variables that a region adds below one of its (M-02)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )
    extends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="additions", verbose_name=_("adds to")
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "code"]
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        constraints = [
            # The core belongs to the nation, additions to a province or a regency (M-02).
            models.CheckConstraint(
                condition=Q(region=None, extends=None) | Q(region__isnull=False, extends__isnull=False),
                name="core_is_national_additions_are_regional",
            ),
            models.UniqueConstraint(fields=["extends", "region"], name="one_addition_per_region"),
        ]

    def __str__(self):
        return in_language(self.name, self.name_en)

    @property
    def draft(self) -> InstrumentVersion | None:
        return self.versions.filter(status=VersionStatus.DRAFT).first()

    def version_on(self, day) -> InstrumentVersion | None:
        """The published version in force on a day."""
        return (
            self.versions.published().filter(valid_from__lte=day).order_by("-valid_from", "-number").first()
        )


class InstrumentVersionQuerySet(VisibleQuerySet):
    def published(self) -> InstrumentVersionQuerySet:
        return self.filter(status__in=(VersionStatus.PUBLISHED, VersionStatus.RETIRED))


class InstrumentVersion(models.Model):
    """One state of an instrument. A published one never changes: the database refuses it (migration 0002)."""

    instrument = models.ForeignKey(
        Instrument, models.CASCADE, related_name="versions", verbose_name=_("instrument")
    )
    number = models.PositiveSmallIntegerField(_("version"), editable=False)
    definition = models.JSONField(_("definition"), default=dict, editable=False)
    digest = models.CharField(max_length=64, editable=False, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT, editable=False
    )
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = InstrumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["instrument", "-number"]
        verbose_name = _("instrument version")
        verbose_name_plural = _("instrument versions")
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="instrument_version_numbered_once"),
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(status="draft"), name="one_draft_per_instrument"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(valid_from__isnull=False, published_at__isnull=False) & ~Q(digest=""),
                name="published_version_is_sealed",
            ),
        ]

    def __str__(self):
        return _("%(instrument)s, version %(number)s") % {
            "instrument": self.instrument,
            "number": self.number,
        }

    @property
    def region_id(self):
        return self.instrument.region_id

    @property
    def parsed(self) -> Definition:
        return Definition.from_json(self.definition)

    @property
    def is_draft(self) -> bool:
        return self.status == VersionStatus.DRAFT


def digest_of(definition: dict) -> str:
    """The SHA-256 of a definition in its one canonical spelling."""
    text = json.dumps(definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
