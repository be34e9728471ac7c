"""The planner's arithmetic: scorecard, priority of locations and programs, budget gap (D-13). Pure where it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from portal.regions.models import CODE_LENGTH, Level, Region, above_q, level_of
from programs_catalog.models import Program

from . import figures, gap, overlap
from .facts import Count
from .models import Indicator, IndicatorValue, UnitCost

#: measures that are computed here; their words and weights stand with the indicators
OPEN_NEEDS = "open_needs"
PROGRAM_MEASURES = ("program_waiting", "program_unserved", "program_refused", "program_days")


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

    @property
    def better(self) -> bool | None:
        """Whether the value moved the good way since the year before; None without one or without a change."""
        if self.before is None or self.before == self.value:
            return None
        return (self.value < self.before) == self.indicator.higher_is_worse


def scorecard(code: str) -> list[Score]:
    """The poverty scorecard of an area; indicators without any value for it are left out."""
    level = level_of(code)
    parent = code[: CODE_LENGTH[level - 1]] if level > Level.PROVINCE else ""
    history: dict[tuple, list[IndicatorValue]] = defaultdict(list)
    codes = [code for code in {code, parent} if code]
    wanted = IndicatorValue.objects.filter(region__in=codes) | IndicatorValue.objects.filter(region=None)
    for value in wanted.select_related("indicator").order_by("-year"):
        history[value.indicator_id, value.region_id or ""].append(value)
    rows = []
    for indicator in Indicator.objects.all():
        own, above = history[indicator.pk, code], history[indicator.pk, parent] if code else []
        if own:
            before = own[1] if len(own) > 1 else None
            rows.append(
                Score(
                    indicator,
                    own[0].year,
                    own[0].value,
                    own[0].source,
                    before and before.value,
                    before and before.year,
                    next((one.value for one in above if one.year <= own[0].year), None),
                )
            )
    return rows


def normalized(values: Mapping[str, float], *, higher_is_worse: bool = True) -> dict[str, float]:
    """Values between the best (0) and the worst (1) of those compared; all 0 where they are equal.

    >>> normalized({"a": 10, "b": 20, "c": 15})
    {'a': 0.0, 'b': 1.0, 'c': 0.5}
    """
    if not values:
        return {}
    low, high = min(values.values()), max(values.values())
    if low == high:
        return dict.fromkeys(values, 0.0)
    share = {key: (value - low) / (high - low) for key, value in values.items()}
    return share if higher_is_worse else {key: 1 - value for key, value in share.items()}


@dataclass(frozen=True)
class Priority:
    """One area in the order of urgency: its score from 0 (no need) to 100, and what made it."""

    code: str
    name: str
    score: float
    parts: dict[str, float]
    missing: tuple[str, ...]
    #: 1 is the most urgent, equal scores share a place; None where nothing with a weight is known
    place: int | None = None
    url: str = ""

    @property
    def shown_parts(self) -> list[float | None]:
        """The parts of a program's score in the order of its measures."""
        return [self.parts.get(key) for key in PROGRAM_MEASURES]


def rank(
    measures: Mapping[str, Mapping[str, float]], weights: Mapping[str, float], names: Mapping[str, str]
) -> list[Priority]:
    """Order areas by the weighted mean of their normalized measures; a missing measure leaves its weight out, and is named.

    `measures` maps a measure to area code -> 0..1 (1 is worst). Areas without any measure come last, without a place.
    """
    rows = []
    for code, name in names.items():
        known = {
            key: values[code]
            for key, values in measures.items()
            if code in values and weights.get(key, 0) > 0
        }
        total = sum(weights[key] for key in known)
        parts = {key: 100 * weights[key] * value / total for key, value in known.items()} if total else {}
        missing = tuple(key for key, weight in weights.items() if weight > 0 and key not in known)
        # As exact as it is shown: what reads the same shares a place.
        rows.append(Priority(code, name, round(sum(parts.values()), 1), parts, missing))
    rows.sort(key=lambda row: (not row.parts, -row.score, row.code))
    scores = [row.score for row in rows]
    return [replace(row, place=scores.index(row.score) + 1) if row.parts else row for row in rows]


def weights_of(*uses: str) -> dict[str, float]:
    """The weights as the National Secretariat set them, in the order of the scorecard."""
    return {one.pk: float(one.weight) for one in Indicator.objects.filter(use__in=uses)}


def location_weights() -> dict[str, float]:
    return weights_of(Indicator.Use.RECORDED, Indicator.Use.LOCATION)


