"""Cover, gender and locality, gaps in training: figures over the officers of an area (S-08, S-15, S-16). Read only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from portal.regions.models import Region, within_q

from .enums import Sex
from .models import Appointment, Attendance, Position, TrainingTopic
from .workflow import AppointmentStatus


@dataclass(frozen=True)
class Cover:
    """How many areas of a regency have their officer, and which have none (S-15)."""

    position: Position
    areas: int
    covered: int
    without: list[Region]
    everywhere: list[Region]
    #: region code -> the officers in office there
    officers: dict[str, list[Appointment]]

    @property
    def share(self) -> float | None:
        return round(100 * self.covered / self.areas, 1) if self.areas else None


def cover(regency: Region) -> list[Cover]:
    """Supervisors per district and facilitators per village; four queries."""
    result = []
    here = Region.objects.current()
    for code, regions in (
        ("supervisor", here.filter(parent=regency)),
        ("facilitator", here.filter(parent__parent=regency)),
    ):
        position = Position.objects.filter(pk=code).first()
        if position is None:
            continue
        areas = list(regions.order_by("pk"))
        officers = defaultdict(list)
        rows = Appointment.objects.active().filter(within_q(regency.pk), position=position)
        for appointment in rows.select_related("officer").order_by("pk"):
            officers[appointment.region_id].append(appointment)
        without = [area for area in areas if area.pk not in officers]
        result.append(Cover(position, len(areas), len(areas) - len(without), without, areas, officers))
    return result


@dataclass(frozen=True)
class RegencyCover:
    """A regency in the overview of a province or the nation (S-08, S-15)."""

    regency: Region
    districts: int
    supervised: int
    villages: int
    facilitated: int
    officers: int
    women: int
    local: int


def covers_of(regencies: list[Region]) -> list[RegencyCover]:
    """Areas with their officer, women and local people for many regencies; four queries however many there are."""
    codes = [regency.pk for regency in regencies]
    here = Region.objects.current().order_by()
    districts = dict(here.filter(parent__in=codes).values_list("parent").annotate(n=Count("pk")))
    villages = dict(
        here.filter(parent__parent__in=codes).values_list("parent__parent").annotate(n=Count("pk"))
    )
    office = Appointment.objects.active().order_by().filter(regency_code__in=codes)
    areas = {
        (code, position): n
        for code, position, n in office.filter(position__in=("supervisor", "facilitator"))
        .values_list("regency_code", "position")
        .annotate(n=Count("region", distinct=True))
    }
    people = {
        row["regency_code"]: row
        for row in office.values("regency_code").annotate(
            total=Count("pk"),
            women=Count("pk", filter=Q(officer__sex=Sex.FEMALE)),
            local=Count("pk", filter=Q(is_local=True)),
        )
    }
    nobody = {"total": 0, "women": 0, "local": 0}
    return [
        RegencyCover(
            regency=regency,
            districts=districts.get(regency.pk, 0),
            supervised=areas.get((regency.pk, "supervisor"), 0),
            villages=villages.get(regency.pk, 0),
            facilitated=areas.get((regency.pk, "facilitator"), 0),
            officers=(counted := people.get(regency.pk, nobody))["total"],
            women=counted["women"],
            local=counted["local"],
        )
        for regency in regencies
    ]


@dataclass(frozen=True)
class Composition:
    """Who is in office in a position: how many, how many women, how many from the work area (S-08)."""

    position: Position
    total: int
    women: int
    local: int

    @property
    def women_share(self) -> float | None:
        return round(100 * self.women / self.total, 1) if self.total else None

    @property
    def local_share(self) -> float | None:
        return round(100 * self.local / self.total, 1) if self.total else None


def composition(code: str) -> list[Composition]:
    """Officers in office within a region code ('' is the nation), by position; two queries."""
    rows = (
        Appointment.objects.filter(within_q(code), status=AppointmentStatus.ACTIVE)
        .order_by()
        .values("position")
        .annotate(
            total=Count("pk"),
            women=Count("pk", filter=Q(officer__sex=Sex.FEMALE)),
            local=Count("pk", filter=Q(is_local=True)),
        )
    )
    counted = {row["position"]: row for row in rows}
    return [
        Composition(position, row["total"], row["women"], row["local"])
        for position in Position.objects.all()
        if (row := counted.get(position.pk))
    ]


@dataclass(frozen=True)
class Gap:
    """A topic of a position, and how many of its officers have still to learn it (S-16)."""

    position: Position
    topic: TrainingTopic
    officers: int
    trained: int

    @property
    def missing(self) -> int:
        return self.officers - self.trained


def training_gaps(code: str) -> list[Gap]:
    """For every position with topics: how many officers in office took part in a training on each; three queries."""
    holders = defaultdict(set)
    for position, officer in (
        Appointment.objects.active().filter(within_q(code)).values_list("position_id", "officer_id")
    ):
        holders[position].add(officer)
    learned = defaultdict(set)
    everybody = {officer for officers in holders.values() for officer in officers}
    taken = Attendance.objects.filter(training__topics__isnull=False)
    for topic, officer in taken.values_list("training__topics", "officer_id").distinct():
        if officer in everybody:
            learned[topic].add(officer)
    return [
        Gap(position, topic, len(holders[position.pk]), len(holders[position.pk] & learned[topic.pk]))
        for position in Position.objects.prefetch_related("topics")
        if holders[position.pk]
        for topic in position.topics.all()
    ]


def topics_missing(appointment: Appointment) -> list[TrainingTopic]:
    """What an officer has still to learn for the position held."""
    learned = Attendance.objects.filter(officer=appointment.officer_id).values("training__topics")
    return list(appointment.position.topics.exclude(pk__in=learned))


def positions_missing(unit) -> list[Position]:
    """Positions of the unit's kind that nobody holds (K-05, K-06)."""
    held = Appointment.objects.active().filter(unit=unit).values("position")
    return list(Position.objects.filter(unit_kind=unit.kind).exclude(pk__in=held))


def positions_missing_of(units) -> dict[int, list[Position]]:
    """The same for many units, by their key; two queries."""
    held = defaultdict(set)
    for unit, position in (
        Appointment.objects.active()
        .filter(unit__in=units)
        .order_by()
        .values_list("unit_id", "position_id")
        .distinct()
    ):
        held[unit].add(position)
    positions = list(Position.objects.exclude(unit_kind=""))
    return {
        unit.pk: [one for one in positions if one.unit_kind == unit.kind and one.pk not in held[unit.pk]]
        for unit in units
    }
