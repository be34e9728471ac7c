"""Officers: who they are, how they are reached, and where their stipend goes."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet
from portal.fields import BlindIndexField, EncryptedTextField, NikField, mask_number, only_digits
from portal.regions.models import InRegion, Region
from portal.units.models import private_storage

from ..enums import CIVIL_SERVANTS, Background, Bank, Education, Sex, StipendSource
from ..identifiers import (
    MAXIMUM_AGE,
    MINIMUM_AGE,
    age_on,
    nik_disagrees,
    nip_disagrees,
    validate_imei,
    validate_nip,
)


class PersonProfile(models.Model):
    """What the criteria ask of a person (S-01 to S-06)."""

    name = models.CharField(_("full name"), max_length=150)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices)
    birth_date = models.DateField(_("date of birth"))
    education = models.PositiveSmallIntegerField(_("education"), choices=Education.choices)
    background = models.CharField(
        _("background"), max_length=15, choices=Background.choices, default=Background.COMMUNITY
    )
    domicile = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("lives in (village)"), related_name="+"
    )
    # A companion of a program that forbids a second post (guideline II.D.2).
    has_forbidding_post = models.BooleanField(
        _("holds a post that forbids a second one"),
        default=False,
        help_text=_("For example companion of a program whose rules forbid another post."),
    )
    other_posts = models.CharField(_("other posts"), max_length=200, blank=True)
    phone = PhoneNumberField(_("mobile number"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        abstract = True

    @property
    def masked_nik(self) -> str:
        return mask_number(self.nik)

    masked_nik.fget.short_description = _("NIK")

    def clean(self):
        super().clean()
        if (
            self.birth_date
            and not MINIMUM_AGE <= age_on(self.birth_date, timezone.localdate()) <= MAXIMUM_AGE
        ):
            raise ValidationError(
                {
                    "birth_date": _("The age must lie between %(low)s and %(high)s years.")
                    % {"low": MINIMUM_AGE, "high": MAXIMUM_AGE}
                }
            )
        nik = getattr(self, "nik", "")
        if nik and self.birth_date and self.sex and nik_disagrees(nik, self.birth_date, self.sex):
            raise ValidationError({"nik": _("Date of birth and sex do not fit this NIK.")})


class Officer(PersonProfile, InRegion):
    """A person who works or worked for a unit; `region` is the office that keeps the record."""

    nik = NikField(_("NIK"), blank=True)
    nik_index = BlindIndexField(source="nik")
    civil_service_number = EncryptedTextField(
        _("civil service number (NIP)"), blank=True, validators=[validate_nip]
    )
    imei = EncryptedTextField(_("IMEI of the device"), blank=True, validators=[validate_imei])
    imei_index = BlindIndexField(source="imei")
    statement_letter = models.FileField(
        _("statement letter"), storage=private_storage, upload_to="officers/%Y", blank=True
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("account"), related_name="officer"
    )  # fmt: skip
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            models.UniqueConstraint(
                fields=["nik_index"], condition=~models.Q(nik_index=""), name="an_officer_is_recorded_once"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_civil_servant(self) -> bool:
        return self.background in CIVIL_SERVANTS

    def clean(self):
        super().clean()
        errors = {}
        for name in ("civil_service_number", "imei"):
            setattr(self, name, only_digits(getattr(self, name)))
        number = self.civil_service_number
        if (
            len(number) == 18
            and self.birth_date
            and self.sex
            and nip_disagrees(number, self.birth_date, self.sex)
        ):
            errors["civil_service_number"] = _("Date of birth and sex do not fit this NIP.")
        if self.is_civil_servant and not self.civil_service_number:
            errors["civil_service_number"] = _("A civil servant has a NIP.")
        if errors:
            raise ValidationError(errors)


class StipendAccount(models.Model):
    """The bank account for an officer's stipend (tali asih), in the officer's own name (S-11)."""

    officer = models.ForeignKey(
        Officer, models.CASCADE, verbose_name=_("officer"), related_name="stipend_accounts"
    )
    source = models.CharField(_("paid from"), max_length=10, choices=StipendSource.choices)
    bank = models.CharField(_("bank"), max_length=10, choices=Bank.choices, default=Bank.BNI)
    bank_name = models.CharField(_("name of the other bank"), max_length=80, blank=True)
    number = EncryptedTextField(_("account number"))
    holder = models.CharField(_("account holder"), max_length=150)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["officer", "-opened_on"]
        verbose_name = _("stipend account")
        verbose_name_plural = _("stipend accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "source"],
                condition=models.Q(closed_on=None),
                name="one_open_account_per_source",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="account_dates_ordered",
            ),
        ]

    def __str__(self):
        return f"{self.get_bank_display()} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        return f"{'•' * max(len(self.number) - 4, 0)}{self.number[-4:]}"

    def clean(self):
        super().clean()
        errors = {}
        self.number = only_digits(self.number)
        if not (self.number.isdigit() and 8 <= len(self.number) <= 18):
            errors["number"] = _("An account number has 8 to 18 digits.")
        if self.officer_id and _plain(self.holder) != _plain(self.officer.name):
            errors["holder"] = _("The account must be in the officer's own name: %(name)s.") % {
                "name": self.officer.name
            }
        # BNI, or another bank as the funding source requires (S-11): the State budget pays through BNI.
        if self.source == StipendSource.APBN and self.bank != Bank.BNI:
            errors["bank"] = _("A stipend from the State budget is paid through BNI.")
        if self.bank in (Bank.OTHER, Bank.REGIONAL) and not self.bank_name:
            errors["bank_name"] = _("Name the bank.")
        if errors:
            raise ValidationError(errors)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(".", " ").replace(",", " ").split())