def program_weights() -> dict[str, float]:
    return weights_of(Indicator.Use.PROGRAM)


def locations(choice: figures.Choice, weights: Mapping[str, float]) -> list[Priority]:
    """The areas right below in the order of urgency, by indicators and by open needs per thousand households."""
    if choice.area_level == Level.VILLAGE:
        return []
    child = Level(choice.area_level + 1)
    region = Region.objects.get(pk=choice.code) if choice.code else None
    names = dict(Region.objects.current().within(region).at(child).values_list("pk", "name"))
    measures: dict[str, dict[str, float]] = {}
    for indicator in Indicator.objects.filter(use=Indicator.Use.RECORDED):
        newest = newest_values(indicator, names)
        measures[indicator.pk] = normalized(newest, higher_is_worse=indicator.higher_is_worse)
    needs = figures.tally(
        replace(choice, kind=Case.Kind.NEED.value, status=PublicStatus.IN_PROCESS.value), "area"
    )
    households = overlap.households_of(names)
    per_thousand = {code: 1000 * needs.get((code,), Count()).n / n for code, n in households.items() if n}
    measures[OPEN_NEEDS] = normalized(per_thousand)
    return rank(measures, weights, names)


def newest_values(indicator: Indicator, codes) -> dict[str, float]:
    """The newest recorded value of an indicator in each of some regions."""
    rows = indicator.values.filter(region__in=codes).order_by("year").values_list("region_id", "value")
    return {code: float(value) for code, value in rows}


def programs(choice: figures.Choice, weights: Mapping[str, float]) -> list[Priority]:
    """Programs in the order of urgency (D-13): what waits, who is not reached, what is refused, how long it takes."""
    split = figures.tally(replace(choice, kind=Case.Kind.NEED.value), "program", "status")
    rows = gap.by_program(choice)
    found: dict[str, dict[str, float]] = {key: {} for key in PROGRAM_MEASURES}
    names = {}
    for row in rows:
        if not row.needs:
            continue
        names[row.code] = row.label
        counts = {status: split.get((row.code, status.value), Count()) for status in PublicStatus}
        whole = sum(counts.values(), Count())
        found["program_waiting"][row.code] = row.waiting
        found["program_refused"][row.code] = 100 * counts[PublicStatus.REFUSED].n / whole.n
        if row.unserved is not None:
            found["program_unserved"][row.code] = row.unserved
        if whole.mean_days is not None:
            found["program_days"][row.code] = whole.mean_days
    return rank({key: normalized(values) for key, values in found.items() if values}, weights, names)


@dataclass(frozen=True)
class Gap:
    """One program's need in an area and what serving it would cost (D-12, D-13); costs are rupiah a year."""

    program: Program
    needs: int
    served: int
    refused: int
    cost: UnitCost | None

    @property
    def unit_cost(self) -> Decimal | None:
        return self.cost and self.cost.amount

    @property
    def budget(self) -> Decimal | None:
        return None if self.unit_cost is None else self.needs * self.unit_cost


def unit_costs(code: str) -> dict[int, UnitCost]:
    """By program the unit cost that holds in an area: the closest region's, of it the newest year's."""
    costs: dict[int, UnitCost] = {}
    for cost in UnitCost.objects.filter(above_q(code)).select_related("region").order_by("year"):
        best = costs.get(cost.program_id)
        if best is None or len(cost.region_id or "") >= len(best.region_id or ""):
            costs[cost.program_id] = cost
    return costs


def gaps(choice: figures.Choice) -> list[Gap]:
    """Open needs per program against the households served, with the budget that closes the gap; largest need first."""
    split = figures.tally(replace(choice, kind=Case.Kind.NEED.value), "program", "status")
    served = overlap.overlap(choice.code).singles()
    costs = unit_costs(choice.code)
    rows = []
    for program in Program.objects.select_related("provider", "sector"):
        waiting = split.get((str(program.pk), PublicStatus.IN_PROCESS.value), Count()).n
        refused = split.get((str(program.pk), PublicStatus.REFUSED.value), Count()).n
        if waiting or refused:
            rows.append(Gap(program, waiting, served.get(program.pk, 0), refused, costs.get(program.pk)))
    return sorted(rows, key=lambda row: (-row.needs, row.program.name))


def budget_total(rows: list[Gap]) -> Decimal:
    """The budget of all gaps whose unit cost is known, in rupiah a year."""
    return sum((row.budget for row in rows if row.budget is not None), Decimal(0))
