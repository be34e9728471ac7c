"""Filling the figures of reports: own work counted, reports below added up, calculations made again (M-06).

`fill` works on any number of reports of one tier with the same few statements, so a village, a regency and the nation
go one way. Writing the same inputs twice gives the same rows, and `digest` the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum, Value
from django.utils import timezone

from cases.casework.models import Case
from portal.periods import Quarter
from programs_catalog.models import Program, Sector
from reports.monitoring import expressions
from reports.monitoring.definition import Definition, Question, in_order
from reports.monitoring.models import Instrument
from reports.monitoring.sources import SOURCES, is_correctable

from .models import Figure, QuarterlyReport, ReportingCycle, ReportVersion
from .sources import NO_PROGRAM
from .workflow import COUNTED, Tier

CENT = Decimal("0.01")
NOTHING = Decimal(0)
CHUNK = 2000
TIER_BELOW = {
    Tier.SLRT: (Tier.PUSKESOS,),
    Tier.PROVINCE: (Tier.PUSKESOS, Tier.SLRT),
    Tier.NATION: (Tier.PUSKESOS, Tier.SLRT, Tier.PROVINCE),
}


# -- what is asked where ------------------------------------------------------------------------------------------------
@dataclass
class Asked:
    """The definitions of one cycle: the core, and what each region has added below it (M-02)."""

    cycle: ReportingCycle
    core: Definition = field(init=False)
    additions: list[tuple[str, Definition]] = field(init=False)
    _made: dict[tuple[str, ...], Definition] = field(init=False, default_factory=dict)
    _plans: dict[tuple[int, str], Plan] = field(init=False, default_factory=dict)

    def __post_init__(self):
        version = self.cycle.instrument_version
        self.core = version.parsed
        self.additions = []
        for addition in Instrument.objects.filter(extends=version.instrument_id).order_by("region_id"):
            own = addition.version_on(self.cycle.quarter.end)
            if own:
                self.additions.append((addition.region_id, own.parsed))

    def of(self, region_code: str | None) -> Definition:
        """The definition for one place; the same object for all places that are asked the same."""
        code = region_code or ""
        fitting = tuple(
            own for own, _definition in self.additions if code == own or code.startswith(f"{own}.")
        )
        if fitting not in self._made:
            definition = self.core
            for own, added in self.additions:
                if own in fitting:
                    definition = definition.extended_by(added)
            self._made[fitting] = definition
        return self._made[fitting]

    def plan(self, region_code: str | None, tier: str) -> Plan:
        """How one place's figures are filled; the same object for all places of a tier that are asked the same."""
        definition = self.of(region_code)
        key = (id(definition), tier)
        if key not in self._plans:
            self._plans[key] = Plan.of(definition, tier, self.cycle.quarter)
        return self._plans[key]


def figure_keys(definition: Definition) -> Iterator[tuple[str, Question]]:
    """Every key under which the definition stores figures."""
    for question in definition.questions():
        if question.type == "table":
            for column in question.columns:
                yield f"{question.key}.{column.key}", question
        elif question.is_numeric:
            yield question.key, question


def items_of(question: Question, quarter: Quarter) -> list[tuple[str, str]]:
    """The rows of a table as (item, label); programs only those that exist, the shown ones are picked by their figures."""
    if question.row_set == "sectors":
        return [(sector.pk, str(sector)) for sector in Sector.objects.all()] + [(NO_PROGRAM, "")]
    if question.row_set == "programs":
        return [
            (program.code, str(program)) for program in Program.objects.order_by("sector__position", "name")
        ] + [(NO_PROGRAM, "")]
    if question.row_set == "kinds":
        return [(kind.value, str(kind.label)) for kind in Case.Kind]
    if question.row_set == "months":
        from django.utils import formats

        return [(f"{month.month:02d}", formats.date_format(month, "F")) for month in quarter.months]
    return [(row.value, str(row)) for row in question.rows]


# -- filling -----------------------------------------------------------------------------------------------------------
def fill(
    cycle: ReportingCycle, reports: Sequence[QuarterlyReport], versions: Mapping[int, ReportVersion]
) -> list[tuple]:
    """Write the figures of open versions (by report id) of one tier anew; returns the rows as they were written."""
    if not reports:
        return []
    tier, asked, quarter = reports[0].tier, Asked(cycle), cycle.quarter
    own = own_work(tier, quarter, reports, asked)
    below = _below([report.pk for report in reports])
    rows: list[tuple] = []
    for report in reports:
        plan = asked.plan(report.region_id, tier)
        rows += figure_rows(plan, versions[report.pk], own[report.pk], below.get(report.pk, {}))
    with transaction.atomic():
        for part in _parts([versions[report.pk].pk for report in reports]):
            Figure.objects.filter(version__in=part).delete()
        insert_figures(rows)
        now, coverage = timezone.now(), _coverage(cycle, tier, reports)
        for report in reports:
            version = versions[report.pk]
            version.filled_at = now
            version.coverage = coverage.get(report.pk, {}) | _corrected(
                report, version, asked, own[report.pk]
            )
        if tier == Tier.PUSKESOS:
            for part in _parts([version.pk for version in versions.values()]):
                ReportVersion.objects.filter(pk__in=part).update(filled_at=now, coverage={})
            corrected = [versions[report.pk] for report in reports if versions[report.pk].coverage]
            ReportVersion.objects.bulk_update(corrected, ["coverage"], batch_size=500)
        else:
            changed = [versions[report.pk] for report in reports]
            ReportVersion.objects.bulk_update(changed, ["filled_at", "coverage"], batch_size=500)
    return rows


