"""Service times and holidays as data (C-21)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import Region

from ..workflow import Kind


class ServiceTime(models.Model):
    """How many working days a stage may take: a national row, and rows of offices that promise otherwise."""

    class Stage(models.TextChoices):
        REGISTERED = "registered", _("Review by the supervisor")
        RETURNED = "returned", _("Correction by the officer")
        REVIEWED = "reviewed", _("Handling by the back office")
        PROPOSED = "proposed", _("Approval by the manager")
        AGENDA = "agenda", _("Next meeting")
        REFERRAL = "referral", _("Answer by the program")
        ANSWERED = "answered", _("Telling the family")
        INFORMED = "informed", _("Enrolment and closing")

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, blank=True, help_text=_("Empty for every kind.")
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )
    working_days = models.PositiveSmallIntegerField(_("working days"))

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["region", "stage", "kind"]
        verbose_name = _("service time")
        verbose_name_plural = _("service times")
        constraints = [
            models.UniqueConstraint(fields=["stage", "kind", "region"], name="one_service_time_per_office"),
            models.UniqueConstraint(
                fields=["stage", "kind"], condition=models.Q(region=None), name="one_national_service_time"
            ),
        ]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.working_days}"


class LocalHoliday(models.Model):
    """A day on which offices of a region are closed, beside the national holidays."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        verbose_name = _("local holiday")
        verbose_name_plural = _("local holidays")
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="one_holiday_a_day_and_region")]

    def __str__(self):
        return f"{self.name} {self.day}"
