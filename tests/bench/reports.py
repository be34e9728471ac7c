"""The roll-up of a whole nation's village reports against the same sums in one statement; documents against the bare engine."""

from __future__ import annotations

import datetime as dt
import io
import resource

import pypdf
from django.db import connection, transaction
from django.utils import timezone

from portal.pdf import ASSETS, cached_pdf, html_to_pdf, render_html
from portal.regions.models import Level
from reports.monitoring.definition import Definition, Question, Section
from reports.monitoring.models import Instrument, InstrumentVersion, digest_of
from reports.quarterly import closing
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


def _reports(cycle, tier: str, level: int, parent: str = "", length: int = 0, part: int = 1) -> int:
    """One report for every place of a level (for every `part`th village), written by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into quarterly_quarterlyreport (cycle_id, tier, region_id, parent_id, status, status_since, due_on, number, place_name, is_demo) "
            "select %s, %s, r.code, p.id, 'draft', now(), %s, '', r.code, false "
            "from (select code, row_number() over (order by code) n from regions_region where level = %s) r "
            "left join quarterly_quarterlyreport p on p.cycle_id = %s and p.tier = %s and (p.region_id = left(r.code, %s) or p.region_id is null) "
            "where r.n %% %s = 0",
            [cycle.pk, tier, DUE["due_slrt"], level, cycle.pk, parent, length, part],
        )  # fmt: skip
        return cursor.rowcount


def _nation(part: int = 1) -> tuple[ReportingCycle, int]:
    """Every village has sent thirty figures and been accepted; the tiers above are still to be made."""
    cycle = _cycle()
    QuarterlyReport.objects.create(
        cycle=cycle, tier="nation", region=None, due_on=DUE["due_slrt"], place_name="ID"
    )
    _reports(cycle, "province", 1, "nation")
    _reports(cycle, "slrt", 2, "province", 2)
    count = _reports(cycle, "puskesos", int(Level.VILLAGE), "slrt", 5, part)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into quarterly_reportversion (report_id, number, answers, explanations, coverage, reason, created_at, digest) "
            "select id, 1, '{}', '{}', '{}', '', now(), '' from quarterly_quarterlyreport where tier = 'puskesos'"
        )
        cursor.execute(
            "insert into quarterly_figure (version_id, key, item, own, value) "
            "select v.id, 'figure_' || n, '', (v.id * 7 + n) %% 100, (v.id * 7 + n) %% 100 "
            "from quarterly_reportversion v, generate_series(0, %s) n",
            [FIGURES - 1],
        )
        cursor.execute("update quarterly_reportversion set sealed_at = now(), digest = md5(id::text)")
        cursor.execute(
            "update quarterly_quarterlyreport r set version_id = v.id, first_sent_on = '2026-10-05', status = 'accepted' "
            "from quarterly_reportversion v where v.report_id = r.id"
        )
        cursor.execute("analyze")
    return cycle, count


def _forget() -> None:
    """Everything about reports, past the triggers that keep what was sent."""
    with connection.cursor() as cursor:
        cursor.execute("truncate quarterly_reportingcycle, monitoring_instrument cascade")


def _memory() -> float:
    """The most memory this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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


def _close(cycle: ReportingCycle) -> str:
    ReportingCycle.objects.filter(pk=cycle.pk).update(status="closing")
    return closing.finish_closing(ReportingCycle.objects.get(pk=cycle.pk))


def _bare_update() -> None:
    """The same change of status in one statement, without a log; it is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update quarterly_quarterlyreport set status = 'returned', status_since = now()")
        transaction.set_rollback(True)


@measure("National close", on=("postgresql",))
def national_close():
    quarter, _count = _nation(part=4)
    for tier in ("slrt", "province", "nation"):
        _roll_up(quarter, tier)
    _close(quarter)
    small = _memory()
    _forget()
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
    bare = timed(_bare_update)
    digests: list[str] = []
    closed = timed(lambda: digests.append(_close(cycle)))
    yield Row(
        f"closing {count:,} reports with a log row for each, against one bare UPDATE", closed, bare, at_most=8
    )
    again = timed(lambda: digests.append(closing.finish_closing(ReportingCycle.objects.get(pk=cycle.pk))))
    yield Row("closing again, against the first time", again, closed, at_most=0.5)
    yield Row("digests of the two closings", len(set(digests)), 1, "digests", at_most=1)
    yield Row("memory of the whole nation, against a quarter of it", _memory(), small, "MB", at_most=1.25)


@measure("Documents")
def documents():
    from xhtml2pdf import pisa

    columns = [
        {"label": "Wilayah", "width": 60, "kind": "text"},
        {"label": "Kasus", "width": 40, "kind": "number"},
    ]
    context = {"title": "Laporan", "columns": columns, "facts": [(f"Desa {n}", n * 37) for n in range(150)]}
    html = render_html("pdf/report.html", context)
    pages: list[int] = []

    def bare():
        out = io.BytesIO()
        pisa.CreatePDF(html, dest=out, path=str(ASSETS / "document.html"), encoding="utf-8")
        pages.append(len(pypdf.PdfReader(out).pages))

    bare()
    engine = timed(bare, repeat=3)
    ours = timed(lambda: html_to_pdf(html), repeat=3)
    yield Row(
        "pages a second of the bare engine, against ours",
        pages[0] / engine,
        pages[0] / ours,
        "pages/s",
        at_most=1.3,
    )
    yield Row("a report of many pages, against the bare engine", ours, engine, at_most=1.3)
    first = timed(lambda: cached_pdf("pdf/report.html", context))
    yield Row(
        "the same report again, against its first rendering",
        timed(lambda: cached_pdf("pdf/report.html", context), repeat=3),
        first,
        at_most=0.3,
    )
