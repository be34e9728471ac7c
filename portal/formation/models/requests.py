"""A request for a unit, what it contains, and what each body did with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.policies import VisibleQuerySet
from portal.accounts.roles import Role
from portal.regions.models import InRegion
from portal.units.models import Decree, Unit, private_storage

from ..asks import Ask
from ..enums import ACTS_FOR, Addressee, Body, Item, StageForm
from ..workflow import OPEN, WITH_APPLICANT, Status
from .pathways import PathwayStage, PathwayVersion


class RequestQuerySet(VisibleQuerySet):
    def open(self) -> RequestQuerySet:
        return self.filter(status__in=OPEN)

    def running(self) -> RequestQuerySet:
        return self.filter(status=Status.RUNNING)

    def late(self) -> RequestQuerySet:
        """Running, and the stage's time limit has passed."""
        return self.running().filter(stage_due_on__lt=timezone.localdate())

    def waiting_for(self, user) -> RequestQuerySet:
        """Running, in a stage that the user's body completes in its area (F-11); a village head finds theirs at the location."""
        mine = models.Q(pk__in=())
        for body in Body.values:
            if user.has_right(f"formationrequest.complete_as_{body}"):
                places = FormationRequest.objects.visible_to(user, f"complete_as_{body}").values("pk")
                mine |= models.Q(stage__body=body, pk__in=places)
        return self.running().filter(mine).exclude(stage__form=StageForm.VILLAGE_APPOINTMENTS)


class FormationRequest(InRegion):
    """A regency head's request for an SLRT, or a village head's for a Puskesos; `region` is where the unit shall be."""

    Status = Status

    class Origin(models.TextChoices):
        APPLICANT = "applicant", _("the region's own request")
        MINISTRY = "ministry", _("proposed by the Ministry")

    version = models.ForeignKey(
        PathwayVersion, models.PROTECT, verbose_name=_("pathway"), related_name="requests"
    )
    unit_kind = models.CharField(_("kind of unit"), max_length=10, choices=Unit.Kind.choices, editable=False)
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin.choices, default=Origin.APPLICANT, editable=False
    )
    origin_reason = models.TextField(_("reason of the Ministry's proposal"), blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    status_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    stage = models.ForeignKey(
        PathwayStage, models.PROTECT, null=True, verbose_name=_("stage"), related_name="+", editable=False
    )
    stage_since = models.DateTimeField(_("in this stage since"), null=True, editable=False)
    stage_due_on = models.DateField(_("stage due on"), null=True, editable=False)
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        verbose_name=pgettext_lazy("institution", "unit"),
        related_name="formation_requests",
        editable=False,
    )
    # The applicant's letter.
    letter_number = models.CharField(_("number of the letter"), max_length=80, blank=True, editable=False)
    letter_date = models.DateField(_("date of the letter"), null=True, editable=False)
    letter_file = models.FileField(
        _("letter of request"), storage=private_storage, upload_to="requests/%Y", blank=True, editable=False
    )
    signatory = models.CharField(_("signed by"), max_length=150, blank=True)
    reason = models.TextField(_("why the unit is needed"), blank=True)
    follows_standard = models.BooleanField(
        _("the standards and criteria of the Ministry of Social Affairs are followed"), default=False
    )
    #: what is asked of the applicant while the request is returned (`asks`)
    returned_with = models.JSONField(default=list, blank=True, editable=False)
    #: counts saves of the fields above; who saves must know the latest
    edit_version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("formation request")
        verbose_name_plural = _("formation requests")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "unit_kind"],
                condition=models.Q(status__in=OPEN),
                name="one_open_request_per_region",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=(Status.DRAFT, Status.WITHDRAWN))
                | models.Q(submitted_at__isnull=False) & ~models.Q(letter_number=""),
                name="a_sent_request_has_a_letter",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=(Status.RUNNING, Status.RETURNED))
                | models.Q(stage__isnull=False),
                name="a_running_request_is_in_a_stage",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.COMPLETED) | models.Q(unit__isnull=False),
                name="a_completed_request_has_a_unit",
            ),
        ]
        indexes = [models.Index(fields=["status", "stage_due_on"], name="request_due")]

    def __str__(self):
        return f"{self.get_unit_kind_display()} {self.region}"

    @property
    def round(self) -> int:
        """The sending that is being filled in, or that the bodies have before them: 1 until it was returned once."""
        sent = self.sendings.count()
        return sent + 1 if self.status in (*WITH_APPLICANT, Status.WITHDRAWN) else max(sent, 1)

    @property
    def pathway(self):
        return self.version.pathway

    @property
    def asks(self) -> list[Ask]:
        """What the applicant is asked to complete, part by part, with the words given to it so far (F-17)."""
        return [Ask.read(stored) for stored in self.returned_with]

    @property
    def is_late(self) -> bool:
        return (
            self.status == Status.RUNNING
            and self.stage_due_on is not None
            and self.stage_due_on < timezone.localdate()
        )

    def due_date(self, stage: PathwayStage, start: dt.date) -> dt.date | None:
        return start + dt.timedelta(days=stage.time_limit_days) if stage.time_limit_days else None


