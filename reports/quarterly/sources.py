"""How operational figures are counted: per place, in one statement for however many places, from the records themselves.

Each source counts rows of one queryset whose day lies in the quarter, grouped by the place of the unit that did the
work, and can be broken down by sector, program, kind or month. The same queryset opens a figure to what it is made of.
A case belongs to the unit that registered it, a Puskesos or an SLRT, so it is counted once and rises through the tiers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import ExtractMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.casework.models import Case, Feedback, Referral
from cases.casework.workflow import Outcome, ReferralStatus
from cases.households.models import UpdateProposal
from portal.periods import Quarter
from portal.staffing.models import Appointment, Attendance
from portal.staffing.workflow import AppointmentStatus
from portal.units.models import Funding, Meeting, Unit
from reports.monitoring.sources import SOURCES, Source, register_source

from .models import QuarterlyReport
from .workflow import Tier

UNIT_KIND = {Tier.PUSKESOS: Unit.Kind.PUSKESOS, Tier.SLRT: Unit.Kind.SLRT}
HOW_MANY = Count("pk")
#: (region code, item) -> figure
Counts = dict[tuple[str, str], Decimal]


def bounds(quarter: Quarter) -> tuple[datetime, datetime]:
    """From the first moment of the quarter to the first after it, in the office's own time."""
    zone = timezone.get_default_timezone()
    start = datetime.combine(quarter.start, time.min, zone)
    return start, datetime.combine(quarter.end + timedelta(days=1), time.min, zone)


@dataclass(frozen=True)
class Counted:
    """Rows of one kind, counted by the place of their unit."""

    rows: Callable[[Quarter], models.QuerySet]
    unit: str  # the way to the unit
    #: item of a breakdown -> expression
    by: dict[str, object]
    total: models.Aggregate = HOW_MANY
    tiers = tuple(UNIT_KIND)

    def of(self, tier: str, quarter: Quarter, codes: Iterable[str] | None = None) -> models.QuerySet:
        """The rows of these places at a tier; all places when no codes are given."""
        kind = UNIT_KIND.get(tier)
        rows = self.rows(quarter)
        if kind is None:
            return rows.none()
        rows = rows.filter(**{f"{self.unit}__kind": kind})
        return rows if codes is None else rows.filter(**{f"{self.unit}__region__in": list(codes)})

    def count(self, tier: str, quarter: Quarter, codes: Iterable[str] | None = None, by: str = "") -> Counts:
        """Figures by place (and item), one statement. Places without rows are absent: their figure is zero."""
        rows = self.of(tier, quarter, codes).order_by()
        place = F(f"{self.unit}__region_id")
        if by:
            grouped = (
                rows.annotate(_place=place, _item=self.by[by])
                .values("_place", "_item")
                .annotate(_n=self.total)
            )
            return {(r["_place"], item_of(by, r["_item"])): Decimal(r["_n"] or 0) for r in grouped}
        grouped = rows.annotate(_place=place).values("_place").annotate(_n=self.total)
        return {(r["_place"], ""): Decimal(r["_n"] or 0) for r in grouped}

    def made_of(
        self, tier: str, quarter: Quarter, code: str, by: str = "", item: str = ""
    ) -> models.QuerySet:
        """The records behind one figure of one place."""
        rows = self.of(tier, quarter, [code])
        if by and item:
            rows = rows.annotate(_item=self.by[by]).filter(_item=_raw(by, item))
        return rows


@dataclass(frozen=True)
class CountedByPlace:
    """Rows that know their place themselves, as `_place`; asked of these tiers, the nation's place is None."""

    rows: Callable[[str, Quarter], models.QuerySet]
    tiers: tuple[str, ...]
    total: models.Aggregate = HOW_MANY

    def of(self, tier: str, quarter: Quarter, codes: Iterable[str | None] | None = None) -> models.QuerySet:
        rows = self.rows(tier, quarter)
        if tier not in self.tiers:
            return rows.none()
        return rows if codes is None or tier == Tier.NATION else rows.filter(_place__in=list(codes))

    def count(
        self, tier: str, quarter: Quarter, codes: Iterable[str | None] | None = None, by: str = ""
    ) -> Counts:
        """Figures by place, one statement; these have no breakdown."""
        grouped = self.of(tier, quarter, codes).order_by().values("_place").annotate(_n=self.total)
        return {(r["_place"], ""): Decimal(r["_n"] or 0) for r in grouped}

    def made_of(
        self, tier: str, quarter: Quarter, code: str | None, by: str = "", item: str = ""
    ) -> models.QuerySet:
        return self.of(tier, quarter, [code])


