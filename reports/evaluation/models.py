"""The yearly evaluation: rounds, teams, the evaluation of each place, qualitative notes, recommendations (E-01 to E-10)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, Region
from reports.monitoring.models import InstrumentVersion

from .typology import Aspect, Scheme, Typology
from .workflow import EvaluationStatus, RecommendationStatus, RoundStatus


class TypologyScheme(models.Model):
    """Indicators, weights and thresholds of one year; a year that has been used keeps its own (E-10)."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    definition = models.JSONField(_("definition"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-year"]
        verbose_name = _("typology scheme")
        verbose_name_plural = _("typology schemes")

    def __str__(self):
        return str(_("Typology %(year)s") % {"year": self.year})

    @property
    def parsed(self) -> Scheme:
        return Scheme.from_json(self.definition)


class EvaluationRound(models.Model):
    """One year's evaluation of the whole nation or of a region, of all its places or of a sample (E-01, E-05)."""

    class Method(models.TextChoices):
        CENSUS = "census", _("All places")
        SAMPLE = "sample", _("A random sample")

    year = models.PositiveSmallIntegerField(_("year"))
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region"), help_text=_("Empty for the nation."))  # fmt: skip
    purpose = models.TextField(_("purpose"), max_length=2000)
    method = models.CharField(_("places"), max_length=8, choices=Method.choices, default=Method.CENSUS)
    sample_size = models.PositiveIntegerField(_("size of the sample"), null=True, blank=True)
    seed = models.CharField(_("seed of the draw"), max_length=40, blank=True)
    scheme = models.ForeignKey(
        TypologyScheme, models.PROTECT, related_name="rounds", verbose_name=_("typology scheme")
    )
    instrument_version = models.ForeignKey(
        InstrumentVersion, models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=RoundStatus.choices, default=RoundStatus.PREPARED, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "region_id"]
        verbose_name = _("evaluation round")
        verbose_name_plural = _("evaluation rounds")
        constraints = [
            # Once a year, for an area (E-01).
            models.UniqueConstraint(fields=["year", "region"], name="one_round_a_year_and_region"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(region=None), name="one_national_round_a_year"
            ),
            models.CheckConstraint(
                condition=Q(method="census", sample_size=None)
                | Q(method="sample", sample_size__gt=0) & ~Q(seed=""),
                name="sample_has_size_and_seed",
            ),
        ]

    def __str__(self):
        return str(
            _("Evaluation %(year)s, %(region)s")
            % {"year": self.year, "region": self.region or _("Indonesia")}
        )


