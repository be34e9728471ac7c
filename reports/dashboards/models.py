"""Counts of cases kept ready: a fact per node and month, and the changes since the last fold.

Triggers on the case table append to CaseDelta in the writer's own transaction, so a count is never late and never
disagrees with a recount; readers add facts and deltas in one statement; a job folds deltas into facts every few
seconds. Writers never wait for each other, because nobody updates a shared row (docs/decisions/dashboard-facts.md).
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import InRegion, Region

#: the first year of which an indicator is recorded
FIRST_YEAR = 2000
#: rupiah per household and year; beyond it somebody wrote thousands where rupiah are asked, or the cost of all households
HIGHEST_COST = 1_000_000_000


class Facet(models.TextChoices):
    """By what a fact is split. The cube has every filter at once, for regencies only; concerns are those of grievances."""

    STATUS = "status", _("status")
    KIND = "kind", _("kind")
    PROGRAM = "program", _("program")
    KIND_SEX = "kindsex", _("kind and sex")
    KIND_STATUS = "kindstat", _("kind and status")
    PROGRAM_STATUS = "progstat", _("kind, program and status")
    PPKS = "ppks", _("group of people in need (PPKS)")
    PPKS_PROGRAM = "ppksprog", _("group of people in need (PPKS) and program")
    CONCERN = "concern", _("what grievances are about")
    CUBE = "cube", _("all filters")


#: What the keys of a facet hold, joined with '|'; the facet with the fewest cells first.
DIMENSIONS_OF = {
    Facet.STATUS: ("status",),
    Facet.KIND: ("kind",),
    Facet.KIND_SEX: ("kind", "sex"),
    Facet.KIND_STATUS: ("kind", "status"),
    Facet.PROGRAM: ("program",),
    Facet.PROGRAM_STATUS: ("kind", "program", "status"),
    Facet.PPKS: ("kind", "status", "sex", "ppks"),
    Facet.PPKS_PROGRAM: ("kind", "program", "ppks"),
    Facet.CONCERN: ("kind", "program", "status", "sex", "concern"),
    Facet.CUBE: ("kind", "program", "status", "sex"),
}


class CaseCount(models.Model):
    """What facts and deltas count: cases opened in a month, how many of them ended, and the seconds that took."""

    month = models.CharField(max_length=7)  # 2026-11, by the clock of Jakarta
    n = models.BigIntegerField()
    closed_n = models.BigIntegerField()
    seconds = models.BigIntegerField()

    class Meta:
        abstract = True


class CaseFact(CaseCount):
    """Folded counts of one node ('' the nation, a province, a regency), month, facet and key."""

    facet = models.CharField(max_length=8, choices=Facet.choices)
    # The node right above: '-' over the nation, '' over a province, the province over a regency.
    parent = models.CharField(max_length=2, blank=True)
    node = models.CharField(max_length=5, blank=True)
    # the values of the facet's dimensions, joined with '|'
    key = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("case fact")
        verbose_name_plural = _("case facts")
        constraints = [
            models.UniqueConstraint(fields=["facet", "node", "month", "key"], name="one_fact_per_cell")
        ]
        indexes = [models.Index(fields=["facet", "parent", "month"], name="facts_right_below")]

    def __str__(self):
        return f"{self.facet} {self.node} {self.month} {self.key}"


class CaseDelta(CaseCount):
    """One change of the case table that is not folded yet: +1 for the new row, -1 for the old."""

    regency = models.CharField(max_length=5, blank=True)
    kind = models.CharField(max_length=12)
    program = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=12)
    sex = models.CharField(max_length=1, blank=True)
    concern = models.CharField(max_length=10, blank=True, default="")
    ppks = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        verbose_name = _("case delta")
        verbose_name_plural = _("case deltas")

    def __str__(self):
        return f"{self.regency} {self.month} {self.n:+d}"


class OverlapFact(models.Model):
    """How many households of one node receive exactly one set of programs; pairs and single programs are sums of sets.

    An enrolment ends by its date, without anybody writing a row, so these counts are taken by a job and carry their day.
    """

    node = models.CharField(max_length=13, blank=True)
    programs = models.CharField(max_length=300, blank=True)  # ids in order, joined with '|'; '' is none
    n = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("overlap fact")
        verbose_name_plural = _("overlap facts")
        constraints = [
            models.UniqueConstraint(fields=["node", "programs"], name="one_count_per_set_and_node")
        ]

    def __str__(self):
        return f"{self.node} {self.programs}"


class TargetingFact(models.Model):
    """Households of one node by whether they seem eligible for a program and whether they get it (H-08)."""

    node = models.CharField(max_length=8, blank=True)
    program = models.ForeignKey("programs_catalog.Program", models.CASCADE, related_name="+")
    eligible = models.PositiveBigIntegerField()
    enrolled = models.PositiveBigIntegerField()
    both = models.PositiveBigIntegerField()
    # Enrolled, and certainly not meeting the criteria; unknown is no error.
    enrolled_unmet = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("targeting fact")
        verbose_name_plural = _("targeting facts")
        constraints = [
            models.UniqueConstraint(fields=["node", "program"], name="one_targeting_per_program_and_node")
        ]

    def __str__(self):
        return f"{self.node} {self.program_id}"


class OpenCount(models.Model):
    """Cases of one ended quarter, regency and kind, taken once: the open figures are made of them alone, never published raw."""

    quarter = models.CharField(max_length=7)  # 2026-Q3
    regency = models.CharField(max_length=5)
    kind = models.CharField(max_length=12)
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("open count")
        verbose_name_plural = _("open counts")
        constraints = [
            models.UniqueConstraint(fields=["quarter", "regency", "kind"], name="one_open_count_per_cell")
        ]

    def __str__(self):
        return f"{self.quarter} {self.regency} {self.kind}"


class Taken(models.Model):
    """When a count that a job takes was last taken."""

    name = models.CharField(max_length=20, primary_key=True)
    on = models.DateField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("taken count")
        verbose_name_plural = _("taken counts")

    def __str__(self):
        return self.name


class Dimension(models.Model):
    """A part of poverty with a sub-index of its own: the weighted mean of its indicators (D-13)."""

    code = models.SlugField(_("code"), primary_key=True, max_length=20)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("dimension of poverty")
        verbose_name_plural = _("dimensions of poverty")
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="dimension_weight_not_negative")
        ]

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name


class Indicator(models.Model):
    """A measure of the planner; its weight in the order of locations or of programs is data (D-13)."""

    class Use(models.TextChoices):
        """Where its figures come from, and what they put in order."""

        RECORDED = "recorded", _("recorded by region and year, orders locations")
        LOCATION = "location", _("computed from the cases, orders locations")
        PROGRAM = "program", _("computed from the cases, orders programs")

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    unit_en = models.CharField(_("unit in English"), max_length=30, blank=True)
    use = models.CharField(
        _("where its figures come from"),
        max_length=10,
        choices=Use.choices,
        default=Use.RECORDED,
        editable=False,
    )
    higher_is_worse = models.BooleanField(_("a higher value is worse"), default=True)
    dimension = models.ForeignKey(
        Dimension,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("dimension"),
        related_name="indicators",
    )
    # Between them a value becomes an index from 0 to 100 that years and areas can be compared by.
    best = models.DecimalField(
        _("best value, index 0"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    worst = models.DecimalField(
        _("worst value, index 100"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("poverty indicator")
        verbose_name_plural = _("poverty indicators")
        constraints = [
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="indicator_weight_not_negative")
        ]

    def __str__(self):
        return (get_language() or "").startswith("en") and self.name_en or self.name

    @property
    def measured_in(self) -> str:
        """The unit, in the reader's language."""
        return (get_language() or "").startswith("en") and self.unit_en or self.unit

    @property
    def highest(self) -> int | None:
        """The highest value there can be: of shares and indices 100, of others far beyond both limits (a lost decimal mark)."""
        if self.unit.strip().lower() in ("%", "persen", "percent", "indeks", "index"):
            return 100
        return None if self.best is None or self.worst is None else 10 * int(max(self.best, self.worst))

    def index(self, value: float | None) -> float | None:
        """A value between the best (0) and the worst (100); beyond them it stays there. None without limits."""
        if value is None or self.best is None or self.worst is None or self.best == self.worst:
            return None
        best, worst = float(self.best), float(self.worst)
        return max(0.0, min(100.0, 100 * (float(value) - best) / (worst - best)))

    def clean(self):
        """Limits come both or not at all, and run the way the indicator runs."""
        if (self.best is None) != (self.worst is None):
            raise ValidationError({"worst": _("Give both limits, the best and the worst, or none.")})
        if self.best is not None and (self.worst > self.best) != self.higher_is_worse:
            raise ValidationError(
                {"worst": _("The worst value lies on the wrong side of the best for this indicator.")}
            )


