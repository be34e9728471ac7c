"""Accepted reports that are in no sum of a tier above: named, explained when it is sent, taken in when it comes back (M-06).

Timeliness counts (M-05), so one missing regency does not hold its province up. But what lies accepted below that regency
is then outside the province's sums, and whoever sends without it says why; what they say is sealed with the figures.
"""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from portal.regions.models import within_q

from .figures import TIER_BELOW
from .models import QuarterlyReport, ReportVersion
from .workflow import Tier

#: under which the explanation is kept: no question can be called so
OUTSIDE = "*outside"


def outside_of(report: QuarterlyReport, version: ReportVersion | None) -> dict[str, int]:
    """How many accepted reports below a report are not in this version's sums now, by tier; only tiers with some."""
    tiers = TIER_BELOW.get(Tier(report.tier), ())
    if not tiers or version is None or version.filled_at is None:
        return {}
    included = version.coverage.get("tiers", {})
    accepted = (
        QuarterlyReport.objects.counted()
        .filter(within_q(report.region_id or ""), cycle=report.cycle_id, tier__in=tiers)
        .order_by()
        .values_list("tier")
        .annotate(count=Count("pk"))
    )
    left = {tier: count - included.get(tier, [0, 0])[1] for tier, count in accepted}
    return {tier: left[tier] for tier in tiers if left.get(tier, 0) > 0}


def in_words(left: dict[str, int]) -> str:
    """`Puskesos: 83, SLRT kabupaten/kota: 1`."""
    return ", ".join(f"{Tier(tier).label}: {count}" for tier, count in left.items())


def outside_errors(report: QuarterlyReport, version: ReportVersion) -> dict[str, list[str]]:
    """Accepted reports outside the sums that nobody has explained, as an error under its own key."""
    left = outside_of(report, version)
    if not left or version.explanations.get(OUTSIDE):
        return {}
    text = _("Accepted reports are not in these sums (%(reports)s): say why it is sent without them.")
    return {OUTSIDE: [text % {"reports": in_words(left)}]}
