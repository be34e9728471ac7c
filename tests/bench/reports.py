"""The roll-up of a whole nation's village reports against the same sums in one statement; documents against the bare engine."""

from __future__ import annotations

import datetime as dt
import io

from django.db import connection, transaction
from django.utils import timezone

from portal.pdf import ASSETS, cached_pdf, html_to_pdf, render_html
from portal.regions.models import Level, Region
from reports.monitoring.definition import Definition, Question, Section
from reports.monitoring.models import Instrument, InstrumentVersion, digest_of
from reports.quarterly.figures import fill
from reports.quarterly.models import Figure, QuarterlyReport, ReportingCycle, ReportVersion
from tests.bench import Row, measure, timed

FIGURES = 30
DUE = {f"due_{tier}": dt.date(2026, 10, 10) for tier in ("puskesos", "slrt", "province", "nation")}


def _cycle() -> ReportingCycle:
    questions = tuple(Question(f"figure_{n}", "integer", f"Angka {n}") for n in range(FIGURES))
    definition = Definition((Section("s", "S", questions=questions),)).to_json()
    instrument = Instrument.objects.create(code="bench", name="Bench", purpose="quarterly")
    version = InstrumentVersion.objects.create(
        instrument=instrument, number=1, definition=definition, digest=digest_of(definition), valid_from=dt.date(2020, 1, 1),
        published_at=timezone.now(), status="published",
    )  # fmt: skip
    return ReportingCycle.objects.create(
        quarter_code="2026-Q3",
        instrument_version=version,
        opens_on=dt.date(2026, 10, 1),
        status="open",
        **DUE,
    )


def _reports(cycle, tier, regions, parents, length, **fields) -> dict[str | None, int]:
    QuarterlyReport.objects.bulk_create(
        (
            QuarterlyReport(cycle=cycle, tier=tier, region_id=code, place_name=code or "ID", due_on=DUE["due_slrt"],
                            parent_id=parents.get(code[:length] if length and code else None), **fields)
            for code in regions
        ),
        batch_size=5000,
    )  # fmt: skip
    return dict(cycle.reports.filter(tier=tier).values_list("region_id", "pk"))


def _nation() -> tuple[ReportingCycle, int]:
    """Every village has sent thirty figures and been accepted; the tiers above are still to be made."""
    cycle = _cycle()
    codes = {
        level: list(Region.objects.at(level).values_list("pk", flat=True)) for level in (1, 2, Level.VILLAGE)
    }
    nation = _reports(cycle, "nation", [None], {}, None)
    provinces = _reports(cycle, "province", codes[1], nation, None)
    regencies = _reports(cycle, "slrt", codes[2], provinces, 2)
    villages = _reports(cycle, "puskesos", codes[Level.VILLAGE], regencies, 5)
    now = timezone.now()
    ReportVersion.objects.bulk_create(
        (ReportVersion(report_id=pk, number=1, created_at=now) for pk in villages.values()), batch_size=5000
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into quarterly_figure (version_id, key, item, own, value) "
            "select v.id, 'figure_' || n, '', (v.id * 7 + n) %% 100, (v.id * 7 + n) %% 100 "
            "from quarterly_reportversion v, generate_series(0, %s) n",
            [FIGURES - 1],
        )
        cursor.execute("update quarterly_reportversion set sealed_at = now(), digest = 'x'")
        cursor.execute(
            "update quarterly_quarterlyreport r set version_id = v.id, first_sent_on = '2026-10-05', status = 'accepted' "
            "from quarterly_reportversion v where v.report_id = r.id"
        )
        cursor.execute("analyze")
    return cycle, len(villages)


def _roll_up(cycle: ReportingCycle, tier: str) -> None:
    with transaction.atomic():
        reports = list(cycle.reports.filter(tier=tier).select_related("cycle"))
        versions = ReportVersion.objects.bulk_create(
            [ReportVersion(report=report, number=1) for report in reports]
        )
        fill(cycle, reports, {version.report_id: version for version in versions})
        ReportVersion.objects.filter(report__cycle=cycle, report__tier=tier).update(
            sealed_at=timezone.now(), digest="x"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "update quarterly_quarterlyreport r set version_id = v.id, first_sent_on = '2026-10-05', status = 'accepted' "
                "from quarterly_reportversion v where v.report_id = r.id and r.tier = %s", [tier],
            )  # fmt: skip


def _plain_sum() -> dict[str, int]:
    """The same sums by regency, province and nation, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select grouping(r.regency_code), r.province_code, r.regency_code, f.key, sum(f.value) from quarterly_figure f "
            "join quarterly_quarterlyreport r on r.version_id = f.version_id and r.tier = 'puskesos' "
            "group by grouping sets ((r.regency_code, r.province_code, f.key), (r.province_code, f.key), (f.key))"
        )
        return {
            key: total
            for level, province, _regency, key, total in cursor.fetchall()
            if level and province is None
        }


@measure("National roll-up", on=("postgresql",))
def national_roll_up():
    cycle, count = _nation()
    expected: dict[str, int] = {}
    plain = timed(lambda: expected.update(_plain_sum()), repeat=2)
    rolled = sum(timed(lambda tier=tier: _roll_up(cycle, tier)) for tier in ("slrt", "province", "nation"))
    national = dict(
        Figure.objects.filter(version__report__cycle=cycle, version__report__tier="nation").values_list(
            "key", "value"
        )
    )
    wrong = sum(1 for key, total in expected.items() if national.get(key) != total)
    yield Row(
        f"{count:,} village reports of {FIGURES} figures to the nation, against one SQL statement",
        rolled,
        plain,
        at_most=6,
    )
    yield Row("national figures that differ from it", wrong, FIGURES, "figures", at_most=0)


@measure("Documents")
def documents():
    from xhtml2pdf import pisa

    columns = [
        {"label": "Wilayah", "width": 60, "kind": "text"},
        {"label": "Kasus", "width": 40, "kind": "number"},
    ]
    context = {"title": "Laporan", "columns": columns, "facts": [(f"Desa {n}", n * 37) for n in range(150)]}
    html = render_html("pdf/report.html", context)

    def bare():
        pisa.CreatePDF(html, dest=io.BytesIO(), path=str(ASSETS / "document.html"), encoding="utf-8")

    bare()
    yield Row(
        "a report of many pages, against the bare engine",
        timed(lambda: html_to_pdf(html), repeat=3),
        timed(bare, repeat=3),
        at_most=1.3,
    )
    first = timed(lambda: cached_pdf("pdf/report.html", context))
    yield Row(
        "the same report again, against its first rendering",
        timed(lambda: cached_pdf("pdf/report.html", context), repeat=3),
        first,
        at_most=0.3,
    )
