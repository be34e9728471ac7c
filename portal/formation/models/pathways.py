"""Pathways of formation as versioned data: ordered stages, each with body, form, documents, decree issuer, time limit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.units.models import Decree, Unit

from ..enums import Addressee, Body, CriterionKind, StageForm, deputies
from ..workflow import VersionStatus


class Bilingual(models.Model):
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name


class Pathway(Bilingual):
    """One of the ways a unit comes into being (F-01, F-09)."""

    code = models.SlugField(_("code"), primary_key=True)
    unit_kind = models.CharField(_("kind of unit"), max_length=10, choices=Unit.Kind.choices)
    # F-02, F-09: the regency head asks for an SLRT, the village head for a Puskesos.
    applicant = models.CharField(_("applicant"), max_length=30, choices=Body.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    explanation_en = models.CharField(_("explanation in English"), max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")

    def explain(self) -> str:
        """What the pathway is, in the reader's language."""
        return (get_language() or "").startswith("en") and self.explanation_en or self.explanation

    @property
    def current(self) -> PathwayVersion | None:
        """The version new requests begin with."""
        return self.versions.filter(status=VersionStatus.PUBLISHED).first()


class PathwayVersion(models.Model):
    """A pathway as it is at one time. A published version never changes; requests keep the one they began with."""

    Status = VersionStatus

    pathway = models.ForeignKey(Pathway, models.PROTECT, verbose_name=_("pathway"), related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT, editable=False
    )
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    addressee = models.CharField(_("addressed to"), max_length=30, choices=Addressee.choices)
    #: codes of Addressee: whom copies (tembusan) go to (F-05)
    copies = models.JSONField(_("copies to"), default=list, blank=True)
    #: codes of Item, in order
    items = models.JSONField(_("what a request contains"), default=list)
    confirms_standard = models.BooleanField(
        _("the applicant confirms the Ministry's standards and criteria"), default=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pathway", "-number"]
        verbose_name = _("version of a pathway")
        verbose_name_plural = _("versions of pathways")
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="pathway_versions_are_numbered"),
            models.UniqueConstraint(
                fields=["pathway"],
                condition=models.Q(status=VersionStatus.PUBLISHED),
                name="one_pathway_version_in_force",
            ),
        ]

    def __str__(self):
        return f"{self.pathway} v{self.number}"


class PathwayStage(Bilingual):
    """One stage: the body that completes it, with which form and documents, by whose decree, in what time."""

    version = models.ForeignKey(
        PathwayVersion, models.CASCADE, verbose_name=_("version"), related_name="stages"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    description = models.CharField(_("description"), max_length=400, blank=True)
    description_en = models.CharField(_("description in English"), max_length=400, blank=True)
    body = models.CharField(_("completed by"), max_length=30, choices=Body.choices)
    form = models.CharField(_("form"), max_length=25, choices=StageForm.choices)
    #: names of documents that must be attached
    documents = models.JSONField(_("required documents"), default=list, blank=True)
    decree_issuer = models.CharField(
        _("decree issued by"), max_length=30, choices=Decree.Issuer.choices, blank=True
    )
    time_limit_days = models.PositiveSmallIntegerField(_("time limit (days)"), null=True, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["version", "order"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["version", "order"], name="stages_are_ordered"),
            models.UniqueConstraint(fields=["version", "code"], name="a_stage_once_in_a_version"),
        ]

    @property
    def acting(self) -> str:
        """Who else completes the stage, and in whose name, as the pages say it; '' where the body does it alone."""
        offices = ", ".join(str(role.label) for role in deputies(self.body))
        if not offices:
            return ""
        words = {"office": offices, "body": self.get_body_display()}
        return _t("%(office)s may act in the name of: %(body)s.") % words

    @property
    def describe(self) -> str:
        return (get_language() or "").startswith("en") and self.description_en or self.description


class AssessmentCriterion(Bilingual):
    """What a readiness study or assessment scores from 0 to 4: F-13, F-14."""

    code = models.SlugField(_("code"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=15, choices=CriterionKind.choices)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "order"]
        verbose_name = _("criterion of readiness")
        verbose_name_plural = _("criteria of readiness")
