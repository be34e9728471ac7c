"""A short quarter in a browser: a village fills on a phone and sends, the manager returns it, it comes again, is accepted, and the nation closes.

An evaluation round the same way: prepared, filled by the province on a phone, reviewed by the centre, closed.
"""

import pytest
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.units.models import Unit
from reports.evaluation import services as evaluation
from reports.evaluation.example import SCHEME
from reports.evaluation.models import Evaluation, EvaluationRound
from reports.monitoring.reference import load as load_instruments
from reports.quarterly import services
from reports.quarterly.models import QuarterlyReport
from reports.quarterly.reference import load as load_copies
from tests.browser import DESKTOP, PHONE, Visitor
from tests.factories import UnitFactory, officer
from tests.quarterly.places import CATURTUNGGAL, DIY, LAST, LONG_AGO, SLEMAN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "rahasia-sekali-123"  # of every account that a factory makes
STEP = "/admin/quarterly/quarterlyreport/{}/{}/"


@pytest.fixture
def enter(chromium, live_server):
    """`enter(user)`: that officer at a browser of their own."""
    opened = []

    def open_for(user: User, viewport=DESKTOP) -> Visitor:
        one = Visitor(chromium, live_server.url, viewport)
        opened.append(one)
        return one.sign_in(user.username, PASSWORD)

    yield open_for
    for one in opened:
        one.close()


def run_jobs() -> None:
    for job in Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at"):
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.error


def fits(who: Visitor) -> None:
    assert who.page.evaluate("document.documentElement.scrollWidth") <= who.page.viewport_size["width"]
    assert not who.complaints and not who.foreign


class Quarter:
    def __init__(self):
        with transaction.atomic():
            load_instruments()
            load_copies()
        for code in (SLEMAN, CATURTUNGGAL):
            UnitFactory(kind=Unit.Kind.PUSKESOS if len(code) > 8 else Unit.Kind.SLRT, region_id=code)
        self.officers = {
            code: officer(role, code or "", valid_from=LONG_AGO)
            for code, role in (
                (CATURTUNGGAL, Role.PUSKESOS_COORDINATOR), (SLEMAN, Role.MANAGER),
                (DIY, Role.PROVINCIAL_COORDINATOR), (None, Role.NATIONAL_SECRETARIAT),
            )
        }  # fmt: skip
        self.cycle = services.open_cycle(quarter=LAST)

    def report(self, code) -> QuarterlyReport:
        return QuarterlyReport.objects.get(cycle=self.cycle, region=code)


def write(who: Visitor, report: QuarterlyReport, **words) -> None:
    who.go(STEP.format("write", report.pk))
    who.page.check("[name=as_planned][value=yes]", force=True)
    for name, text in {
        "achievements": "Seratus keluarga terlayani.",
        "plans": "Kunjungan ke padukuhan.",
        **words,
    }.items():
        who.page.fill(f"[name={name}]", text)
    who.submit()


def send(who: Visitor, report: QuarterlyReport) -> None:
    who.go(STEP.format(f"send_{report.tier}", report.pk))
    who.page.check("[name=checked]")
    who.submit()


@pytest.mark.rule("M-04", "M-06")
def test_a_short_quarter_in_a_browser(enter):
    quarter = Quarter()
    village = quarter.report(CATURTUNGGAL)
    coordinator = enter(quarter.officers[CATURTUNGGAL], PHONE)
    # Begun on the home page, where the report waits.
    coordinator.go("/admin/")
    assert "Laporan triwulan" in coordinator.text()
    coordinator.go(STEP.format("write", village.pk))
    assert not coordinator.page.is_visible("[name=why_not]")
    coordinator.page.check("[name=as_planned][value=partly]", force=True)
    assert coordinator.page.is_visible("[name=why_not]")  # asked by what was answered, while one writes
    write(coordinator, village)
    fits(coordinator)
    send(coordinator, village)
    fits(coordinator)
    assert quarter.report(CATURTUNGGAL).status == "sent" and "Terkirim" in coordinator.text()

    manager = enter(quarter.officers[SLEMAN])
    manager.go("/admin/laporan/papan/")
    assert "Puskesos" in manager.text()
    manager.go(STEP.format("return_puskesos", village.pk))
    manager.submit()
    assert quarter.report(CATURTUNGGAL).status == "sent"  # a return needs its reason
    manager.page.fill("[name=note]", "Lengkapi hambatan.")
    manager.submit()
    assert quarter.report(CATURTUNGGAL).status == "returned"

    coordinator.go(STEP.format("inspect", village.pk))
    assert "Lengkapi hambatan." in coordinator.text()
    write(coordinator, village, obstacles="Sinyal lemah di dua padukuhan.")
    send(coordinator, village)
    manager.go(STEP.format("accept_puskesos", village.pk))
    manager.submit()
    assert quarter.report(CATURTUNGGAL).status == "accepted"

    people = {SLEMAN: manager, DIY: enter(quarter.officers[DIY]), None: enter(quarter.officers[None])}
    above = {SLEMAN: DIY, DIY: None}
    for code, who in people.items():
        own = quarter.report(code)
        write(who, own)
        send(who, own)
        if code in above:
            people[above[code]].go(STEP.format(f"accept_{own.tier}", own.pk))
            people[above[code]].submit()
    secretariat = people[None]
    secretariat.go(f"/admin/quarterly/reportingcycle/close/{quarter.cycle.pk}/")
    secretariat.submit()
    run_jobs()
    secretariat.go(f"/admin/quarterly/reportingcycle/inspect/{quarter.cycle.pk}/")
    assert "DHIS2" in secretariat.text()
    assert {quarter.report(code).status for code in quarter.officers} == {"closed"}
    # Nothing can be written any more, and every screen stays quiet.
    coordinator.go(STEP.format("inspect", village.pk))
    assert "Kirim laporan" not in coordinator.text().split("Yang sudah dilakukan")[0]
    for who in (coordinator, *people.values()):
        fits(who)