def insert_figures(rows: Sequence[tuple]) -> None:
    """Write (version, key, item, own, below, value) rows; past the ORM, because a nation has millions."""
    with connection.cursor() as cursor:
        for part in _parts(rows, CHUNK):
            cursor.executemany(
                f"INSERT INTO {Figure._meta.db_table} (version_id, key, item, own, below, value) VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608
                part,
            )


def own_work(tier, quarter, reports, asked: Asked) -> dict[int, dict[tuple[str, str], Decimal]]:
    """What the places themselves did, from the records: one statement per source and breakdown, for all places at once."""
    own: dict[int, dict[tuple[str, str], Decimal]] = {report.pk: {} for report in reports}
    # For a handful of places narrow by code; for a whole tier group everything.
    codes = [report.region_id for report in reports] if len(reports) <= 500 else None
    by_place = {report.region_id: report.pk for report in reports}
    definitions = {id(asked.of(r.region_id)): asked.of(r.region_id) for r in reports}.values()
    wanted: dict[str, tuple[str, str]] = {}
    for definition in definitions:
        for question in definition.questions():
            if question.type == "table":
                wanted |= {
                    f"{question.key}.{c.key}": (c.source, question.row_set)
                    for c in question.columns
                    if c.source
                }
            elif question.source:
                wanted[question.key] = (question.source, "")
    for key, (source, by) in wanted.items():
        for (place, item), value in SOURCES[source].count.count(tier, quarter, codes, by=by).items():
            if place in by_place:
                own[by_place[place]][key, item] = value
    return own


