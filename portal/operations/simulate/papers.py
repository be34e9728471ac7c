"""What stands around the cases: who reports above the regencies, evaluations, indicators, costs, the counts of the night."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role
from portal.regions.models import Level, Region, code_at
from programs_catalog.models import Program
from reports.dashboards import facts, open_figures, overlap, targeting
from reports.dashboards.models import Indicator, IndicatorValue, UnitCost
from reports.evaluation.demo import load_year

from .plan import Plan

#: Where areas lie between the best value of an indicator (0) and its worst (1), and what each further year leaves of that.
SPREAD, A_YEAR_LATER = (0.12, 0.62), 0.97
SOURCE = "Data simulasi, bukan angka resmi"


def authors(plan: Plan) -> None:
    """Who reports above the regencies: a coordinator per province, and the National Secretariat."""
    wanted = [(Role.NATIONAL_SECRETARIAT, None, "sim.seknas", "Sekretariat Nasional")]
    for province in Region.objects.filter(
        pk__in={code_at(one.code, Level.PROVINCE) for one in plan.regencies}
    ):
        wanted.append(
            (
                Role.PROVINCIAL_COORDINATOR,
                province.pk,
                f"sim.korprov.{province.pk}",
                f"Koordinator {province.name}",
            )
        )
    for role, code, username, name in wanted:
        if not RoleAssignment.objects.filter(role=role, region=code).exists():
            user, _new = User.objects.get_or_create(
                username=username,
                defaults={"name": name, "email": f"{username}@slrt.example", "is_demo": True},
            )
            RoleAssignment.objects.create(user=user, role=role, region_id=code, valid_from=plan.start)


def evaluations(plan: Plan) -> None:
    """The yearly evaluations: finished for the years that are over, running at the end of this one."""
    for year in range(plan.start.year, plan.until.year + 1):
        load_year(year, plan.until)


def indicators(plan: Plan) -> None:
    """Every recorded indicator of the nation, its provinces and regencies in the area, of two years; better in the later one."""
    codes = {one.code for one in plan.regencies}
    codes |= {code_at(code, Level.PROVINCE) for code in codes}
    have = set(IndicatorValue.objects.values_list("indicator_id", "region_id", "year"))
    rows = []
    for indicator in Indicator.objects.filter(use=Indicator.Use.RECORDED).order_by("pk"):
        best, worst = _limits(indicator)
        for code in [None, *sorted(codes)]:
            distance = plan.random("indicator", indicator.pk, code or "").uniform(*SPREAD)
            for back in (2, 1):
                year = plan.until.year - back
                if (indicator.pk, code, year) not in have:
                    rows.append(
                        IndicatorValue(
                            indicator=indicator,
                            region_id=code,
                            year=year,
                            value=round(best + distance * (worst - best), 2),
                            source=SOURCE,
                            is_demo=True,
                        )
                    )
                distance *= A_YEAR_LATER
    IndicatorValue.objects.bulk_create(rows, batch_size=1000)


def _limits(indicator: Indicator) -> tuple[float, float]:
    """Best and worst value; one without limits of its own runs to the highest there can be, or to 100."""
    if indicator.best is not None and indicator.worst is not None:
        return float(indicator.best), float(indicator.worst)
    most = float(indicator.highest or 100)
    return (0.0, most) if indicator.higher_is_worse else (most, 0.0)


def unit_costs(plan: Plan) -> None:
    """What each program costs a household and year, for the nation."""
    year = plan.until.year
    have = set(UnitCost.objects.filter(region=None, year=year).values_list("program_id", flat=True))
    UnitCost.objects.bulk_create(
        UnitCost(
            program=program,
            year=year,
            amount=plan.random("unit cost", program.code).randint(6, 60) * 100_000,
            source=SOURCE,
            is_demo=True,
        )
        for program in Program.objects.order_by("code")
        if program.pk not in have
    )


def counts(plan: Plan) -> None:
    """What the night counts: facts, overlap, targeting."""
    facts.fold()
    day = min(plan.until, timezone.localdate())
    overlap.take(day)
    targeting.take(day)
    open_figures.take(day)


STEPS: tuple[tuple[str, Callable[[Plan], None]], ...] = (
    ("poverty indicators", indicators),
    ("unit costs", unit_costs),
    ("facts, overlap, targeting", counts),
)
