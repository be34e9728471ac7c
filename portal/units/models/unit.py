"""SLRT secretariats and Puskesos: where one goes."""

from __future__ import annotations

import datetime as dt

from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, Level

from ..workflow import LISTED, Status


def private_storage():
    return storages["private"]


class UnitQuerySet(VisibleQuerySet):
    def listed(self) -> UnitQuerySet:
        """Units of the public directory: their location has been set (F-12)."""
        return self.filter(status__in=LISTED)

    def neighbors_of(self, unit: Unit) -> UnitQuerySet:
        """Units of the same kind one level up: SLRTs of the province, Puskesos of the district, the unit included."""
        column = "province_code" if unit.kind == Unit.Kind.SLRT else "district_code"
        return self.listed().filter(
            kind=unit.kind, **{column: unit.region_id[: 2 if column[0] == "p" else 8]}
        )


class Unit(InRegion):
    """The secretariat of an SLRT (one in a regency) or a Puskesos (one in a village)."""

    class Kind(models.TextChoices):
        SLRT = "slrt", _("SLRT")
        PUSKESOS = "puskesos", _("Puskesos")

    Status = Status

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=150)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.FORMING, editable=False
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True)
    whatsapp = PhoneNumberField(_("WhatsApp"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["region_id", "kind"]
        verbose_name = pgettext_lazy("institution", "unit")
        verbose_name_plural = pgettext_lazy("institution", "units")
        constraints = [
            models.UniqueConstraint(fields=["kind", "region"], name="one_unit_of_a_kind_in_a_region")
        ]
        indexes = [models.Index(fields=["regency_code", "kind"], name="unit_in_regency")]

    def __str__(self):
        return self.name

    @property
    def level(self) -> Level:
        return Level.REGENCY if self.kind == self.Kind.SLRT else Level.VILLAGE


class DecreeQuerySet(VisibleQuerySet):
    def in_force(self, on: dt.date) -> DecreeQuerySet:
        open_ended = models.Q(valid_until=None) | models.Q(valid_until__gte=on)
        return self.filter(open_ended, valid_from__lte=on)


class Decree(InRegion):
    """A written decision (SK): who signed what, when, valid until when; a revision points at what it replaces."""

    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, verbose_name=_("region"), related_name="+"
    )

    class About(models.TextChoices):
        SLRT_LOCATION = "slrt_location", _("location of an SLRT")
        PUSKESOS_LOCATION = "puskesos_location", _("location of Puskesos")
        APPOINTMENT = "appointment", _("appointment of officers")
        BODY = "body", _("coordination body")
        OTHER = "other", _("other")

    class Issuer(models.TextChoices):
        """Who signs (guideline II.B, II.C, II.F)."""

        MINISTRY = "ministry", _("Ministry of Social Affairs")
        GOVERNOR = "governor", _("Governor")
        REGENCY_HEAD = "regency_head", _("Regency head or mayor")
        REGENCY_SOCIAL_OFFICE = "regency_social_office", _("Head of the regency social office")
        VILLAGE_HEAD = "village_head", _("Village head")

    about = models.CharField(_("about"), max_length=20, choices=About.choices)
    number = models.CharField(_("decree number"), max_length=80)
    date = models.DateField(_("decree date"))
    issuer = models.CharField(_("issued by"), max_length=30, choices=Issuer.choices)
    signatory = models.CharField(_("signatory"), max_length=150)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(_("file"), storage=private_storage, upload_to="decrees/%Y", blank=True)
    revises = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("revises"), related_name="revisions"
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = DecreeQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-id"]
        verbose_name = _("decree")
        verbose_name_plural = _("decrees")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "region", "number"], name="one_decree_per_number"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="decree_dates_ordered",
            ),
        ]

    def __str__(self):
        return self.number
