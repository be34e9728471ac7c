"""Quarterly reports in tiers: one per place and quarter, in versions that are sealed when sent (M-04 to M-06, M-10)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.policies import VisibleQuerySet
from portal.periods import Quarter
from portal.regions.models import InRegion, Region
from reports.monitoring.models import InstrumentVersion

from .workflow import COUNTED, CycleStatus, Status, Tier

#: Days after the quarter's end by which each tier sends, unless the National Secretariat sets others.
CLOSING_DAYS = 15  # after the nation's due date
DUE_DAYS = {Tier.PUSKESOS: 10, Tier.SLRT: 20, Tier.PROVINCE: 30, Tier.NATION: 45}


class CycleQuerySet(VisibleQuerySet):
    def running(self) -> CycleQuerySet:
        return self.filter(status=CycleStatus.OPEN)


class ReportingCycle(models.Model):
    """One quarter of reporting for the whole nation: its instrument, its due dates, whether it is closed."""

    quarter_code = models.CharField(_("quarter"), max_length=7, unique=True)  # 2026-Q3, sorts in time
    instrument_version = models.ForeignKey(
        InstrumentVersion, models.PROTECT, related_name="+", verbose_name=_("instrument")
    )
    opens_on = models.DateField(_("opens on"))
    due_puskesos = models.DateField(_("Puskesos due"))
    due_slrt = models.DateField(_("SLRT due"))
    due_province = models.DateField(_("province due"))
    due_nation = models.DateField(_("nation due"))
    closes_on = models.DateField(
        _("closes on"),
        null=True,
        blank=True,
        help_text=_(
            "From this day the quarter closes by itself, once the national report has been sent. Empty: by hand."
        ),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CycleStatus.choices, default=CycleStatus.PLANNED, editable=False
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    #: SHA-256 over all national figures at closing: the same again whenever it is computed
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter_code"]
        verbose_name = _("reporting quarter")
        verbose_name_plural = _("reporting quarters")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    due_puskesos__lte=F("due_slrt"),
                    due_slrt__lte=F("due_province"),
                    due_province__lte=F("due_nation"),
                ),
                name="due_dates_rise_with_the_tiers",
            ),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("due_nation")),
                name="quarter_closes_after_its_last_due_date",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) & ~Q(digest="")
                | ~Q(status="closed") & Q(closed_at=None),
                name="closed_cycle_has_its_digest",
            ),
        ]

    def __str__(self):
        return self.quarter.label

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.quarter_code)

    def due_on(self, tier: str) -> dt.date:
        return getattr(self, f"due_{tier}")

    @classmethod
    def due_dates(cls, quarter: Quarter) -> dict[str, dt.date]:
        return {f"due_{tier.value}": quarter.end + dt.timedelta(days=days) for tier, days in DUE_DAYS.items()}

    @property
    def closing_waits(self) -> bool:
        """Whether its closing day has come and the national report keeps it open."""
        return (
            self.status == CycleStatus.OPEN
            and bool(self.closes_on)
            and self.closes_on <= timezone.localdate()
        )


class ReportQuerySet(VisibleQuerySet):
    def counted(self) -> ReportQuerySet:
        """Those that the tier above includes (M-06)."""
        return self.filter(status__in=COUNTED)

    def on_time(self) -> ReportQuerySet:
        """First sent by the due date, whatever was returned and sent again afterwards (M-05)."""
        return self.filter(first_sent_on__lte=F("due_on"))

    def late(self) -> ReportQuerySet:
        return self.filter(first_sent_on__gt=F("due_on"))

    def missing(self, on: dt.date | None = None) -> ReportQuerySet:
        """Due and never sent (M-05)."""
        return self.filter(first_sent_on=None, due_on__lt=on or timezone.localdate())


class QuarterlyReport(InRegion):
    """The report of one place for one quarter. `region=None` is the nation's."""

    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("region"), related_name="+"
    )
    cycle = models.ForeignKey(
        ReportingCycle, models.PROTECT, related_name="reports", verbose_name=_("quarter")
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="below", editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    status_since = models.DateTimeField(_("status since"), default=timezone.now, editable=False)
    version = models.ForeignKey("ReportVersion", models.PROTECT, null=True, related_name="+", editable=False)
    due_on = models.DateField(_("due on"))
    # Dates of this place's own office day, so that "late" is the same for everyone who looks.
    first_sent_on = models.DateField(_("first sent on"), null=True, editable=False)
    number = models.CharField(_("letter number"), max_length=80, blank=True, editable=False)
    place_name = models.CharField(max_length=150, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-cycle_id", "region_id"]
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "region"], name="one_report_per_place_and_quarter"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(region=None), name="one_national_report_per_quarter"
            ),
            models.CheckConstraint(
                condition=Q(tier="nation", region=None)
                | Q(tier="province", region__isnull=False, regency_code="")
                | Q(tier="slrt", region__isnull=False, district_code="") & ~Q(regency_code="")
                | Q(tier="puskesos", region__isnull=False) & ~Q(village_code=""),
                name="report_tier_fits_its_region",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "missed"))
                | Q(first_sent_on__isnull=False, version__isnull=False),
                name="sent_report_has_a_version",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "tier", "status"], name="report_board"),
            models.Index(fields=["province_code", "cycle", "tier"], name="report_of_province"),
            models.Index(fields=["regency_code", "cycle", "tier"], name="report_of_regency"),
        ]

    def __str__(self):
        return _("%(quarter)s · %(place)s") % {"quarter": self.cycle, "place": self.place_name}

    @property
    def is_late(self) -> bool:
        return self.first_sent_on is not None and self.first_sent_on > self.due_on

    @property
    def punctuality(self) -> str:
        """`on_time`, `late`, `missing` or `open` (M-05)."""
        if self.first_sent_on:
            return "late" if self.is_late else "on_time"
        return "missing" if self.due_on < timezone.localdate() else "open"


