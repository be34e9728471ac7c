"""The quarterly reports of the whole area: sent, reviewed, summed up tier by tier and closed, each on its day.

What has happened by the last day of the simulation has happened; the rest waits. Figures are counted from the simulated
records by the product's own sources and added up from the reports below, so that a recount finds the same. Figures are
written before their versions: a sealed version takes none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from types import SimpleNamespace

from django.db import transaction

from portal.accounts.models import RoleAssignment
from portal.ledger.masks import format_number
from portal.ledger.models import NumberSeries, Transition
from portal.ledger.numbers import mask_for
from portal.periods import Quarter
from portal.regions.models import Region
from portal.units.models import Unit
from reports.monitoring.instruments import core_instrument
from reports.quarterly import copies, services
from reports.quarterly.demo import ACHIEVEMENTS, EFFORTS, OBSTACLES, PLANS
from reports.quarterly.figures import TIER_BELOW, Asked, canonical, figure_rows, own_work
from reports.quarterly.models import (
    CLOSING_DAYS,
    Figure,
    QuarterlyReport,
    ReportCopy,
    ReportingCycle,
    ReportVersion,
)
from reports.quarterly.workflow import CYCLE_FLOW, REPORT_FLOW, CycleStatus, Status, Tier

from .bulk import LOG_COLUMNS, Table, count_on
from .plan import WIB, Plan

#: So many figures are kept before they are written.
KEPT = 100_000
#: Of a hundred reports, those sent late; a report is sent within these days around its date.
LATE, AROUND = 8, 4
#: The national report closes the quarter so many days after its date.
CLOSED_AFTER = 5
TIERS = tuple(Tier)
UP = dict(zip(TIERS, TIERS[1:], strict=False))
AUTHOR = {
    Tier.PUSKESOS: "puskesos_coordinator", Tier.SLRT: "manager", Tier.PROVINCE: "provincial_coordinator",
    Tier.NATION: "national_secretariat",
}  # fmt: skip
REVIEWER = {Tier.PUSKESOS: ("manager", 5), Tier.SLRT: ("provincial_coordinator", 2), Tier.PROVINCE: ("national_secretariat", 0)}  # fmt: skip
#: The code of the office above, by tier.
ABOVE = {Tier.PUSKESOS: 5, Tier.SLRT: 2, Tier.PROVINCE: 0}
#: How much larger the money and the people of a tier are than a Puskesos's.
SCALE = {Tier.PUSKESOS: 1, Tier.SLRT: 20, Tier.PROVINCE: 40, Tier.NATION: 100}


def quarters_of(plan: Plan) -> list[Quarter]:
    """The whole quarters of the simulated time and the one that runs, or the newest of them."""
    quarter = Quarter.of(plan.start)
    if quarter.start < plan.start:
        quarter = quarter.next()
    found = []
    while quarter.start <= plan.until:
        found.append(quarter)
        quarter = quarter.next()
    return found if plan.quarters is None else found[-plan.quarters :]


@dataclass
class _Office:
    """One place that reports, and what the places below it said this quarter."""

    tier: str
    code: str | None
    name: str
    report: int = 0
    parent: _Office | None = None
    state: str = Status.DRAFT
    since: dt.datetime | None = None
    #: of the version that was sent, if one was
    version: int | None = None
    sent_on: dt.date | None = None
    number: str = ""
    digest: str = ""
    coverage: dict = field(default_factory=dict)
    below: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    #: reports right below: (code, whether it is included, its coverage)
    reports_below: list[tuple[str, bool, dict]] = field(default_factory=list)

    @property
    def region_id(self) -> str | None:
        return self.code

    @property
    def pk(self) -> int:
        return self.report


class Reports:
    """Makes the reports of one quarter after the other."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.now = dt.datetime.combine(plan.until, dt.time(9), WIB)
        self.mask = mask_for("LAP", None)
        self.copy_rules = {tier: copies.copy_rules(tier, "") for tier in Tier}
        self._read_offices()
        self.authors = {
            (role, code): user
            for role, code, user in RoleAssignment.objects.filter(role__in=AUTHOR.values())
            .order_by("-pk")
            .values_list("role", "region_id", "user_id")
        }
        self.numbers = Counter(
            {
                (code, year): last
                for code, year, last in NumberSeries.objects.filter(kind="LAP").values_list(
                    "region_code", "year", "last"
                )
            }
        )

    def _read_offices(self) -> None:
        units = list(
            Unit.objects.filter(status__in=(Unit.Status.LOCATED, Unit.Status.OPERATING))
            .order_by("region_id")
            .values_list("kind", "region_id", "name")
        )
        slrt = {code: name for kind, code, name in units if kind == Unit.Kind.SLRT}
        puskesos = [(c, name) for kind, c, name in units if kind == Unit.Kind.PUSKESOS and c[:5] in slrt]
        codes = [*slrt, *(code for code, _name in puskesos), *{code[:2] for code in slrt}]
        self.places: dict[str | None, Region | None] = {None: None}
        for start in range(0, len(codes), 5000):
            self.places |= Region.objects.in_bulk(codes[start : start + 5000])
        self.offices = {
            Tier.PUSKESOS: puskesos,
            Tier.SLRT: sorted(slrt.items()),
            Tier.PROVINCE: [(code, self.places[code].name) for code in sorted({code[:2] for code in slrt})],
            Tier.NATION: [(None, str(services.NATION))],
        }
        #: how willing a regency's offices are to report
        self.willing = {code: self.plan.random("willing", code).uniform(0.8, 0.99) for code in slrt}

    def make(self, quarter: Quarter) -> dict[str, int]:
        """Write one quarter; returns rows by table. To be called within a transaction."""
        self.quarter, self.chance = quarter, self.plan.random("reports", str(quarter))
        self._tables()
        self._open()
        self._place()
        own = self._own_work()
        for tier in TIERS:
            for office in self.by_tier[tier].values():
                day = self._day(office)
                if day is not None:
                    self._send(office, day, own.pop(office.report, {}))
                if office.parent:
                    counted = office.state == Status.ACCEPTED
                    office.parent.reports_below.append((office.code, counted, office.coverage))
        self._close()
        return self._write()

    def _tables(self) -> None:
        self.cycles = Table(
            ReportingCycle, "quarter_code", "instrument_version_id", "opens_on", "due_puskesos", "due_slrt", "due_province",
            "due_nation", "closes_on", "status", "closed_at", "digest",
        )  # fmt: skip
        self.reports = Table(
            QuarterlyReport, "cycle_id", "tier", "region_id", "parent_id", "status", "status_since", "version_id", "due_on",
            "first_sent_on", "number", "place_name", is_demo=True,
        )  # fmt: skip
        self.versions = Table(
            ReportVersion, "report_id", "answers", "coverage", "created_by_id", "created_at", "filled_at", "sealed_at", "digest",
            number=1,
        )  # fmt: skip
        self.figures = Table(Figure, "version_id", "key", "item", "own", "below", "value")
        self.copies = Table(ReportCopy, "version_id", "recipient", "position", "recorded_at")
        self.log = Table(Transition, *LOG_COLUMNS, "data")

    # -- the quarter ---------------------------------------------------------------------------------------------------
    def _open(self) -> None:
        version = core_instrument().version_on(self.quarter.end)
        due = ReportingCycle.due_dates(self.quarter)
        self.due = {tier: due[f"due_{tier.value}"] for tier in Tier}
        opens = self.quarter.end + dt.timedelta(days=1)
        self.cycle = ReportingCycle(
            pk=self.cycles.next_id, quarter_code=str(self.quarter), instrument_version=version, opens_on=opens, **due
        )  # fmt: skip
        self.asked = Asked(self.cycle)
        # The running quarter is open from its first day, for who writes early.
        self.opened = _moment(self.quarter.start, 7)
        self._log(
            "quarterly.reportingcycle", self.cycle.pk, "start", "", CycleStatus.PLANNED, None, "", self.opened
        )
        self._cycle_move("open", CycleStatus.PLANNED, None, self.opened)

    def _cycle_move(self, move: str, before: str, by: int | None, at: dt.datetime) -> str:
        after = CYCLE_FLOW.moves[move].to
        role = AUTHOR[Tier.NATION] if by else ""
        self._log("quarterly.reportingcycle", self.cycle.pk, move, before, after, by, role, at)
        return after

    def _place(self) -> None:
        """The offices that report this quarter, from the nation down: each knows the one above it."""
        self.by_tier: dict[str, dict[str | None, _Office]] = {}
        key = self.reports.next_id
        for tier in reversed(TIERS):
            above = self.by_tier.get(UP.get(tier, ""), {})
            self.by_tier[tier] = {}
            for code, name in self.offices[tier]:
                parent = above[code[: ABOVE[tier]] or None] if above else None
                self.by_tier[tier][code] = _Office(tier, code, name, key, parent, since=self.opened)
                key += 1

    def _own_work(self) -> dict[int, dict]:
        """What the records say of each place. The product counts for places that have a report, so for that moment they
        stand there unwritten; then they are taken back.
        """
        own: dict[int, dict] = {}
        with transaction.atomic():
            self._add_cycle(CycleStatus.OPEN, None, "")
            self._add_reports()
            self.cycles.write()
            self.reports.write()
            for tier in TIERS:
                offices = list(self.by_tier[tier].values())
                own |= own_work(tier, self.quarter, offices, self.asked)
            transaction.set_rollback(True)
        self.cycles = self.cycles.again()
        self.reports = self.reports.again()
        return own

    def _close(self) -> None:
        """Close the quarter where its day has come; its digest is that of `figures.national_digest`."""
        status, closed_at, digest = CycleStatus.OPEN, None, ""
        at = _moment(self.due[Tier.NATION] + dt.timedelta(days=CLOSED_AFTER), 15)
        (nation,) = self.by_tier[Tier.NATION].values()
        if at <= self.now and nation.state == Status.ACCEPTED:
            status = self._cycle_move("close", status, self.authors.get((AUTHOR[Tier.NATION], None)), at)
            whole = hashlib.sha256()
            for tier in sorted(map(str, TIERS)):
                for code, office in sorted(self.by_tier[tier].items(), key=lambda item: item[0] or ""):
                    if office.state != Status.ACCEPTED:
                        self._move(office, "miss", None, "", at)
                        continue
                    self._move(office, "close", None, "", at)
                    row = (tier, code, 1, office.digest)
                    whole.update(json.dumps(row, separators=(",", ":")).encode() + b"\n")
            closed_at, digest = at, whole.hexdigest()
            status = self._cycle_move("finish", status, None, at)
        self._add_cycle(status, closed_at, digest)

    # -- one report ----------------------------------------------------------------------------------------------------
    def _day(self, office: _Office) -> dt.date | None:
        """On which day this place has sent; None where it has not, or not by now."""
        chance, tier = self.chance, office.tier
        share = self.willing[office.code[:5]] if tier in (Tier.PUSKESOS, Tier.SLRT) else 1
        writes, late = chance.random() < share, chance.random() * 100 < LATE
        days = 1 + int(chance.random() * AROUND) if late else -int(chance.random() * (AROUND + 1))
        day = self.due[tier] + dt.timedelta(days=days)
        return day if writes and _moment(day, 10) <= self.now else None

    def _send(self, office: _Office, day: dt.date, own: dict) -> None:
        """Make the version of a report, seal it and have it reviewed."""
        at, tier, code = _moment(day, 10), office.tier, office.code or ""
        author = self.authors.get((AUTHOR[tier], office.code))
        office.coverage = self._coverage(office)
        version = SimpleNamespace(
            pk=self.versions.next_id, answers=self._answers(office), explanations={}, coverage=office.coverage
        )
        rows = list(figure_rows(self.asked.plan(office.code, tier), version, own, office.below))
        for row in rows:
            self.figures.add(*row)
        office.digest = hashlib.sha256(canonical(version, (row[1:] for row in rows))).hexdigest()
        office.sent_on = day
        office.version = self.versions.add(
            office.report, version.answers, version.coverage, author, at, at, at, office.digest
        )
        names = copies.fill_copies(self.copy_rules[tier], self.places[office.code])
        for position, name in enumerate(names, start=1):
            self.copies.add(office.version, name, position, at)
        self.numbers[code, day.year] += 1
        office.number = format_number(
            self.mask, number=self.numbers[code, day.year], kind="LAP", code=code, day=day
        )
        self._move(office, f"send_{tier}", author, AUTHOR[tier], at)
        if office.parent:
            self._review(office, day, rows)
        if len(self.figures.rows) > KEPT:
            self.figures.write()

    def _review(self, office: _Office, day: dt.date, rows: list[tuple]) -> None:
        """The tier above accepts on the next day, which is always before it sends its own, and adds the figures up."""
        at = _moment(day + dt.timedelta(days=1), 14)
        if at > self.now:
            return
        role, length = REVIEWER[office.tier]
        self._move(
            office, f"accept_{office.tier}", self.authors.get((role, office.code[:length] or None)), role, at
        )
        sums = office.parent.below
        for _version, key, item, _own, _below, value in rows:
            if value is not None:
                sums[key, item] = sums.get((key, item), 0) + value

    def _coverage(self, office: _Office) -> dict:
        """Which reports below are in it, as figures._coverage says it."""
        if office.tier == Tier.PUSKESOS:
            return {}
        tiers, below = {}, sorted(office.reports_below, key=lambda row: row[0])
        for tier in TIER_BELOW[office.tier]:
            if UP[tier] == office.tier:
                numbers = [len(below), sum(1 for _code, counted, _cover in below if counted)]
            else:
                under = [one for one in self.by_tier[tier] if one.startswith(office.code or "")]
                covers = [cover["tiers"][str(tier)][1] for _code, counted, cover in below if counted]
                numbers = [len(under), sum(covers)]
            tiers[str(tier)] = numbers
        return {"tiers": tiers, "missing": [code for code, counted, _cover in below if not counted]}

    def _answers(self, office: _Office) -> dict:
        """What the place types: money, people, words; what the records fill is not typed."""
        chance, scale, tier = self.chance, SCALE[office.tier], office.tier
        budget, people = scale * _between(chance, 12, 30) * 1_000_000, _between(chance, 20, 60)
        answers = {
            "as_planned": "yes",
            "meetings": str(_between(chance, 1, 4)),
            "trained": str(_between(chance, 0, 2 + scale)),
            "budget": str(budget),
            "spent": str(int(budget * (0.22 * self.quarter.number + chance.random() * 0.13 - 0.05))),
            "achievements": ACHIEVEMENTS[int(chance.random() * len(ACHIEVEMENTS))],
            "obstacles": OBSTACLES[int(chance.random() * len(OBSTACLES))],
            "efforts": EFFORTS[int(chance.random() * len(EFFORTS))],
            "plans": PLANS[int(chance.random() * len(PLANS))],
        }
        if chance.random() < 0.25:
            answers |= {
                "as_planned": "partly",
                "why_not": "Satu kegiatan sosialisasi ditunda karena cuaca dan dijadwalkan kembali triwulan berikutnya.",
            }
        if tier in (Tier.PUSKESOS, Tier.SLRT):
            answers["data_updates"] = str(_between(chance, 0, 8 if tier == Tier.PUSKESOS else 96))
        if tier == Tier.SLRT:
            able = int(people * (0.6 + chance.random() * 0.35))
            answers |= {"facilitators": str(people), "facilitators_able": str(able)}
        definition = self.asked.of(office.code)
        return {key: value for key, value in answers.items() if not definition[key].source}

    # -- rows ----------------------------------------------------------------------------------------------------------
    def _move(self, office: _Office, move: str, by: int | None, role: str, at: dt.datetime) -> None:
        before, office.state, office.since = office.state, REPORT_FLOW.moves[move].to, at
        self._log(
            "quarterly.quarterlyreport", office.report, move, before, office.state, by, role if by else "", at,
            {"version": 1} if move not in ("close", "miss") else {},
        )  # fmt: skip

    def _log(self, model, key, move, before, after, by, role, at, data=None) -> None:
        self.log.add(model, str(key), move, str(before), str(after), by, role, at, data or {})

    def _add_cycle(self, status: str, closed_at: dt.datetime | None, digest: str) -> None:
        closes = self.due[Tier.NATION] + dt.timedelta(days=CLOSING_DAYS)
        self.cycles.add(
            self.cycle.quarter_code, self.cycle.instrument_version_id, self.cycle.opens_on, *(self.due[tier] for tier in TIERS),
            closes, str(status), closed_at, digest,
        )  # fmt: skip

    def _add_reports(self) -> None:
        for tier in reversed(TIERS):
            for office in self.by_tier[tier].values():
                self.reports.add(
                    self.cycle.pk, str(tier), office.code, office.parent.report if office.parent else None, str(office.state),
                    office.since, office.version, self.due[tier], office.sent_on, office.number, office.name[:150],
                )  # fmt: skip

    def _write(self) -> dict[str, int]:
        self._add_reports()
        tables = (self.cycles, self.figures, self.versions, self.reports, self.copies, self.log)
        for table in tables:
            table.write()
        NumberSeries.objects.filter(kind="LAP").delete()
        series = Table(NumberSeries, "region_code", "year", "last", kind="LAP")
        for (code, year), last in self.numbers.items():
            series.add(code, year, last)
        series.write()
        count_on(*tables, series)
        return {table.model._meta.label: table.written for table in tables}


def _between(chance: Random, low: int, high: int) -> int:
    return low + int(chance.random() * (high - low + 1))


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, 15, tzinfo=WIB)
