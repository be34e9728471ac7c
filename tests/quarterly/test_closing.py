"""Closing, repeating it, correcting afterwards; due dates and reminders (M-05, M-06)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.ledger.models import Transition
from portal.ledger.workflow import WrongState
from portal.periods import Quarter
from reports.quarterly import board, closing, corrections, reminders, schedule, services
from reports.quarterly.figures import canonical, national_digest
from reports.quarterly.models import QuarterlyReport, Reminder, ReportingCycle
from tests.quarterly.places import (
    BANTUL,
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    PANGGUNGHARJO,
    SLEMAN,
    figures,
    run_jobs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(diy):
    """Everything sent and accepted but Panggungharjo's, which never came."""
    for day in ("2026-07-05", "2026-08-05", "2026-09-05"):
        for place in (CATURTUNGGAL, CONDONGCATUR, SLEMAN, BANTUL):
            diy.refer(diy.case(place, day, "2026-09-20"), day, "2026-09-19")
    diy.pass_on(CATURTUNGGAL, CONDONGCATUR, SLEMAN, BANTUL, DIY)
    diy.send(None)
    return diy


def close(province) -> ReportingCycle:
    closing.close_cycle(cycle=province.cycle, by=province.secretariat)
    run_jobs()
    return ReportingCycle.objects.get(pk=province.cycle.pk)


@pytest.mark.rule("M-06")
def test_a_closed_quarter_no_longer_changes(done):
    cycle = close(done)
    assert cycle.status == "closed" and cycle.digest == national_digest(cycle)
    assert done.report(CATURTUNGGAL).status == "closed" and done.report(PANGGUNGHARJO).status == "missed"
    with pytest.raises(WrongState):
        done.send(PANGGUNGHARJO)
    with pytest.raises(WrongState):
        services.return_report(report=done.report(SLEMAN), note="Terlambat.", by=done.provincial)
    report = done.report(CATURTUNGGAL)
    for attempt in (
        lambda: QuarterlyReport.objects.filter(pk=report.pk).update(status="draft"),
        lambda: QuarterlyReport.objects.filter(pk=report.pk).update(first_sent_on=dt.date(2026, 10, 1)),
        lambda: QuarterlyReport.objects.filter(pk=report.pk).delete(),
        lambda: QuarterlyReport.objects.filter(region=PANGGUNGHARJO).update(status="sent"),
    ):
        with pytest.raises((IntegrityError, Exception)) as refusal, transaction.atomic():
            attempt()
        assert isinstance(refusal.value, IntegrityError) or "Protected" in type(refusal.value).__name__


@pytest.mark.rule("M-06")
def test_only_the_secretariat_closes_and_only_after_its_report(diy):
    with pytest.raises(PermissionDenied):
        closing.close_cycle(cycle=diy.cycle, by=diy.provincial)
    with pytest.raises(ValidationError):
        closing.close_cycle(cycle=diy.cycle, by=diy.secretariat)
    diy.cycle.refresh_from_db()
    assert diy.cycle.status == "open"


class Killed(BaseException):
    """A worker that dies: nothing after it runs, not even its own clean-up of the job."""


@pytest.mark.rule("M-06")
@pytest.mark.parametrize("dies_at", [0, 1])
def test_a_killed_closing_goes_on_and_gives_the_same_bytes(done, dies_at):
    job = closing.close_cycle(cycle=done.cycle, by=done.secretariat)
    before = {r.pk: canonical(r.version) for r in done.cycle.reports.counted().select_related("version")}

    def die(progress, _total, _text):
        if progress == dies_at:
            raise Killed

    cycle = ReportingCycle.objects.get(pk=done.cycle.pk)
    with pytest.raises(Killed):
        closing.finish_closing(cycle, tell=die)
    assert ReportingCycle.objects.get(pk=cycle.pk).status == "closing"
    assert schedule.go_on_closing() == 1 and Job.objects.filter(kind="quarterly.close").count() == 1
    jobs.run(job.pk)
    cycle.refresh_from_db()
    assert cycle.status == "closed"
    assert {r.pk: canonical(r.version) for r in cycle.reports.counted().select_related("version")} == before
    # Repeated: the same digest, no second log row.
    log = Transition.objects.filter(model="quarterly.quarterlyreport", move__in=("close", "miss")).count()
    assert log == cycle.reports.count()
    assert closing.finish_closing(cycle) == cycle.digest
    assert (
        Transition.objects.filter(model="quarterly.quarterlyreport", move__in=("close", "miss")).count()
        == log
    )


