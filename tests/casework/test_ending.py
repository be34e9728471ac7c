"""How a case ends, is reopened, withdrawn or called back; who may appeal; what remains of it in figures."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.casework import services
from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW, REFERRAL_FLOW
from cases.households.models import Enrolment
from portal.ledger.workflow import WrongState
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN, DEPOK = "34.04", "34.04.07"


def user(role, region=SLEMAN, **more):
    return make.officer(role, region, **more)


def test_reopened_when_not_solved_and_an_appeal_against_a_refusal():
    case = make.case(answered="refuse", closed=True)
    front = user("front_office")
    services.say_whether_solved(case=case, solved=False, by=front)
    with pytest.raises(ValidationError):
        services.reopen_case(case=case, note="", by=front)
    services.reopen_case(case=case, note="Keberatan: syarat sudah terpenuhi.", by=front)
    case.refresh_from_db()
    assert (case.status, case.outcome, case.reopened, case.was_solved) == ("reviewed", "", 1, None)
    double = make.case()
    services.mark_double(
        case=make.case(of=double.person, description="sama"), of=double, by=user("supervisor", DEPOK)
    )
    with pytest.raises(WrongState):
        services.reopen_case(case=Case.objects.get(outcome="duplicate"), note="x", by=front)


def test_withdrawn_by_the_family_with_its_reason():
    case = make.case(reviewed=True)
    with pytest.raises(ValidationError):
        services.withdraw_case(case=case, note=" ", by=user("front_office"))
    services.withdraw_case(case=case, note="Pindah ke luar daerah.", by=user("front_office"))
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "withdrawn")


def test_called_back_referrals_are_the_desks_no_more():
    case = make.case(referred=True)
    services.recall_case(case=case, note="Salah alamat.", by=user("manager"))
    referral = case.referrals.get()
    assert referral.status == "withdrawn"
    with pytest.raises(WrongState):
        services.answer_referral(
            referral=referral, answer="approve", reason="Ya", by=user("program_desk", desk=referral.desk)
        )


def test_notes_never_carry_a_nik():
    case = make.case()
    services.review_case(case=case, note="NIK 3404075704850001 cocok", by=user("supervisor", DEPOK))
    step = CASE_FLOW.log_of(case).last()
    assert step.note == "" and "3404075704850001" not in CASE_FLOW.words_of(step)
    assert "cocok" in CASE_FLOW.words_of(step)


def test_an_enrolment_of_the_desk_is_one_row_and_dated_not_in_the_future():
    case = make.case(answered="approve", enrolled=True)
    assert Enrolment.objects.count() == 1
    with pytest.raises(ValidationError):
        services.record_enrolment_of_case(
            case=case,
            program=case.program,
            valid_from=timezone.localdate(),
            source="desk",
            by=user("front_office"),
        )


def test_handling_time_leaves_the_familys_own_pause_out():
    case = make.case(closed=True)
    opened = timezone.now() - dt.timedelta(days=20)
    Case.objects.filter(pk=case.pk).update(
        opened_at=opened, closed_at=opened + dt.timedelta(days=10), paused_for=dt.timedelta(days=4)
    )
    assert Case.objects.all().handling_time() == dt.timedelta(days=6)


def test_buttons_are_the_moves_that_work():
    case = make.case(proposed=True)
    assert set(CASE_FLOW.available(case, by=user("manager"))) == {"refer", "decline"}
    assert set(CASE_FLOW.available(case, by=user("front_office"))) == {"withdraw"}
    assert not CASE_FLOW.available(case, by=user("manager", "34.02"))
    referral = case.referrals.get()
    assert not REFERRAL_FLOW.available(referral, by=user("program_desk", desk=referral.desk))


def test_enrolment_and_closing_are_one_step_once_the_family_knows(client):
    case = make.case(answered="approve", informed=True)
    front = user("front_office")
    client.force_login(front, backend="portal.accounts.backends.RoleBackend")
    page = client.get(f"/admin/keluhan/enrol/{case.pk}/")
    assert page.context["form"]["close"].value() is True
    fields = {"program": case.program_id, "valid_from": timezone.localdate().isoformat(), "source": "desk"}
    client.post(f"/admin/keluhan/enrol/{case.pk}/", fields | {"close": "on"})
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "enrolled")


@pytest.mark.rule("C-10", "C-20")
def test_before_the_family_knows_the_enrolment_alone_closes_nothing(client):
    case = make.case(answered="approve")
    client.force_login(user("front_office"), backend="portal.accounts.backends.RoleBackend")
    assert "close" not in client.get(f"/admin/keluhan/enrol/{case.pk}/").context["form"].fields
    with pytest.raises(WrongState):
        services.record_enrolment_of_case(
            case=case, program=case.program, valid_from=timezone.localdate(), source="desk", by=user("front_office"), close=True
        )  # fmt: skip
    case.refresh_from_db()
    assert case.status == "answered" and not Enrolment.objects.exists()


# -- the family's own word ------------------------------------------------------------------------------------------------
@pytest.mark.rule("P-14")
def test_the_family_appeals_by_number_and_code_and_the_back_office_has_it_again(client):
    case = make.case(answered="refuse", closed=True)
    said = {"nomor": case.number, "kode": case.lookup_code}
    page = client.post("/lacak/", said).content.decode()
    assert "/lacak/tanggapan/" in page
    address = reverse("public_site:tracking_response")
    assert client.get(address).status_code == 405
    page = client.post(address, said | {"selesai": "tidak", "kata": "Syaratnya sudah saya penuhi."})
    case.refresh_from_db()
    assert (case.status, case.outcome, case.reopened) == ("reviewed", "", 1)
    step = CASE_FLOW.log_of(case).last()
    assert (step.move, step.by, step.note) == ("appeal", None, "")
    assert CASE_FLOW.words_of(step) == "Syaratnya sudah saya penuhi."
    assert page["Cache-Control"].count("no-store") and "Syaratnya" not in page.content.decode()


@pytest.mark.rule("P-14")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kode": "AAAA-AAAA"}, "closed"),
        ({"kata": " "}, "closed"),
        ({"selesai": ""}, "closed"),
        ({"nomor": "99999/REG/34.04/I/2020"}, "closed"),
    ],
)
def test_a_wrong_pair_or_no_word_reopens_nothing(client, change, expected):
    case = make.case(answered="refuse", closed=True)
    said = {"nomor": case.number, "kode": case.lookup_code, "selesai": "tidak", "kata": "Belum."}
    assert client.post(reverse("public_site:tracking_response"), said | change).status_code == 200
    case.refresh_from_db()
    assert case.status == expected and case.reopened == 0


@pytest.mark.rule("P-14")
def test_finished_and_solved_are_two_facts_and_late_appeals_go_through_the_office(client):
    case = make.case(closed=True)
    said = {"nomor": case.number, "kode": case.lookup_code}
    client.post(reverse("public_site:tracking_response"), said | {"selesai": "ya"})
    case.refresh_from_db()
    assert case.status == "closed" and case.was_solved is True
    past = timezone.now() - dt.timedelta(days=400)
    Case.objects.filter(pk=case.pk).update(opened_at=past, closed_at=past)
    client.post(reverse("public_site:tracking_response"), said | {"selesai": "tidak", "kata": "Belum."})
    case.refresh_from_db()
    assert case.status == "closed"
    with pytest.raises(ValidationError):
        services.appeal(case=case, words="Belum.")


def test_an_open_case_and_a_question_cannot_be_appealed():
    running = make.case()
    with pytest.raises(WrongState):
        services.appeal(case=running, words="Cepat!")
    assert not services.may_appeal(running)
