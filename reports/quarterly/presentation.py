"""One report as people read it: page, PDF and spreadsheet are made from this and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from portal.charts import Chart, Series, bar, donut, grouped, line
from portal.pdf import Letterhead
from portal.periods import Quarter
from portal.regions.models import Level
from portal.units.models import Unit
from portal.units.paper import government_of, letterhead_of
from reports.monitoring.answers import show_answer, show_number
from reports.monitoring.definition import Definition, Question
from reports.monitoring.evidence import evidence_url, files_in
from reports.monitoring.sources import SOURCES

from .figures import Asked, items_of
from .models import Figure, QuarterlyReport, ReportVersion
from .workflow import COUNTED, Tier

#: quarters shown in the line chart
TREND = 8


@dataclass(frozen=True)
class Row:
    """One figure beside the quarter and the year before."""

    key: str
    item: str
    label: str
    unit: str
    value: Decimal | None
    own: Decimal | None
    below: Decimal | None
    previous: Decimal | None
    year_before: Decimal | None
    places: int | None
    money: bool = False
    source: str = ""

    def show(self, value: Decimal | None) -> str:
        text = show_number(value, 0 if self.money else self.places)
        return f"Rp{text}" if self.money and value is not None else text

    @property
    def shown(self) -> str:
        return self.show(self.value)

    @property
    def shown_previous(self) -> str:
        return self.show(self.previous)

    @property
    def shown_year_before(self) -> str:
        return self.show(self.year_before)

    @property
    def change(self) -> str:
        """`+12,5 %` against the quarter before, a percentage in points; '' where there is nothing to compare."""
        if self.unit == "%" and self.value is not None and self.previous is not None:
            points = (self.value - self.previous).quantize(Decimal("0.1"))
            sign = "+" if points > 0 else "−" if points < 0 else ""
            return _("%(points)s points") % {"points": f"{sign}{show_number(abs(points), 1)}"}
        if self.value is None or not self.previous:
            return ""
        share = 100 * (self.value - self.previous) / self.previous
        return f"{'+' if share > 0 else '−' if share < 0 else ''}{show_number(abs(share).quantize(Decimal('0.1')), 1)} %"


@dataclass(frozen=True)
class Table:
    question: Question
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Row, ...]], ...]


@dataclass(frozen=True)
class Part:
    """One section: figures, tables and words in the order of the instrument."""

    key: str
    title: str
    hint: str
    figures: tuple[Row, ...]
    tables: tuple[Table, ...]
    words: tuple[tuple[Question, str], ...]
    files: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """A file that proves something: of which question, its name, where it opens, the SHA-256 that the seal covers."""

    question: Question
    name: str
    url: str
    sha256: str


class Presentation:
    """A report in one of its versions (the newest unless another is asked for)."""

    def __init__(self, report: QuarterlyReport, version: ReportVersion | None = None):
        self.report = report
        self.version = version or report.versions.order_by("-number").first()
        self.quarter: Quarter = report.cycle.quarter

    @cached_property
    def definition(self) -> Definition:
        return Asked(self.report.cycle).of(self.report.region_id)

    @cached_property
    def figures(self) -> dict[tuple[str, str], Figure]:
        return {(f.key, f.item): f for f in self.version.figures.all()} if self.version else {}

    # -- other quarters ------------------------------------------------------------------------------------------------
    @cached_property
    def history(self) -> dict[str, dict[tuple[str, str], Decimal]]:
        """Figures of this place's earlier quarters, by quarter: what it sent last, whether or not it was reviewed yet."""
        quarter, wanted = self.quarter, []
        for _step in range(TREND - 1):
            quarter = quarter.previous()
            wanted.append(str(quarter))
        reports = dict(
            QuarterlyReport.objects.filter(
                region=self.report.region_id,
                tier=self.report.tier,
                cycle__quarter_code__in=wanted,
                version__isnull=False,
            ).values_list("version_id", "cycle__quarter_code")
        )
        found: dict[str, dict[tuple[str, str], Decimal]] = {code: {} for code in reports.values()}
        for version, key, item, value in Figure.objects.filter(version__in=reports).values_list(
            "version_id", "key", "item", "value"
        ):
            found[reports[version]][key, item] = value
        return found

    def before(self, key: str, item: str = "") -> Decimal | None:
        return self.history.get(str(self.quarter.previous()), {}).get((key, item))

    def year_before(self, key: str, item: str = "") -> Decimal | None:
        return self.history.get(str(self.quarter.year_before()), {}).get((key, item))

    def at(self, code: str, key: str) -> Decimal | None:
        """A figure of this place in any quarter of the trend."""
        return self.value(key) if code == str(self.quarter) else self.history.get(code, {}).get((key, ""))

    # -- rows ------------------------------------------------------------------------------------------------------------
    def value(self, key: str, item: str = "") -> Decimal | None:
        figure = self.figures.get((key, item))
        return figure.value if figure else None

    def row(
        self, question: Question, key: str = "", item: str = "", label: str = "", source: str = ""
    ) -> Row:
        key = key or question.key
        figure = self.figures.get((key, item))
        return Row(
            key, item, label or str(question), question.unit,
            figure and figure.value, figure and figure.own, figure and figure.below,
            self.before(key, item), self.year_before(key, item),
            1 if question.type in ("calculation", "decimal") else None, question.type == "money", source or question.source,
        )  # fmt: skip

    @cached_property
    def parts(self) -> list[Part]:
        answers = self.version.answers if self.version else {}
        known = answers | {key: f.value for (key, item), f in self.figures.items() if not item}
        relevant = self.definition.relevant(known)
        parts = []
        for section in self.definition.sections:
            figures, tables, words, files = [], [], [], []
            for question in section.questions:
                if question.key not in relevant:
                    continue
                if question.type == "table":
                    table = self.table(question)
                    if table.rows:
                        tables.append(table)
                elif question.is_numeric:
                    row = self.row(question)
                    if row.value is not None or question.asked_of(self.report.tier):
                        figures.append(row)
                elif question.type == "file":
                    files += _evidence(question, answers.get(question.key))
                elif question.type != "note" and question.asked_of(self.report.tier):
                    words.append((question, show_answer(question, answers.get(question.key))))
            if figures or tables or words or files:
                contents = (tuple(figures), tuple(tables), tuple(words), tuple(files))
                parts.append(Part(section.key, str(section), section.hint, *contents))
        return parts

    def table(self, question: Question) -> Table:
        rows = []
        for item, label in items_of(question, self.quarter):
            cells = tuple(
                self.row(question, f"{question.key}.{column.key}", item, str(column), column.source)
                for column in question.columns
            )
            if question.row_set in ("programs", "sectors") and not any(cell.value for cell in cells):
                continue
            rows.append((label or _("without a program"), cells))
        return Table(question, tuple(str(column) for column in question.columns), tuple(rows))

    # -- where it comes from ----------------------------------------------------------------------------------------------
    @cached_property
    def contributors(self) -> list[QuarterlyReport]:
        """The reports directly below."""
        return list(self.report.below.select_related("version", "cycle").order_by("region_id"))

    @cached_property
    def places(self) -> list[dict]:
        """One line for each report below: received, finished, still open, completion, and where it stands."""
        versions = [r.version_id for r in self.contributors if r.status in COUNTED]
        wanted = ("received", "closed", "open_after", "completion")
        found: dict[int, dict[str, Decimal]] = {}
        for version, key, value in Figure.objects.filter(
            version__in=versions, key__in=wanted, item=""
        ).values_list("version_id", "key", "value"):
            found.setdefault(version, {})[key] = value
        return [
            {"report": report, "name": report.place_name, "included": report.status in COUNTED}
            | {key: found.get(report.version_id, {}).get(key) for key in wanted}
            for report in self.contributors
        ]

    def contributions(self, key: str, item: str = "") -> list[tuple[QuarterlyReport, Decimal | None]]:
        """What each report below adds to one figure."""
        values = dict(
            Figure.objects.filter(
                version__in=[r.version_id for r in self.contributors if r.status in COUNTED],
                key=key,
                item=item,
            ).values_list("version_id", "value")
        )
        return [(report, values.get(report.version_id)) for report in self.contributors]

    def records(self, key: str, item: str = ""):
        """The records of this place itself behind one figure, and the source's name; None where it was typed or calculated."""
        table, dot, column_key = key.partition(".")
        if table not in self.definition:
            return None
        question = self.definition[table]
        source = (
            next((c.source for c in question.columns if c.key == column_key), "") if dot else question.source
        )
        if source not in SOURCES or self.report.tier not in SOURCES[source].count.tiers:
            return None
        by = question.row_set if dot else ""
        return SOURCES[source].count.made_of(self.report.tier, self.quarter, self.report.region_id, by, item)

    @cached_property
    def coverage(self) -> list[tuple[str, int, int]]:
        """(tier in words, included, expected) for each tier below."""
        tiers = (self.version.coverage if self.version else {}).get("tiers", {})
        return [(str(Tier(tier).label), included, expected) for tier, (expected, included) in tiers.items()]

    # -- charts ---------------------------------------------------------------------------------------------------------
    @cached_property
    def charts(self) -> dict[str, Chart]:
        return dict(self._charts())

    def _charts(self) -> Iterator[tuple[str, Chart]]:
        unit = _("cases")
        quarters = [str(self.quarter)]
        while self.history and quarters[0] > min(
            self.history
        ):  # a quarter without a report is a gap, not left out
            quarters.insert(0, str(Quarter.parse(quarters[0]).previous()))
        if len(quarters) > 1:
            labels = [short_label(Quarter.parse(code)) for code in quarters]
            series = [
                Series(_("Received"), [self.at(c, "received") for c in quarters]),
                Series(_("Finished"), [self.at(c, "closed") for c in quarters]),
            ]
            yield "trend", line(_("Cases per quarter"), labels, series, unit=unit)
        if "kinds" in self.definition and self.value("received"):
            kinds = items_of(self.definition["kinds"], self.quarter)
            yield "kinds", donut(
                _("Cases received, by kind"), [label for _item, label in kinds],
                [self.value("kinds.received", item) or 0 for item, _label in kinds], unit=unit,
            )  # fmt: skip
        for name, title in (("sectors", _("Cases by sector")), ("months", _("Cases by month"))):
            if name not in self.definition:
                continue
            rows = self.table(self.definition[name]).rows
            if rows and any(cell.value for _label, cells in rows for cell in cells):
                columns = [str(c) for c in self.definition[name].columns]
                series = [
                    Series(column, [cells[i].value or 0 for _label, cells in rows])
                    for i, column in enumerate(columns)
                ]
                yield name, grouped(title, [label for label, _cells in rows], series, unit=unit)
        named = [place for place in self.places if place["included"] and place["received"]]
        if len(named) > 1:
            largest = sorted(named, key=lambda p: (-p["received"], p["name"]))[:12]
            title = (
                _("Cases received, by place")
                if len(named) <= 12
                else _("Cases received: the twelve places with most")
            )
            yield (
                "places",
                bar(title, [p["name"] for p in largest], [p["received"] for p in largest], unit=unit),
            )


def _evidence(question: Question, answer) -> list[Evidence]:
    return [Evidence(question, one["name"], evidence_url(one), one["sha256"]) for one in files_in(answer)]


def short_label(quarter: Quarter) -> str:
    """`TW III 2026`."""
    return _("Q%(roman)s %(year)s") % {
        "roman": ("I", "II", "III", "IV")[quarter.number - 1],
        "year": quarter.year,
    }


def letterhead(report: QuarterlyReport) -> Letterhead:
    """The paper of the office whose report it is."""
    region = report.region
    if region is None:
        return Letterhead("KEMENTERIAN SOSIAL REPUBLIK INDONESIA", "SEKRETARIAT NASIONAL SLRT")
    if region.level == Level.PROVINCE:
        return Letterhead(government_of(region), "SEKRETARIAT KOORDINASI SLRT PROVINSI")
    unit = Unit.objects.filter(region=region.pk, kind=report.tier).first()
    return letterhead_of(unit) if unit else Letterhead(government_of(region), report.place_name)
