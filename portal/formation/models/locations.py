"""Where the Puskesos of a new SLRT shall be, village by village."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion
from portal.units.models import Decree, Unit

from .requests import FormationRequest


class LocationQuerySet(VisibleQuerySet):
    def waiting(self) -> LocationQuerySet:
        """Locations whose village head has still to appoint the officers."""
        return self.filter(decree=None)


class PuskesosLocation(InRegion):
    """A village where the head of the region sets a Puskesos; its head appoints the officers where the pathway says so."""

    request = models.ForeignKey(FormationRequest, models.CASCADE, related_name="puskesos")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    #: the village head's decree on the officers (F-07, F-08)
    decree = models.ForeignKey(Decree, models.PROTECT, null=True, related_name="+")
    decreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decreed_at = models.DateTimeField(null=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["request", "region_id"]
        verbose_name = _("Puskesos location")
        verbose_name_plural = _("Puskesos locations")
        constraints = [models.UniqueConstraint(fields=["request", "region"], name="a_location_once")]

    def __str__(self):
        return str(self.region)
