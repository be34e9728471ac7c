"""The region tree. The Kemendagri code is the path: 34 > 34.04 > 34.04.05 > 34.04.05.2001."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Length, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

CODE_LENGTH = {1: 2, 2: 5, 3: 8, 4: 13}
CODE_FORM = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
SHORT_FORMS = (("Daerah Khusus Ibukota ", "DKI "), ("Daerah Istimewa ", "DI "))


class Level(models.IntegerChoices):
    """Levels of administration. The nation is the level without a region row."""

    NATION = 0, _("Nation")
    PROVINCE = 1, _("Province")
    REGENCY = 2, _("Regency or city")
    DISTRICT = 3, _("District")
    VILLAGE = 4, _("Village")


def level_of(code: str) -> Level:
    """The level of a well-formed code ('' is the nation); ValueError for any other text."""
    if not code:
        return Level.NATION
    if CODE_FORM.fullmatch(code):
        for level, length in CODE_LENGTH.items():
            if len(code) == length:
                return Level(level)
    raise ValueError("not a region code")


def code_at(code: str, level: Level) -> str:
    """The code of the region of `level` that `code` lies in: 34.04.07.2001 at REGENCY is 34.04.

    '' for the nation; `code` itself where it is of that level or above it.
    """
    return code[: CODE_LENGTH.get(level, 0)]


class RegionQuerySet(models.QuerySet):
    def within(self, region: Region | None) -> RegionQuerySet:
        """The region itself and all below it; everything for the nation (None)."""
        if region is None:
            return self
        return self.filter(Q(pk=region.pk) | below_q(region.pk, "pk"))

    def at(self, level: Level) -> RegionQuerySet:
        return self.filter(level=level)

    def current(self, on: dt.date | None = None) -> RegionQuerySet:
        """Regions whose code is in force today, or on another day."""
        day = on or timezone.localdate()
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), Q(valid_from=None) | Q(valid_from__lte=day)
        )


class Region(models.Model):
    """A province, regency or city, district, or village of Indonesia."""

    Level = Level

    code = models.CharField(_("code"), max_length=13, primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", editable=False
    )
    is_city = models.BooleanField(_("is a city (kota)"), default=False)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    capital = models.CharField(_("capital"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=30, blank=True)
    area_km2 = models.DecimalField(_("area in km²"), max_digits=12, decimal_places=3, null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True, verbose_name=_("successors")
    )
    # The region's name and those above it, folded: what the picker searches ("depok sleman").
    search_text = models.CharField(max_length=300, blank=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        indexes = [
            models.Index(fields=["parent", "name"], name="region_parent_name"),
            models.Index(fields=["level", "name"], name="region_level_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="region_level_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="region_validity_ordered",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def kind(self) -> str:
        """The official word for this region: provinsi, kabupaten, kota, kecamatan, kelurahan, desa, desa adat."""
        if self.level == Level.REGENCY:
            return _("city") if self.is_city else _("regency")
        if self.level == Level.VILLAGE:
            # The first digit of the last part tells (Kepmendagri 300.2.2-2430/2025).
            return {"1": _("urban village"), "3": _("customary village")}.get(self.code[9], _("village"))
        return {Level.PROVINCE: _("province"), Level.DISTRICT: _("district")}[self.level]

    @property
    def short_name(self) -> str:
        """The name as people write it: DI Yogyakarta, DKI Jakarta."""
        for long, short in SHORT_FORMS:
            if self.name.startswith(long):
                return f"{short}{self.name[len(long) :]}"
        return self.name

    @property
    def full_name(self) -> str:
        """The name with all above it: "Caturtunggal, Depok, Kabupaten Sleman, DI Yogyakarta". One query; lists use
        `full_names`.
        """
        return full_names([self])[self.code]

    def ancestors(self) -> RegionQuerySet:
        """The regions above this one, the province first."""
        return Region.objects.filter(pk__in=self.ancestor_codes()[:-1]).order_by("pk")

    def is_current(self, on: dt.date | None = None) -> bool:
        """Whether the code is in force today, or on another day."""
        day = on or timezone.localdate()
        return (self.valid_to is None or self.valid_to >= day) and (
            self.valid_from is None or self.valid_from <= day
        )

    def ancestor_codes(self) -> list[str]:
        """Codes from the province down to the region itself."""
        return codes_down_to(self.code)

    def contains(self, code: str) -> bool:
        """Whether `code` is this region or lies within it."""
        return code == self.code or code.startswith(f"{self.code}.")


def codes_down_to(code: str) -> list[str]:
    """The code of each level from the province down to `code` itself; [] for the nation."""
    return [code[:length] for length in CODE_LENGTH.values() if length <= len(code)]


def full_names(regions: Iterable[Region]) -> dict[str, str]:
    """Code to full name for many regions, in one query."""
    regions = list(regions)
    above = {code for region in regions for code in region.ancestor_codes()[:-1]}
    names = {region.code: region.short_name for region in regions}
    for region in Region.objects.filter(pk__in=above - names.keys()).only("code", "name"):
        names[region.code] = region.short_name
    return {
        region.code: ", ".join(names[code] for code in reversed(region.ancestor_codes()) if code in names)
        for region in regions
    }


def generated_code(level: Level) -> models.GeneratedField:
    """A column with the code of the row's region at one level, derived in the database ('' below its own level)."""
    length = CODE_LENGTH[level]
    expression = (
        Substr(F("region"), 1, length)
        if level == Level.PROVINCE
        else Case(
            When(
                condition=models.lookups.GreaterThanOrEqual(Length(F("region")), length),
                then=Substr(F("region"), 1, length),
            ),
            default=Value(""),
        )
    )
    return models.GeneratedField(
        expression=expression,
        output_field=models.CharField(max_length=length, null=level == Level.PROVINCE),
        db_persist=True,
    )


