"""The catalog's records: nine sectors, who runs programs, the programs, and the desks that answer referrals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import CODE_LENGTH, Region, above_q


class Bilingual(models.Model):
    """A name in Indonesian with English beside it."""

    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name


class Sector(Bilingual):
    """One of the nine sectors (P-01)."""

    code = models.SlugField(_("code"), primary_key=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    description_en = models.CharField(_("description in English"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=30, blank=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")


class Provider(Bilingual):
    """Who runs programs: a ministry, a regional agency, a village, a non-government body (P-03)."""

    class Level(models.TextChoices):
        CENTRE = "centre", _("Central government")
        PROVINCE = "province", _("Province")
        REGENCY = "regency", _("Regency or city")
        VILLAGE = "village", _("Village")
        NON_GOVERNMENT = "non_government", _("Non-government")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )
    website = models.URLField(_("website"), blank=True)
    phone = PhoneNumberField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")


class ProgramQuerySet(VisibleQuerySet):
    def open(self) -> ProgramQuerySet:
        return self.filter(is_open=True)

    def for_region(self, region: Region | None) -> ProgramQuerySet:
        """National programs and those of this region or above it (P-04)."""
        return self.filter(above_q(region.pk if region else ""))


class Program(Bilingual):
    """A program of social protection or service."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="programs", verbose_name=_("sector"))
    provider = models.ForeignKey(
        Provider, models.PROTECT, related_name="programs", verbose_name=_("provider")
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Where the program exists; empty for the whole nation."),
    )
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    is_open = models.BooleanField(_("open"), default=True)
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    checked_by = models.CharField(_("last checked by"), max_length=150, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["sector", "name"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    @property
    def level(self) -> str:
        return self.provider.level

    @property
    def label(self) -> str:
        return f"{self} ({self.acronym})" if self.acronym and self.acronym not in str(self) else str(self)


class ProgramDesk(models.Model):
    """Who answers referrals to a program within a region (user PP of the guideline, A-04)."""

    name = models.CharField(_("name"), max_length=150)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="desks", verbose_name=_("provider"))
    programs = models.ManyToManyField(Program, related_name="desks", verbose_name=_("programs"))
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("program desk")
        verbose_name_plural = _("program desks")
        constraints = [models.UniqueConstraint(fields=["provider", "region", "name"], name="desk_named_once")]

    def __str__(self):
        return self.name

    @classmethod
    def for_program(cls, program: Program, region: Region) -> ProgramDesk | None:
        """The desk closest to a region that answers for a program."""
        codes = [region.pk[:length] for length in CODE_LENGTH.values() if length <= len(region.pk)]
        desks = cls.objects.filter(
            models.Q(region__in=codes) | models.Q(region=None), programs=program, is_active=True
        )
        return max(desks, key=lambda desk: len(desk.region_id or ""), default=None)