RECOUNT = """
select case when %s then 'received' else 'x' end,
  (select count(*) from casework_case c join units_unit u on u.id = c.unit_id
   where c.opened_at >= %s and c.opened_at < %s and u.region_id in ({places})),
  (select count(*) from casework_case c join units_unit u on u.id = c.unit_id
   where c.closed_at >= %s and c.closed_at < %s and u.region_id in ({places})),
  (select count(*) from casework_referral r join casework_case c on c.id = r.case_id join units_unit u on u.id = c.unit_id
   where r.answered_at >= %s and r.answered_at < %s and u.region_id in ({places}))
"""


@pytest.mark.rule("M-04", "M-06")
def test_figures_equal_a_recount_by_plain_sql(done):
    from reports.quarterly.sources import bounds

    start, end = bounds(done.quarter)
    for code, places in {
        CATURTUNGGAL: [CATURTUNGGAL],
        SLEMAN: [CATURTUNGGAL, CONDONGCATUR, SLEMAN],
        DIY: [CATURTUNGGAL, CONDONGCATUR, SLEMAN, BANTUL],
        None: [CATURTUNGGAL, CONDONGCATUR, SLEMAN, BANTUL],
    }.items():
        marks = ", ".join(["%s"] * len(places))
        with connection.cursor() as cursor:
            cursor.execute(
                RECOUNT.format(places=marks),
                [True, start, end, *places, start, end, *places, start, end, *places],
            )
            _word, received, closed, answered = cursor.fetchone()
        of = figures(done.report(code))
        assert (
            (of["received", ""], of["closed", ""], of["answered", ""])
            == (received, closed, answered)
            != (0, 0, 0)
        )
        assert of["programs.received", "pis"] == received


# -- corrections -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("M-06")
def test_a_correction_is_a_new_version_carried_up_with_its_trail(done):
    close(done)
    village, closed = (
        done.report(CATURTUNGGAL),
        {code: done.report(code).version for code in (CATURTUNGGAL, SLEMAN, DIY, None)},
    )
    bytes_then = {code: canonical(version) for code, version in closed.items()}
    before = {code: figures(done.report(code))["received", ""] for code in closed}
    open_after = figures(village)["open_after", ""]
    corrections.correct_report(
        report=village,
        changes={("received", ""): Decimal(5), ("open_after", ""): open_after + 2},
        reason="Dua keluhan tercatat di buku saja.",
        by=done.secretariat,
    )
    for code in closed:
        report = done.report(code)
        assert figures(report)["received", ""] == before[code] + 2
        assert report.status == "closed" and report.version.number == closed[code].number + 1
        assert "Dua keluhan" in report.version.reason
        assert canonical(closed[code]) == bytes_then[code]  # history stays visible
    of = figures(done.report(None))
    assert of["completion", ""] == round(
        100 * of["closed", ""] / (of["open_before", ""] + of["received", ""]), 2
    )
    # The other places have no new version, and the digest of the closing stays what it was.
    assert done.report(BANTUL).versions.count() == 1


@pytest.mark.rule("M-06")
def test_a_correction_needs_a_reason_a_right_and_a_change(done):
    report, wanted = done.report(CATURTUNGGAL), {("received", ""): Decimal(5)}
    with pytest.raises(WrongState):
        corrections.correct_report(report=report, changes=wanted, reason="x", by=done.secretariat)
    close(done)
    for bad in (
        {"changes": wanted, "reason": " "},
        {"changes": {}, "reason": "x"},
        {"changes": {("completion", ""): Decimal(5)}, "reason": "x"},
        {"changes": {("received", ""): Decimal(-1)}, "reason": "x"},
        {"changes": {("received", ""): Decimal(3)}, "reason": "x"},
        # What no count could give: more received, and nothing more finished or still open.
        {"changes": wanted, "reason": "x"},
        {"changes": {("answered", ""): Decimal(50)}, "reason": "x"},
    ):
        with pytest.raises(ValidationError):
            corrections.correct_report(report=report, by=done.secretariat, **bad)
    with pytest.raises(PermissionDenied):
        corrections.correct_report(report=report, changes=wanted, reason="x", by=done.manager[SLEMAN])
    with pytest.raises(QuarterlyReport.DoesNotExist):
        corrections.correct_report(report=report, changes=wanted, reason="x", by=done.manager[BANTUL])
    assert done.report(CATURTUNGGAL).versions.count() == 1