NO_PROGRAM = "none"


def item_of(by: str, raw) -> str:
    if raw is None or raw == "":
        return NO_PROGRAM
    return f"{raw:02d}" if by == "months" else str(raw)


def _raw(by: str, item: str):
    if item == NO_PROGRAM:
        return None
    return int(item) if by == "months" else item


# -- meetings, officers, money, data -------------------------------------------------------------------------------------
def _meetings(tier: str, quarter: Quarter) -> models.QuerySet:
    """Meetings that were held: the unit's own, and those of the coordination bodies of the tier's level (K-03)."""
    whose = {
        Tier.PUSKESOS: Q(unit__kind=Unit.Kind.PUSKESOS),
        Tier.SLRT: Q(unit__kind=Unit.Kind.SLRT)
        | Q(body__isnull=False, district_code="") & ~Q(regency_code=""),
        Tier.PROVINCE: Q(body__isnull=False, regency_code="") & ~Q(province_code=""),
        Tier.NATION: Q(body__isnull=False, region=None),
    }[tier]
    held = Meeting.objects.filter(whose, was_held=True, date__range=(quarter.start, quarter.end))
    return held.annotate(_place=F("region_id"))


def _in_office(tier: str, quarter: Quarter, first: date) -> models.QuerySet:
    """Appointments to units of the tier held at some time from `first` to the quarter's end."""
    held = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=first),
        status__in=(AppointmentStatus.ACTIVE, AppointmentStatus.ENDED),
        starts_on__lte=quarter.end,
        unit__kind=UNIT_KIND.get(tier),
    )
    return held.annotate(_place=F("unit__region_id"))


def _trained(tier: str, quarter: Quarter) -> models.QuerySet:
    """Officers of the units who took part in a training that ended in the quarter (S-16)."""
    taken = Attendance.objects.filter(
        officer=OuterRef("officer"), training__ends_on__range=(quarter.start, quarter.end)
    )
    return _in_office(tier, quarter, quarter.start).filter(Exists(taken))


def _facilitators(tier: str, quarter: Quarter) -> models.QuerySet:
    """Facilitators in office on the quarter's last day."""
    return _in_office(tier, quarter, quarter.end).filter(position="facilitator")


def _funding(tier: str, quarter: Quarter) -> models.QuerySet:
    """What is written down for the year of the quarter when the report is counted."""
    return Funding.objects.filter(unit__kind=UNIT_KIND.get(tier), year=quarter.year).annotate(
        _place=F("unit__region_id")
    )


def _data_updates(tier: str, quarter: Quarter) -> models.QuerySet:
    """Proposals by their village: the Puskesos that reports there counts them, else the SLRT of the regency."""
    start, end = bounds(quarter)
    made = UpdateProposal.objects.filter(created_at__gte=start, created_at__lt=end)
    reports = QuarterlyReport.objects.filter(
        cycle__quarter_code=str(quarter), tier=Tier.PUSKESOS, region=OuterRef("region_id")
    )
    if tier == Tier.PUSKESOS:
        return made.filter(Exists(reports)).annotate(_place=F("region_id"))
    return made.filter(~Exists(reports)).annotate(_place=F("regency_code"))


OFFICERS = Count("officer", distinct=True)
for _key, _label, _rows, _tiers, _total in (
    ("meetings.held", _("Meetings held"), _meetings, tuple(Tier), HOW_MANY),
    ("staff.trained", _("Officers who took part in a training"), _trained, tuple(UNIT_KIND), OFFICERS),
    ("staff.facilitators", _("Facilitators in office at the end"), _facilitators, (Tier.SLRT,), OFFICERS),
    ("funding.budgeted", _("Budget of the year"), _funding, tuple(UNIT_KIND), Sum("budgeted")),
    ("funding.spent", _("Spent of the year's budget"), _funding, tuple(UNIT_KIND), Sum("spent")),
    ("data.updates", _("Proposals to update the data"), _data_updates, tuple(UNIT_KIND), HOW_MANY),
):
    register_source(Source(_key, _label, (), CountedByPlace(_rows, _tiers, _total), correctable=True))


# -- cases -----------------------------------------------------------------------------------------------------------
def _case_breakdowns(case: str = "", day: str = "opened_at") -> dict[str, object]:
    prefix = f"{case}__" if case else ""
    return {
        "sectors": F(f"{prefix}program__sector_id"),
        "programs": F(f"{prefix}program__code"),
        "kinds": F(f"{prefix}kind"),
        "months": ExtractMonth(day),
    }