class IndicatorValue(InRegion):
    """One figure of an indicator for a region and year, with its source."""

    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"), related_name="+"
    )
    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="values", verbose_name=_("indicator")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4)
    source = models.CharField(_("source"), max_length=200)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", "region", "-year"]
        verbose_name = _("indicator value")
        verbose_name_plural = _("indicator values")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "year"], name="one_value_per_region_and_year"
            ),
            models.UniqueConstraint(
                fields=["indicator", "year"],
                condition=models.Q(region=None),
                name="one_national_value_per_year",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.year}"

    def clean(self):
        """A year that is over or runs, and a value that its indicator can have."""
        errors = {}
        if self.year is not None and not FIRST_YEAR <= self.year <= timezone.localdate().year:
            errors["year"] = _(
                "Give a year from %(first)s to %(last)s; a year to come has no figure yet."
            ) % {
                "first": FIRST_YEAR,
                "last": timezone.localdate().year,
            }
        highest = self.indicator.highest if self.indicator_id else None
        if self.value is not None and highest is not None and not 0 <= self.value <= highest:
            errors["value"] = _("This indicator runs from 0 to %(highest)s.") % {"highest": highest}
        elif self.value is not None and self.value < 0:
            errors["value"] = _("This indicator cannot lie below zero.")
        if errors:
            raise ValidationError(errors)


