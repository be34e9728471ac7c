"""Partners outside government, and the agreements and action plans that bind them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet

from .unit import Unit, private_storage


class Partner(models.Model):
    """Who works with a unit without being a government office (K-10)."""

    class Kind(models.TextChoices):
        RELIGIOUS = "religious", _("religious organization")
        BUSINESS = "business", _("business (CSR)")
        VOLUNTEERS = "volunteers", _("social volunteers")
        NGO = "ngo", _("non-governmental organization")
        WOMEN_HUMANITARIAN = "women_humanitarian", _("women's or humanitarian organization")
        PSKS = "psks", _("PSKS (TKSK, PSM, Karang Taruna and others)")

    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="partners"
    )
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    # By name: the catalog stands on this floor too, and only its keys are needed here.
    sectors = models.ManyToManyField(
        "programs_catalog.Sector", blank=True, verbose_name=_("needs it can serve"), related_name="+"
    )
    provider = models.ForeignKey(
        "programs_catalog.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("receives referrals as"),
        help_text=_("The entry of this partner in the catalog: cases are referred to its program desk."),
        related_name="+",
    )
    contact = models.CharField(_("contact person"), max_length=150, blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "name"]
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="a_partner_once_per_unit")]

    def __str__(self):
        return self.name

    @property
    def receives_referrals(self) -> bool:
        return self.provider_id is not None


class AgreementQuerySet(VisibleQuerySet):
    def in_force(self, on: dt.date | None = None) -> AgreementQuerySet:
        day = on or timezone.localdate()
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=day), valid_from__lte=day)


class Agreement(models.Model):
    """A memorandum, a cooperation agreement or an action plan, with its dates and its document (K-10, K-11)."""

    class Kind(models.TextChoices):
        MOA = "moa", _("memorandum of agreement (MoA)")
        COOPERATION = "cooperation", _("cooperation agreement")
        EXPANSION_PLAN = "expansion_plan", _("action plan: expansion")
        SUSTAINABILITY_PLAN = "sustainability_plan", _("action plan: sustainability")

    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="agreements"
    )
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, verbose_name=_("partner"), related_name="agreements"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(_("document"), storage=private_storage, upload_to="agreements/%Y", blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "-valid_from"]
        verbose_name = _("agreement or action plan")
        verbose_name_plural = _("agreements and action plans")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="agreement_dates_ordered",
            )
        ]

    def __str__(self):
        return self.title

    def is_in_force(self, on: dt.date | None = None) -> bool:
        day = on or timezone.localdate()
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
