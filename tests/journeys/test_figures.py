"""Figures 3 and 4 of the guideline in a browser: intake in the village and at the counters, both branches, all roles."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW
from cases.households.models import Household, Person, UpdateProposal
from tests.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VILLAGE = "34.04.07.2001"
NIK, LATE_NIK = "3404074107900001", "3404075203800002"


@pytest.fixture
def family(offices):
    """One invented family that the register knows."""
    household = Household.objects.create(
        region_id=VILLAGE, family_card_number="3404070101100001", decile=2, register_id="K-1"
    )
    return Person.objects.create(
        household=household, name="Rahmawati Contoh", nik=NIK, sex="f", born_on="1990-07-01", is_head=True
    )


def step(who, move, pk, fields=None, base="keluhan"):
    """Open one step of a record, fill it in, confirm it."""
    who.go(f"/admin/{base}/{move}/{pk}/")
    fill(who.page, fields or {})
    who.submit()
    assert not who.page.locator(".bo-error").count(), who.text()


def fill(page, fields):
    for name, value in fields.items():
        field = page.locator(f"main [name='{name}']").first
        kind = field.evaluate("field => field.type || field.tagName")
        if kind == "radio":
            page.check(f"main [name='{name}'][value='{value}']", force=True)
        elif kind == "checkbox":
            page.set_checked(f"main [name='{name}']", bool(value), force=True)
        elif kind == "select-one":
            choose(page, name, value)
        else:
            field.fill(value)


def choose(page, name, words):
    options = page.eval_on_selector_all(
        f"main [name='{name}'] option", "all => all.map(one => [one.value, one.textContent])"
    )
    page.select_option(f"main [name='{name}']", value=next(value for value, text in options if words in text))


def choose_village(page):
    """The picker's selects, down to the village; who works in one village alone is not asked."""
    if not page.locator("main select[name='village_3']").count():
        return
    for level, code in ((3, VILLAGE[:8]), (4, VILLAGE)):
        select = page.locator(f"main select[name='village_{level}']")
        select.wait_for(state="attached")
        if select.input_value() != code:
            with page.expect_response(lambda answer: "wilayah" in answer.url or "region" in answer.url):
                select.select_option(code)


def not_found_and_recorded(who, name, born, nik=""):
    """The first branch: nobody of that number or name, so the profile is recorded for verification (H-03)."""
    who.go("/admin/keluhan-baru/")
    page = who.page
    if nik:
        page.fill("[name=number]", nik)
        page.keyboard.press("Enter")
    else:
        page.locator("details.ci-byname summary").click()
        page.fill("[name=name]", name)
        choose_village(page)
        page.locator("details.ci-byname button[type=submit]").click()
    page.locator("#hasil form[action*='warga'] button").last.click()
    page.wait_for_url("**/keluhan-baru/warga/")
    fill(page, {"name": name, "sex": "m", "born_on": born})
    choose_village(page)
    who.submit()
    page.wait_for_url("**/keluhan-baru/untuk/**")
    assert name in who.text()


def found(who, nik):
    who.go("/admin/keluhan-baru/")
    who.page.fill("[name=number]", nik)
    with who.page.expect_navigation():
        who.page.keyboard.press("Enter")


def register(who, **fields) -> Case:
    """The matter in a few fields, registered with the keyboard; the receipt's page names number and code."""
    page = who.page
    fill(page, fields)
    page.locator("[name=description]").press("Control+Enter")
    page.wait_for_url("**/resi/**")
    case = Case.objects.order_by("-pk").first()
    assert case.number in who.text() and case.lookup_code in who.text()
    return case


def state(case) -> tuple[str, str]:
    case.refresh_from_db()
    return case.status, case.outcome