class UnitCost(models.Model):
    """What serving one household with a program costs in a year, in rupiah; the closest region above wins."""

    program = models.ForeignKey(
        "programs_catalog.Program", models.CASCADE, related_name="unit_costs", verbose_name=_("program")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"), related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("rupiah per household and year"), max_digits=14, decimal_places=0)
    source = models.CharField(_("source"), max_length=200)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    class Meta:
        ordering = ["program", "-year"]
        verbose_name = _("unit cost")
        verbose_name_plural = _("unit costs")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "region", "year"], name="one_cost_per_region_and_year"
            ),
            models.UniqueConstraint(
                fields=["program", "year"], condition=models.Q(region=None), name="one_national_cost_per_year"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="unit_cost_not_negative"),
        ]

    def __str__(self):
        return f"{self.program} {self.year}"

    def clean(self):
        """A year up to the next, which is planned in this one, and an amount that a household can cost."""
        errors, last = {}, timezone.localdate().year + 1
        if self.year is not None and not FIRST_YEAR <= self.year <= last:
            errors["year"] = _("Give a year from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": last}  # fmt: skip
        if self.amount is not None and not 0 <= self.amount <= HIGHEST_COST:
            errors["amount"] = _("Give an amount from 0 to 1,000,000,000 rupiah for a household and year.")
        if errors:
            raise ValidationError(errors)
