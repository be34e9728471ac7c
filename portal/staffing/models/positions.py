"""Positions, what they ask of a person, and what a person in them must learn: reference data, editable."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import Level
from portal.units.models import Unit

from ..enums import Check, Education, Strength


class Position(models.Model):
    """A post in an SLRT or Puskesos, e.g. supervisor (K-05, K-06), with its tasks (S-14)."""

    code = models.SlugField(_("code"), primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    unit_kind = models.CharField(
        _("kind of unit"), max_length=10, choices=Unit.Kind.choices, blank=True, help_text=_("Empty: belongs to no unit.")
    )  # fmt: skip
    is_management = models.BooleanField(_("management"), default=False)
    # The level of the work area: a supervisor has a district, a facilitator a village.
    area_level = models.PositiveSmallIntegerField(_("level of the work area"), choices=Level.choices)
    #: the role of `portal.accounts` that goes with the post; '' where there is none
    role = models.CharField(_("role"), max_length=40, blank=True)
    tasks = models.TextField(_("tasks and responsibilities"), help_text=_("One per line."))
    tasks_en = models.TextField(_("tasks in English"), blank=True)
    # One supervisor per district, one facilitator per village is the ideal (S-15).
    per_area = models.PositiveSmallIntegerField(_("ideal number per area"), default=1)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = pgettext_lazy("post", "position")
        verbose_name_plural = pgettext_lazy("post", "positions")

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name

    @property
    def task_list(self) -> list[str]:
        text = (get_language() or "").startswith("en") and self.tasks_en or self.tasks
        return [line.strip() for line in text.splitlines() if line.strip()]


class Criterion(models.Model):
    """One qualification of a position: a requirement blocks an appointment, a preference warns (S-07)."""

    position = models.ForeignKey(
        Position, models.CASCADE, verbose_name=pgettext_lazy("post", "position"), related_name="criteria"
    )
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(_("criterion"), max_length=250)
    text_en = models.CharField(_("criterion in English"), max_length=250, blank=True)
    strength = models.CharField(_("strength"), max_length=15, choices=Strength.choices)
    check_by = models.CharField(_("checked by"), max_length=20, choices=Check.choices, default=Check.ATTESTED)
    education = models.PositiveSmallIntegerField(
        _("lowest education"), choices=Education.choices, null=True, blank=True
    )
    backgrounds = models.JSONField(_("backgrounds"), default=list, blank=True)
    residence_level = models.PositiveSmallIntegerField(
        _("level of residence"), choices=Level.choices, null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in force"), default=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "order"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["position", "code"], name="a_criterion_once_per_position")
        ]

    def __str__(self):
        return (get_language() or "").startswith("en") and self.text_en or self.text


class TrainingTopic(models.Model):
    """What somebody in a position must learn (S-16; guideline V.B.2)."""

    code = models.SlugField(_("code"), primary_key=True)
    positions = models.ManyToManyField(
        Position, verbose_name=pgettext_lazy("post", "positions"), related_name="topics"
    )
    text = models.CharField(_("topic"), max_length=250)
    text_en = models.CharField(_("topic in English"), max_length=250, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("training topic")
        verbose_name_plural = _("training topics")

    def __str__(self):
        return (get_language() or "").startswith("en") and self.text_en or self.text
