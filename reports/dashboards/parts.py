"""The parts of the dashboard, each as plain values; `panels.py` puts them together for page, wall and export."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count as CountOf
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from cases.households.groups import Group
from cases.households.models import UpdateProposal
from portal.regions.models import CODE_LENGTH, Level, Region, level_of, within_q
from portal.units.models import Unit
from programs_catalog.models import Program

from . import atlas, figures, overlap
from .facts import Count
from .forms import MEASURES


@dataclass(frozen=True)
class AreaRow:
    """One line of the table of areas."""

    code: str
    name: str
    url: str
    total: Count
    in_process: int
    finished: int
    refused: int
    #: cases by kind, in the order of Case.Kind (D-05)
    kinds: list[tuple[str, int]]


def change(now: int, before: int) -> float | None:
    """The change against the year before in percent; None where that was nothing."""
    return 100 * (now - before) / before if before else None


def month_rows(choice, months, last_year):
    rows = []
    for month, day in zip(names := figures.month_list(choice), figures.first_days(names), strict=True):
        earlier = f"{int(month[:4]) - 1}{month[4:]}"
        rows.append((day, months.get(month, Count()), last_year.get(earlier, Count())))
    return rows


def kind_rows(kinds):
    rows = []
    for kind in Case.Kind:
        parts = {sex: kinds.get((kind.value, sex), Count()) for sex in ("f", "m", "")}
        rows.append((kind, sum(parts.values(), Count()), parts["f"].n, parts["m"].n, parts[""].n))
    return rows


_STATES = (PublicStatus.IN_PROCESS, PublicStatus.FINISHED, PublicStatus.REFUSED)


@dataclass(frozen=True)
class ConcernRow:
    """Grievances about one thing (D-08)."""

    code: str
    label: str
    total: Count
    in_process: int
    finished: int
    refused: int


def concern_rows(choice: figures.Choice) -> list[ConcernRow]:
    """Grievances by what they are about, and how far each is (D-08); none where there is no grievance."""
    counts = figures.tally(choice, "concern", "status")
    rows = []
    if not any(count.n for count in counts.values()):
        return rows
    for concern in Case.Concern:
        split = [counts.get((concern.value, status.value), Count()) for status in _STATES]
        rows.append(
            ConcernRow(concern.value, str(concern.label), sum(split, Count()), *(one.n for one in split))
        )
    return rows


@dataclass(frozen=True)
class PpksRow:
    """What people of one group brought (D-08); `code` is '' where no group is recorded."""

    code: str
    label: str
    total: Count
    #: cases by kind, in the order of Case.Kind
    kinds: list[tuple[str, int]]


def ppks_rows(choice: figures.Choice) -> list[PpksRow]:
    """Cases by the group of people in need (PPKS) and kind (D-08)."""
    counts = figures.tally(choice, "ppks", "kind")
    rows = []
    for code, label in [*Group.choices, ("", _("Not recorded"))]:
        split = [(kind.value, counts.get((code, kind.value), Count())) for kind in Case.Kind]
        total = sum((count for _kind, count in split), Count())
        rows.append(PpksRow(code, str(label), total, [(kind, count.n) for kind, count in split]))
    return rows


def program_rows(choice):
    """Programs by their cases, the most first (D-02, D-12 in its part of the cases)."""
    tallies = figures.tally(choice, "program", "status")
    names = {str(program.pk): program for program in Program.objects.select_related("provider")}
    rows = {}
    for (program, status), count in tallies.items():
        if program:
            row = rows.setdefault(
                program,
                {"program": names[program], "total": Count(), "in_process": 0, "finished": 0, "refused": 0},
            )
            row["total"] += count
            row[status] += count.n
    return sorted(rows.values(), key=lambda row: -row["total"].n)


def area_rows(choice: figures.Choice, link) -> list[AreaRow]:
    """The areas right below, each with its counts (D-05, D-07)."""
    if choice.area_level == Level.VILLAGE:
        return []
    counts = figures.tally(choice, "area", "status")
    by_kind = figures.tally(choice, "area", "kind")
    level = Level(choice.area_level + 1)
    region = Region.objects.get(pk=choice.code) if choice.code else None
    names = dict(Region.objects.current().within(region).at(level).values_list("pk", "name"))
    # Cases of an area that is no more stay with it.
    gone = {code for code, _status in counts if len(code) == CODE_LENGTH[level]} - set(names)
    if gone:
        names |= dict(Region.objects.filter(pk__in=gone).values_list("pk", "name"))
    rows = []
    for code in sorted(names):
        split = {status: counts.get((code, status.value), Count()) for status in PublicStatus}
        rows.append(
            AreaRow(
                code,
                names[code],
                link(code),
                sum(split.values(), Count()),
                split[PublicStatus.IN_PROCESS].n,
                split[PublicStatus.FINISHED].n,
                split[PublicStatus.REFUSED].n,
                [(kind.value, by_kind.get((code, kind.value), Count()).n) for kind in Case.Kind],
            )
        )
    return rows


@dataclass(frozen=True)
class CoverRow:
    """Coverage of one area right below, or of the village itself (D-01)."""

    code: str
    name: str
    url: str
    cover: figures.Cover


@dataclass(frozen=True)
class OwnOffice:
    """The office that an area itself has or should have (D-01)."""

    label: str
    name: str
    status: str
    is_listed: bool


def own_offices(code: str) -> list[OwnOffice]:
    """The SLRT of a regency, and the Puskesos of a village beside the SLRT of its regency; none above."""
    level = level_of(code)
    if level < Level.REGENCY:
        return []
    wanted = [(Unit.Kind.SLRT, code[: CODE_LENGTH[Level.REGENCY]])]
    if level == Level.VILLAGE:
        wanted.insert(0, (Unit.Kind.PUSKESOS, code))
    found = {
        (unit.kind, unit.region_id): unit
        for unit in Unit.objects.filter(region__in=[at for _k, at in wanted])
    }
    listed = set(
        Unit.objects.listed().filter(pk__in=[unit.pk for unit in found.values()]).values_list("pk", flat=True)
    )
    rows = []
    for kind, at in wanted:
        unit = found.get((kind, at))
        status = unit.get_status_display() if unit else _("none yet")
        rows.append(
            OwnOffice(
                str(kind.label), unit.name if unit else "", str(status), bool(unit and unit.pk in listed)
            )
        )
    return rows


def cover_rows(choice: figures.Choice, covers: dict[str, figures.Cover], link) -> list[CoverRow]:
    """The areas with their SLRT and Puskesos, of how many (D-01)."""
    names = dict(Region.objects.filter(pk__in=covers).values_list("pk", "name"))
    return [
        CoverRow(code, names[code], "" if code == choice.code else link(code), cover)
        for code, cover in covers.items()
    ]


def map_of(
    choice: figures.Choice,
    areas: list[AreaRow],
    covers: dict[str, figures.Cover],
    measure: str,
    large: bool = False,
) -> atlas.AreaMap | None:
    """The areas below on the map, by one measure."""
    households = overlap.households_of([row.code for row in areas]) if measure == "per_thousand" else {}

    def value(row: AreaRow) -> float | None:
        if measure == "per_thousand":
            return 1000 * row.total.n / households[row.code] if households.get(row.code) else None
        if measure == "waiting":
            return 100 * row.in_process / row.total.n if row.total.n else None
        if measure == "days":
            return row.total.mean_days
        if measure == "cover":
            cover = covers.get(row.code)
            return 100 * cover.with_puskesos / cover.villages if cover and cover.villages else None
        return row.total.n

    units = {
        "cases": _("cases"),
        "per_thousand": _("cases per thousand households"),
        "waiting": "%",
        "days": _("calendar days"),
        "cover": "%",
    }
    return atlas.draw(
        choice.code,
        capfirst(str(dict(MEASURES)[measure])),
        {row.code: value(row) for row in areas},
        unit=units[measure],
        links={row.code: row.url for row in areas},
        by_size=measure == "cases",
        large=large,
    )


def proposal_rows(choice: figures.Choice) -> list[tuple[str, str, int]]:
    """Proposals to change the register or add to it, made in the period, by where they are (D-09)."""
    rows = UpdateProposal.objects.filter(
        within_q(choice.code), **figures.period_of(choice, "created_at")
    ).order_by()
    counts = dict(rows.values_list("status").annotate(n=CountOf("pk")))
    return [
        (value, str(label), counts.get(value, 0))
        for value, label in UpdateProposal._meta.get_field("status").choices
    ]


#: so many sets of programs are listed; a nation may have tens of thousands
MOST_SETS = 1000


def overlap_rows(code: str, most: int = MOST_SETS) -> dict:
    """Access and overlap of an area, the largest first (D-10, D-11): all programs and pairs, and the `most` largest sets."""
    found = overlap.overlap(code)
    names = {program.pk: program.label for program in Program.objects.all()}
    singles = sorted(found.singles().items(), key=lambda item: (-item[1], item[0]))
    pairs = sorted(found.pairs().items(), key=lambda item: (-item[1], item[0]))
    several = [(programs, n) for programs, n in found.sets.items() if len(programs) > 1]
    sets = sorted(several, key=lambda item: (-item[1], item[0]))[:most]
    return {
        "households": found.households,
        "with_any": found.with_any,
        "without": found.households - found.with_any,
        "singles": [(names[program], n, program) for program, n in singles],
        "pairs": [(names[first], names[second], n, f"{first},{second}") for (first, second), n in pairs],
        "sets": [
            (" + ".join(names[program] for program in programs), n, ",".join(map(str, programs)))
            for programs, n in sets
        ],
        # How many there are where not all are listed.
        "sets_in_all": len(several) if len(several) > most else None,
        "by_number": list(found.by_number().items()),
        "taken_on": overlap.counted_on(code),
    }
