"""Coordination bodies at centre, province and regency, their members, and everybody's meetings (K-01 to K-04)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet
from portal.periods import add_months
from portal.regions.models import InRegion, Level

from ..workflow import CoordinatorStatus
from .unit import Decree, Unit, private_storage


class CoordinationBody(InRegion):
    """A team that coordinates SLRTs; region None is the centre (K-01)."""

    class Kind(models.TextChoices):
        STEERING_TEAM = "steering_team", _("Steering Team (Tim Pengarah)")
        COORDINATION_TEAM = "coordination_team", _("Coordination Team (Tim Koordinasi)")
        NATIONAL_SECRETARIAT = "national_secretariat", _("National Secretariat")
        TKPK = "tkpk", _("TKPK (poverty reduction coordination team)")
        COORDINATION_SECRETARIAT = "coordination_secretariat", _("Coordination Secretariat")
        TECHNICAL_TEAM = "technical_team", _("Technical Team")

    #: at which levels a body of a kind exists
    LEVELS = {
        Kind.STEERING_TEAM: (Level.NATION,),
        Kind.COORDINATION_TEAM: (Level.NATION,),
        Kind.NATIONAL_SECRETARIAT: (Level.NATION,),
        Kind.TKPK: (Level.PROVINCE, Level.REGENCY),
        Kind.COORDINATION_SECRETARIAT: (Level.PROVINCE,),
        Kind.TECHNICAL_TEAM: (Level.PROVINCE, Level.REGENCY),
    }

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        related_name="+",
        help_text=_("Empty for the nation."),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=150)
    decree = models.ForeignKey(
        Decree, models.PROTECT, null=True, blank=True, verbose_name=_("decree"), related_name="+"
    )
    # The Coordination Team meets at least once in three months (K-03).
    meets_every_months = models.PositiveSmallIntegerField(
        _("meets at least every (months)"), null=True, blank=True
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["province_code", "regency_code", "kind"]
        verbose_name = _("coordination body")
        verbose_name_plural = _("coordination bodies")
        constraints = [
            models.UniqueConstraint(fields=["kind", "region"], name="one_body_of_a_kind_in_a_region"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(region=None), name="one_body_of_a_kind_at_the_centre"
            ),
        ]

    def __str__(self):
        return self.name

    def next_meeting_due(self) -> dt.date | None:
        """The latest day of the next meeting; None where no interval is set (K-03)."""
        if not self.meets_every_months:
            return None
        last = self.meetings.filter(was_held=True).aggregate(last=models.Max("date"))["last"]
        start = last or (self.decree.date if self.decree_id else None)
        return add_months(start, self.meets_every_months) if start else timezone.localdate()

    def meeting_is_overdue(self) -> bool:
        due = self.next_meeting_due()
        return due is not None and due < timezone.localdate()


class BodyMember(models.Model):
    """A position in a body, and who holds it; the position outlives its holder (K-02)."""

    class Part(models.TextChoices):
        PATRON = "patron", _("patron (Pembina)")
        CHAIR = "chair", _("chair")
        SECRETARY = "secretary", _("secretary")
        COORDINATOR = "coordinator", _("coordinator")
        MEMBER = "member", _("member")

    body = models.ForeignKey(CoordinationBody, models.CASCADE, verbose_name=_("body"), related_name="members")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    position = models.CharField(pgettext_lazy("post", "position"), max_length=200)
    part = models.CharField(_("part"), max_length=15, choices=Part.choices, default=Part.MEMBER)
    name = models.CharField(_("name"), max_length=150, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["body", "order"]
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["body", "position"], name="a_position_once_in_a_body")]

    def __str__(self):
        return self.position


class ProvincialCoordinator(InRegion):
    """The leader of a province's Coordination Secretariat: proposed by the province, confirmed by the Ministry (K-04, S-18)."""

    Status = CoordinatorStatus

    class Background(models.TextChoices):
        CIVIL_SERVANT = "civil_servant", _("civil servant of echelon III or higher")
        PROPOSED = "proposed", _("not a civil servant, proposed by the head of the provincial social office")

    name = models.CharField(_("name"), max_length=150)
    background = models.CharField(_("background"), max_length=15, choices=Background.choices)
    phone = PhoneNumberField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=CoordinatorStatus.choices, default=CoordinatorStatus.PROPOSED,
        editable=False,
    )  # fmt: skip
    proposal_number = models.CharField(_("number of the letter of proposal"), max_length=80)
    proposed_on = models.DateField(_("proposed on"))
    proposal_file = models.FileField(
        _("letter of proposal"), storage=private_storage, upload_to="coordinators/%Y", blank=True
    )
    decree = models.ForeignKey(
        Decree,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("decree"),
        editable=False,
        related_name="+",
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["region_id", "-proposed_on"]
        verbose_name = _("provincial coordinator")
        verbose_name_plural = _("provincial coordinators")
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=models.Q(status=CoordinatorStatus.CONFIRMED),
                name="one_confirmed_coordinator_per_province",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=CoordinatorStatus.CONFIRMED) | models.Q(decree__isnull=False),
                name="a_confirmed_coordinator_has_a_decree",
            ),
        ]

    def __str__(self):
        return self.name


class MeetingQuerySet(VisibleQuerySet):
    def upcoming(self) -> MeetingQuerySet:
        return self.filter(was_held=False, date__gte=timezone.localdate())


class Meeting(InRegion):
    """A meeting of a unit or of a coordination body: agenda, minutes, and what was decided."""

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        verbose_name=_("region"),
        related_name="+",
        editable=False,
    )
    unit = models.ForeignKey(
        Unit,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("institution", "unit"),
        related_name="meetings",
    )
    body = models.ForeignKey(
        CoordinationBody,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("body"),
        related_name="meetings",
    )
    date = models.DateField(_("date"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=150, blank=True)
    title = models.CharField(_("subject"), max_length=200)
    agenda = models.TextField(_("agenda"), help_text=_("One item per line."))
    minutes = models.TextField(_("minutes"), blank=True)
    participants = models.PositiveSmallIntegerField(_("participants"), null=True, blank=True)
    was_held = models.BooleanField(_("was held"), default=False)
    file = models.FileField(
        _("minutes as a file"), storage=private_storage, upload_to="meetings/%Y", blank=True
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-id"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit=None, body__isnull=False) | models.Q(unit__isnull=False, body=None),
                name="a_meeting_is_of_a_unit_or_a_body",
            )
        ]

    def __str__(self):
        return self.title

    def save(self, **kwargs):
        # The region follows from whose meeting it is; nobody types it.
        self.region_id = (
            self.unit.region_id if self.unit_id else self.body.region_id if self.body_id else None
        )
        super().save(**kwargs)


class DecisionQuerySet(VisibleQuerySet):
    def open(self) -> DecisionQuerySet:
        return self.filter(done_on=None)

    def overdue(self) -> DecisionQuerySet:
        return self.open().filter(due_on__lt=timezone.localdate())


class Decision(models.Model):
    """A decision or recommendation of a meeting, and what became of it (K-03)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="decisions")
    text = models.TextField(_("decision or recommendation"))
    responsible = models.CharField(_("who follows it up"), max_length=150, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    follow_up = models.TextField(_("follow-up"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "id"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self):
        return self.text[:80]