class InRegion(models.Model):
    """A row that belongs to a region of any level; `region=None` is the nation.

    The code columns are written by the database alone, so neither a form nor an import can place a row elsewhere
    than its region. Lists filter on them; add composite indexes with the list's order where the table is large.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="+")
    province_code = generated_code(Level.PROVINCE)
    regency_code = generated_code(Level.REGENCY)
    district_code = generated_code(Level.DISTRICT)
    village_code = generated_code(Level.VILLAGE)

    class Meta:
        abstract = True


COLUMN = {
    Level.PROVINCE: "province_code",
    Level.REGENCY: "regency_code",
    Level.DISTRICT: "district_code",
    Level.VILLAGE: "village_code",
}


def within_q(code: str, prefix: str = "") -> Q:
    """The condition on an InRegion model for rows within `code` ('' is the nation); `prefix` leads there, e.g. `case__`."""
    level = level_of(code)
    if level == Level.NATION:
        return Q(pk__isnull=False) if not prefix else Q(**{f"{prefix}pk__isnull": False})
    return Q(**{f"{prefix}{COLUMN[level]}": code})


def below_q(code: str, path: str = "region") -> Q:
    """The condition for rows whose region (`path`) lies below `code`, without itself.

    A range, so that an index answers it. Codes have parts of fixed width, so both ends hold wherever a collation puts the
    dot: before the digits (C) or nowhere (en_US, id_ID), and PostgreSQL may sort by any of them.
    """
    return Q(**{f"{path}__gte": f"{code}.0", f"{path}__lte": f"{code}.9999999999"})


def above_q(code: str, prefix: str = "") -> Q:
    """The condition for rows whose own region is `code` or one of its ancestors, or the nation (a null region)."""
    if not code:
        return Q(**{f"{prefix}region__isnull": True})
    codes = [code[:length] for length in CODE_LENGTH.values() if length <= len(code)]
    return Q(**{f"{prefix}region__in": codes}) | Q(**{f"{prefix}region__isnull": True})
