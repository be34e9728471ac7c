"""The board of a quarter: who has sent, who is late, who is missing, per tier and area (M-05)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from .models import QuarterlyReport, ReportingCycle
from .workflow import COUNTED, Status, Tier


@dataclass(frozen=True)
class Line:
    """One tier (or area of a tier) of the board."""

    label: str
    tier: str
    region_code: str
    expected: int
    on_time: int
    late: int
    missing: int
    waiting: int
    returned: int
    accepted: int

    @property
    def sent(self) -> int:
        return self.on_time + self.late

    @property
    def share(self) -> int:
        """Percent of the expected reports that came on time."""
        return round(100 * self.on_time / self.expected) if self.expected else 0


def _counts(today: dt.date) -> dict[str, Count]:
    sent = Q(first_sent_on__isnull=False)
    return {
        "expected": Count("pk"),
        "on_time": Count("pk", filter=sent & Q(first_sent_on__lte=F("due_on"))),
        "late": Count("pk", filter=sent & Q(first_sent_on__gt=F("due_on"))),
        "missing": Count("pk", filter=Q(first_sent_on=None, due_on__lt=today)),
        "waiting": Count("pk", filter=Q(status=Status.SENT)),
        "returned": Count("pk", filter=Q(status=Status.RETURNED)),
        "accepted": Count("pk", filter=Q(status__in=COUNTED)),
    }


def by_tier(cycle: ReportingCycle, user, today: dt.date | None = None) -> list[Line]:
    """One line per tier of what this user may see, one statement."""
    rows = QuarterlyReport.objects.visible_to(user).filter(cycle=cycle).order_by().values("tier")
    found = {row["tier"]: row for row in rows.annotate(**_counts(today or timezone.localdate()))}
    return [
        Line(str(tier.label), tier.value, "", **{k: v for k, v in found[tier].items() if k != "tier"})
        for tier in Tier
        if tier in found
    ]


def by_area(cycle: ReportingCycle, user, tier: str, today: dt.date | None = None) -> list[Line]:
    """One line per area above a tier: regencies for the Puskesos, provinces for the SLRT, one statement."""
    rows = (
        QuarterlyReport.objects.visible_to(user)
        .filter(cycle=cycle, tier=tier, parent__isnull=False)
        .order_by("parent__region_id")
        .values("parent__place_name", "parent__region_id")
        .annotate(**_counts(today or timezone.localdate()))
    )
    return [
        Line(
            row["parent__place_name"], tier, row["parent__region_id"] or "",
            **{k: v for k, v in row.items() if not k.startswith("parent")},
        )
        for row in rows
    ]  # fmt: skip
