"""Cases (keluhan: pertanyaan, saran, pengaduan, kebutuhan program), referrals, and what the family was told."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.households.models import Household, Person
from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.fields import EncryptedTextField
from portal.regions.models import InRegion
from portal.units.models import Unit
from programs_catalog.models import Program, ProgramDesk

from .workflow import OPEN, Outcome, PublicStatus, ReferralStatus, Status


class CaseQuerySet(VisibleQuerySet):
    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)

    def newest(self) -> CaseQuerySet:
        return self.order_by("-opened_at", "-id")


class Case(InRegion):
    """What one family brought once. `region` is where the family lives; it bounds who sees the case."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        SUGGESTION = "suggestion", _("Suggestion")
        GRIEVANCE = "grievance", _("Grievance")
        NEED = "need", _("Need for a program")

    class Channel(models.TextChoices):
        FACILITATOR = "facilitator", _("Visit by a facilitator")
        PUSKESOS = "puskesos", _("Puskesos counter")
        SLRT = "slrt", _("SLRT counter")

    number = models.CharField(_("registration number"), max_length=80, unique=True, editable=False)
    # Given out with the number on the receipt; only a keyed hash would do more, and the family must be able to ask again.
    lookup_code = models.CharField(_("look-up code"), max_length=12, editable=False)
    # Made by the client before the first save: the same id twice is the same case (issue of double clicks).
    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("unit"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("person")
    )
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("program")
    )
    description = EncryptedTextField(_("description"))
    # Copied from the person at registration: figures by sex need no personal record (S-08, D-08).
    subject_sex = models.CharField(
        _("sex"), max_length=1, choices=Person.Sex.choices, blank=True, editable=False
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.REGISTERED, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, blank=True, editable=False
    )
    opened_at = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    registered_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("registered by"), editable=False
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["province_code", "-opened_at", "-id"], name="case_of_province"),
            models.Index(fields=["regency_code", "-opened_at", "-id"], name="case_of_regency"),
            models.Index(fields=["district_code", "-opened_at", "-id"], name="case_of_district"),
            models.Index(fields=["village_code", "-opened_at", "-id"], name="case_of_village"),
            models.Index(fields=["-opened_at", "-id"], name="case_of_nation"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=Status.CLOSED, closed_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(status=Status.CLOSED) & models.Q(outcome="", closed_at=None),
                name="closed_with_an_outcome",
            ),
            # A need ends only with enrolment or an alternative, or without the program's fault (C-10).
            models.CheckConstraint(
                condition=~models.Q(kind="need")
                | models.Q(outcome__in=("", "enrolled", "alternative", "refused", "withdrawn", "duplicate")),
                name="need_ends_with_enrolment",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def public_status(self) -> str:
        if self.status != Status.CLOSED:
            return PublicStatus.IN_PROCESS
        return PublicStatus.REFUSED if self.outcome == Outcome.REFUSED else PublicStatus.FINISHED


class ReferralQuerySet(VisibleQuerySet):
    def unanswered(self) -> ReferralQuerySet:
        return self.filter(status__in=(ReferralStatus.WAITING, ReferralStatus.STUDIED))


class Referral(models.Model):
    """A case passed on to whoever runs the program (C-17)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals", verbose_name=_("case"))
    desk = models.ForeignKey(
        ProgramDesk, models.PROTECT, related_name="referrals", verbose_name=_("program desk")
    )
    program = models.ForeignKey(Program, models.PROTECT, related_name="referrals", verbose_name=_("program"))
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ReferralStatus.choices,
        default=ReferralStatus.WAITING,
        editable=False,
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    referred_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("referred by"))
    referred_at = models.DateTimeField(_("referred at"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-referred_at", "-id"]
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")

    def __str__(self):
        return f"{self.case} → {self.desk}"

    @property
    def region_id(self) -> str:
        return self.case.region_id


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
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["told_at"]
        verbose_name = _("feedback to the family")
        verbose_name_plural = _("feedback to families")

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
