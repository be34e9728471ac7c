"""The whole story on real regions: from the family at the counter to the nation's report, in a browser."""

import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from cases.casework.models import Case, Referral
from cases.casework.workflow import Outcome, Status
from cases.households.models import Enrolment, Household, Person
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.periods import Quarter
from portal.units.models import Unit
from reports.quarterly.models import QuarterlyReport
from reports.quarterly.services import open_cycle
from tests.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NIK = "3404074107900001"


@pytest.fixture
def country(offices):
    """The demo's offices, and one invented family in Caturtunggal without any case."""
    world = offices
    household = Household.objects.create(
        region_id="34.04.07.2001", family_card_number="3404070101100001", decile=2
    )
    Person.objects.create(
        household=household, name="Rahmawati Contoh", nik=NIK, sex="f", born_on="1990-07-01", is_head=True
    )
    # Only what the story needs reports: the quarter of today, and no other unit that could be late.
    Unit.objects.exclude(region_id__in=("34.04", "34.04.07.2001")).delete()
    open_cycle(quarter=Quarter.of(world.today))
    return world


def run_jobs():
    """What the worker does."""
    for job in Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at"):
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.error


def page_of(who, name, pk, base="keluhan"):
    who.go(f"/admin/{base}/{name}/{pk}/")
    return who.page


@pytest.mark.rule("H-02", "C-09", "C-10", "C-14", "C-17", "C-19", "C-20", "A-01", "A-02", "A-04", "M-04")
def test_the_whole_story(country, visitor):
    case = register(visitor)
    referral = review_and_refer(visitor, case)
    answer_and_tell(visitor, case, referral)
    look_up(visitor, case)
    report(visitor, case)
    neighbor_meets_nothing(visitor, case, referral)


def register(visitor) -> Case:
    """The front office finds the person by NIK, registers the need once, and prints the receipt."""
    clerk = visitor("fo.sleman")
    clerk.go("/admin/keluhan-baru/")
    clerk.page.fill("[name=number]", NIK[:15])
    clerk.page.keyboard.press("Enter")
    # The answer is put into the page: what is read waits for it.
    assert "16" in clerk.page.inner_text(".bo-error, .bo-field-error, [role=alert]"), (
        "NIK with 15 digits names its fault"
    )
    clerk.page.fill("[name=number]", NIK)
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    assert (
        "Rahmawati Contoh" in clerk.text() and NIK not in clerk.page.content() and NIK not in clerk.page.url
    )
    clerk.page.check("[name=kind][value=need]", force=True)
    options = clerk.page.eval_on_selector_all(
        "select[name=program] option", "all => all.map(o => o.textContent)"
    )
    clerk.page.select_option("[name=program]", label=next(text for text in options if "(PIS)" in text))
    clerk.page.fill("[name=description]", "Sering sakit dan belum punya kartu sehat.")
    button = clerk.page.locator("main form[method=post] button[type=submit]").last
    with clerk.page.expect_navigation():
        button.dblclick()
    clerk.page.wait_for_load_state()
    case = Case.objects.get()
    assert case.number in clerk.text()
    receipt = clerk.context.request.get(clerk.origin + reverse("casework:receipt_pdf", args=[case.pk]))
    text = PdfReader(io.BytesIO(receipt.body())).pages[0].extract_text()
    assert case.number in text and case.lookup_code in text and NIK not in text
    assert not clerk.complaints and not clerk.foreign
    return case


def review_and_refer(visitor, case) -> Referral:
    """The supervisor of the district reviews, the back office proposes, the manager approves."""
    supervisor = visitor("spv.depok")
    page_of(supervisor, "review", case.pk)
    supervisor.submit()
    back_office = visitor("bo.sleman")
    page_of(back_office, "propose", case.pk)
    back_office.submit()
    manager = visitor("mj.sleman")
    page_of(manager, "refer", case.pk)
    manager.submit()
    case.refresh_from_db()
    assert case.status == Status.REFERRED
    return case.referrals.get()


def answer_and_tell(visitor, case, referral) -> None:
    """The program approves with a reason, the family is told, and only the enrolment finishes the case."""
    desk = visitor("pp.pis.sleman")
    assert desk.page.goto(desk.origin + "/admin/keluhan/").status == 403
    page_of(desk, "approve", referral.pk, "rujukan")
    desk.page.fill("[name=reason], [name=note]", "Memenuhi syarat; kartu terbit bulan ini.")
    desk.submit()
    case.refresh_from_db()
    assert case.status == Status.ANSWERED
    clerk = visitor("fo.sleman")
    page = page_of(clerk, "inform", case.pk)
    page.locator("[name=method]").first.check(force=True)
    clerk.submit()
    case.refresh_from_db()
    assert case.status == Status.INFORMED
    page = page_of(clerk, "close", case.pk)
    clerk.submit()
    case.refresh_from_db()
    assert case.status == Status.INFORMED, "no enrolment, no end (C-10)"
    page = page_of(clerk, "enrol", case.pk)
    clerk.submit()
    case.refresh_from_db()
    if case.status != Status.CLOSED:
        page = page_of(clerk, "close", case.pk)
        clerk.submit()
        case.refresh_from_db()
    assert (case.status, case.outcome) == (Status.CLOSED, Outcome.ENROLLED)
    assert Enrolment.objects.filter(person=case.person, program=case.program).exists()


