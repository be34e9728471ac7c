"""The service gap (kesenjangan, D-12): needs recorded and households that seem eligible, against those served."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from portal.regions.models import Level, Region
from programs_catalog.models import Program

from . import figures, overlap, targeting
from .facts import Count


@dataclass(frozen=True)
class ServiceGap:
    """One program, or one area. What has not been counted is None, not zero."""

    label: str
    code: str
    needs: int
    waiting: int
    served: int | None
    eligible: int | None
    reached: int | None

    @property
    def unserved(self) -> int | None:
        """Households that seem eligible and do not get it."""
        return None if self.eligible is None else self.eligible - (self.reached or 0)

    @property
    def reach(self) -> float | None:
        return 100 * (self.reached or 0) / self.eligible if self.eligible else None


def _wanted(choice: figures.Choice) -> set[int] | None:
    """The programs that the filters leave; None where none is set."""
    ids = choice.program_ids()
    if choice.program:
        ids = {choice.program} & (ids if ids is not None else {choice.program})
    return None if ids is None else {int(one) for one in ids}


def by_program(choice: figures.Choice) -> list[ServiceGap]:
    """Each program for which a need was recorded in the period or somebody seems eligible; the widest gap of a program at work first."""
    needs = _needs(choice, "program")
    wanted = _wanted(choice)
    served = overlap.overlap(choice.code).singles()
    counted = targeting.numbers_at(choice.code)
    rows = []
    for program in Program.objects.select_related("provider"):
        if wanted is not None and program.pk not in wanted:
            continue
        recorded, waiting = needs.get(str(program.pk), (0, 0))
        eligible, _enrolled, both, _unmet = counted.get(program.pk) or (None, None, None, None)
        if recorded or program.pk in counted:
            rows.append(
                ServiceGap(
                    program.label, str(program.pk), recorded, waiting, served.get(program.pk, 0),
                    eligible, both,
                )
            )  # fmt: skip
    # A program that nobody was ever enrolled in says little: it comes after those that are at work.
    return sorted(rows, key=lambda row: (not (row.needs or row.served), -(row.unserved or 0), row.label))


def by_area(choice: figures.Choice) -> list[ServiceGap]:
    """The areas right below, over the programs that the filters leave; a household counts once for each program."""
    if choice.area_level == Level.VILLAGE:
        return []
    child = Level(choice.area_level + 1)
    region = Region.objects.get(pk=choice.code) if choice.code else None
    names = dict(Region.objects.current().within(region).at(child).values_list("pk", "name"))
    needs = _needs(choice, "area")
    wanted = _wanted(choice)
    sums: dict[str, list[int]] = {}
    for (node, program), numbers in targeting.numbers_below(choice.code, names).items():
        if wanted is None or program in wanted:
            row = sums.setdefault(node, [0, 0, 0])
            for position, value in enumerate(numbers[:3]):
                row[position] += value
    rows = []
    for code, name in names.items():
        recorded, waiting = needs.get(code, (0, 0))
        eligible, enrolled, both = sums.get(code, (None, None, None))
        if recorded or eligible is not None:
            rows.append(ServiceGap(name, code, recorded, waiting, enrolled, eligible, both))
    return sorted(rows, key=lambda row: (-(row.unserved or 0), -row.waiting, row.code))


def _needs(choice: figures.Choice, by: str) -> dict[str, tuple[int, int]]:
    """Needs of the period by program or area: all recorded, and those that still wait."""
    split = figures.tally(replace(choice, kind=Case.Kind.NEED.value, status=""), by, "status")
    answer: dict[str, tuple[int, int]] = {}
    for key in {key for key, _status in split}:
        counts = {status: split.get((key, status.value), Count()).n for status in PublicStatus}
        answer[key] = (sum(counts.values()), counts[PublicStatus.IN_PROCESS])
    return answer
