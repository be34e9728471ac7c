"""Who holds which position where, since when, by which decree."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion
from portal.units.models import Decree, Unit

from ..workflow import AppointmentStatus
from .people import Officer
from .positions import Position


class AppointmentQuerySet(VisibleQuerySet):
    def active(self) -> AppointmentQuerySet:
        return self.filter(status=AppointmentStatus.ACTIVE)

    def proposed(self) -> AppointmentQuerySet:
        return self.filter(status=AppointmentStatus.PROPOSED)

    def ending_by(self, day: dt.date) -> AppointmentQuerySet:
        return self.active().filter(ends_on__lte=day)

    def of_unit(self, unit: Unit) -> AppointmentQuerySet:
        return self.filter(unit=unit).select_related("officer", "position", "region", "decree")


class Appointment(InRegion):
    """An officer in a position; `region` is the work area (village, district or regency)."""

    Status = AppointmentStatus

    officer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("officer"), related_name="appointments"
    )
    position = models.ForeignKey(
        Position, models.PROTECT, verbose_name=pgettext_lazy("post", "position"), related_name="appointments"
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("institution", "unit"),
        related_name="appointments",
    )
    status = models.CharField(
        _("status"), max_length=10, choices=AppointmentStatus.choices, default=AppointmentStatus.PROPOSED,
        editable=False,
    )  # fmt: skip
    decree = models.ForeignKey(
        Decree, models.PROTECT, null=True, blank=True, verbose_name=_("decree"), related_name="appointments",
        editable=False,
    )  # fmt: skip
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until (inclusive)"), null=True, blank=True)
    left_reason = models.CharField(_("reason of leaving"), max_length=12, blank=True, editable=False)
    # What the check against the criteria found when the officer was proposed (S-07).
    findings = models.JSONField(default=list, editable=False)
    is_local = models.BooleanField(_("lives in the work area"), default=False, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "position__order", "region_id"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "position", "region"],
                condition=models.Q(status__in=(AppointmentStatus.PROPOSED, AppointmentStatus.ACTIVE)),
                name="one_open_appointment_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=(AppointmentStatus.ACTIVE, AppointmentStatus.ENDED))
                | models.Q(decree__isnull=False, starts_on__isnull=False),
                name="in_office_by_decree_only",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="appointment_dates_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status"], name="appointment_of_unit"),
            models.Index(fields=["regency_code", "position", "status"], name="appointment_in_regency"),
        ]

    def __str__(self):
        return f"{self.officer} · {self.position} · {self.region}"
