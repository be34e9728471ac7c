"""Rooms, equipment, funding and the support of the centre, per unit."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.policies import VisibleQuerySet

from .unit import Unit

YEARS = [MinValueValidator(2013), MaxValueValidator(2100)]


class Room(models.Model):
    """Whether a unit has a room or board of the standard (K-07)."""

    class Kind(models.TextChoices):
        NAME_BOARD = "name_board", _("name board")
        INFORMATION_BOARD = "information_board", _("information board")
        WAITING_ROOM = "waiting_room", _("waiting room")
        FRONT_OFFICE = "front_office", _("front office")
        BACK_OFFICE = "back_office", _("back office")
        MANAGER_ROOM = "manager_room", _("manager's room")
        MEETING_ROOM = "meeting_room", _("meeting and consultation room")

    class Condition(models.TextChoices):
        GOOD = "good", _("good")
        LIGHT_DAMAGE = "light_damage", _("lightly damaged")
        HEAVY_DAMAGE = "heavy_damage", _("badly damaged")

    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="rooms"
    )
    kind = models.CharField(_("room"), max_length=20, choices=Kind.choices)
    is_present = models.BooleanField(_("present"), default=True)
    condition = models.CharField(_("condition"), max_length=15, choices=Condition.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "id"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="a_room_is_told_once")]

    def __str__(self):
        return self.get_kind_display()


class Equipment(models.Model):
    """How many devices of a kind a unit has, and how many of them work (K-08)."""

    class Kind(models.TextChoices):
        TABLET = "tablet", _("tablet or smartphone for a facilitator")
        SUPERVISOR_LAPTOP = "supervisor_laptop", _("laptop for a supervisor")
        MANAGER_LAPTOP = "manager_laptop", _("laptop for the manager")
        COMPUTER = "computer", _("computer for the secretariat")
        DASHBOARD = "dashboard", _("dashboard display")
        SERVER = "server", _("server")
        PRINTER = "printer", _("printer")
        INTERNET = "internet", _("internet connection")

    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="equipment"
    )
    kind = models.CharField(_("equipment"), max_length=20, choices=Kind.choices)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=0)
    working = models.PositiveSmallIntegerField(_("of these working"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "id"]
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="equipment_is_counted_once"),
            models.CheckConstraint(
                condition=models.Q(working__lte=models.F("quantity")), name="working_is_part_of_quantity"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class Funding(models.Model):
    """Money of a unit in a year, by where it comes from and what it is for (K-09)."""

    class Source(models.TextChoices):
        APBN = "apbn", _("APBN (State budget)")
        APBD_PROVINCE = "apbd_province", _("APBD (provincial budget)")
        APBD_REGENCY = "apbd_regency", _("APBD (regency or city budget)")
        VILLAGE = "village", _("village or urban village budget")
        OTHER = "other", _("other lawful and non-binding source")

    class Use(models.TextChoices):
        OPERATIONS_SLRT = "operations_slrt", _("operations of the SLRT secretariat")
        OPERATIONS_PUSKESOS = "operations_puskesos", _("operations of the Puskesos secretariat")
        STIPEND_MANAGER = "stipend_manager", _("stipend of the manager")
        STIPEND_SUPERVISOR = "stipend_supervisor", _("stipend of supervisors")
        STIPEND_FACILITATOR = "stipend_facilitator", _("stipend of facilitators")
        STIPEND_PUSKESOS = "stipend_puskesos", _("stipend of Puskesos officers")
        FACILITIES = "facilities", _("facilities and equipment")
        OTHER = "other", _("other costs")

    unit = models.ForeignKey(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="funding"
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    use = models.CharField(_("use"), max_length=20, choices=Use.choices)
    budgeted = models.DecimalField(
        _("budgeted (Rp)"), max_digits=15, decimal_places=0, validators=[MinValueValidator(0)]
    )
    spent = models.DecimalField(
        _("spent (Rp)"),
        max_digits=15,
        decimal_places=0,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "-year", "id"]
        verbose_name = _("funding")
        verbose_name_plural = _("funding")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "source", "use"], name="funding_is_told_once"),
            models.CheckConstraint(condition=models.Q(budgeted__gte=0), name="funding_is_not_negative"),
        ]

    def __str__(self):
        return f"{self.year} · {self.get_source_display()} · {self.get_use_display()}"

    @property
    def in_year(self) -> str:
        """The year as a name, without a thousands separator."""
        return str(self.year)

    in_year.fget.short_description = _("year")


class CentreSupport(models.Model):
    """What the centre gives a new SLRT: the package as set, and what of it was received (F-16)."""

    unit = models.OneToOneField(
        Unit, models.CASCADE, verbose_name=pgettext_lazy("institution", "unit"), related_name="centre_support"
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    secretariat = models.BooleanField(_("secretariat"), default=True)
    puskesos = models.PositiveSmallIntegerField(_("Puskesos"), default=2)
    facilitators = models.PositiveSmallIntegerField(_("facilitators"), default=50)
    supervisors = models.PositiveSmallIntegerField(_("supervisors"), default=3)
    managers = models.PositiveSmallIntegerField(_("managers"), default=1)
    puskesos_coordinators = models.PositiveSmallIntegerField(_("coordinators per Puskesos"), default=1)
    puskesos_front_officers = models.PositiveSmallIntegerField(_("front officers per Puskesos"), default=2)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name = _("support of the centre")
        verbose_name_plural = _("support of the centre")

    def __str__(self):
        return f"{self.unit} {self.year}"