class Team(InRegion):
    """Who evaluates: at the centre, in a province (steering), in a regency (executing) (E-04, E-06)."""

    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )

    class Tier(models.TextChoices):
        CENTRAL = "central", _("Central team")
        PROVINCE = "province", _("Provincial steering team")
        REGENCY = "regency", _("Regency executing team")

    class Kind(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        EXTERNAL = "external", _("External")
        MIXED = "mixed", _("Mixed")

    round = models.ForeignKey(EvaluationRound, models.PROTECT, related_name="teams", verbose_name=_("round"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    members = models.TextField(_("members"), max_length=3000, help_text=_("One line each: name, office."))
    evaluator = models.CharField(_("external evaluator"), max_length=150, blank=True)
    appointed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("appointed by"),
    )
    appointed_on = models.DateField(_("appointed on"), null=True, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["round", "tier", "region_id"]
        verbose_name = _("evaluation team")
        verbose_name_plural = _("evaluation teams")
        constraints = [
            models.UniqueConstraint(fields=["round", "region"], name="one_team_per_round_and_region"),
            models.CheckConstraint(
                condition=Q(tier="central", region=None)
                | Q(tier="province", region__isnull=False, regency_code="")
                | Q(tier="regency", region__isnull=False, district_code="") & ~Q(regency_code=""),
                name="team_tier_fits_its_region",
            ),
            # An external evaluator is appointed by the National Secretariat (E-04).
            models.CheckConstraint(
                condition=Q(kind="internal", evaluator="")
                | ~Q(kind="internal")
                & ~Q(evaluator="")
                & Q(appointed_by__isnull=False, appointed_on__isnull=False),
                name="external_evaluator_is_appointed",
            ),
        ]

    def __str__(self):
        return f"{self.get_tier_display()} · {self.region or _('Indonesia')}"


class Evaluation(InRegion):
    """The evaluation of one SLRT in a round: answers, points, class (E-02, E-09)."""

    round = models.ForeignKey(
        EvaluationRound, models.PROTECT, related_name="evaluations", verbose_name=_("round")
    )
    place_name = models.CharField(_("place"), max_length=150, editable=False)
    answers = models.JSONField(_("answers"), default=dict, editable=False)
    result = models.JSONField(_("result"), default=dict, editable=False)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, default=0, editable=False)
    typology = models.CharField(
        _("typology"), max_length=15, choices=Typology.choices, blank=True, editable=False
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=EvaluationStatus.choices,
        default=EvaluationStatus.OPEN,
        editable=False,
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-round_id", "region_id"]
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(fields=["round", "region"], name="one_evaluation_per_round_and_place"),
            models.CheckConstraint(
                condition=~Q(status="final") | ~Q(typology=""), name="final_evaluation_has_its_class"
            ),
        ]

    def __str__(self):
        return f"{self.place_name} · {self.round.year}"


class QualitativeNote(models.Model):
    """A group discussion, an interview or another qualitative method, beside the questionnaire (E-03)."""

    class Method(models.TextChoices):
        GROUP = "group", _("Focus group discussion")
        INTERVIEW = "interview", _("In-depth interview")
        OBSERVATION = "observation", _("Observation")

    class Question(models.TextChoices):
        """What the evaluation assesses (E-02)."""

        DESIGN = "design", _("Programme design")
        PROCESS = "process", _("Quality of the process")
        OUTPUTS = "outputs", _("Outputs and results")
        IMPACT = "impact", _("Contribution to impact")

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="notes", verbose_name=_("evaluation")
    )
    method = models.CharField(_("method"), max_length=12, choices=Method.choices)
    about = models.CharField(_("about"), max_length=10, choices=Question.choices)
    aspect = models.CharField(_("aspect"), max_length=12, choices=Aspect.choices, blank=True)
    held_on = models.DateField(_("held on"))
    participants = models.CharField(
        _("who took part"), max_length=300, help_text=_("Groups and offices, no names of citizens.")
    )
    text = models.TextField(_("what was said"), max_length=10000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"), editable=False)

    class Meta:
        ordering = ["held_on", "pk"]
        verbose_name = _("qualitative note")
        verbose_name_plural = _("qualitative notes")

    def __str__(self):
        return f"{self.get_method_display()}, {self.held_on:%d/%m/%Y}"


class Recommendation(InRegion):
    """What follows from an evaluation: strengthening, sustaining or expanding, with an owner and a date (E-08)."""

    class Purpose(models.TextChoices):
        STRENGTHEN = "strengthen", _("Strengthening")
        SUSTAIN = "sustain", _("Sustainability")
        EXPAND = "expand", _("Expansion")

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="recommendations", verbose_name=_("evaluation")
    )
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose.choices)
    aspect = models.CharField(_("aspect"), max_length=12, choices=Aspect.choices, blank=True)
    text = models.TextField(_("recommendation"), max_length=2000)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("followed up by"))
    due_on = models.DateField(_("follow-up by"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=RecommendationStatus.choices,
        default=RecommendationStatus.OPEN,
        editable=False,
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    follow_up = models.TextField(_("what was done"), blank=True, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open") | ~Q(follow_up=""), name="recommendation_says_what_was_done"
            )
        ]

    def __str__(self):
        return self.text[:80]