class Delegate(models.Model):
    """Somebody whom the applicant lets prepare the request; the applicant alone sends it."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="delegates")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("account"),
        related_name="formation_delegations",
    )
    delegated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        constraints = [models.UniqueConstraint(fields=["request", "user"], name="a_delegate_once")]

    def __str__(self):
        return str(self.user)


class ReadinessItem(models.Model):
    """One item of a request: its small form's answers (`data`); documents hang on it (F-03, F-04, F-09)."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="items")
    kind = models.CharField(_("item"), max_length=25, choices=Item.choices)
    data = models.JSONField(default=dict)
    #: counts saves; a save names the version it started from, so that nobody overwrites what they have not seen
    edit_version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["request", "id"]
        verbose_name = _("readiness item")
        verbose_name_plural = _("readiness items")
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="an_item_once_in_a_request")]

    def __str__(self):
        return self.get_kind_display()

    @property
    def attached(self) -> list[Document]:
        """The documents in force."""
        return [document for document in self.documents.all() if document.replaced_in is None]

    @property
    def replaced(self) -> list[Document]:
        """The documents that an earlier sending held and that were taken out since."""
        return [document for document in self.documents.all() if document.replaced_in is not None]


class Sending(models.Model):
    """What a request said when it was sent, round by round; a return changes the items, never this (F-17)."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="sendings")
    round = models.PositiveSmallIntegerField(_("round"))
    #: the answers of each item by its kind, the letter's fields under `letter`
    answers = models.JSONField(default=dict)
    #: kind of item, id, title and SHA-256 of each document; the log keeps the digest of all of it
    files = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sent at"))

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["request", "round"]
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        constraints = [models.UniqueConstraint(fields=["request", "round"], name="a_round_is_sent_once")]

    def __str__(self):
        return f"{self.request} · {self.round}"

    @property
    def digest(self) -> str:
        """SHA-256 over answers and files, as the append-only log has it of the day it was sent."""
        content = json.dumps(
            {"answers": self.answers, "files": self.files}, sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(content.encode()).hexdigest()


class StageRecord(models.Model):
    """Who completed a stage, when, with what result and which document (F-11). Never changed afterwards."""

    class Result(models.TextChoices):
        DONE = "done", _("done")
        READY = "ready", _("ready")
        READY_WITH_NOTES = "ready_with_notes", _("ready, with notes")

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="records")
    stage = models.ForeignKey(PathwayStage, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=20, choices=Result.choices, default=Result.DONE)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(default=dict)
    decree = models.ForeignKey(Decree, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["request", "at", "id"]
        verbose_name = _("stage record")
        verbose_name_plural = _("stage records")
        constraints = [models.UniqueConstraint(fields=["request", "stage"], name="a_stage_is_completed_once")]

    def __str__(self):
        return f"{self.request} · {self.stage}"

    @property
    def acted_as(self) -> str:
        """The office that completed the stage, and for whom where that is another."""
        if self.by_role not in Role.values:
            return ""
        role = Role(self.by_role)
        if role not in ACTS_FOR.get(Body(self.stage.body), ()):
            return str(role.label)
        return _t("%(office)s, in the name of: %(body)s") % {"office": role.label, "body": self.stage.get_body_display()}  # fmt: skip


class Document(models.Model):
    """A file of an item or of a stage."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="documents")
    item = models.ForeignKey(ReadinessItem, models.CASCADE, null=True, related_name="documents")
    record = models.ForeignKey(StageRecord, models.CASCADE, null=True, related_name="documents")
    title = models.CharField(_("title"), max_length=150)
    file = models.FileField(_("file"), storage=private_storage, upload_to="requests/%Y")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    sha256 = models.CharField(max_length=64, blank=True)
    #: the round it was attached in, and the later one in which it was taken out
    round = models.PositiveSmallIntegerField(default=1)
    replaced_in = models.PositiveSmallIntegerField(null=True)
    replaced_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["request", "id"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(replaced_in=None, replaced_at=None, replaced_by=None)
                | models.Q(
                    replaced_in__gt=models.F("round"), replaced_at__isnull=False, replaced_by__isnull=False
                ),
                name="a_sent_document_is_replaced_in_a_later_round",
            )
        ]

    def __str__(self):
        return self.title


class Copy(models.Model):
    """A copy (tembusan) of the request: sent, opened, acknowledged (F-05)."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="copies")
    addressee = models.CharField(_("to"), max_length=30, choices=Addressee.choices)
    sent_at = models.DateTimeField(_("sent"))
    opened_at = models.DateTimeField(_("opened"), null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["request", "id"]
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        constraints = [
            models.UniqueConstraint(fields=["request", "addressee"], name="one_copy_per_addressee"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None) | models.Q(opened_at__isnull=False),
                name="opened_before_acknowledged",
            ),
        ]

    def __str__(self):
        return self.get_addressee_display()


class StageEscalation(models.Model):
    """That a stage's time limit was reminded of or escalated: once per limit and level (the job may run twice)."""

    class Level(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        LAPSED = "lapsed", _("deadline passed")
        ABOVE = "above", _("passed on to the office above")

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="escalations")
    stage = models.ForeignKey(PathwayStage, models.PROTECT, related_name="+")
    #: the limit at that time: a request that was returned has a new one
    due_on = models.DateField(_("stage due on"))
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "stage", "due_on", "level"], name="stage_escalated_once_per_level"
            )
        ]

    def __str__(self):
        return self.get_level_display()
