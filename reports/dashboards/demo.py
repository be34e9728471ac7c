"""Demo figures for the planner: invented, plausible, and marked so in their source."""

from __future__ import annotations

import random
from decimal import Decimal

from portal.regions.models import Level, Region
from programs_catalog.models import Program

from . import facts, open_figures, overlap, targeting
from .models import Indicator, IndicatorValue, UnitCost

SOURCE = "Data contoh, bukan angka resmi"
LIVELY = ("34", "32.04", "19")


def load(world) -> None:
    """Indicator values of the lively areas, unit costs, and the counts that jobs take at night."""
    if not IndicatorValue.objects.filter(is_demo=True).exists():
        IndicatorValue.objects.bulk_create(_values(), batch_size=1000)
    if not UnitCost.objects.filter(is_demo=True).exists():
        chance = random.Random("unit cost")
        UnitCost.objects.bulk_create(
            UnitCost(
                program=program,
                year=2026,
                amount=Decimal(chance.randint(6, 60) * 100_000),
                source=SOURCE,
                is_demo=True,
            )
            for program in Program.objects.order_by("code")
        )
    facts.fold()
    overlap.take()
    targeting.take()
    open_figures.take()


def _values():
    regions = [None, *Region.objects.filter(level=Level.PROVINCE)]
    for code in LIVELY:
        regions += Region.objects.within(Region.objects.get(pk=code)).filter(
            level__in=(Level.REGENCY, Level.DISTRICT)
        )
    ranges = {
        "p0": (4, 19),
        "p1": (0.5, 3.5),
        "ipm": (66, 83),
        "stunting": (10, 29),
        "sanitation": (62, 98),
        "unemployment": (2, 9),
        "uninsured": (2, 24),
        "schooling": (7, 11.5),
        "water": (68, 99),
    }
    for indicator in Indicator.objects.filter(pk__in=ranges):
        low, high = ranges[indicator.pk]
        for region in regions:
            chance = random.Random(f"{indicator.pk} {region.pk if region else ''}")
            value = chance.uniform(low, high)
            for year in (2024, 2025):
                yield IndicatorValue(
                    indicator=indicator,
                    region=region,
                    year=year,
                    value=Decimal(f"{value:.2f}"),
                    source=SOURCE,
                    is_demo=True,
                )
                value *= (
                    chance.uniform(0.93, 1.03) if indicator.higher_is_worse else chance.uniform(0.99, 1.02)
                )
