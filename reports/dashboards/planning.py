"""The planner's arithmetic: priority of locations and programs (D-13). Pure where it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from portal.regions.models import Level, Region

from . import figures, gap, overlap
from .facts import Count
from .forms import FIRST_YEAR
from .models import Dimension, Indicator
from .scorecard import OPEN_NEEDS, Score

#: of so few families a single need moves the needs per thousand far
FEW_HOUSEHOLDS = 30
#: measures of programs, computed here; their words and weights stand with the indicators
PROGRAM_MEASURES = ("program_waiting", "program_unserved", "program_refused", "program_days")


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
class Part:
    """What one measure adds to a score: its value, where that lies among those compared, and its share of the weights."""

    measure: str
    value: float | None
    #: 0 the best of those compared, 1 the worst
    place: float
    #: of all that counts here, in percent
    share: float

    @property
    def count(self) -> int | None:
        """The value where it counts something."""
        return None if self.value is None else round(self.value)

    @property
    def points(self) -> float:
        return self.share * self.place


@dataclass(frozen=True)
class Priority:
    """One area or program in the order of urgency: its score from 0 (no need) to 100, and what made it."""

    code: str
    name: str
    score: float
    details: tuple[Part, ...]
    missing: tuple[str, ...]
    #: the score within each dimension that counts here, 0 to 100
    dimensions: Mapping[str, float]
    #: 1 is the most urgent, equal scores share a place; None where nothing with a weight is known
    place: int | None = None
    url: str = ""
    #: the families of the register where the open needs per thousand hang on fewer than `FEW_HOUSEHOLDS`
    few: int | None = None

    @property
    def parts(self) -> dict[str, float]:
        """Points by measure; they add up to the score."""
        return {part.measure: part.points for part in self.details}

    @property
    def shown_parts(self) -> list[Part | None]:
        """The parts of a program's score in the order of its measures."""
        known = {part.measure: part for part in self.details}
        return [known.get(key) for key in PROGRAM_MEASURES]


#: measure to its dimension and that dimension's weight
Dimensions = Mapping[str, tuple[str, float]]


def rank(
    measures: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    names: Mapping[str, str],
    dimensions: Dimensions | None = None,
    values: Mapping[str, Mapping[str, float]] | None = None,
) -> list[Priority]:
    """Order areas by the weighted mean of their dimensions, each the weighted mean of its normalized measures.

    `measures` maps a measure to area code -> 0..1 (1 is worst). A measure without a dimension is one of its own. What is
    missing leaves its weight out, and is named. Areas without any measure come last, without a place. `values` are shown
    beside the parts.
    """
    of = {key: (dimensions or {}).get(key) or (key, weight) for key, weight in weights.items()}
    wanted = [key for key, weight in weights.items() if weight > 0 and of[key][1] > 0]
    rows = []
    for code, name in names.items():
        known = [key for key in wanted if code in measures.get(key, {})]
        inner: dict[str, float] = {}
        for key in known:
            inner[of[key][0]] = inner.get(of[key][0], 0) + weights[key]
        whole = sum(dict(of[key] for key in known).values())
        details = tuple(
            Part(
                key,
                (values or {}).get(key, {}).get(code),
                measures[key][code],
                100 * of[key][1] / whole * weights[key] / inner[of[key][0]],
            )
            for key in known
        )
        scores = {
            group: 100
            * sum(weights[key] * measures[key][code] for key in known if of[key][0] == group)
            / weight
            for group, weight in inner.items()
        }
        missing = tuple(key for key in wanted if key not in known)
        # As exact as it is shown: what reads the same shares a place.
        score = round(sum(part.points for part in details), 1)
        rows.append(Priority(code, name, score, details, missing, scores))
    rows.sort(key=lambda row: (not row.details, -row.score, row.code))
    order = [row.score for row in rows]
    return [replace(row, place=order.index(row.score) + 1) if row.details else row for row in rows]


def weights_of(*uses: str) -> dict[str, float]:
    """The weights as the National Secretariat set them, in the order of the scorecard."""
    return {one.pk: float(one.weight) for one in Indicator.objects.filter(use__in=uses)}


def location_weights() -> dict[str, float]:
    return weights_of(Indicator.Use.RECORDED, Indicator.Use.LOCATION)


def dimension_weights() -> dict[str, float]:
    return {one.pk: float(one.weight) for one in Dimension.objects.all()}


def dimensions_of(weights: Mapping[str, float] | None = None) -> dict[str, tuple[str, float]]:
    """Each measure of locations with its dimension and the weight of that, as set where none is given."""
    chosen = dimension_weights() | dict(weights or {})
    placed = Indicator.objects.exclude(dimension=None).values_list("pk", "dimension")
    return {pk: (dimension, chosen[dimension]) for pk, dimension in placed}


