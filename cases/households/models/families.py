"""Households and the persons in them."""

from __future__ import annotations

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


class HouseholdQuerySet(VisibleQuerySet):
    def with_family_card_number(self, number: str) -> HouseholdQuerySet:
        return self.filter(family_card_index=blind_index(only_digits(number)))

    def newest(self) -> HouseholdQuerySet:
        return self.order_by("-id")


class Household(InRegion):
    """A family (keluarga), found by its family card (KK) number or within its village."""

    class Source(models.TextChoices):
        REGISTER = "register", _("in the register")
        RECORDED = "recorded", _("recorded here, proposed for the register")

    family_card_number = FamilyCardNumberField(_("family card number (KK)"), blank=True, default="")
    family_card_index = BlindIndexField(source="family_card_number", db_index=False)
    address = EncryptedTextField(_("address"), blank=True, default="")
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.REGISTER)
    register_id = models.CharField(_("id in the register"), max_length=40, blank=True)
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
        indexes = [
            models.Index(fields=["village_code", "id"], name="household_in_village"),
            # Not db_index, which on PostgreSQL makes a second index for LIKE; nobody looks for part of a blind index.
            models.Index(fields=["family_card_index"], name="household_by_family_card"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decile=None) | models.Q(decile__range=(1, 10)), name="decile_1_to_10"
            ),
            # Also the index by which an extract finds its families again.
            models.UniqueConstraint(
                fields=["register_id"],
                condition=~models.Q(register_id=""),
                name="one_household_per_register_id",
            ),
            models.CheckConstraint(condition=~models.Q(village_code=""), name="household_lives_in_a_village"),
        ]

    def __str__(self):
        # Never a number or a name here: this text reaches logs and titles.
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
        # SQLite looks a NIK up by this one: it does not see that the unique one below would do.
        indexes = [models.Index(fields=["nik_index"], name="person_by_nik")]
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