class ReportVersion(models.Model):
    """What a report said at one time. Sealed when it is sent; a return or a correction opens the next one."""

    report = models.ForeignKey(
        QuarterlyReport, models.PROTECT, related_name="versions", verbose_name=_("report")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    answers = models.JSONField(_("answers"), default=dict)
    #: what the sender says about figures that look odd, by key
    explanations = models.JSONField(_("explanations"), default=dict)
    coverage = models.JSONField(default=dict)  # how many reports below are included, and which are not
    reason = models.CharField(_("reason of the correction"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("begun at"), default=timezone.now)
    filled_at = models.DateTimeField(_("figures filled at"), null=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["report", "-number"]
        verbose_name = _("report version")
        verbose_name_plural = _("report versions")
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_numbered_once"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(sealed_at=None), name="one_open_version_per_report"
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None, digest="") | Q(sealed_at__isnull=False) & ~Q(digest=""),
                name="sealed_version_has_its_digest",
            ),
        ]

    def __str__(self):
        return _("version %(number)s") % {"number": self.number}

    @property
    def region_id(self):
        return self.report.region_id


class Figure(models.Model):
    """One figure of one version: what the place itself did, what the reports below it say, and their sum."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="figures")
    key = models.CharField(max_length=81)  # question, or question.column of a table
    item = models.CharField(max_length=60, blank=True)  # the row of a table; '' otherwise
    own = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    below = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.UniqueConstraint(fields=["version", "key", "item"], name="one_figure_per_key_and_item"),
        ]

    def __str__(self):
        return f"{self.key} {self.item}"


class CopyRule(models.Model):
    """Who gets a copy (tembusan) of a tier's report: for the nation, or for the reports of one region (M-04, M-10)."""

    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )  # fmt: skip
    recipient = models.CharField(_("recipient"), max_length=150)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["tier", "position", "pk"]
        verbose_name = _("rule for copies")
        verbose_name_plural = _("rules for copies")
        constraints = [
            models.UniqueConstraint(fields=["tier", "region", "recipient"], name="copy_rule_once_per_region"),
            models.UniqueConstraint(
                fields=["tier", "recipient"], condition=Q(region=None), name="copy_rule_once_nationally"
            ),
        ]

    def __str__(self):
        return self.recipient


class ReportCopy(models.Model):
    """That a copy of a sent version went to somebody."""

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="copies")
    recipient = models.CharField(_("recipient"), max_length=150)
    position = models.PositiveSmallIntegerField(default=1)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        ordering = ["version", "position", "pk"]
        verbose_name = _("copy of a report")
        verbose_name_plural = _("copies of reports")
        constraints = [models.UniqueConstraint(fields=["version", "recipient"], name="copied_once_to_each")]

    def __str__(self):
        return self.recipient


class Reminder(models.Model):
    """That a place was reminded of its report, by a person or by the timer (M-05)."""

    report = models.ForeignKey(
        QuarterlyReport, models.PROTECT, related_name="reminders", verbose_name=_("report")
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    on = models.DateField(_("on"))
    mailed = models.PositiveSmallIntegerField(_("messages sent"), default=0)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        # A second click on the same day changes nothing.
        constraints = [models.UniqueConstraint(fields=["report", "on"], name="one_reminder_a_day")]

    def __str__(self):
        return f"{self.report} {self.on}"
