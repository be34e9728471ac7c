"""Who gets a copy (tembusan) of a report: rules by tier and region, filled for a place (M-10)."""

from __future__ import annotations

from portal.regions.models import Region, above_q
from portal.units.paper import title_of_head, without_kind

from .models import CopyRule, QuarterlyReport


def copies_of(report: QuarterlyReport) -> list[str]:
    """Who gets a copy: the nation's rules for the tier, then those of the regions above the place (M-10)."""
    return fill_copies(copy_rules(report.tier, report.region_id or ""), report.region)


def copy_rules(tier: str, region_code: str) -> list[str]:
    """The recipients as the rules name them, with their placeholders."""
    rules = CopyRule.objects.filter(above_q(region_code), tier=tier).order_by("position", "pk")
    return list(rules.values_list("recipient", flat=True))


def fill_copies(recipients: list[str], place: Region | None) -> list[str]:
    """The recipients for one place: {place} its name, {head} its head's title, {short} its name without the kind."""
    names = {
        "{place}": place.name if place else "",
        "{head}": title_of_head(place) if place else "",
        "{short}": without_kind(place.name) if place else "",
    }
    return list(dict.fromkeys(_filled(text, names) for text in recipients))


def _filled(text: str, names: dict[str, str]) -> str:
    for mark, name in names.items():
        text = text.replace(mark, name)
    return text
