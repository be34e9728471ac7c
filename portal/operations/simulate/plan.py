"""How much of what, where and when: offices, families and visits of each regency, and the days they fall on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from cases.casework.service_times import is_working_day
from portal.regions.models import CODE_LENGTH, Level, Region, code_at, level_of

#: The regency whose figures are known (2018): 13,750 visits in a year, 3,416 of them in June.
KNOWN, VISITS = "34.04", 13_750
#: Thousandths of a year's visits per month; before the school year a quarter of all.
SEASON = (83, 74, 65, 65, 83, 248, 112, 70, 60, 55, 45, 40)
#: Of a hundred visits, those from which a case follows.
CASES_OF_VISITS = 60
#: One family of the register for so many inhabitants.
INHABITANTS_PER_FAMILY = 25
#: Villages of a hundred that have a Puskesos; in the known regency all have.
PUSKESOS_OF_VILLAGES = 45
WIB = dt.timezone(dt.timedelta(hours=7))


@dataclass(frozen=True)
class Place:
    """A region as far as the simulation needs it."""

    code: str
    name: str
    postal_code: str
    latitude: float | None
    longitude: float | None


@dataclass
class RegencyPlan:
    """What one regency gets."""

    place: Place
    villages: list[Place]
    districts: list[str]
    visits_a_year: float
    inhabitants: float
    households: int = 0
    visits: int = 0
    cases: int = 0

    @property
    def code(self) -> str:
        return self.place.code


@dataclass
class Plan:
    """The whole simulation: where, how far back, from which seed."""

    area: str
    seed: int
    until: dt.date
    years: int
    households: int | None = None
    cases: int | None = None
    #: villages of a hundred with a Puskesos
    puskesos: int = PUSKESOS_OF_VILLAGES
    #: so many of the newest quarters have reports; None: all of the time
    quarters: int | None = None
    regencies: list[RegencyPlan] = field(default_factory=list)

    @property
    def start(self) -> dt.date:
        try:
            return self.until.replace(year=self.until.year - self.years)
        except ValueError:  # 29 February
            return dt.date(self.until.year - self.years, 2, 28)

    def random(self, *words: str) -> Random:
        """A generator of its own for each place and purpose: no draw shifts another's."""
        return Random(f"{self.seed}:{':'.join(words)}")  # noqa: S311 - invented data, nothing to guess

    @property
    def total(self) -> dict[str, int]:
        return {
            name: sum(getattr(one, name) for one in self.regencies)
            for name in ("households", "visits", "cases")
        }

    def key(self) -> str:
        """What makes two runs the same run, so that an interrupted one goes on."""
        parts = (
            self.area, self.seed, self.until, self.years, self.households, self.cases, self.puskesos, self.quarters,
        )  # fmt: skip
        return "|".join(map(str, parts))


def make(plan: Plan) -> Plan:
    """Fill in what each regency of the area gets; ValueError for an area that does not exist."""
    level = level_of(plan.area)
    length = CODE_LENGTH[Level.REGENCY]
    region = Region.objects.filter(pk=plan.area).first() if plan.area else None
    if plan.area and region is None:
        raise ValueError(f"there is no region {plan.area}")
    codes = [plan.area[:length]] if level >= Level.REGENCY else _codes(region)
    inhabitants = dict(Region.objects.filter(pk__in=[*codes, KNOWN]).values_list("pk", "population"))
    known = inhabitants[KNOWN] or 1
    villages: dict[str, list[Place]] = defaultdict(list)
    fields = ("code", "name", "postal_code", "latitude", "longitude")
    for values in (
        Region.objects.current().within(region).at(Level.VILLAGE).order_by("pk").values_list(*fields)
    ):
        villages[values[0][:length]].append(Place(*values))
    all_villages = _villages_of(codes) if level > Level.REGENCY else {}
    for values in Region.objects.filter(pk__in=codes).order_by("pk").values_list(*fields):
        place = Place(*values)
        here = villages[place.code]
        if not here:
            continue
        share = len(here) / all_villages[place.code] if all_villages else 1
        people = inhabitants[place.code] or 100_000
        plan.regencies.append(
            RegencyPlan(
                place,
                here,
                sorted({code_at(village.code, Level.DISTRICT) for village in here}),
                # An office grows more slowly than its people: by the root. Nothing is made up for the known one.
                VISITS * (people / known) ** 0.5 * share,
                people * share,
            )
        )
    _share_out(plan)
    return plan


def _codes(region: Region | None) -> list[str]:
    return list(
        Region.objects.current().within(region).at(Level.REGENCY).order_by("pk").values_list("pk", flat=True)
    )


def _villages_of(codes: Iterable[str]) -> dict[str, int]:
    return {
        code: Region.objects.current().filter(parent__parent=code, level=Level.VILLAGE).count()
        for code in codes
    }


def _share_out(plan: Plan) -> None:
    rows = plan.regencies
    households = plan.households
    if households is None:
        households = round(sum(one.inhabitants for one in rows) / INHABITANTS_PER_FAMILY)
    visits = (
        round(sum(one.visits_a_year for one in rows) * plan.years)
        if plan.cases is None
        else round(plan.cases * 100 / CASES_OF_VISITS)
    )
    cases = round(visits * CASES_OF_VISITS / 100) if plan.cases is None else plan.cases
    for name, total, weights in (
        ("households", households, [one.inhabitants for one in rows]),
        ("visits", visits, [one.visits_a_year for one in rows]),
        ("cases", cases, [one.visits_a_year for one in rows]),
    ):
        for one, count in zip(rows, shares(total, weights), strict=True):
            setattr(one, name, count)
    for one in rows:
        one.visits = max(one.visits, one.cases)


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to the total, as close to the weights as whole numbers can be.

    >>> shares(10, [1, 1, 1])
    [4, 3, 3]
    """
    whole = sum(weights)
    if not whole or not total:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    answer = [int(value) for value in exact]
    rest = sorted(range(len(weights)), key=lambda i: (answer[i] - exact[i], i))
    for i in rest[: total - sum(answer)]:
        answer[i] += 1
    return answer


@lru_cache(maxsize=8)
def months_of(start: dt.date, until: dt.date) -> list[tuple[list[dt.date], float]]:
    """The working days of each month from start (exclusive) to until (exclusive), and the month's weight in the season."""
    answer: list[tuple[list[dt.date], float]] = []
    day = dt.date(start.year, start.month, 1)
    while day < until:
        after = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
        days = [day + dt.timedelta(days=i) for i in range((after - day).days)]
        inside = [one for one in days if start <= one < until]
        working = [one for one in inside if is_working_day(one)]
        if working:
            answer.append((working, SEASON[day.month - 1] * len(inside) / len(days)))
        day = after
    return answer


def moments(plan: Plan, count: int, chance: Random) -> list[dt.datetime]:
    """So many moments within office hours, by the season, in the order of time."""
    months = months_of(plan.start, plan.until)
    answer = []
    for (days, _weight), n in zip(months, shares(count, [weight for _days, weight in months]), strict=True):
        for _i in range(n):
            day = days[int(chance.random() * len(days))]
            minute = int(chance.random() * 420)
            answer.append(
                dt.datetime(
                    day.year,
                    day.month,
                    day.day,
                    8 + minute // 60,
                    minute % 60,
                    int(chance.random() * 60),
                    tzinfo=WIB,
                )
            )
    return sorted(answer)
