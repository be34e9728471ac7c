"""Referrals to programs, and what the family was told."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.fields import EncryptedTextField
from portal.regions.models import Region
from programs_catalog.models import Program, ProgramDesk

from .. import querysets
from ..workflow import ReferralStatus
from .cases import Case


class Referral(models.Model):
    """A case passed on to whoever runs the program (C-17); several may run side by side, each with its own clock."""

    class Reason(models.TextChoices):
        """Why a program refuses, for counting; the words stand beside it."""

        NOT_ELIGIBLE = "not_eligible", _("Does not meet the conditions")
        QUOTA = "quota", _("The quota is used up")
        ALREADY = "already", _("Already enrolled")
        PAPERS = "papers", _("Papers are missing")
        NOT_FOUND = "not_found", _("Data do not match")
        OTHER_PROGRAM = "other_program", _("Belongs to another program")
        OTHER = "other", _("Another reason")

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name=_("case"))
    desk = models.ForeignKey(
        ProgramDesk, models.PROTECT, related_name="referrals", verbose_name=_("program desk")
    )
    # Empty only for a grievance about the register itself, which goes to its manager (C-23).
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("program")
    )
    note = EncryptedTextField(_("note to the program"), blank=True, default="")
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ReferralStatus.choices,
        default=ReferralStatus.PROPOSED,
        editable=False,
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(_("level of escalation"), default=0, editable=False)
    reason_code = models.CharField(
        _("reason"), max_length=16, choices=Reason.choices, blank=True, editable=False
    )
    reason = EncryptedTextField(_("reason in words"), blank=True, default="", editable=False)
    study_until = models.DateField(_("studied until"), null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("proposed by"), editable=False
    )
    referred_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("referred by"), editable=False
    )
    created_at = models.DateTimeField(_("proposed at"), default=timezone.now, editable=False)
    referred_at = models.DateTimeField(_("referred at"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by"), editable=False
    )

    objects = querysets.ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(fields=["desk", "status", "-referred_at", "-id"], name="referral_at_desk"),
            models.Index(fields=["status", "due_at"], name="referral_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "desk", "program"],
                condition=models.Q(status__in=("proposed", "in_province", "waiting", "studied")),
                name="one_running_referral_per_desk_and_program",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=("approved", "refused"))
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answered_by_somebody_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(reason_code=""),
                name="refused_for_a_listed_reason",
            ),
        ]

    def __str__(self):
        return f"{self.case} → {self.desk}"

    @property
    def region_id(self) -> str:
        return self.case.region_id

    @property
    def region(self) -> Region:
        return self.case.region

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()


class Feedback(models.Model):
    """That the family was told: how, when, by whom (C-20)."""

    class Method(models.TextChoices):
        VISIT = "visit", _("visit at home")
        COUNTER = "counter", _("at the counter")
        PHONE = "phone", _("by telephone")
        MESSAGE = "message", _("by message")
        LETTER = "letter", _("by letter")

    case = models.ForeignKey(Case, models.PROTECT, related_name="feedback", verbose_name=_("case"))
    method = models.CharField(_("how"), max_length=10, choices=Method.choices)
    told_at = models.DateTimeField(_("when"))
    note = EncryptedTextField(_("note"), blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["told_at"]
        verbose_name = _("feedback to the family")
        verbose_name_plural = _("feedback to families")

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
