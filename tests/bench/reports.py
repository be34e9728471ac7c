"""A simulated nation whose last quarter waits for its close: village reports added up to the nation, and closed.

Sizes: `BENCH_PUSKESOS` is how many villages of a hundred have a Puskesos (100, so every village reports); the cases
(`BENCH_REPORTED_CASES`, 50,000) only give the reports something to count.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F

from portal.accounts.models import User
from portal.operations.simulate.loading import unchecked
from portal.operations.simulate.reports import CLOSED_AFTER
from reports.quarterly import closing
from reports.quarterly.figures import Asked, digest, figure_keys, fill
from reports.quarterly.models import Figure, ReportingCycle, ReportVersion
from reports.quarterly.workflow import CYCLE_FLOW, FINAL, Tier
from tests.bench import Row, measure, timed

from .apart import memory_of
from .worlds import reported_quarter, world

CASES = int(os.environ.get("BENCH_REPORTED_CASES", 50_000))
PUSKESOS = int(os.environ.get("BENCH_PUSKESOS", 100))
UPPER = (Tier.SLRT, Tier.PROVINCE, Tier.NATION)


def before_the_close() -> ReportingCycle:
    """The quarter of a nation on the day of its close: all who report have been accepted, the rest will be missed."""
    quarter = reported_quarter()
    until = ReportingCycle.due_dates(quarter)["due_nation"] + dt.timedelta(days=CLOSED_AFTER)
    # The quarter after it runs already.
    world("", cases=CASES, families=CASES, until=until, quarters=2, puskesos=PUSKESOS)
    return ReportingCycle.objects.get(quarter_code=str(quarter))


def _roll_up(cycle: ReportingCycle, tier: str) -> list[ReportVersion]:
    """Count and add up the reports of a tier anew, as versions beside the sealed ones, with what was typed there."""
    reports = list(cycle.reports.counted().filter(tier=tier).select_related("cycle", "version"))
    made = ReportVersion.objects.bulk_create(
        ReportVersion(report=report, number=2, answers=report.version.answers) for report in reports
    )
    fill(cycle, reports, {version.report_id: version for version in made})
    return made


def _plain_sums(cycle: ReportingCycle) -> dict[tuple[str, str, str], object]:
    """The same sums by regency, province and nation (code, key, item), in one statement over what each place did itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select case when grouping(r.province_code) = 1 then '' when grouping(r.regency_code) = 1 "
            "then coalesce(nullif(r.province_code, ''), '-') else coalesce(nullif(r.regency_code, ''), '-') end, f.key, f.item, sum(f.own) from quarterly_figure f "
            "join quarterly_quarterlyreport r on r.version_id = f.version_id "
            "left join quarterly_quarterlyreport above on above.id = r.parent_id "
            "where r.cycle_id = %s and r.status = 'accepted' and (above.id is null or above.status = 'accepted') "
            "group by grouping sets ((r.province_code, r.regency_code, f.key, f.item), (r.province_code, f.key, f.item), (f.key, f.item))",
            [cycle.pk],
        )
        return {tuple(place): total for *place, total in cursor.fetchall() if total is not None}


def _added(cycle: ReportingCycle) -> set[str]:
    """The figures that are added up; rates are not."""
    return {
        key
        for key, question in figure_keys(Asked(cycle).core)
        if question.roll_up == "sum" and question.type != "calculation"
    }


def _sums_of(cycle: ReportingCycle, versions: Iterable[ReportVersion]) -> dict[tuple[str, str, str], object]:
    """What these versions say of the same (code, key, item)."""
    rows = Figure.objects.filter(version__in=versions, key__in=_added(cycle), value__isnull=False)
    return {
        (code or "", key, item): value
        for code, key, item, value in rows.values_list("version__report__region_id", "key", "item", "value")
    }


def _close(cycle: ReportingCycle) -> str:
    """Close as the National Secretariat, and do what its job does; returns the digest."""
    by = User.objects.get(username="sim.seknas")
    with transaction.atomic():
        CYCLE_FLOW.record(CYCLE_FLOW.lock(cycle, "close", by=by), "close", by=by)
    return closing.finish_closing(ReportingCycle.objects.get(pk=cycle.pk))


def _bare_update(cycle: ReportingCycle) -> None:
    """The same change of status in one statement, without a log; it is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update quarterly_quarterlyreport set status = case status when 'accepted' then 'closed' else 'missed' end, "
            "status_since = now() where cycle_id = %s", [cycle.pk],
        )  # fmt: skip
        transaction.set_rollback(True)


def whole_way(quarter_code: str, part: int) -> None:
    """Add up and close with every `part`th village report, and take it back."""
    cycle = ReportingCycle.objects.get(quarter_code=quarter_code)
    with transaction.atomic():
        if part > 1:
            with unchecked(), connection.cursor() as cursor:
                cursor.execute(
                    "delete from quarterly_quarterlyreport where cycle_id = %s and tier = 'puskesos' and id %% %s <> 0",
                    [cycle.pk, part],
                )
        for tier in UPPER:
            _roll_up(cycle, tier)
        _close(cycle)
        transaction.set_rollback(True)


@measure("National close", on=("postgresql",))
def national_close():
    cycle = before_the_close()
    database = connection.settings_dict["NAME"]
    parts = [memory_of(whole_way, database, cycle.quarter_code, part) for part in (4, 1)]
    villages = cycle.reports.counted().filter(tier=Tier.PUSKESOS)
    count = villages.count()
    figures = Figure.objects.filter(
        version__report__in=villages, version=F("version__report__version")
    ).count()
    expected: dict = {}
    plain = timed(lambda: expected.update(_plain_sums(cycle)), repeat=2)
    with transaction.atomic():
        made: list[ReportVersion] = []
        rolled = timed(lambda: [made.extend(_roll_up(cycle, tier)) for tier in UPPER])
        found = _sums_of(cycle, made)
        sealed = dict(cycle.reports.values_list("pk", "version__digest"))
        other = sum(1 for version in made if digest(version) != sealed[version.report_id])
        transaction.set_rollback(True)
    added = _added(cycle)
    # “-” is what provinces and the nation did themselves: no regency's sum.
    expected = {place: sum_ for place, sum_ in expected.items() if place[0] != "-" and place[1] in added}
    wrong = sum(1 for place in expected.keys() | found.keys() if expected.get(place) != found.get(place))
    yield Row(
        f"{count:,} village reports of {figures / count:.0f} figures to the nation, against one SQL statement",
        rolled,
        plain,
        at_most=6,
    )
    yield Row(
        "sums of regencies, provinces and nation that differ from it", wrong, len(found), "sums", at_most=0
    )
    yield Row("reports that differ from the sealed ones", other, len(made), "reports", at_most=0)
    everything = cycle.reports.count()
    bare = timed(lambda: _bare_update(cycle))
    digests: list[str] = []
    closed = timed(lambda: digests.append(_close(cycle)))
    yield Row(
        f"closing {everything:,} reports with a log row for each, against one bare UPDATE",
        closed,
        bare,
        at_most=8,
    )
    again = timed(lambda: digests.append(closing.finish_closing(ReportingCycle.objects.get(pk=cycle.pk))))
    yield Row("closing again, against the first time", again, closed, at_most=0.5)
    yield Row("digests of the two closings", len(set(digests)), 1, "digests", at_most=1)
    left = cycle.reports.exclude(status__in=FINAL).count()
    yield Row("reports neither closed nor set down as missing", left, everything, "reports", at_most=0)
    yield Row(
        "memory of the whole nation, against a quarter of its villages",
        parts[1],
        parts[0],
        "MB",
        at_most=1.25,
    )