def _below(report_ids: Sequence[int]) -> dict[int, dict[tuple[str, str], Decimal]]:
    """The sums of the accepted reports below each report, one statement (M-06)."""
    found: dict[int, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for part in _parts(report_ids):
        rows = (
            Figure.objects.filter(
                version__report__parent__in=part,
                version=F("version__report__version"),
                version__report__status__in=COUNTED,
                value__isnull=False,
            )
            .order_by()
            .values_list("version__report__parent_id", "key", "item")
            .annotate(total=Sum("value"))
        )
        for parent, key, item, total in rows:
            found[parent][key, item] = total
    return found


@dataclass(frozen=True)
class _Cell:
    """A figure of a definition as one tier fills it: where it comes from, and its rows where they are the same for all."""

    key: str
    question: Question
    column: str
    source: str
    asked: bool
    counted: bool
    correctable: bool
    items: tuple[str, ...] | None


@dataclass
class Plan:
    """What is to be filled for every place that is asked the same."""

    cells: list[_Cell]
    calculations: list[Question]

    @classmethod
    def of(cls, definition: Definition, tier: str, quarter: Quarter) -> Plan:
        cells = []
        for key, question in figure_keys(definition):
            if question.type == "calculation":
                continue
            column, source, items = "", question.source, ("",)
            if question.type == "table":
                column = key.partition(".")[2]
                source = next(each.source for each in question.columns if each.key == column)
                # Many programs, few with figures: only those are written, and a change of the catalog changes no old report.
                many = question.row_set in ("programs", "sectors")
                items = None if many else _fixed_items(question, quarter)
            asked = question.asked_of(tier)
            counted = bool(source) and asked and tier in SOURCES[source].count.tiers
            cells.append(
                _Cell(key, question, column, source, asked, counted, is_correctable(question), items)
            )
        return cls(cells, calculations(definition))


def figure_rows(plan: Plan, version, own, below) -> Iterator[tuple]:
    """(version, key, item, own, below, value) of one report, from its own work and the sums of the reports below it."""
    values: dict[str, Any] = {}
    answers = version.answers
    used: dict[str, set[str]] = defaultdict(set)
    for key, item in (*own, *below):
        used[key].add(item)
    for cell in plan.cells:
        key, question = cell.key, cell.question
        typed = answers.get(question.key)
        rows = (typed or {}) if cell.column else {"": typed}
        items = cell.items
        if items is None:
            items = sorted(
                used[key] | {item for item, row in rows.items() if row.get(cell.column) not in (None, "")}
            )
        for item in items:
            mine = _mine(cell, item, own, rows.get(item, {}).get(cell.column) if cell.column else typed)
            theirs = below.get((key, item)) if question.roll_up == "sum" else None
            value = None if mine is None and theirs is None else (mine or 0) + (theirs or 0)
            if cell.column:
                values.setdefault(question.key, {}).setdefault(item, {})[cell.column] = value
            else:
                values[key] = value
            yield version.pk, key, item, cents(mine), cents(theirs), cents(value)
    for question in plan.calculations:
        value = expressions.number(expressions.evaluate(question.calculation, {**answers, **values}))
        values[question.key] = value
        yield version.pk, question.key, "", None, None, cents(value)


def _fixed_items(question: Question, quarter: Quarter) -> tuple[str, ...]:
    if question.row_set == "kinds":
        return tuple(Case.Kind.values)
    if question.row_set == "months":
        return tuple(f"{month.month:02d}" for month in quarter.months)
    return tuple(row.value for row in question.rows)


def calculations(definition: Definition) -> list[Question]:
    """The calculated questions, each after those it speaks of."""
    return in_order(definition)


def _mine(cell: _Cell, item: str, own, typed) -> Decimal | None:
    """This place's own figure: counted where a source fills it, else what was typed; None where it is not asked."""
    if not cell.source:
        return expressions.number(typed) if cell.asked else None
    if not cell.counted:
        return None
    corrected = expressions.number(typed) if cell.correctable else None
    return own.get((cell.key, item), NOTHING) if corrected is None else corrected


def cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(CENT, ROUND_HALF_UP)


def _corrected(report, version, asked: Asked, own) -> dict:
    """What was counted where people put another figure, by key; nothing where they did not."""
    definition = asked.of(report.region_id)
    found = {
        key: _text(own.get((key, ""), NOTHING))
        for key, typed in version.answers.items()
        if key in definition and is_correctable(definition[key])
        if report.tier in SOURCES[definition[key].source].count.tiers
        if expressions.number(typed) != own.get((key, ""), NOTHING)
    }
    return {"counted": found} if found else {}


def _coverage(cycle: ReportingCycle, tier: str, reports: Sequence[QuarterlyReport]) -> dict[int, dict]:
    """Which reports below are in each: (expected, included) per tier, and the places that are missing."""
    if tier == Tier.PUSKESOS:
        return {}
    direct: dict[int, list[tuple]] = defaultdict(list)
    for part in _parts([report.pk for report in reports]):
        rows = QuarterlyReport.objects.filter(parent__in=part).order_by("region_id")
        for parent, *row in rows.values_list("parent_id", "region_id", "status", "version__coverage"):
            direct[parent].append(tuple(row))
    below = TIER_BELOW[tier]
    place = {Tier.SLRT: F("regency_code"), Tier.PROVINCE: F("province_code")}.get(tier, Value(""))
    counted = QuarterlyReport.objects.filter(cycle=cycle, tier__in=below).order_by()
    expected = {(code, low): n for code, low, n in counted.values_list(place, "tier").annotate(n=Count("pk"))}
    found = {}
    for report in reports:
        tiers, rows = {}, direct[report.pk]
        for low in below:
            if low == below[-1]:
                included = sum(1 for _code, status, _cover in rows if status in COUNTED)
            else:
                included = sum(
                    (cover or {}).get("tiers", {}).get(low, [0, 0])[1]
                    for _code, status, cover in rows
                    if status in COUNTED
                )
            tiers[str(low)] = [expected.get((report.region_id or "", low), 0), included]
        missing = [code for code, status, _cover in rows if status not in COUNTED]
        found[report.pk] = {"tiers": tiers, "missing": missing}
    return found


def _parts(values: Sequence, size: int = 500) -> Iterator[Sequence]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


# -- one spelling ---------------------------------------------------------------------------------------------------------
def canonical(version: ReportVersion, rows: Iterable[tuple] | None = None) -> bytes:
    """All that a version says, in its one spelling: equal content gives equal bytes.

    `rows` are its figures (key, item, own, below, value) where they have been read already. They are put in order here,
    because databases put the same words in different orders.
    """
    if rows is None:
        rows = version.figures.values_list("key", "item", "own", "below", "value")
    ordered = sorted(rows, key=lambda row: row[:2])
    content = {
        "figures": [[key, item, *map(_text, numbers)] for key, item, *numbers in ordered],
        "answers": version.answers,
        "explanations": version.explanations,
        "coverage": version.coverage,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(version: ReportVersion) -> str:
    return hashlib.sha256(canonical(version)).hexdigest()


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(Decimal(value).quantize(CENT), "f")


def national_digest(cycle: ReportingCycle) -> str:
    """SHA-256 over every counted report of a quarter, in the order of places: tier, place, and the digest of its version."""
    whole = hashlib.sha256()
    rows: Iterable = (
        cycle.reports.counted()
        .order_by("tier", "region_id")
        .values_list("tier", "region_id", "version__number", "version__digest")
        .iterator(chunk_size=5000)
    )
    for row in rows:
        whole.update(json.dumps(row, separators=(",", ":")).encode())
        whole.update(b"\n")
    return whole.hexdigest()
