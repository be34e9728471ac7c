"""The poverty scorecard of an area: indicators, their place between the best and the worst, sub-indices by dimension (D-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from portal.regions.models import CODE_LENGTH, Level, level_of

from .models import Dimension, Indicator, IndicatorValue

#: the only measure of locations that is computed from the cases
OPEN_NEEDS = "open_needs"


@dataclass(frozen=True)
class Score:
    """One line of the scorecard: the newest value, the one before, and the newest of the area above."""

    indicator: Indicator
    year: int
    value: Decimal
    source: str
    before: Decimal | None
    before_year: int | None
    above: Decimal | None
    above_year: int | None = None
    weight: float = 1.0
    #: the keys of the recorded values: the newest, the one before, the one of the area above
    keys: tuple[int | None, int | None, int | None] = (None, None, None)

    @property
    def better(self) -> bool | None:
        """Whether the value moved the good way since the year before; None without one or without a change."""
        if self.before is None or self.before == self.value:
            return None
        return (self.value < self.before) == self.indicator.higher_is_worse

    @property
    def computed(self) -> bool:
        """Whether it comes from the cases, not from a recorded value."""
        return self.indicator.use != Indicator.Use.RECORDED

    @property
    def index(self) -> float | None:
        """0 is the best, 100 the worst, by the limits of the indicator."""
        return self.indicator.index(self.value)

    @property
    def above_index(self) -> float | None:
        return self.indicator.index(self.above)


def weighted(parts: list[tuple[float, float]]) -> float | None:
    """The mean of values by their weights, from pairs (weight, value); None where nothing has a weight.

    >>> weighted([(2, 40), (1, 10)])
    30.0
    """
    whole = sum(weight for weight, _value in parts)
    return sum(weight * value for weight, value in parts) / whole if whole else None


@dataclass(frozen=True)
class SubIndex:
    """One dimension: the weighted mean of the indices of its indicators, and what it lacks."""

    dimension: Dimension
    weight: float
    scores: tuple[Score, ...]
    #: indicators with a weight and without a value here
    missing: tuple[Indicator, ...] = ()

    @property
    def counted(self) -> list[Score]:
        """The lines that make the sub-index."""
        return [one for one in self.scores if one.weight > 0 and one.index is not None]

    @property
    def value(self) -> float | None:
        return weighted([(one.weight, one.index) for one in self.counted])

    @property
    def weight_sum(self) -> float:
        return sum(one.weight for one in self.counted)

    @property
    def above(self) -> float | None:
        """The same of the area above, over the same indicators; None where one of them is not recorded there."""
        if any(one.above_index is None for one in self.counted):
            return None
        return weighted([(one.weight, one.above_index) for one in self.counted])


@dataclass(frozen=True)
class Scorecard:
    """The whole: sub-indices, lines without a dimension, and the index over all."""

    parts: tuple[SubIndex, ...]
    #: recorded indicators that belong to no dimension or have no limits
    others: tuple[Score, ...] = ()

    @property
    def counted(self) -> list[SubIndex]:
        """The dimensions that make the index."""
        return [one for one in self.parts if one.weight > 0 and one.value is not None]

    @property
    def index(self) -> float | None:
        """The weighted mean of the sub-indices, 0 the best, 100 the worst."""
        return weighted([(one.weight, one.value) for one in self.counted])

    @property
    def weight_sum(self) -> float:
        return sum(one.weight for one in self.counted)

    @property
    def scores(self) -> list[Score]:
        return [score for part in self.parts for score in part.scores] + list(self.others)


def scores(
    code: str, weights: Mapping[str, float] | None = None, computed: tuple[Score, ...] = ()
) -> list[Score]:
    """The lines of an area in the order of the indicators; without any value for it an indicator is left out."""
    level = level_of(code)
    parent = code[: CODE_LENGTH[level - 1]] if level > Level.PROVINCE else ""
    history: dict[tuple, list[IndicatorValue]] = defaultdict(list)
    wanted = Q(region__in=[one for one in {code, parent} if one]) | Q(region=None)
    for value in IndicatorValue.objects.filter(wanted).select_related("indicator").order_by("-year"):
        history[value.indicator_id, value.region_id or ""].append(value)
    found = {score.indicator.pk: score for score in computed}
    for indicator in Indicator.objects.filter(use=Indicator.Use.RECORDED).select_related("dimension"):
        own, over = history[indicator.pk, code], history[indicator.pk, parent] if code else []
        if own:
            before = own[1] if len(own) > 1 else None
            above = next((one for one in over if one.year <= own[0].year), None)
            found[indicator.pk] = Score(
                indicator,
                own[0].year,
                own[0].value,
                own[0].source,
                before and before.value,
                before and before.year,
                above and above.value,
                above and above.year,
                (weights or {}).get(indicator.pk, float(indicator.weight)),
                (own[0].pk, before and before.pk, above and above.pk),
            )
    return sorted(found.values(), key=lambda one: (one.indicator.position, one.indicator.pk))


def scorecard(
    code: str,
    weights: Mapping[str, float] | None = None,
    dimension_weights: Mapping[str, float] | None = None,
    computed: tuple[Score, ...] = (),
) -> Scorecard:
    """The scorecard of an area, with the weights as set where none are given; `computed` are lines from the cases."""
    weights, chosen = weights or {}, dimension_weights or {}
    lines = scores(code, weights, computed)
    placed = [
        one for one in lines if one.indicator.dimension_id and one.indicator.index(one.value) is not None
    ]
    here = {one.indicator.pk for one in lines}
    parts = []
    for dimension in Dimension.objects.prefetch_related("indicators"):
        missing = tuple(
            one
            for one in dimension.indicators.all()
            if one.pk not in here and weights.get(one.pk, float(one.weight)) > 0
        )
        own = tuple(one for one in placed if one.indicator.dimension_id == dimension.pk)
        if own or missing:
            weight = chosen.get(dimension.pk, float(dimension.weight))
            parts.append(SubIndex(dimension, weight, own, missing))
    return Scorecard(tuple(parts), tuple(one for one in lines if one not in placed))
