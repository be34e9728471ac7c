"""A visitor at the counter, from the door to the answer; what may be brought, and what the area offers (C-02, C-24, C-26)."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases.casework import services
from cases.casework.forms import RegisterForm
from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW
from cases.households.models import Visit
from tests.casework import records as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_user(client):
    def sign_in(role, region="34.04", **more):
        client.force_login(make.officer(role, region, **more), backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


# -- C-02 ------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-01", "C-02")
@pytest.mark.parametrize("kind", ["question", "suggestion", "grievance"])
def test_a_participation_complaint_is_one_of_three_kinds(kind):
    case = make.case(kind=kind)
    assert case.kind == kind
    # None of the three ends by enrolment: that is the need's own way.
    with pytest.raises(ValidationError):
        services.record_enrolment_of_case(
            case=case, program=make.program(), valid_from=case.opened_at.date(), source="desk", by=case.registered_by
        )  # fmt: skip


@pytest.mark.rule("C-01", "C-02")
@pytest.mark.parametrize("kind", ["complaint", "pengaduan", "", "QUESTION"])
def test_and_no_other(kind):
    make.unit("34.04")
    siti = make.person()
    with pytest.raises(ValidationError) as problem:
        services.register_case(
            kind=kind, description="x", household=siti.household, person=siti, program=make.program(),
            by=make.officer("front_office", "34.04"),
        )  # fmt: skip
    assert "kind" in problem.value.error_dict and not Case.objects.exists()
    form = RegisterForm(for_user=make.officer("front_office", "34.04"), person=siti)
    assert {value for value, _label in form.fields["kind"].choices} == {
        "question", "suggestion", "grievance", "need",
    }  # fmt: skip


# -- C-24 ------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-24", "C-15", "C-16", "C-20")
@pytest.mark.parametrize("passed_on", [False, True])
def test_a_visitor_is_taken_in_checked_registered_answered_or_passed_on_and_told(as_user, passed_on):
    make.unit("34.04")
    siti, program = make.person(name="Siti Rahayu"), make.program()
    desk = make.desk(program)
    # Taken in: found by NIK, the status in the register stands on the page.
    front = as_user("front_office")
    found = front.post(reverse("casework:register"), {"number": siti.nik})
    page = front.get(found.url)
    assert "Siti Rahayu" in page.content.decode() and "bo-badge--done" in page.content.decode()
    # Registered, with the receipt's number, and counted as a visitor.
    fields = {
        "client_id": page.context["form"]["client_id"].value(), "kind": "grievance", "concern": "time", "program": program.pk,
        "description": "Bantuan belum datang.",
    }  # fmt: skip
    receipt = front.post(found.url, fields, follow=True)
    case = Case.objects.get()
    assert case.number in receipt.content.decode() and Visit.objects.filter(place="counter").count() == 1
    assert front.get(f"/admin/keluhan/answer/{case.pk}/").status_code == 403, (
        "the front office answers no grievance"
    )
    # Passed to the service section: it waits there, and is answered or passed on.
    back = as_user("back_office")
    assert re.search(r"status=registered&(amp;)?kind=grievance", back.get("/admin/").content.decode())
    if passed_on:
        back.post(f"/admin/keluhan/propose/{case.pk}/", {"to": [f"{desk.pk}:{program.pk}"]})
        as_user("manager").post(f"/admin/keluhan/refer/{case.pk}/", {})
        referral = case.referrals.get()
        as_user("provincial_coordinator", "34").post(f"/admin/rujukan/pass_up/{referral.pk}/", {})
        as_user("program_desk", "34.04", desk=desk).post(
            f"/admin/rujukan/approve/{referral.pk}/", {"reason": "Dibayar minggu ini."}
        )
    else:
        back.post(f"/admin/keluhan/answer/{case.pk}/", {"answer": "Dibayar minggu ini."})
    # The person is told, and it is recorded.
    page = as_user("front_office").get(f"/admin/keluhan/inform/{case.pk}/")
    told = {"method": "counter", "told_at": page.context["form"]["told_at"].value(), "close": "on"}
    told["told_at"] = told["told_at"].strftime("%Y-%m-%dT%H:%M")
    front.post(f"/admin/keluhan/inform/{case.pk}/", told)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "answered") and case.feedback.get().method == "counter"
    moves = [step.move for step in CASE_FLOW.log_of(case)]
    way = ["propose", "refer", "program_answers"] if passed_on else ["answer"]
    assert moves == ["start", *way, "inform", "close"]


@pytest.mark.rule("C-24")
def test_each_section_does_its_own_part_alone(as_user):
    case = make.case(kind="grievance")
    assert as_user("back_office").get(reverse("casework:register")).status_code == 403
    with pytest.raises(PermissionDenied):
        services.answer_case(case=case, answer="Ya", by=make.officer("front_office", "34.04"))
    with pytest.raises(PermissionDenied):
        services.tell_family(case=case, method="phone", by=make.officer("back_office", "34.04"))


# -- C-26 ------------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-26")
def test_a_local_service_is_offered_to_the_families_of_its_own_area(as_user):
    local = make.program("ngantar-paimah", "regency", region="34.04")
    village = make.program("kas-desa", "village", region=make.CATURTUNGGAL)
    here, next_village, next_regency = (
        make.person(),
        make.person(village=make.SINDUADI),
        make.person(village=make.PANGGUNGHARJO),
    )
    for siti, offered in ((here, {local, village}), (next_village, {local}), (next_regency, set())):
        regency = siti.household.region_id[:5]
        make.unit(regency)
        front = as_user("front_office", regency)
        page = front.get(reverse("casework:register_for", args=[siti.pk]))
        choices = page.context["form"].fields["program"].queryset
        assert set(choices) & {local, village} == offered
        sent = {
            "client_id": page.context["form"]["client_id"].value(), "kind": "need", "program": village.pk, "description": "Antar",
        }  # fmt: skip
        answer = front.post(reverse("casework:register_for", args=[siti.pk]), sent)
        assert answer.status_code == (302 if village in offered else 200)
    assert Case.objects.get().program == village


@pytest.mark.rule("C-26")
def test_the_service_itself_refuses_a_service_of_elsewhere_and_the_case_goes_its_own_way():
    local = make.program("ngantar-paimah", "regency", region="34.04")
    with pytest.raises(ValidationError) as problem:
        make.case(about=local, village=make.PANGGUNGHARJO)
    assert "program" in problem.value.error_dict and not Case.objects.exists()
    case = make.case(about=local, answered="approve", enrolled=True, closed=True)
    assert case.outcome == "enrolled"


# -- the list ----------------------------------------------------------------------------------------------------------
def test_an_unknown_region_in_the_address_is_said_and_shows_nothing_of_elsewhere(as_user):
    make.case()
    page = as_user("front_office").get("/admin/keluhan/?region=99.99")
    assert page.status_code == 200 and page.context["filterset"].form.errors["region"]
    foreign = make.case(village=make.PANGGUNGHARJO)
    page = as_user("front_office").get("/admin/keluhan/?region=34.02")
    assert page.context["filterset"].form.errors["region"] and foreign.number not in page.content.decode()
