"""The offices beside their cases: reports in time, officers in post, money, equipment (M-05, S-08, S-15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from portal.periods import Quarter
from portal.regions.models import COLUMN, Level, Region, level_of, within_q
from portal.staffing.enums import Sex
from portal.staffing.models import Appointment, Position
from portal.units.models import Equipment, Funding, Room
from reports.quarterly.models import QuarterlyReport, ReportingCycle
from reports.quarterly.workflow import Tier

#: the posts of which every area should have one (S-15)
IDEAL = {"supervisor": Level.DISTRICT, "facilitator": Level.VILLAGE}


@dataclass(frozen=True)
class Timeliness:
    """The reports of one tier for one quarter within an area (M-05)."""

    tier: str
    label: str
    expected: int
    on_time: int
    late: int
    missing: int

    @property
    def share(self) -> float | None:
        """Reports on time of those expected, in percent."""
        return 100 * self.on_time / self.expected if self.expected else None


def newest_due_cycle(last: str, today: dt.date | None = None) -> ReportingCycle | None:
    """The newest quarter up to the month `last` (2026-01) of which the first tier is due: only of that can it be said who is late.

    It may lie before the chosen months (in January the year has none yet), which `is_before` tells; None where there is none.
    """
    day = today or timezone.localdate()
    due = ReportingCycle.objects.filter(due_puskesos__lt=day, quarter_code__lte=_quarter_of(last))
    return due.order_by("-quarter_code").first()


def is_before(cycle: ReportingCycle | None, first: str) -> bool:
    """Whether a quarter lies before the months from `first` on, so that the page says so."""
    return cycle is not None and cycle.quarter_code < _quarter_of(first)


def _quarter_of(month: str) -> str:
    return str(Quarter.of(dt.date(int(month[:4]), int(month[5:]), 1)))


def timeliness(code: str, cycle: ReportingCycle | None, today: dt.date | None = None) -> list[Timeliness]:
    """One line per tier of the area; one query. A report that is not due yet is neither late nor missing."""
    if cycle is None:
        return []
    rows = QuarterlyReport.objects.filter(within_q(code), cycle=cycle).order_by().values("tier")
    found = {row["tier"]: row for row in rows.annotate(**_punctual(today))}
    return [Timeliness(label=str(tier.label), **found[tier]) for tier in Tier if tier in found]


def _punctual(today: dt.date | None) -> dict[str, Count]:
    return {
        "expected": Count("pk"),
        "on_time": Count("pk", filter=Q(first_sent_on__lte=F("due_on"))),
        "late": Count("pk", filter=Q(first_sent_on__gt=F("due_on"))),
        "missing": Count("pk", filter=Q(first_sent_on=None, due_on__lt=today or timezone.localdate())),
    }


@dataclass(frozen=True)
class AreaTimeliness:
    """The reports of one area right below for one quarter, with its own tiers (M-05)."""

    code: str
    name: str
    #: one per tier that reports there
    tiers: list[Timeliness]

    @property
    def late(self) -> int:
        return sum(line.late for line in self.tiers)

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.tiers)

    @property
    def share(self) -> float:
        """Reports on time of those expected, in percent."""
        return 100 * sum(one.on_time for one in self.tiers) / sum(one.expected for one in self.tiers)


def timeliness_below(
    code: str, cycle: ReportingCycle | None, today: dt.date | None = None
) -> list[AreaTimeliness]:
    """The areas right below that report, the least punctual first (M-05); none below a village. Two queries."""
    level = level_of(code)
    if cycle is None or level == Level.VILLAGE:
        return []
    column = COLUMN[Level(level + 1)]
    rows = QuarterlyReport.objects.filter(within_q(code), cycle=cycle).exclude(**{column: ""})
    found: dict[str, dict[str, dict]] = {}
    for row in rows.order_by().values(column, "tier").annotate(**_punctual(today)):
        found.setdefault(row.pop(column), {})[row["tier"]] = row
    names = dict(Region.objects.filter(pk__in=found).values_list("pk", "name"))
    areas = [
        AreaTimeliness(
            area,
            names[area],
            [Timeliness(label=str(tier.label), **tiers[tier]) for tier in Tier if tier in tiers],
        )
        for area, tiers in found.items()
    ]
    return sorted(areas, key=lambda area: (area.share, area.code))


@dataclass(frozen=True)
class Post:
    """Who holds one post in an area: how many, of these women and local people, and the ideal (S-08, S-15)."""

    position: Position
    total: int
    women: int
    local: int
    ideal: int | None
    covered: int | None

    @property
    def women_share(self) -> float | None:
        return 100 * self.women / self.total if self.total else None

    @property
    def local_share(self) -> float | None:
        return 100 * self.local / self.total if self.total else None

    @property
    def without(self) -> int | None:
        """Areas that have nobody in this post; None where no number is set."""
        return None if self.ideal is None else self.ideal - (self.covered or 0)


def posts(code: str) -> list[Post]:
    """Officers in office by post, with the areas that should have one and those that do; four queries."""
    region = Region.objects.get(pk=code) if code else None
    inside = Region.objects.current().within(region)
    ideal = dict(
        inside.filter(level__in=IDEAL.values()).order_by().values_list("level").annotate(n=Count("pk"))
    )
    rows = Appointment.objects.active().filter(within_q(code)).order_by().values("position")
    counted = {
        row["position"]: row
        for row in rows.annotate(
            total=Count("pk"),
            women=Count("pk", filter=Q(officer__sex=Sex.FEMALE)),
            local=Count("pk", filter=Q(is_local=True)),
            areas=Count("region", distinct=True),
        )
    }
    answer = []
    for position in Position.objects.order_by("order"):
        row = counted.get(position.pk)
        # In a village nobody supervises; the post above it is no gap there.
        level = IDEAL.get(position.pk)
        wanted = ideal.get(level, 0) if level and level >= level_of(code) else None
        if row or wanted:
            row = row or {"total": 0, "women": 0, "local": 0, "areas": 0}
            answer.append(
                Post(
                    position,
                    row["total"],
                    row["women"],
                    row["local"],
                    wanted,
                    row["areas"] if wanted is not None else None,
                )
            )
    return answer


@dataclass(frozen=True)
class Money:
    """What the units of an area have in a year from one source (K-09), in rupiah."""

    label: str
    budgeted: Decimal
    spent: Decimal

    @property
    def share(self) -> float | None:
        return float(100 * self.spent / self.budgeted) if self.budgeted else None


def money(code: str, year: int) -> list[Money]:
    """Funding by source, sources without money left out; one query."""
    rows = Funding.objects.filter(within_q(code, "unit__"), year=year).order_by().values("source")
    found = {row["source"]: row for row in rows.annotate(budgeted=Sum("budgeted"), spent=Sum("spent"))}
    return [
        Money(str(label), found[source]["budgeted"], found[source]["spent"] or Decimal(0))
        for source, label in Funding.Source.choices
        if source in found
    ]


@dataclass(frozen=True)
class Facility:
    """Devices of a kind, or rooms, of the units of an area: how many there are, how many of them can be used."""

    label: str
    there: int
    usable: int


def facilities(code: str) -> list[Facility]:
    """Equipment by kind, and the rooms of the standard together (K-07, K-08); two queries."""
    rows = Equipment.objects.filter(within_q(code, "unit__")).order_by().values("kind")
    found = {row["kind"]: row for row in rows.annotate(there=Sum("quantity"), usable=Sum("working"))}
    answer = [
        Facility(str(label), found[kind]["there"], found[kind]["usable"])
        for kind, label in Equipment.Kind.choices
        if kind in found
    ]
    rooms = Room.objects.filter(within_q(code, "unit__"), is_present=True).aggregate(
        there=Count("pk"), usable=Count("pk", filter=~Q(condition=Room.Condition.HEAVY_DAMAGE))
    )
    if rooms["there"]:
        answer.append(Facility(str(Room._meta.verbose_name_plural), rooms["there"], rooms["usable"]))
    return answer
