"""Replacing an officer who leaves: one month, eight data, a revised decree, an account, a notice (S-09 to S-13)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion
from portal.units.models import Unit, private_storage

from ..enums import LeavingReason
from ..workflow import RUNNING, ReplacementStatus
from .appointments import Appointment
from .vacancies import Vacancy


class ReplacementQuerySet(VisibleQuerySet):
    def running(self) -> ReplacementQuerySet:
        return self.filter(status__in=RUNNING)

    def lapsed(self) -> ReplacementQuerySet:
        """Nobody was recruited within the month (S-09)."""
        return self.filter(status=ReplacementStatus.RECRUITING, due_on__lt=timezone.localdate())


class Replacement(InRegion):
    """From the resignation to the notice to the Ministry; `region` is the work area."""

    Status = ReplacementStatus

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        POST = "post", _("post or courier")
        IN_PERSON = "in_person", _("handed over in person")
        ELECTRONIC = "electronic", _("electronic correspondence (SRIKANDI)")

    leaving = models.OneToOneField(
        Appointment, models.PROTECT, verbose_name=_("leaving officer"), related_name="replacement"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=pgettext_lazy("institution", "unit"), related_name="replacements"
    )
    reason = models.CharField(_("reason"), max_length=12, choices=LeavingReason.choices)
    resigned_on = models.DateField(_("resigned on"))
    # At the latest one month after the resignation (S-09); written once, so that the calendar cannot move it.
    due_on = models.DateField(_("successor due by"), editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=ReplacementStatus.choices, default=ReplacementStatus.RECRUITING,
        editable=False,
    )  # fmt: skip
    vacancy = models.ForeignKey(
        Vacancy,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("vacancy"),
        related_name="replacements",
    )
    successor = models.OneToOneField(
        Appointment, models.PROTECT, null=True, blank=True, verbose_name=_("successor"), related_name="replaces",
        editable=False,
    )  # fmt: skip
    notice_number = models.CharField(_("number of the notice"), max_length=80, blank=True, editable=False)
    notice_date = models.DateField(_("date of the notice"), null=True, editable=False)
    notice_file = models.FileField(
        _("notice"), storage=private_storage, upload_to="notices/%Y", blank=True, editable=False
    )
    sent_on = models.DateField(_("sent on"), null=True, editable=False)
    sent_by = models.CharField(
        _("sent by"), max_length=12, choices=Channel.choices, blank=True, editable=False
    )
    sent_proof = models.CharField(_("receipt or tracking number"), max_length=100, blank=True, editable=False)
    handed_over = models.PositiveIntegerField(_("open cases handed over"), null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=(ReplacementStatus.RECRUITING, ReplacementStatus.CANCELED))
                | models.Q(successor__isnull=False),
                name="a_replaced_officer_has_a_successor",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=(ReplacementStatus.NOTIFIED, ReplacementStatus.FINISHED))
                | models.Q(sent_on__isnull=False),
                name="a_notice_was_sent",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="replacement_due")]

    def __str__(self):
        return str(self.leaving)

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def is_lapsed(self) -> bool:
        return self.status == ReplacementStatus.RECRUITING and self.days_left < 0


class Escalation(models.Model):
    """That a reminder or an escalation went out, once per level (the job may run twice)."""

    class Level(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        LAPSED = "lapsed", _("deadline passed")
        PROVINCE = "province", _("passed on to the province")

    replacement = models.ForeignKey(
        Replacement, models.CASCADE, verbose_name=_("replacement"), related_name="escalations"
    )
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(fields=["replacement", "level"], name="escalated_once_per_level")
        ]

    def __str__(self):
        return self.get_level_display()
