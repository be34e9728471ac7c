"""The tiers: sent, built from below, reviewed, sealed (M-04, M-06, M-10)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.jobs.models import Job
from portal.ledger.workflow import WrongState
from reports.quarterly import closing, demo, services
from reports.quarterly.documents import _context
from reports.quarterly.exchange import report_rows
from reports.quarterly.models import Figure, QuarterlyReport, ReportingCycle, ReportVersion
from reports.quarterly.outside import OUTSIDE, outside_of
from reports.quarterly.presentation import Presentation
from reports.quarterly.workflow import CYCLE_FLOW, REPORT_FLOW
from tests.factories import officer
from tests.quarterly.places import (
    BANTUL,
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    NARRATIVE,
    PANGGUNGHARJO,
    SLEMAN,
    figures,
    run_jobs,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(diy):
    """Cases of the quarter at every unit, and some that lie just outside it."""
    diy.case(CATURTUNGGAL, "2026-07-01 00:00", "2026-09-30 23:59", kind="need", outcome="refused")
    diy.case(CATURTUNGGAL, "2026-08-10")
    diy.case(CATURTUNGGAL, "2026-06-30 23:59", "2026-07-02")
    diy.case(CATURTUNGGAL, "2026-10-01 00:00")
    diy.case(CONDONGCATUR, "2026-07-15", "2026-07-20")
    diy.case(SLEMAN, "2026-09-01")
    diy.case(SLEMAN, "2026-09-02", "2026-10-05")
    diy.case(BANTUL, "2026-08-02", "2026-08-03")
    diy.case(PANGGUNGHARJO, "2026-08-04")
    return diy


def test_every_office_gets_its_report_once(diy):
    tiers = sorted(diy.cycle.reports.values_list("tier", "region_id"), key=str)
    assert tiers == [("nation", None), ("province", DIY), ("puskesos", PANGGUNGHARJO), ("puskesos", CATURTUNGGAL),
                     ("puskesos", CONDONGCATUR), ("slrt", BANTUL), ("slrt", SLEMAN)]  # fmt: skip
    services.open_cycle(quarter=diy.quarter)
    assert diy.cycle.reports.count() == 7
    assert diy.report(CATURTUNGGAL).parent == diy.report(SLEMAN)
    assert diy.report(SLEMAN).parent == diy.report(DIY) and diy.report(DIY).parent == diy.report(None)
    assert diy.report(CATURTUNGGAL).due_on == dt.date(2026, 10, 10)


@pytest.mark.rule("M-04", "M-06")
def test_a_tier_is_made_of_the_accepted_reports_below_and_its_own_cases(busy):
    busy.pass_on(CATURTUNGGAL, CONDONGCATUR)
    busy.send(PANGGUNGHARJO)  # sent, not yet accepted: not counted
    village = figures(busy.report(CATURTUNGGAL))
    assert village["received", ""] == 2 and village["closed", ""] == 2
    assert village["open_before", ""] == 1 and village["open_after", ""] == 1
    busy.pass_on(SLEMAN, BANTUL, DIY)
    sleman = busy.report(SLEMAN).version.figures.get(key="received", item="")
    assert (sleman.own, sleman.below, sleman.value) == (2, 3, 5)
    assert figures(busy.report(BANTUL))["received", ""] == 1
    assert figures(busy.report(DIY))["received", ""] == 6
    busy.send(None)
    nation = figures(busy.report(None))
    assert nation["received", ""] == 6 and nation["closed", ""] == 4
    assert nation["sectors.received", "kesehatan"] == 6
    assert nation["months.received", "07"] == 2 and nation["months.closed", "09"] == 1
    assert busy.report(None).version.coverage["tiers"] == {
        "puskesos": [3, 2],
        "slrt": [2, 2],
        "province": [1, 1],
    }
    assert busy.report(BANTUL).version.coverage["missing"] == [PANGGUNGHARJO]


@pytest.mark.rule("M-06")
def test_rates_are_calculated_again_from_sums_not_added_up(busy):
    busy.pass_on(CATURTUNGGAL, CONDONGCATUR, SLEMAN)
    of = figures(busy.report(SLEMAN))
    assert of["completion", ""] == round(
        100 * of["closed", ""] / (of["open_before", ""] + of["received", ""]), 2
    )
    assert abs(of["mean_days", ""] - of["handling_days", ""] / of["closed", ""]) < Decimal("0.01")


@pytest.mark.rule("M-06")
def test_the_worker_builds_and_a_second_run_changes_nothing(busy):
    busy.pass_on(CATURTUNGGAL, CONDONGCATUR)
    run_jobs()
    job = services.ask_to_build(report=busy.report(SLEMAN), by=busy.manager[SLEMAN])
    again = services.ask_to_build(report=busy.report(SLEMAN), by=busy.manager[SLEMAN])
    assert again == job  # asked twice, one job
    run_jobs()
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    from reports.quarterly.figures import canonical

    version = busy.report(SLEMAN).versions.get()
    first = canonical(version)
    services.build(busy.report(SLEMAN), version)
    assert canonical(version) == first


@pytest.mark.rule("M-06")
def test_acceptance_asks_for_a_new_build_of_the_tier_above(busy):
    busy.pass_on(CATURTUNGGAL)
    assert run_jobs() == 1
    assert figures(busy.report(SLEMAN))["received", ""] == 4


@pytest.mark.rule("M-06")
def test_a_return_carries_a_note_and_opens_a_new_version(busy):
    busy.send(CATURTUNGGAL)
    with pytest.raises(ValidationError):
        services.return_report(report=busy.report(CATURTUNGGAL), note=" ", by=busy.manager[SLEMAN])
    services.return_report(
        report=busy.report(CATURTUNGGAL), note="Lengkapi hambatan.", by=busy.manager[SLEMAN]
    )
    assert busy.report(CATURTUNGGAL).status == "returned"
    busy.send(CATURTUNGGAL, obstacles="Jaringan sering putus.")
    report = busy.report(CATURTUNGGAL)
    assert report.version.number == 2 and report.versions.count() == 2
    assert (
        report.versions.get(number=1).answers.get("obstacles") is None
    )  # what was sent first stays as it was


@pytest.mark.rule("M-06")
def test_only_the_tier_above_reviews_and_only_the_place_itself_sends(busy):
    busy.send(CATURTUNGGAL)
    for stranger in (busy.manager[BANTUL], busy.coordinator[CONDONGCATUR]):
        with pytest.raises(QuarterlyReport.DoesNotExist):
            services.accept_report(report=busy.report(CATURTUNGGAL), by=stranger)
    for insider in (busy.coordinator[CATURTUNGGAL], busy.provincial, busy.secretariat):
        with pytest.raises(PermissionDenied):
            services.accept_report(report=busy.report(CATURTUNGGAL), by=insider)
    with pytest.raises(PermissionDenied):  # the manager's right to send is for the SLRT's report alone
        services.send_report(report=busy.report(CONDONGCATUR), by=busy.manager[SLEMAN])
    with pytest.raises(PermissionDenied):
        services.save_answers(report=busy.report(SLEMAN), answers=NARRATIVE, by=busy.provincial)


@pytest.mark.rule("M-06")
def test_a_report_inside_a_sent_one_is_not_returned_behind_its_back(busy):
    busy.pass_on(CATURTUNGGAL)
    busy.send(SLEMAN)
    with pytest.raises(WrongState):
        services.return_report(
            report=busy.report(CATURTUNGGAL), note="Periksa lagi.", by=busy.manager[SLEMAN]
        )
    services.return_report(report=busy.report(SLEMAN), note="Ada desa yang salah.", by=busy.provincial)
    services.return_report(report=busy.report(CATURTUNGGAL), note="Periksa lagi.", by=busy.manager[SLEMAN])


@pytest.mark.rule("M-06")
def test_the_database_keeps_what_was_sent(busy):
    busy.send(CATURTUNGGAL)
    version = busy.report(CATURTUNGGAL).version
    figure = version.figures.get(key="received", item="")
    attempts = [
        lambda: Figure.objects.filter(pk=figure.pk).update(value=99),
        lambda: Figure.objects.filter(pk=figure.pk).delete(),
        lambda: Figure.objects.create(version=version, key="x", value=1),
        lambda: ReportVersion.objects.filter(pk=version.pk).update(answers={}),
        lambda: ReportVersion.objects.filter(pk=version.pk).update(sealed_at=None, digest=""),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert services.digest(version) == version.digest


def test_what_was_not_answered_is_named(busy):
    with pytest.raises(ValidationError) as refusal:
        services.send_report(report=busy.report(CATURTUNGGAL), by=busy.coordinator[CATURTUNGGAL])
    assert {"as_planned", "achievements", "plans"} == set(refusal.value.error_dict)
    assert busy.report(CATURTUNGGAL).status == "draft" and not busy.report(CATURTUNGGAL).first_sent_on
    with pytest.raises(ValidationError) as refusal:
        busy.write(CATURTUNGGAL, budget="100", spent="200")  # beyond the budget: said where it is typed
    assert "spent" in refusal.value.error_dict
    with pytest.raises(ValidationError) as refusal:
        busy.send(CATURTUNGGAL, budget="200", spent="100")  # neither is what the records say
    assert set(refusal.value.error_dict) == {"budget", "spent"}


def test_figures_that_changed_since_they_were_seen_are_not_sent(busy):
    version = services.save_answers(
        report=busy.report(CATURTUNGGAL), answers=NARRATIVE, by=busy.coordinator[CATURTUNGGAL]
    )
    seen = services.digest(version)
    busy.case(CATURTUNGGAL, "2026-09-12")
    with pytest.raises(services.ChangedSinceSeen):
        services.send_report(report=busy.report(CATURTUNGGAL), by=busy.coordinator[CATURTUNGGAL], seen=seen)
    seen = services.digest(services.build(busy.report(CATURTUNGGAL)))
    services.send_report(report=busy.report(CATURTUNGGAL), by=busy.coordinator[CATURTUNGGAL], seen=seen)


@pytest.mark.rule("M-04", "M-10")
def test_copies_are_recorded_for_the_ministry_and_the_region(busy):
    busy.send(SLEMAN)
    names = list(busy.report(SLEMAN).version.copies.values_list("recipient", flat=True))
    assert names[0] == "Bupati Sleman" and any(
        "Menteri Sosial" in name and "provinsi" in name for name in names
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        busy.report(SLEMAN).version.copies.all().delete()


def test_a_report_fits_its_tier(diy):
    for tier, region in (("slrt", DIY), ("puskesos", SLEMAN), ("nation", DIY), ("province", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuarterlyReport.objects.create(
                cycle=diy.cycle, tier=tier, region_id=region, due_on=diy.cycle.due_slrt, place_name="x"
            )


def test_the_neighbor_meets_nothing(busy):
    busy.send(CATURTUNGGAL)
    neighbor = officer("manager", BANTUL)
    assert not QuarterlyReport.objects.visible_to(neighbor).filter(region=CATURTUNGGAL).exists()
    assert (
        not QuarterlyReport.objects.visible_to(busy.coordinator[CATURTUNGGAL])
        .exclude(region=CATURTUNGGAL)
        .exists()
    )


# -- accepted, and in no sum ---------------------------------------------------------------------------------------------
@pytest.mark.rule("M-06")
def test_accepted_reports_outside_the_sums_are_explained_by_whoever_sends_without_them(busy, client):
    """Two villages accepted, their regency has not sent: the province may send in time (M-05), and says why without them."""
    busy.pass_on(CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO, BANTUL)
    busy.write(DIY)
    with pytest.raises(ValidationError) as refused:
        services.send_report(report=busy.report(DIY), by=busy.provincial)
    assert "Puskesos: 2" in str(refused.value.message_dict[OUTSIDE])
    assert busy.report(DIY).status == "draft"
    # Through the door: the page asks for it, an empty answer sends nothing, the words are sealed and shown above.
    client.force_login(busy.provincial)
    door = reverse("quarterly_quarterlyreport_modeladmin_send_province", args=[busy.report(DIY).pk])
    field = f"explanation-{OUTSIDE}"
    form = client.get(door).context["form"]
    sent = {"seen": form.initial["seen"], "checked": "on"}
    sent |= {name: "Benar." for name in form.fields if name.startswith("explanation-") and name != field}
    empty = client.post(door, sent)
    assert empty.status_code == 200 and field in empty.context["form"].errors
    assert client.post(door, sent | {field: "SLRT Sleman menunggu manajer baru."}).status_code == 302
    report = busy.report(DIY)
    assert report.version.explanations[OUTSIDE] == "SLRT Sleman menunggu manajer baru."
    client.force_login(busy.secretariat)
    page = client.get(reverse("quarterly_quarterlyreport_modeladmin_inspect", args=[report.pk]))
    assert "SLRT Sleman menunggu manajer baru." in page.content.decode() and page.context["left"]
    rows = list(report_rows(Presentation(report)))
    assert any("SLRT Sleman menunggu manajer baru." in row for row in rows)
    with override("id"):
        words = _context(report, None)["why_left"]
    assert words == "SLRT Sleman menunggu manajer baru."


@pytest.mark.rule("M-06")
def test_what_comes_after_the_tier_above_was_sent_is_named_and_taken_in_when_that_comes_back(busy, client):
    busy.pass_on(PANGGUNGHARJO, BANTUL)
    busy.send(DIY)
    assert outside_of(busy.report(DIY), busy.report(DIY).version) == {}
    busy.send(SLEMAN)
    client.force_login(busy.provincial)
    door = reverse("quarterly_quarterlyreport_modeladmin_accept_slrt", args=[busy.report(SLEMAN).pk])
    assert client.get(door).context["too_late"]
    busy.accept(SLEMAN)
    assert outside_of(busy.report(DIY), busy.report(DIY).version) == {"slrt": 1}
    # The nation takes the province as it is; at closing what is in no sum needs a word.
    busy.accept(DIY)
    with pytest.raises(ValidationError):
        busy.send(None)
    services.return_report(report=busy.report(DIY), note="Masukkan SLRT Sleman.", by=busy.secretariat)
    busy.pass_on(DIY)
    assert outside_of(busy.report(DIY), busy.report(DIY).version) == {}
    assert busy.report(DIY).version.coverage["tiers"]["slrt"] == [2, 2]
    busy.send(None)
    busy.pass_on(CATURTUNGGAL)  # after all
    with pytest.raises(ValidationError) as refused:
        closing.close_cycle(cycle=busy.cycle, by=busy.secretariat)
    assert "note" in refused.value.message_dict
    closing.close_cycle(cycle=busy.cycle, by=busy.secretariat, note="Puskesos Caturtunggal terlambat.")
    run_jobs()
    busy.cycle.refresh_from_db()
    assert busy.cycle.status == "closed"


def test_the_demo_tells_its_quarters_in_order(diy):
    """Opened, written, sent, accepted, closed: no step before the one it follows."""
    earlier = diy.quarter.previous().previous()
    demo._Quarter(earlier).load(closed=True)
    cycle = ReportingCycle.objects.get(quarter_code=str(earlier))
    steps = list(CYCLE_FLOW.log_of(cycle).order_by("id"))
    assert [step.move for step in steps] == ["start", "open", "close", "finish"]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert timezone.localdate(steps[0].at) == cycle.opens_on > earlier.end
    for report in cycle.reports.select_related("version"):
        days = [step.at for step in REPORT_FLOW.log_of(report).order_by("id")]
        assert days == sorted(days) and days[-1] <= steps[-1].at
        if report.version:
            version = report.version
            assert steps[0].at <= version.created_at <= version.filled_at <= version.sealed_at <= days[0]