def _received(quarter: Quarter, **more) -> models.QuerySet:
    start, end = bounds(quarter)
    return Case.objects.filter(opened_at__gte=start, opened_at__lt=end, **more)


def _closed(quarter: Quarter, **more) -> models.QuerySet:
    start, end = bounds(quarter)
    return Case.objects.filter(closed_at__gte=start, closed_at__lt=end, **more)


def _open_at(moment: datetime) -> models.QuerySet:
    return Case.objects.filter(Q(closed_at=None) | Q(closed_at__gte=moment), opened_at__lt=moment)


def _referrals(quarter: Quarter, field: str, **more) -> models.QuerySet:
    start, end = bounds(quarter)
    return Referral.objects.filter(**{f"{field}__gte": start, f"{field}__lt": end}, **more)


def _waiting_before(quarter: Quarter) -> models.QuerySet:
    """Referrals on their way when the quarter began; one called back before it waited for nobody any more."""
    start, _end = bounds(quarter)
    return Referral.objects.filter(
        Q(answered_at=None) | Q(answered_at__gte=start), referred_at__lt=start
    ).exclude(status=ReferralStatus.WITHDRAWN, status_since__lt=start)


def _feedback(quarter: Quarter) -> models.QuerySet:
    start, end = bounds(quarter)
    return Feedback.objects.filter(told_at__gte=start, told_at__lt=end)


class _DaysBetween(models.Func):
    """Days from one column to another, with fractions, summed exactly in the database."""

    output_field = models.FloatField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template="(julianday(%(expressions)s))",
            arg_joiner=") - julianday(",
            **context,
        )

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template="(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400.0)",
            arg_joiner=" - ",
            **context,
        )


def _case_source(
    key: str, label, rows, *, day: str = "opened_at", total: models.Aggregate = HOW_MANY
) -> None:
    count = Counted(rows, unit="unit", by=_case_breakdowns(day=day), total=total)
    register_source(Source(key, label, tuple(count.by), count))


def _through_case(key: str, label, rows, *, day: str) -> None:
    count = Counted(rows, unit="case__unit", by=_case_breakdowns("case", day))
    register_source(Source(key, label, tuple(count.by), count))


_case_source("cases.received", _("Cases received"), _received)
_case_source("cases.closed", _("Cases finished"), _closed, day="closed_at")
_case_source("cases.open_before", _("Cases open at the beginning"), lambda q: _open_at(bounds(q)[0]))
_case_source("cases.open_after", _("Cases still open at the end"), lambda q: _open_at(bounds(q)[1]))
_case_source(
    "cases.visits",
    _("Cases received by facilitators' visits"),
    lambda q: _received(q, channel=Case.Channel.FACILITATOR),
)
for _kind in Case.Kind:
    _case_source(
        f"cases.received_{_kind.value}", _kind.label, lambda q, kind=_kind.value: _received(q, kind=kind)
    )
for _outcome in Outcome:
    _case_source(
        f"cases.closed_{_outcome.value}", _outcome.label, lambda q, outcome=_outcome.value: _closed(q, outcome=outcome), day="closed_at"
    )  # fmt: skip
_case_source("cases.handling_days", _("Days of handling, all finished cases together"), _closed, day="closed_at",
             total=Sum(_DaysBetween(F("closed_at"), F("opened_at"))))  # fmt: skip
_through_case(
    "referrals.waiting_before",
    _("Referrals not answered at the beginning"),
    _waiting_before,
    day="referred_at",
)
_through_case(
    "referrals.made",
    _("Referrals sent to programs"),
    lambda q: _referrals(q, "referred_at"),
    day="referred_at",
)
_through_case(
    "referrals.answered",
    _("Referrals answered by programs"),
    lambda q: _referrals(q, "answered_at"),
    day="answered_at",
)
_through_case("referrals.approved", _("Referrals approved"),
              lambda q: _referrals(q, "answered_at", status=ReferralStatus.APPROVED), day="answered_at")  # fmt: skip
_through_case("referrals.refused", _("Referrals refused"),
              lambda q: _referrals(q, "answered_at", status=ReferralStatus.REFUSED), day="answered_at")  # fmt: skip
_through_case("feedback.given", _("Families told the result"), _feedback, day="told_at")


def counter(key: str) -> Counted | CountedByPlace:
    """How a registered source is counted; KeyError for an unknown one."""
    return SOURCES[key].count
