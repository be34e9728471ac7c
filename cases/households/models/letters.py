"""Letters of recommendation to civil registration."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.units.models import Unit

from .families import Person


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
