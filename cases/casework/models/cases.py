"""Cases (keluhan: pertanyaan, saran, pengaduan, kebutuhan program)."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.households.groups import Group
from cases.households.models import Enrolment, Household, Person, Visit
from portal.accounts.models import User
from portal.fields import EncryptedTextField
from portal.regions.models import InRegion
from portal.units.models import Unit
from programs_catalog.models import Program

from .. import querysets
from ..workflow import (
    ENDS_OF_A_NEED,
    OPEN,
    PROVED_BY_ENROLMENT,
    Channel,
    Kind,
    NoticeChannel,
    Outcome,
    PublicStatus,
    Status,
)
from .emergencies import Emergency


class Case(InRegion):
    """What one family brought once. `region` is where the family lives; it bounds who sees the case."""

    Kind = Kind
    Channel = Channel
    Status = Status
    Outcome = Outcome

    class Concern(models.TextChoices):
        """What a grievance is about (C-05, C-23)."""

        QUALITY = "quality", _("Quality of what was received")
        AMOUNT = "amount", _("Amount received")
        TIME = "time", _("Time of receipt")
        REGISTER = "register", _("Data in the register itself")
        OTHER = "other", _("Something else")

    class PauseReason(models.TextChoices):
        NO_NIK = "no_nik", _("The person has no NIK or family card yet")
        PAPERS = "papers", _("Papers are missing")
        AWAY = "away", _("The family cannot be reached")

    number = models.CharField(_("registration number"), max_length=80, unique=True, editable=False)
    # Printed on the receipt beside the number; encrypted, so that the database alone opens no public page.
    lookup_code = EncryptedTextField(_("look-up code"), editable=False)
    # Made by the client before the first save: the same id and content twice is the same case, other content is refused.
    client_id = models.UUIDField(_("id made on the device"), unique=True, default=uuid.uuid4, editable=False)
    content_index = models.CharField(max_length=64, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name=_("unit"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("person")
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("visit")
    )
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("program")
    )
    concern = models.CharField(
        _("what the grievance is about"), max_length=10, choices=Concern.choices, blank=True
    )
    description = EncryptedTextField(_("description"))
    # Copied from the person at registration: figures by sex need no personal record (S-08, D-08).
    subject_sex = models.CharField(
        _("sex"), max_length=1, choices=Person.Sex.choices, blank=True, editable=False
    )
    # So is the group of people in need (PPKS) that the person belonged to then (D-08); blank where nobody is named.
    subject_group = models.CharField(
        _("group of people in need (PPKS)"),
        max_length=12,
        choices=Group.choices,
        blank=True,
        default="",
        editable=False,
    )
    # The words for the family: shown on the public page to whoever holds number and code.
    answer = EncryptedTextField(_("answer to the family"), blank=True, default="", editable=False)
    reporter_name = EncryptedTextField(_("name of the reporter"), blank=True, default="")
    reporter_phone = EncryptedTextField(_("mobile number of the reporter"), blank=True, default="")
    reporter_email = EncryptedTextField(_("e-mail of the reporter"), blank=True, default="")
    # How the family wishes to hear of each step; the address is one of the two above.
    notice_channel = models.CharField(
        _("notices by"), max_length=10, choices=NoticeChannel.choices, blank=True, default=""
    )
    emergency = models.ForeignKey(
        Emergency, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("emergency")
    )
    is_anonymous = models.BooleanField(_("the reporter stays anonymous"), default=False)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.REGISTERED, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    pause_reason = models.CharField(
        _("waits because"), max_length=10, choices=PauseReason.choices, blank=True, editable=False
    )
    # Set while the case waits for the family, and summed into paused_for when it goes on.
    paused_at = models.DateTimeField(_("waits since"), null=True, editable=False)
    paused_for = models.DurationField(_("waited in all"), default=dt.timedelta, editable=False)
    remind_at = models.DateTimeField(_("remind at"), null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(_("level of escalation"), default=0, editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome.choices, blank=True, editable=False
    )
    # The proof that a need is finished (C-10).
    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="cases",
        verbose_name=_("enrolment"),
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="duplicates"
    )
    # Finished and solved are two facts: what the family says after closing.
    was_solved = models.BooleanField(_("solved, says the family"), null=True, editable=False)
    reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    opened_at = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    registered_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("registered by"), editable=False
    )
    # Set when the officer who registered it left and a successor took it over; who registered it stays on record.
    taken_over_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("taken over by"), editable=False
    )
    anonymised_at = models.DateTimeField(_("personal data removed at"), null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = querysets.CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["province_code", "-opened_at", "-id"], name="case_of_province"),
            models.Index(fields=["regency_code", "-opened_at", "-id"], name="case_of_regency"),
            models.Index(fields=["district_code", "-opened_at", "-id"], name="case_of_district"),
            models.Index(fields=["village_code", "-opened_at", "-id"], name="case_of_village"),
            models.Index(fields=["-opened_at", "-id"], name="case_of_nation"),
            models.Index(fields=["regency_code", "status", "due_at"], name="case_waiting_in_regency"),
            models.Index(fields=["due_at"], name="case_due", condition=models.Q(due_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=Status.CLOSED, closed_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(status=Status.CLOSED) & models.Q(outcome="", closed_at=None),
                name="closed_with_an_outcome",
            ),
            # A need is finished only by enrolment or an alternative program, and the row proves it (C-10).
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.NEED) | models.Q(outcome__in=("", *ENDS_OF_A_NEED)),
                name="need_ends_with_enrolment",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=PROVED_BY_ENROLMENT)
                | models.Q(enrolment__isnull=False)
                # Past its term a case no longer leads to a person.
                | models.Q(anonymised_at__isnull=False),
                name="enrolment_proves_the_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.GRIEVANCE) | ~models.Q(concern=""),
                name="grievance_names_its_concern",
            ),
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False) | models.Q(person=None),
                name="anonymous_without_a_name",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.DUPLICATE, duplicate_of__isnull=False)
                | ~models.Q(outcome=Outcome.DUPLICATE) & models.Q(duplicate_of=None),
                name="double_names_the_other",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def in_hands_of(self) -> User:
        """Who accompanies the family: the officer who registered the case, or the successor who took it over."""
        return self.taken_over_by or self.registered_by

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def public_status(self) -> PublicStatus:
        if self.status != Status.CLOSED:
            return PublicStatus.IN_PROCESS
        return PublicStatus.REFUSED if self.outcome == Outcome.REFUSED else PublicStatus.FINISHED
