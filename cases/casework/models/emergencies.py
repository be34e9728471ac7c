"""Emergencies that cases arise from, and the units that serve as posts in them (P-11)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, above_q
from portal.units.models import Unit


class EmergencyQuerySet(VisibleQuerySet):
    def in_force(self, on: dt.date | None = None) -> EmergencyQuerySet:
        day = on or timezone.localdate()
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gte=day), started_on__lte=day)

    def reaching(self, code: str) -> EmergencyQuerySet:
        """Emergencies of a region or of one above it: those that a family living there may be hit by."""
        return self.filter(above_q(code))


class Emergency(InRegion):
    """An emergency (bencana) of a region; its posts receive officers and affected people (P-11)."""

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        related_name="+",
        help_text=_("Empty for the nation."),
    )
    name = models.CharField(_("emergency"), max_length=150)
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until (inclusive)"), null=True, blank=True)
    posts = models.ManyToManyField(
        Unit,
        blank=True,
        related_name="emergencies",
        verbose_name=_("emergency posts (posko)"),
        help_text=_("SLRT and Puskesos that receive officers and affected people."),
    )
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("declared by"), editable=False
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-id"]
        verbose_name = _("emergency")
        verbose_name_plural = _("emergencies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="emergency_dates_ordered",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_in_force(self) -> bool:
        today = timezone.localdate()
        return self.started_on <= today and (self.ended_on is None or self.ended_on >= today)