@pytest.mark.rule("C-11", "C-09", "C-14", "C-19", "C-20", "H-03", "H-06", "A-05", "P-14")
def test_figure_3_a_facilitator_in_the_village(family, visitor):
    """Not in the register: profile for verification. In it: mapped, to the supervisor, to the manager, to the program."""
    facilitator = visitor("fs.caturtunggal", viewport=PHONE)
    supervisor, manager = visitor("spv.depok"), visitor("mj.sleman")
    # Not in the register.
    not_found_and_recorded(facilitator, "Sukirman Contoh", "1980-03-12", LATE_NIK)
    asked = register(
        facilitator, kind="question", description="Apakah saya terdaftar?", answer="Sedang diusulkan."
    )
    assert state(asked) == ("closed", "answered")
    proposal = UpdateProposal.objects.get()
    step(supervisor, "review", proposal.pk, base="usulan-pemutakhiran")
    manager.go(reverse("households:forward"))
    with manager.page.expect_download():
        manager.page.locator("main form button[type=submit]").first.click()
    proposal.refresh_from_db()
    assert proposal.status == "forwarded"
    # In the register: a need, reviewed by the supervisor and passed to the manager, who refers it.
    found(facilitator, NIK)
    assert "Rahmawati Contoh" in facilitator.text()
    case = register(facilitator, kind="need", program="(PIS)", description="Belum punya kartu sehat.")
    assert case.channel == "facilitator" and case.visit_id is None
    step(supervisor, "review", case.pk)
    manager.go(f"/admin/keluhan/refer/{case.pk}/")
    manager.page.locator("main [name=to]").first.check(force=True)
    manager.submit()
    desk = visitor("pp.pis.sleman")
    step(
        desk, "refuse", case.referrals.get().pk, {"reason_code": "quota", "reason": "Kuota habis."}, "rujukan"
    )
    assert state(case) == ("answered", "")
    # The facilitator tells the family, on the phone, and closes with it; the family reads the same, and appeals.
    step(facilitator, "inform", case.pk, {"method": "visit", "close": True})
    assert state(case) == ("closed", "refused")
    citizen = visitor(viewport=PHONE)
    citizen.go("/lacak/")
    form = citizen.page.locator("main form").first
    form.locator("[name=nomor]").fill(case.number)
    form.locator("[name=kode]").fill(case.lookup_code)
    with citizen.page.expect_navigation():
        form.locator("button[type=submit]").click()
    assert "Ditolak" in citizen.text() and "Rahmawati" not in citizen.text()
    citizen.page.fill("#kata", "Kartu tetangga sudah terbit.")
    with citizen.page.expect_navigation():
        citizen.page.locator("form:has(#kata) button").click()
    assert state(case) == ("reviewed", "")
    for who in (facilitator, citizen):
        assert who.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for who in (facilitator, supervisor, manager, desk, citizen):
        assert not who.complaints and not who.foreign, who.complaints


@pytest.mark.rule("C-12", "C-15", "C-16", "C-18", "C-10", "C-17", "C-20", "H-04")
def test_figure_4_at_the_counters_of_slrt_and_puskesos(family, visitor):
    """The same two branches at the front office: without NIK with its letter and pause, and in the register."""
    front, back = visitor("fo.sleman"), visitor("bo.sleman")
    # Not in the register and without NIK: letter of recommendation, the case waits, and goes on with the NIK.
    not_found_and_recorded(front, "Sukirman Contoh", "1980-03-12")
    case = register(front, kind="need", program="(PIS)", description="Butuh kartu sehat.")
    assert state(case) == ("paused", "")
    person = case.person
    letter = front.page.locator("a[href*='rekomendasi']").get_attribute("href")
    assert front.context.request.get(front.origin + letter).body().startswith(b"%PDF")
    front.go(reverse("households:record_nik", args=[person.household_id, person.pk]))
    fill(front.page, {"nik": LATE_NIK})
    front.submit()
    step(front, "resume", case.pk)
    step(visitor("spv.depok"), "review", case.pk)
    back.go(f"/admin/keluhan/propose/{case.pk}/")
    back.submit()
    step(visitor("mj.sleman"), "refer", case.pk)
    step(
        visitor("pp.pis.sleman"),
        "approve",
        case.referrals.get().pk,
        {"reason": "Memenuhi syarat.", "enrolled_from": timezone.localdate().isoformat()},
        "rujukan",
    )
    # Told and closed in one step: the enrolment is the proof.
    step(front, "inform", case.pk, {"method": "phone"})
    assert state(case) == ("closed", "enrolled")
    # In the register, at the counter of the Puskesos: settled there.
    counter, service = visitor("fop.caturtunggal"), visitor("bop.caturtunggal")
    found(counter, NIK)
    complaint = register(
        counter, kind="grievance", concern="Waktu", program="(PKH)", description="Terlambat."
    )
    assert complaint.channel == "puskesos" and complaint.unit.kind == "puskesos"
    step(service, "answer", complaint.pk, {"answer": "Cair minggu depan; jadwal ditempel di balai desa."})
    step(counter, "inform", complaint.pk, {"method": "counter", "close": True})
    assert state(complaint) == ("closed", "answered")
    assert [row.move for row in CASE_FLOW.log_of(complaint)] == ["start", "answer", "inform", "close"]
    # What the Puskesos recorded the SLRT sees at once (C-13), the neighbour never.
    front.go(f"/admin/keluhan/inspect/{complaint.pk}/")
    assert complaint.number in front.text()
    stranger = visitor("fo.bantul")
    for row in (case, complaint):
        answer = stranger.context.request.get(f"{stranger.origin}/admin/keluhan/inspect/{row.pk}/")
        assert answer.status == 404
    for who in (front, back, counter, service):
        assert not who.complaints and not who.foreign, who.complaints