def program_weights() -> dict[str, float]:
    return weights_of(Indicator.Use.PROGRAM)


def locations(
    choice: figures.Choice, weights: Mapping[str, float], dimensions: Mapping[str, float] | None = None
) -> list[Priority]:
    """The areas right below in the order of urgency, by indicators and by open needs per thousand households.

    `weights` are those of the measures, `dimensions` those of the dimensions (as set where none are given).
    """
    if choice.area_level == Level.VILLAGE:
        return []
    child = Level(choice.area_level + 1)
    region = Region.objects.get(pk=choice.code) if choice.code else None
    names = dict(Region.objects.current().within(region).at(child).values_list("pk", "name"))
    measures: dict[str, dict[str, float]] = {}
    values: dict[str, dict[str, float]] = {}
    for indicator in Indicator.objects.filter(use=Indicator.Use.RECORDED):
        values[indicator.pk] = newest_values(indicator, names)
        measures[indicator.pk] = normalized(values[indicator.pk], higher_is_worse=indicator.higher_is_worse)
    values[OPEN_NEEDS] = open_needs_below(choice, names)
    measures[OPEN_NEEDS] = normalized(values[OPEN_NEEDS])
    rows = rank(measures, weights, names, dimensions_of(dimensions), values)
    few = {code: n for code, n in overlap.households_of(names).items() if n < FEW_HOUSEHOLDS}
    return [replace(row, few=few.get(row.code)) if OPEN_NEEDS in row.parts else row for row in rows]


def up_to(choice: figures.Choice) -> figures.Choice:
    """All years up to the end of a choice: what was not served stays to be served when the year turns."""
    return replace(choice, first=f"{FIRST_YEAR}-01")


def open_needs(choice: figures.Choice) -> figures.Choice:
    """The needs still open that were registered up to the end of a choice, whatever their year."""
    return replace(up_to(choice), kind=Case.Kind.NEED.value, status=PublicStatus.IN_PROCESS.value)


def open_needs_below(choice: figures.Choice, codes) -> dict[str, float]:
    """Open needs per thousand households of the areas right below; without households of the register an area is left out."""
    needs = figures.tally(open_needs(choice), "area")
    households = overlap.households_of(codes)
    return {code: 1000 * needs.get((code,), Count()).n / n for code, n in households.items() if n}


def open_needs_score(choice: figures.Choice, weights: Mapping[str, float], source: str) -> tuple[Score, ...]:
    """The line of the scorecard that the cases make; none without households of the register."""
    indicator = Indicator.objects.filter(pk=OPEN_NEEDS).select_related("dimension").first()
    households = overlap.households_of([choice.code]).get(choice.code)
    if indicator is None or not households:
        return ()
    needs = sum((count.n for count in figures.tally(open_needs(choice)).values()), 0)
    value = Decimal(1000 * needs) / households
    weight = weights.get(OPEN_NEEDS, float(indicator.weight))
    return (Score(indicator, int(choice.last[:4]), value, source, None, None, None, None, weight),)


def newest_values(indicator: Indicator, codes) -> dict[str, float]:
    """The newest recorded value of an indicator in each of some regions."""
    rows = indicator.values.filter(region__in=codes).order_by("year").values_list("region_id", "value")
    return {code: float(value) for code, value in rows}


def programs(choice: figures.Choice, weights: Mapping[str, float]) -> list[Priority]:
    """Programs in the order of urgency (D-13): what waits, who is not reached, what is refused, how long it takes.

    What waits is of all years up to the end of the choice; refusals and days are of its months.
    """
    split = figures.tally(replace(choice, kind=Case.Kind.NEED.value), "program", "status")
    rows = gap.by_program(up_to(choice))
    found: dict[str, dict[str, float]] = {key: {} for key in PROGRAM_MEASURES}
    names = {}
    for row in rows:
        counts = {status: split.get((row.code, status.value), Count()) for status in PublicStatus}
        whole = sum(counts.values(), Count())
        if not (whole.n or row.waiting):
            continue
        names[row.code] = row.label
        found["program_waiting"][row.code] = row.waiting
        if whole.n:
            found["program_refused"][row.code] = 100 * counts[PublicStatus.REFUSED].n / whole.n
        if row.unserved is not None:
            found["program_unserved"][row.code] = row.unserved
        if whole.mean_days is not None:
            found["program_days"][row.code] = whole.mean_days
    measures = {key: normalized(values) for key, values in found.items() if values}
    return rank(measures, weights, names, values=found)