# -- due dates --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("M-05")
def test_on_time_late_and_missing_are_told_apart(diy, time_machine_at):
    with time_machine_at("2026-10-10 20:00"):
        diy.send(CATURTUNGGAL)
    with time_machine_at("2026-10-11 08:00"):
        diy.send(CONDONGCATUR)
        lines = {line.tier: line for line in board.by_tier(diy.cycle, diy.secretariat)}
        village = lines["puskesos"]
        assert (village.expected, village.on_time, village.late, village.missing) == (3, 1, 1, 1)
        assert lines["slrt"].missing == 0
        assert (
            diy.report(CATURTUNGGAL).punctuality == "on_time"
            and diy.report(CONDONGCATUR).punctuality == "late"
        )
        areas = {line.region_code: line for line in board.by_area(diy.cycle, diy.secretariat, "puskesos")}
        assert areas[BANTUL].missing == 1 and areas[SLEMAN].expected == 2
        # The board shows a manager no other regency.
        assert [line.region_code for line in board.by_area(diy.cycle, diy.manager[SLEMAN], "puskesos")] == [
            SLEMAN
        ]
    with time_machine_at("2026-10-15 08:00"):
        services.return_report(report=diy.report(CATURTUNGGAL), note="Lengkapi.", by=diy.manager[SLEMAN])
        diy.send(CATURTUNGGAL)
        assert (
            diy.report(CATURTUNGGAL).punctuality == "on_time"
        )  # it came on time; the return is another fact


@pytest.mark.rule("M-05")
def test_reminders_go_once_a_day_to_those_who_send(diy):
    report = diy.report(CATURTUNGGAL)
    assert reminders.remind(report=report, by=diy.manager[SLEMAN])
    assert reminders.remind(report=report, by=diy.manager[SLEMAN]) is None
    run_jobs()
    assert [message.to for message in mail.outbox] == [[diy.coordinator[CATURTUNGGAL].email]]
    run_jobs()
    assert len(mail.outbox) == 1 and Reminder.objects.get().mailed == 1
    with pytest.raises(PermissionDenied):
        reminders.remind(report=report, by=diy.coordinator[CATURTUNGGAL])
    with pytest.raises(QuarterlyReport.DoesNotExist):
        reminders.remind(report=report, by=diy.manager[BANTUL])
    assert reminders.remind_missing(cycle=diy.cycle, tier="puskesos", by=diy.provincial) == 2


@pytest.mark.rule("M-05")
def test_the_timer_reminds_before_and_after_the_due_date(diy):
    due = diy.cycle.due_puskesos
    assert reminders.remind_by_date(due - dt.timedelta(days=7)) == 3
    assert reminders.remind_by_date(due - dt.timedelta(days=5)) == 0
    diy.send(CATURTUNGGAL)
    assert reminders.remind_by_date(due + dt.timedelta(days=7)) == 2


@pytest.mark.rule("M-05")
def test_a_quarter_opens_when_it_ends(diy):
    assert schedule.open_due(dt.date(2026, 12, 31)) is None  # the third quarter is open already
    opened = schedule.open_due(dt.date(2027, 1, 1))
    assert opened.quarter == Quarter(2026, 4) and opened.reports.count() == 7
    assert opened.due_puskesos == dt.date(2027, 1, 10)
    assert schedule.open_due(dt.date(2027, 1, 2)) is None


@pytest.mark.rule("M-06")
def test_a_quarter_closes_on_its_day_once_the_nation_has_sent(diy):
    assert diy.cycle.closes_on == diy.cycle.due_nation + dt.timedelta(days=15)
    diy.pass_on(CATURTUNGGAL, SLEMAN, BANTUL, DIY)
    day = diy.cycle.closes_on
    assert schedule.close_due(day - dt.timedelta(days=1)) == 0
    assert schedule.close_due(day) == 0  # the national report is missing
    assert ReportingCycle.objects.get(pk=diy.cycle.pk).status == "open"
    diy.send(None)
    assert schedule.close_due(day) == 1 and schedule.close_due(day) == 0
    run_jobs()
    cycle = ReportingCycle.objects.get(pk=diy.cycle.pk)
    assert cycle.status == "closed" and cycle.digest == national_digest(cycle)
    assert diy.report(CONDONGCATUR).status == "missed"


def test_a_quarter_past_its_day_waits_on_the_secretariats_home_page(diy, client, time_machine_at):
    from reports.quarterly import waiting

    with time_machine_at("2026-12-20 09:00"):
        assert (
            waiting.to_close(diy.secretariat).count() == 1 and not waiting.to_close(diy.provincial).exists()
        )
        client.force_login(diy.secretariat)
        page = client.get(reverse("quarterly_reportingcycle_modeladmin_inspect", args=[diy.cycle.pk]))
        assert page.context["waits"]


def test_a_closing_shows_how_far_it_is(done, client):
    job = closing.close_cycle(cycle=done.cycle, by=done.secretariat)
    client.force_login(done.secretariat)
    address = reverse("quarterly_reportingcycle_modeladmin_inspect", args=[done.cycle.pk])
    assert f"/admin/pekerjaan/{job.pk}" in client.get(address).content.decode()
    client.force_login(done.provincial)
    assert f"/admin/pekerjaan/{job.pk}" not in client.get(address).content.decode()
    run_jobs()
    client.force_login(done.secretariat)
    assert client.get(address).context["job"] is None
