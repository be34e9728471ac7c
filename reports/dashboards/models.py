"""Counts of cases kept ready: a fact per node and month, and the changes since the last fold.

Triggers on the case table append to CaseDelta in the writer's own transaction, so a count is never late and never
disagrees with a recount; readers add facts and deltas in one statement; a job folds deltas into facts every few
seconds. Writers never wait for each other, because nobody updates a shared row (docs/decisions/dashboard-facts.md).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Facet(models.TextChoices):
    """By what a fact is split. The cube has every filter at once, for regencies only."""

    STATUS = "status", _("status")
    KIND = "kind", _("kind")
    PROGRAM = "program", _("program")
    CUBE = "cube", _("all filters")


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
    node = models.CharField(max_length=5, blank=True)
    # status, kind or program id; the cube's key joins kind, program, status and sex with '|'.
    key = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("case fact")
        verbose_name_plural = _("case facts")
        constraints = [
            models.UniqueConstraint(fields=["facet", "node", "month", "key"], name="one_fact_per_cell")
        ]

    def __str__(self):
        return f"{self.facet} {self.node} {self.month} {self.key}"


class CaseDelta(CaseCount):
    """One change of the case table that is not folded yet: +1 for the new row, -1 for the old."""

    regency = models.CharField(max_length=5, blank=True)
    kind = models.CharField(max_length=12)
    program = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=12)
    sex = models.CharField(max_length=1, blank=True)

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