@pytest.mark.rule("E-01", "E-03", "E-07")
def test_an_evaluation_round_in_a_browser(enter):
    with transaction.atomic():
        load_instruments()
    UnitFactory(region_id=SLEMAN)
    secretariat = officer(Role.NATIONAL_SECRETARIAT, "", valid_from=LONG_AGO)
    coordinator = officer(Role.PROVINCIAL_COORDINATOR, DIY, valid_from=LONG_AGO)
    year = timezone.localdate().year - 1  # a year that is over, whatever the day
    evaluation.set_scheme(year=year, definition=SCHEME, by=secretariat)
    centre, province = enter(secretariat), enter(coordinator, PHONE)
    centre.go("/admin/evaluation/evaluationround/create/")
    centre.page.fill("[name=year]", str(year))
    centre.page.fill("[name=purpose]", "Menilai penyelenggaraan")
    centre.page.locator("[name=method]").first.select_option("census")
    centre.submit()
    round_ = EvaluationRound.objects.get()
    centre.go(f"/admin/evaluation/evaluationround/start/{round_.pk}/")
    centre.submit()
    one = Evaluation.objects.get(round=round_)

    province.go(f"/admin/evaluation/evaluation/fill/{one.pk}/")
    for name in {
        radio.get_attribute("name") for radio in province.page.locator("main input[type=radio]").all()
    }:
        province.page.locator(f"main input[type=radio][name='{name}']").last.check(force=True)
    for box in province.page.locator("main input[type=checkbox]:not([name$=-clear])").all():
        box.check(force=True)
    for name, text in (("complaints_finished", "90"), ("innovations", "2"), ("positions_filled", "85"),
                       ("budget_per_year", "Rp 500.000.000"), ("contribution", "Keluarga lebih cepat terjangkau.")):  # fmt: skip
        province.page.fill(f"[name={name}]", text)
    province.submit()
    fits(province)
    # The questionnaire alone is not enough: qualitative methods go with it.
    province.go(f"/admin/evaluation/evaluation/send/{one.pk}/")
    province.submit()
    one.refresh_from_db()
    assert one.status == "open" and "wawancara" in province.text()
    province.go(f"/admin/evaluation/evaluation/note/{one.pk}/")
    province.page.locator("[name=method]").first.select_option("group")
    province.page.locator("[name=about]").first.select_option("process")
    province.page.fill("[name=held_on]", f"{year}-11-18")
    province.page.fill("[name=participants]", "Kader dan fasilitator")
    province.page.fill("[name=text]", "Alur rujukan sudah jelas.")
    province.submit()
    province.go(f"/admin/evaluation/evaluation/send/{one.pk}/")
    province.submit()
    one.refresh_from_db()
    assert one.status == "sent"

    centre.go(f"/admin/evaluation/evaluation/finalise/{one.pk}/")
    centre.submit()
    centre.go(f"/admin/evaluation/evaluationround/close/{round_.pk}/")
    centre.submit()
    one.refresh_from_db()
    round_.refresh_from_db()
    assert (one.status, round_.status) == ("final", "closed") and one.typology
    province.go(f"/admin/evaluation/evaluation/inspect/{one.pk}/")
    assert one.get_typology_display() in province.text() and "Alur rujukan sudah jelas." in province.text()
    for who in (centre, province):
        fits(who)
