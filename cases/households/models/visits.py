"""What officers saw at a family's home, and what they propose to the register."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.fields import EncryptedTextField
from portal.ledger.models import Transition
from portal.regions.models import InRegion
from portal.units.models import Unit

from ..workflow import ProposalStatus
from .families import Household, Person


class VisitQuerySet(VisibleQuerySet):
    def newest(self) -> VisitQuerySet:
        return self.order_by("-at", "-id")

    def counted(self) -> dict[tuple[int, dt.date, str], int]:
        """Visits by unit, first day of the month, and what people came for (C-27); one query."""
        rows = (
            self.order_by()
            .annotate(month=models.functions.TruncMonth("at"))
            .values_list("unit", "month", "purpose")
            .annotate(n=models.Count("pk"))
        )
        return {(unit, month.date(), purpose): n for unit, month, purpose, n in rows}


class Visit(InRegion):
    """One meeting with people: at their home (outreach, H-09) or at a counter (C-27). No name is needed to count it."""

    class Place(models.TextChoices):
        HOME = "home", _("at home")
        COUNTER = "counter", _("at the counter")

    class Purpose(models.TextChoices):
        INFORMATION = "information", _("Information about programs")
        NEED = "need", _("Asks for a program")
        COMPLAINT = "complaint", _("Question, suggestion or grievance")
        DATA = "data", _("Check or change of data")
        LETTER = "letter", _("Letter of recommendation")
        RESULT = "result", _("Asks about an earlier case")
        OUTREACH = "outreach", _("Outreach")
        OTHER = "other", _("Something else")

    client_id = models.UUIDField(_("id made on the device"), unique=True, default=uuid.uuid4, editable=False)
    place = models.CharField(_("place"), max_length=8, choices=Place.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="visits", verbose_name=_("unit"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("household")
    )
    purpose = models.CharField(_("what people came for"), max_length=12, choices=Purpose.choices)
    program = models.ForeignKey(
        "programs_catalog.Program",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("program"),
    )
    in_register = models.BooleanField(_("found in the register"), null=True, blank=True)
    programs_explained = models.BooleanField(_("programs were explained"), default=False)
    note = EncryptedTextField(_("note"), blank=True, default="")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"), editable=False
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["unit", "at"], name="visit_of_unit"),
            models.Index(fields=["regency_code", "-at", "-id"], name="visit_in_regency"),
            models.Index(fields=["village_code", "-at", "-id"], name="visit_in_village"),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class UpdateProposalQuerySet(VisibleQuerySet):
    def newest(self) -> UpdateProposalQuerySet:
        return self.order_by("-created_at", "-id")

    def waiting(self) -> UpdateProposalQuerySet:
        return self.exclude(status__in=(ProposalStatus.ACCEPTED, ProposalStatus.REFUSED))


class UpdateProposal(InRegion):
    """A change that officers found, on its way to the register through SIKS-NG (usulan pemutakhiran; H-03, H-06)."""

    class Kind(models.TextChoices):
        NEW = "new", _("new entry")
        CHANGE = "change", _("change of data")
        REMOVAL = "removal", _("no longer eligible, died or moved")

    client_id = models.UUIDField(_("id made on the device"), unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="proposals", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name=_("person")
    )
    # {field: [value in the register, value found]}, as one encrypted text.
    changes = EncryptedTextField(_("changes"), default="{}", editable=False)
    note = EncryptedTextField(_("note"), blank=True, default="")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ProposalStatus.choices,
        default=ProposalStatus.SUBMITTED,
        editable=False,
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    reason = EncryptedTextField(_("reason of the outcome"), blank=True, default="", editable=False)
    exported_at = models.DateTimeField(_("exported at"), null=True, editable=False)
    anonymised_at = models.DateTimeField(_("personal data removed at"), null=True, editable=False)
    proposed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("proposed by"), editable=False
    )
    created_at = models.DateTimeField(_("proposed at"), default=timezone.now, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = UpdateProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("update proposal")
        verbose_name_plural = _("update proposals")
        indexes = [
            models.Index(fields=["regency_code", "status", "-created_at"], name="proposal_in_regency"),
            models.Index(fields=["district_code", "status", "-created_at"], name="proposal_in_district"),
        ]
        constraints = [
            models.CheckConstraint(
                # Whether there is a reason shows without opening it.
                condition=~models.Q(status=ProposalStatus.REFUSED)
                | ~models.Q(Exact(Cast("reason", models.TextField()), "")),
                name="refused_proposal_says_why",
            )
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class ProposalRemark(models.Model):
    """The free words of one step of a proposal; gone when the proposal is forgotten, the bare step stays in the log."""

    step = models.OneToOneField(Transition, models.PROTECT, primary_key=True, related_name="proposal_remark")
    proposal = models.ForeignKey(UpdateProposal, models.CASCADE, related_name="remarks")
    text = EncryptedTextField()

    class Meta:
        verbose_name = _("remark on a proposal")
        verbose_name_plural = _("remarks on proposals")

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"
