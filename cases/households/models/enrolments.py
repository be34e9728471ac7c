"""Which person is in which program."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet

from .families import Household, Person


class EnrolmentQuerySet(VisibleQuerySet):
    def running(self, on: dt.date | None = None) -> EnrolmentQuerySet:
        day = on or timezone.localdate()
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=day), valid_from__lte=day)


class Enrolment(models.Model):
    """Participation (kepesertaan) of a household, or one of its members, in a program (H-07)."""

    class Source(models.TextChoices):
        REGISTER = "register", _("register")
        REPORTED = "reported", _("reported by the family")
        DESK = "desk", _("confirmed by the program")

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="enrolments", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("person")
    )
    program = models.ForeignKey(
        "programs_catalog.Program", models.PROTECT, related_name="enrolments", verbose_name=_("program")
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-id"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="enrolment_dates_ordered",
            )
        ]
        indexes = [models.Index(fields=["program", "household"], name="enrolment_in_program")]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def region_id(self) -> str:
        return self.household.region_id

    @property
    def is_running(self) -> bool:
        today = timezone.localdate()
        return self.valid_from <= today and (self.valid_until is None or self.valid_until >= today)
