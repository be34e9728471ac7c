"""Simulated reports and evaluations against what the product itself would count, add up and seal."""

import datetime as dt

import pytest
from django.db import connection, transaction

from portal.ledger.models import NumberSeries, Transition
from portal.operations.loading import load
from portal.operations.simulate import plan as plans
from portal.operations.simulate import run
from portal.operations.simulate.reports import quarters_of
from reports.evaluation.models import Evaluation, EvaluationRound
from reports.evaluation.typology import assess
from reports.quarterly import figures
from reports.quarterly.models import Figure, QuarterlyReport, ReportingCycle, ReportVersion
from reports.quarterly.workflow import COUNTED, REPORT_FLOW, Status, Tier

pytestmark = pytest.mark.django_db


def fill(until=dt.date(2026, 10, 25), *, seed=7, years=1, area="34.01"):
    """A regency on a day between the tiers: the villages have reported on the third quarter, the province has not."""
    load("reference", again=True, tell=lambda text: None)
    plan = plans.make(plans.Plan(area, seed, until, years, households=200, cases=300))
    said = []
    written = run.simulate(plan, tell=said.append)
    return plan, written, said


def test_the_quarters_are_those_of_the_simulated_time():
    plan = plans.Plan("34", 1, dt.date(2026, 11, 23), 1)
    assert [str(quarter) for quarter in quarters_of(plan)] == [
        "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"
    ]  # fmt: skip
    assert len(quarters_of(plans.Plan("34", 1, dt.date(2026, 12, 31), 5))) == 20
    assert [str(quarter) for quarter in quarters_of(plans.Plan("34", 1, dt.date(2026, 11, 23), 1, quarters=2))] == [
        "2026-Q3", "2026-Q4"
    ]  # fmt: skip


def check_reports():
    _plan, written, said = fill()
    connection.check_constraints()
    assert written["quarterly.Figure"] == Figure.objects.count() > 1000
    assert any("2026-Q1: " in text and "a second" in text for text in said)
    assert set(ReportingCycle.objects.values_list("quarter_code", "status")) == {
        ("2026-Q1", "closed"), ("2026-Q2", "closed"), ("2026-Q3", "open"), ("2026-Q4", "open")
    }  # fmt: skip
    own_counted = 0
    for cycle in ReportingCycle.objects.all():
        asked = figures.Asked(cycle)
        for tier in Tier:
            sent = list(
                cycle.reports.filter(tier=tier, version__isnull=False).select_related("version", "cycle")
            )
            own = figures.own_work(tier, cycle.quarter, sent, asked)
            below = figures._below([report.pk for report in sent])
            for report in sent:
                version = report.version
                assert version.digest == figures.digest(version)
                expected = figures.figure_rows(
                    asked.plan(report.region_id, tier), version, own[report.pk], below.get(report.pk, {})
                )
                found = version.figures.values_list("version_id", "key", "item", "own", "below", "value")
                assert sorted(found, key=str) == sorted(expected, key=str)
                assert version.coverage == figures._coverage(cycle, tier, [report]).get(report.pk, {})
                own_counted += sum(own[report.pk].values())
        if cycle.status == "closed":
            assert cycle.digest == figures.national_digest(cycle)
    assert own_counted > 300
    # Each way through the table of moves, ending where the report stands.
    status, numbers = {}, {}
    reports = {str(report.pk): report for report in QuarterlyReport.objects.all()}
    for row in Transition.objects.filter(model="quarterly.quarterlyreport").order_by("at", "pk"):
        move = REPORT_FLOW.moves[row.move]
        assert row.from_status == status.get(row.object_id, Status.DRAFT) and row.from_status in move.from_
        assert row.to_status == move.to and (row.by is None) == move.automatic
        status[row.object_id] = row.to_status
    assert all(report.status == status.get(key, Status.DRAFT) for key, report in reports.items())
    for report in reports.values():
        if report.number:
            office = numbers.setdefault((report.region_id or "", report.first_sent_on.year), [])
            office.append(int(report.number.split("/")[0]))
    assert {key: sorted(found) for key, found in numbers.items()} == {
        (one.region_code, one.year): list(range(1, one.last + 1)) for one in NumberSeries.objects.filter(kind="LAP")
    }  # fmt: skip
    assert (
        QuarterlyReport.objects.late().exists() and QuarterlyReport.objects.filter(status="missed").exists()
    )
    assert not QuarterlyReport.objects.filter(
        tier="province", cycle__quarter_code="2026-Q3", status__in=COUNTED
    )
    # The next version made elsewhere gets a fresh key.
    ReportVersion.objects.create(report=QuarterlyReport.objects.filter(status="draft").first(), number=1)


def test_reports_are_what_the_product_would_have_counted_added_and_sealed():
    check_reports()


@pytest.mark.postgres
def test_reports_are_what_the_product_would_have_counted_on_postgresql():
    check_reports()


def test_each_year_has_its_evaluation_scored_by_its_scheme():
    plan, _written, _said = fill(years=2)
    rounds = dict(EvaluationRound.objects.values_list("year", "status"))
    assert rounds == {2024: "closed", 2025: "closed", 2026: "running"}
    for one in Evaluation.objects.filter(status="final").select_related("round__scheme"):
        assert one.typology == assess(one.round.scheme.parsed, one.answers).typology
    assert Evaluation.objects.filter(status="final").count() == 2 * len(plan.regencies)


def test_the_same_seed_gives_the_same_reports():
    prints = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            fill(seed=seed)
            prints.append(list(ReportVersion.objects.order_by("report__cycle__quarter_code", "report__tier", "report__region_id").values_list("digest", flat=True)))  # fmt: skip
            transaction.set_rollback(True)
    assert prints[0] == prints[1] != prints[2]
