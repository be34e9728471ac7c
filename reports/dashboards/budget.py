"""The budget gap: open needs times the unit cost of their own area (D-12, D-13)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from portal.regions.models import Level, above_q, below_q, code_at
from programs_catalog.models import Program, Provider

from . import figures, overlap
from .facts import Count
from .models import UnitCost
from .planning import open_needs


@dataclass(frozen=True)
class Share:
    """Open needs of a program and the unit cost that holds where these families live; None where none is recorded."""

    needs: int
    cost: UnitCost | None


#: so many unit costs of one program are written out
MOST_SHARES = 4


@dataclass(frozen=True)
class Gap:
    """One program's need in an area and what serving it would cost (D-12, D-13); costs are rupiah a year.

    `needs` are open, whatever their year (`open_needs`); `refused` are of the chosen months.
    """

    program: Program
    needs: int
    served: int
    refused: int
    #: the needs by the unit cost of their own area, so that the parts of an area add up to it
    shares: tuple[Share, ...]

    @property
    def costs(self) -> list[UnitCost]:
        """The unit costs that hold for some of the needs."""
        return [share.cost for share in self.shares if share.cost]

    @property
    def cost(self) -> UnitCost | None:
        """The one unit cost of all needs; None where there is none, or several."""
        return self.shares[0].cost if len(self.shares) == 1 else None

    @property
    def lowest(self) -> Decimal | None:
        return min((cost.amount for cost in self.costs), default=None)

    @property
    def highest(self) -> Decimal | None:
        return max((cost.amount for cost in self.costs), default=None)

    @property
    def uncosted(self) -> int:
        """Open needs without a unit cost, which no budget knows."""
        return sum(share.needs for share in self.shares if share.cost is None)

    @property
    def budget(self) -> Decimal | None:
        """What serving the needs with a unit cost takes; None where none has one."""
        sums = [share.needs * share.cost.amount for share in self.shares if share.cost]
        return sum(sums, Decimal(0)) if sums else None

    @property
    def shown_shares(self) -> tuple[Share, ...]:
        return self.shares[:MOST_SHARES]

    @property
    def more_shares(self) -> int:
        return max(len(self.shares) - MOST_SHARES, 0)


def unit_costs(code: str, year: int) -> dict[int, UnitCost]:
    """By program the unit cost that holds in an area: the closest region's, of it the newest year's up to the planned one.

    `year` is that of the cases; what follows from them is planned for the next.
    """
    costs: dict[int, UnitCost] = {}
    rows = UnitCost.objects.filter(above_q(code), year__lte=year + 1).select_related("region")
    for cost in rows.order_by("year"):
        best = costs.get(cost.program_id)
        if best is None or len(cost.region_id or "") >= len(best.region_id or ""):
            costs[cost.program_id] = cost
    return costs


#: by program the newest unit cost of each region that recorded one, '' is the nation
RegionCosts = Mapping[int, Mapping[str, UnitCost]]


def _region_costs(code: str, year: int) -> RegionCosts:
    """The unit costs of an area, of what lies above it and below it, up to those of the year after `year`."""
    rows = UnitCost.objects.filter(year__lte=year + 1).select_related("region").order_by("year")
    if code:
        rows = rows.filter(above_q(code) | below_q(code))
    found: dict[int, dict[str, UnitCost]] = defaultdict(dict)
    for cost in rows:
        found[cost.program_id][cost.region_id or ""] = cost
    return found


def _spread(
    choice: figures.Choice, needs: Mapping[int, int], costs: RegionCosts
) -> Iterator[tuple[int, UnitCost | None, int]]:
    """Open needs by program and the unit cost closest to where they are, down to the areas that recorded their own."""
    rest = dict(needs)
    if choice.area_level < Level.VILLAGE:
        child = Level(choice.area_level + 1)
        inside: dict[str, set[int]] = defaultdict(set)
        for program in needs:
            for region in costs.get(program, ()):
                if len(region) > len(choice.code):
                    inside[code_at(region, child)].add(program)
        split = figures.tally(open_needs(choice), "program", "area") if inside else {}
        for area, programs in sorted(inside.items()):
            here = {program: split.get((str(program), area), Count()).n for program in programs}
            for program, n in here.items():
                rest[program] -= n
            yield from _spread(choice.at(area), {program: n for program, n in here.items() if n}, costs)
    for program, n in rest.items():
        above = [region for region in costs.get(program, ()) if f"{choice.code}.".startswith(f"{region}.") or not region]  # fmt: skip
        yield program, costs[program][max(above, key=len)] if above else None, n


def _shares(choice: figures.Choice, needs: Mapping[int, int]) -> dict[int, tuple[Share, ...]]:
    """By program its open needs by unit cost, the most needs first; of a program without needs the cost that holds here."""
    sums: dict[int, Counter] = defaultdict(Counter)
    for program, cost, n in _spread(choice, needs, _region_costs(choice.code, int(choice.last[:4]))):
        sums[program][cost] += n
    return {
        program: tuple(Share(n, cost) for cost, n in own.most_common() if n or not needs[program])
        for program, own in sums.items()
    }


def gaps(choice: figures.Choice) -> list[Gap]:
    """Open needs per program against the households served, with the budget that closes the gap; largest need first."""
    waits = figures.tally(open_needs(choice), "program")
    refusals = replace(choice, kind=Case.Kind.NEED.value, status=PublicStatus.REFUSED.value)
    refusals = figures.tally(refusals, "program")
    served = overlap.overlap(choice.code).singles()
    numbers = {}
    for program in Program.objects.select_related("provider", "sector"):
        waiting = waits.get((str(program.pk),), Count()).n
        refused = refusals.get((str(program.pk),), Count()).n
        if waiting or refused:
            numbers[program] = waiting, refused
    shares = _shares(choice, {program.pk: waiting for program, (waiting, _refused) in numbers.items()})
    rows = [
        Gap(program, waiting, served.get(program.pk, 0), refused, shares[program.pk])
        for program, (waiting, refused) in numbers.items()
    ]
    return sorted(rows, key=lambda row: (-row.needs, row.program.name))


def total(rows: list[Gap]) -> Decimal:
    """The budget of all gaps whose unit cost is known, in rupiah a year."""
    return sum((row.budget for row in rows if row.budget is not None), Decimal(0))


@dataclass(frozen=True)
class Payer:
    """The gaps of the programs that one level of government runs: whose budget paper they belong into."""

    level: Provider.Level
    programs: int
    needs: int
    budget: Decimal


def by_level(rows: list[Gap]) -> list[Payer]:
    """The budget gap by the level that manages the program, for its own budget or for a proposal to that level."""
    found = []
    for level in Provider.Level:
        own = [row for row in rows if row.program.provider.level == level.value and row.needs]
        if own:
            found.append(Payer(level, len(own), sum(row.needs for row in own), total(own)))
    return found
