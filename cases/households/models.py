"""The register: households and persons of the DTKS extract, and what officers recorded on top."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.fields import (
    BlindIndexField,
    EncryptedTextField,
    FamilyCardNumberField,
    NikField,
    blind_index,
    mask_name,
    mask_number,
    only_digits,
)
from portal.regions.models import InRegion, Region
from portal.units.models import Unit

from .workflow import ProposalStatus


def private_storage():
    return storages["private"]


class HouseholdQuerySet(VisibleQuerySet):
    def with_family_card_number(self, number: str) -> HouseholdQuerySet:
        return self.filter(family_card_index=blind_index(only_digits(number)))

    def in_the_register(self) -> HouseholdQuerySet:
        return self.filter(source=Household.Source.REGISTER)

    def newest(self) -> HouseholdQuerySet:
        return self.order_by("-id")


class Household(InRegion):
    """A family (keluarga), found by its family card (KK) number or within its village."""

    class Source(models.TextChoices):
        REGISTER = "register", _("in the register")
        RECORDED = "recorded", _("recorded here, proposed for the register")

    family_card_number = FamilyCardNumberField(_("family card number (KK)"), blank=True, default="")
    family_card_index = BlindIndexField(source="family_card_number")
    address = EncryptedTextField(_("address"), blank=True, default="")
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.REGISTER)
    register_id = models.CharField(_("id in the register"), max_length=40, blank=True, db_index=True)
    register_version = models.CharField(_("version of the register"), max_length=20, blank=True)
    decile = models.PositiveSmallIntegerField(_("welfare decile"), null=True, blank=True)
    # Facts about house and livelihood by their key in the eligibility questions, e.g. {"floor": "earth"}; as the
    # register has them. What officers saw themselves stands in an UpdateProposal, never here.
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    # The sum over what the register said at the last import: an unchanged row is not written again.
    register_hash = models.CharField(max_length=64, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [models.Index(fields=["village_code", "id"], name="household_in_village")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decile=None) | models.Q(decile__range=(1, 10)), name="decile_1_to_10"
            ),
            models.CheckConstraint(condition=~models.Q(village_code=""), name="household_lives_in_a_village"),
        ]

    def __str__(self):
        # Never a number or a name here: this text reaches logs and titles (house rule 9).
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def masked_number(self) -> str:
        return mask_number(self.family_card_number)


class PersonQuerySet(VisibleQuerySet):
    def of_village(self, code: str) -> PersonQuerySet:
        return self.filter(household__village_code=code)

    def with_nik(self, nik: str) -> PersonQuerySet:
        return self.filter(nik_index=blind_index(only_digits(nik)))


class Person(models.Model):
    """A member of a household (warga). NIK, name and birth date are personal data; the first two lie encrypted."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("female")
        MALE = "m", _("male")

    class Relation(models.TextChoices):
        HEAD = "head", _("head of the household")
        SPOUSE = "spouse", _("wife or husband")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        OTHER = "other", _("other relative")

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="members", verbose_name=_("household")
    )
    nik = NikField(_("NIK"), blank=True, default="")
    nik_index = BlindIndexField(source="nik", db_index=False)
    name = EncryptedTextField(_("name"))
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    is_head = models.BooleanField(_("head of the household"), default=False)
    relation = models.CharField(
        _("relation to the head"), max_length=10, choices=Relation.choices, blank=True
    )
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    phone = EncryptedTextField(_("mobile number"), blank=True, default="")
    register_hash = models.CharField(max_length=64, blank=True, editable=False)
    # Left the household as the register knows it (died, moved); the row stays, cases point at it.
    gone_on = models.DateField(_("no longer in the household since"), null=True, blank=True)
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        constraints = [
            models.UniqueConstraint(
                fields=["nik_index"], condition=~models.Q(nik_index=""), name="one_person_per_nik"
            )
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def region_id(self) -> str:
        return self.household.region_id

    @property
    def region(self) -> Region:
        return self.household.region

    @property
    def masked_nik(self) -> str:
        return mask_number(self.nik)

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def age(self) -> int | None:
        """Completed years today."""
        if self.born_on is None:
            return None
        today = timezone.localdate()
        return (
            today.year
            - self.born_on.year
            - ((today.month, today.day) < (self.born_on.month, self.born_on.day))
        )


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


class VisitQuerySet(VisibleQuerySet):
    def newest(self) -> VisitQuerySet:
        return self.order_by("-at", "-id")

    def in_month(self, month: dt.date) -> VisitQuerySet:
        return self.filter(at__year=month.year, at__month=month.month)

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
    reason = models.CharField(_("reason of the outcome"), max_length=300, blank=True, editable=False)
    exported_at = models.DateTimeField(_("exported at"), null=True, editable=False)
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
                condition=~models.Q(status=ProposalStatus.REFUSED) | ~models.Q(reason=""),
                name="refused_proposal_says_why",
            )
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class Recommendation(models.Model):
    """A letter to civil registration for a person without NIK or KK (H-04); the paper itself is made from this row."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="recommendations", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    number = models.CharField(_("number"), max_length=80, unique=True)
    issued_on = models.DateField(_("date"))
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("letter of recommendation")
        verbose_name_plural = _("letters of recommendation")

    def __str__(self):
        return self.number


class RegisterImport(models.Model):
    """One extract of the national register, on its way into the tables (H-01). Name, version and date are data."""

    source = models.CharField(_("name of the register"), max_length=40, default="DTSEN")
    version = models.CharField(_("version of the register"), max_length=20)
    as_of = models.DateField(_("state of the data"))
    file = models.FileField(_("file"), storage=private_storage, upload_to="register/%Y/%m/")
    name = models.CharField(_("file name"), max_length=150)
    file_hash = models.CharField(max_length=64, editable=False, db_index=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    created_count = models.PositiveIntegerField(_("new persons"), default=0)
    changed_count = models.PositiveIntegerField(_("changed persons"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged persons"), default=0)
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    # The last line whose chunk is written: where an interrupted import goes on.
    high_water = models.PositiveIntegerField(_("written up to row"), default=0)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    written_at = models.DateTimeField(_("written at"), null=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("register import")
        verbose_name_plural = _("register imports")

    def __str__(self):
        return f"{self.source} {self.version}"


class RegisterError(models.Model):
    """What is wrong in a file, by row and column; never the value itself."""

    run = models.ForeignKey(RegisterImport, models.CASCADE, related_name="errors")
    line = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=40)
    message = models.CharField(_("message"), max_length=300)

    class Meta:
        ordering = ["line", "id"]
        verbose_name = _("error in a register file")
        verbose_name_plural = _("errors in register files")

    def __str__(self):
        return f"{self.line}/{self.column}"