def look_up(visitor, case) -> None:
    """The citizen reads each step in public words, on a phone."""
    citizen = visitor(viewport=PHONE)
    citizen.go("/lacak/")
    form = citizen.page.locator("main form").first
    form.locator("input:not([type=hidden])").nth(0).fill(case.number)
    form.locator("input:not([type=hidden])").nth(1).fill(case.lookup_code)
    with citizen.page.expect_navigation():
        form.locator("button[type=submit]").click()
    said = citizen.text()
    assert "Selesai" in said
    assert "Rahmawati" not in said and NIK not in said
    width = citizen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"] and not citizen.complaints and not citizen.foreign


def report(visitor, case) -> None:
    """Puskesos, SLRT, province and nation send in turn; the case is counted in each, and each is a PDF."""
    quarter = Quarter.of(case.opened_at.date())
    for username, region, move in (
        ("puskesos.caturtunggal", "34.04.07.2001", "send_puskesos"),
        ("mj.sleman", "34.04", "send_slrt"),
        ("korprov.diy", "34", "send_province"),
        ("seknas", None, "send_nation"),
    ):
        own = QuarterlyReport.objects.get(cycle__quarter_code=str(quarter), region=region)
        author = visitor(username)
        for child in QuarterlyReport.objects.filter(cycle=own.cycle, parent=own, status="sent"):
            author.go(record_path("accept", child))
            author.submit()
        author.go(record_path("build", own, "build"))
        author.submit()
        run_jobs()
        author.go(record_path("write", own, "write"))
        fill_narrative(author.page)
        author.submit()
        author.go(record_path("send", own))
        author.page.check("[name=checked]")
        author.submit()
        run_jobs()
        own.refresh_from_db()
        assert own.status in ("sent", "accepted"), (move, own.status)
        document = author.context.request.get(author.origin + reverse("quarterly:pdf", args=[own.pk]))
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document.body())).pages)
        assert re.search(r"Triwulan", text)
        assert cases_received(own) == (0 if region == "34.04.07.2001" else 1), (username, text[:500])


def record_path(step: str, one: QuarterlyReport, move: str = "") -> str:
    return f"/admin/quarterly/quarterlyreport/{move or f'{step}_{one.tier}'}/{one.pk}/"


def fill_narrative(page) -> None:
    for select in page.locator("main form[method=post] select").all():
        if select.is_visible() and not select.input_value():
            select.select_option(index=1)
    names = {radio.get_attribute("name") for radio in page.locator("main input[type=radio]").all()}
    for name in names:
        page.locator(f"main input[type=radio][name='{name}']").first.check(force=True)
    for area in page.locator("main textarea").all():
        # A question that the answers so far do not ask is out of sight.
        if area.is_visible() and not area.input_value():
            area.fill("Sesuai rencana.")


def cases_received(one: QuarterlyReport) -> int:
    return int(one.versions.get(sealed_at__isnull=False).figures.get(key="received").value)


def neighbor_meets_nothing(visitor, case, referral) -> None:
    """A clerk of Bantul meets none of it, at any door."""
    stranger = visitor("fo.bantul")
    stranger.go("/admin/keluhan/?q=" + case.number)
    assert case.number not in stranger.page.inner_text("main table, main .bo-empty, main")
    for path in (
        f"/admin/keluhan/inspect/{case.pk}/", f"/admin/keluhan/history/{case.pk}/", f"/admin/keluhan/inform/{case.pk}/",
        f"/admin/rujukan/inspect/{referral.pk}/", reverse("casework:receipt_pdf", args=[case.pk]),
        reverse("casework:register_for", args=[case.person_id]),
    ):  # fmt: skip
        assert stranger.context.request.get(stranger.origin + path).status == 404, path
    stranger.go("/admin/keluhan-baru/")
    stranger.page.fill("[name=number]", NIK)
    stranger.page.keyboard.press("Enter")
    stranger.page.wait_for_selector("#hasil section")
    assert "Rahmawati" not in stranger.page.content()
