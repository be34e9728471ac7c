"""The catalog's records: nine sectors, who runs programs, the programs, and the desks that answer referrals."""

from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from portal.accounts.policies import VisibleQuerySet
from portal.content.fields import LeanStreamField
from portal.regions.models import CODE_LENGTH, Region, above_q

from .eligibility.blocks import CONDITION_BLOCKS, rule_of
from .eligibility.rules import Rule
from .eligibility.words import Words, describe


class Bilingual(models.Model):
    """A name in Indonesian with English beside it."""

    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name


class SectorQuerySet(models.QuerySet):
    def with_counts(self) -> SectorQuerySet:
        """With `program_count`: published programs of the whole nation."""
        shown = models.Q(programs__live=True, programs__region=None)
        return self.annotate(program_count=models.Count("programs", filter=shown)).order_by("position")


class Sector(Bilingual):
    """One of the nine sectors (P-01)."""

    code = models.SlugField(_("code"), primary_key=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    description_en = models.CharField(_("description in English"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=30, blank=True)

    objects = SectorQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")

    def text(self, field: str) -> str:
        english = (get_language() or "").startswith("en") and getattr(self, f"{field}_en")
        return english or getattr(self, field)

    @property
    def path(self) -> str:
        return f"/program/{self.pk}/"


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


class Audience(models.TextChoices):
    """Whom a program is for: the words of the catalog's filter."""

    FAMILY = "family", _("Poor and vulnerable families")
    MOTHER = "mother", _("Pregnant women and mothers")
    CHILD = "child", _("Babies and small children")
    PUPIL = "pupil", _("Pupils and students")
    ORPHAN = "orphan", _("Orphans")
    ELDERLY = "elderly", _("Elderly people")
    DISABLED = "disabled", _("People with disabilities")
    FARMER = "farmer", _("Farmers")
    FISHER = "fisher", _("Fishers and fish farmers")
    WORKER = "worker", _("Workers and small businesses")
    DISASTER = "disaster", _("People hit by a disaster")
    STRANDED = "stranded", _("Stranded or homeless people")
    EVERYONE = "everyone", _("Every citizen")


#: the long texts of a program, each with its English beside it (`benefits_en`)
TEXTS = (
    "benefits", "eligibility", "bring", "steps", "where", "cost", "duration", "contact", "refusal", "amounts",
)  # fmt: skip


class ProgramQuerySet(VisibleQuerySet):
    def published(self) -> ProgramQuerySet:
        """What the public may see."""
        return self.filter(live=True)

    def open(self) -> ProgramQuerySet:
        return self.filter(is_open=True, live=True)

    def for_region(self, region: Region | None) -> ProgramQuerySet:
        """National programs and those of this region or above it (P-04)."""
        return self.filter(above_q(region.pk if region else ""))


class Program(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    Bilingual,
    ClusterableModel,
):
    """A program of social protection or service, with everything that people need to know about it.

    Texts are plain, one column per language; in `bring` and `steps` each line is one item. They live here and not on a
    page, so that the intake screen, the phone and the API tell the same (docs/decisions/catalog-texts.md).
    """

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
    audiences = models.JSONField(_("who it is for"), default=list, blank=True)
    keywords = models.CharField(
        _("search words"),
        max_length=500,
        blank=True,
        help_text=_("Everyday words by which people look for the program, separated by commas."),
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    benefits = models.TextField(_("what you get"), blank=True)
    benefits_en = models.TextField(_("what you get, in English"), blank=True)
    eligibility = models.TextField(_("who can get it"), blank=True)
    eligibility_en = models.TextField(_("who can get it, in English"), blank=True)
    bring = models.TextField(_("what to bring"), blank=True, help_text=_("One item per line."))
    bring_en = models.TextField(_("what to bring, in English"), blank=True)
    steps = models.TextField(_("how to apply"), blank=True, help_text=_("One step per line."))
    steps_en = models.TextField(_("how to apply, in English"), blank=True)
    where = models.TextField(_("where to apply"), blank=True)
    where_en = models.TextField(_("where to apply, in English"), blank=True)
    cost = models.TextField(_("cost"), blank=True, help_text=_("Empty: the service is free of charge."))
    cost_en = models.TextField(_("cost, in English"), blank=True)
    duration = models.TextField(_("how long it takes"), blank=True)
    duration_en = models.TextField(_("how long it takes, in English"), blank=True)
    contact = models.TextField(_("where to ask"), blank=True)
    contact_en = models.TextField(_("where to ask, in English"), blank=True)
    refusal = models.TextField(
        _("what to do if refused"), blank=True, help_text=_("Empty: the general advice is shown.")
    )
    refusal_en = models.TextField(_("what to do if refused, in English"), blank=True)
    amounts = models.TextField(_("amounts that change from year to year"), blank=True)
    amounts_en = models.TextField(_("amounts that change from year to year, in English"), blank=True)
    information_on = models.DateField(_("date of the information"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    is_open = models.BooleanField(
        _("open"), default=True, help_text=_("Whether people can apply, or be proposed, at present.")
    )
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    checked_by = models.CharField(_("last checked by"), max_length=150, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="program")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="program",
        for_concrete_model=False,
    )

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["sector", "name"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    @property
    def revisions(self):
        return self._revisions

    @property
    def level(self) -> str:
        return self.provider.level

    @property
    def label(self) -> str:
        return f"{self} ({self.acronym})" if self.acronym and self.acronym not in str(self) else str(self)

    def clean(self):
        super().clean()
        unknown = set(self.audiences or ()) - set(Audience.values)
        if unknown:
            raise ValidationError(
                {"audiences": _("Unknown: %(words)s.") % {"words": ", ".join(sorted(unknown))}}
            )

    def text(self, field: str) -> str:
        """A text in the reader's language, in Indonesian where the translation is missing."""
        english = (get_language() or "").startswith("en") and getattr(self, f"{field}_en")
        return english or getattr(self, field)

    def lines(self, field: str) -> list[str]:
        return [line.strip() for line in self.text(field).splitlines() if line.strip()]

    @property
    def path(self) -> str:
        """The address on the public site, without a language prefix; it stays (issue of addresses)."""
        return f"/program/{self.sector_id}/{self.code}/"

    @property
    def draft(self) -> Program:
        """The program with its latest changes, published or not."""
        return self.get_latest_revision_as_object() if self.has_unpublished_changes else self

    def criteria_on(self, day: dt.date | None = None) -> Criteria | None:
        """The version of the criteria in force on a day (today)."""
        day = day or timezone.localdate()
        versions = [
            c
            for c in self.criteria.all()
            if c.valid_from <= day and (c.valid_until is None or day <= c.valid_until)
        ]
        return max(versions, key=lambda c: c.valid_from, default=None)

    def get_preview_template(self, request, mode_name):
        return "public_site/program.html"

    def get_preview_context(self, request, mode_name):
        return {"program": self, "previewed": True}


class Criteria(models.Model):
    """Who can get a program, as data: one version, with the days on which it holds."""

    program = ParentalKey(Program, related_name="criteria", verbose_name=_("program"))
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    conditions = LeanStreamField(
        CONDITION_BLOCKS, verbose_name=_("conditions"), help_text=_("All of them must be met.")
    )
    source = models.CharField(_("regulation or other source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-valid_from"]
        verbose_name = _("version of the criteria")
        verbose_name_plural = _("versions of the criteria")
        constraints = [
            models.UniqueConstraint(fields=["program", "valid_from"], name="one_criteria_version_per_day"),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="criteria_dates_ordered",
            ),
        ]

    def __str__(self):
        return f"{self.program_id} {self.valid_from}"

    @property
    def rule(self) -> Rule:
        """The conditions as the eligibility engine reads them."""
        return rule_of(self.conditions)

    @property
    def words(self) -> Words:
        """The rule as the public reads it."""
        return describe(self.rule)


@register_setting(icon="cog", order=200)
class CatalogSettings(BaseGenericSetting):
    """How the catalog is edited in this installation."""

    regions_publish = models.BooleanField(
        _("regions publish their own"),
        default=False,
        help_text=_("Otherwise an editor of a region proposes and a national editor publishes."),
    )

    class Meta:
        verbose_name = _("editing of the catalog")


class PublicVersion(models.Model):
    """A number that grows whenever something public changes; caches compare it (programs_catalog/freshness.py)."""

    number = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        return str(self.number)


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
    keeps_register = models.BooleanField(
        _("keeps the register"),
        default=False,
        help_text=_("Complaints about the data of the register itself come here."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = VisibleQuerySet.as_manager()

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
