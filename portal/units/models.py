"""SLRT secretariats and Puskesos: where one goes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, Level

from .workflow import LISTED, Status


class UnitQuerySet(VisibleQuerySet):
    def listed(self) -> UnitQuerySet:
        """Units of the public directory: their location has been set (F-12)."""
        return self.filter(status__in=LISTED)


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
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["kind", "region"], name="one_unit_of_a_kind_in_a_region")
        ]
        indexes = [models.Index(fields=["regency_code", "kind"], name="unit_in_regency")]

    def __str__(self):
        return self.name

    @property
    def level(self) -> Level:
        return Level.REGENCY if self.kind == self.Kind.SLRT else Level.VILLAGE
