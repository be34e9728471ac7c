"""Capacity building: what was taught, how, and who took part (S-16)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion

from ..enums import Method
from .people import Officer
from .positions import TrainingTopic


class Training(InRegion):
    """A training of officers of a region (None: of the whole nation)."""

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        related_name="+",
        help_text=_("Empty for the nation."),
    )
    title = models.CharField(_("title"), max_length=200)
    method = models.CharField(_("method"), max_length=15, choices=Method.choices)
    topics = models.ManyToManyField(TrainingTopic, verbose_name=_("topics"), related_name="trainings")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    organizer = models.CharField(_("organizer"), max_length=150)
    place = models.CharField(_("place"), max_length=150, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="training_dates_ordered"
            )
        ]

    def __str__(self):
        return self.title


class Attendance(models.Model):
    """An officer at a training."""

    training = models.ForeignKey(
        Training, models.CASCADE, verbose_name=_("training"), related_name="attendances"
    )
    officer = models.ForeignKey(
        Officer, models.CASCADE, verbose_name=_("officer"), related_name="attendances"
    )
    certificate = models.CharField(_("certificate number"), max_length=80, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["training", "officer"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["training", "officer"], name="a_participant_once")]

    def __str__(self):
        return f"{self.officer} · {self.training}"
