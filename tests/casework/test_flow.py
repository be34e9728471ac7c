"""From review to answer to end: who decides at which stage, and what may end how."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.casework import services
from cases.casework.forms import ReferForm
from cases.casework.models import Case, Referral
from cases.casework.workflow import CASE_FLOW
from portal.ledger.workflow import WrongState
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN, DEPOK = "34.04", "34.04.07"


def user(role, region=SLEMAN, **more):
    return make.officer(role, region, **more)


def moves(case):
    return [row.move for row in CASE_FLOW.log_of(case)]


@pytest.mark.rule("C-09")
@pytest.mark.rule("C-10")
@pytest.mark.rule("C-17")
@pytest.mark.rule("C-19")
@pytest.mark.rule("C-20")
@pytest.mark.rule("C-25")
def test_a_need_from_the_counter_to_enrolment():
    case = make.case(closed=True)
    assert moves(case) == ["start", "review", "propose", "refer", "program_answers", "inform", "close"]
    assert (case.status, case.outcome, case.public_status) == ("closed", "enrolled", "finished")
    assert case.enrolment.program == case.program and case.enrolment.source == "desk"
    assert case.feedback.get().method == "phone"
    roles = {row.move: row.by_role for row in CASE_FLOW.log_of(case)}
    assert (roles["review"], roles["propose"], roles["refer"]) == ("supervisor", "back_office", "manager")


@pytest.mark.rule("C-10")
def test_a_need_approved_but_not_enrolled_stays_open():
    case = make.case(answered="approve", informed=True)
    front = user("front_office")
    with pytest.raises(ValidationError, match="enrolled|peserta"):
        services.close_case(case=case, by=front)
    case.refresh_from_db()
    assert case.status == "informed"
    services.record_enrolment_of_case(
        case=case, program=case.program, valid_from=timezone.localdate(), source="reported", by=front
    )
    services.close_case(case=case, by=front)
    case.refresh_from_db()
    assert case.outcome == "enrolled"


@pytest.mark.rule("C-10")
def test_an_alternative_program_finishes_a_need():
    case = make.case(answered="refuse", informed=True)
    front = user("front_office")
    other = make.program("rutilahu", "regency", sector="perumahan", region=SLEMAN)
    services.record_enrolment_of_case(
        case=case, program=other, valid_from=timezone.localdate(), source="reported", by=front
    )
    services.close_case(case=case, by=front)
    case.refresh_from_db()
    assert case.outcome == "alternative" and case.public_status == "finished"


@pytest.mark.rule("C-10")
def test_no_other_participation_finishes_a_need():
    """Not another program of the centre, not one of a foundation, not one that began before the need."""
    case = make.case(answered="refuse", informed=True)
    front, today = user("front_office"), timezone.localdate()
    lpg = make.program("lpg", "centre", sector="energi")
    zakat = make.program("zakat", "non_government", sector="sosial")
    regional = make.program("rutilahu", "regency", sector="perumahan", region=SLEMAN)
    month = timezone.localtime(case.opened_at).date().replace(day=1)
    for program, day, field in (
        (lpg, today, "program"),
        (zakat, today, "program"),
        (regional, month - dt.timedelta(days=1), "valid_from"),
        (case.program, dt.date(1990, 1, 1), "valid_from"),
        (regional, today + dt.timedelta(days=1), "valid_from"),
    ):
        with pytest.raises(ValidationError) as problem:
            services.record_enrolment_of_case(
                case=case, program=program, valid_from=day, source="reported", by=front, close=True
            )
        assert field in problem.value.error_dict, (program, day)
    case.refresh_from_db()
    assert (case.status, case.enrolment) == ("informed", None)
    assert services.record_enrolment_of_case(
        case=case, program=regional, valid_from=month, source="reported", by=front, close=True
    )
    case.refresh_from_db()
    assert case.outcome == "alternative"
    # The desk itself cannot say so either.
    other = make.case(referred=True).referrals.get()
    with pytest.raises(ValidationError) as problem:
        services.answer_referral(
            referral=other, answer="approve", reason="Sudah.", enrolled_from=month - dt.timedelta(days=1),
            by=make.officer("program_desk", SLEMAN, desk=other.desk),
        )  # fmt: skip
    assert "enrolled_from" in problem.value.error_dict


@pytest.mark.rule("C-10")
def test_refused_by_every_program_a_need_ends_as_refused_not_as_finished():
    case = make.case(answered="refuse", closed=True)
    assert (case.outcome, case.public_status) == ("refused", "refused")


@pytest.mark.rule("C-10")
@pytest.mark.parametrize("outcome", ["enrolled", "alternative", "answered", "discussed"])
def test_the_database_itself_refuses_a_need_finished_without_enrolment(outcome):
    case = make.case(answered="approve", informed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status="closed", outcome=outcome, closed_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=timezone.now())


@pytest.mark.rule("C-10")
def test_after_a_refusal_another_program_may_be_asked():
    case = make.case(answered="refuse", informed=True)
    other = make.program("sembako-daerah", "regency", sector="pangan", region=SLEMAN)
    services.propose_referral(case=case, to=[(make.desk(other), other)], by=user("back_office"))
    services.refer_case(case=case, by=user("manager"))
    case.refresh_from_db()
    assert case.status == "referred"
    with pytest.raises(WrongState):
        services.close_case(case=case, by=user("front_office"))


@pytest.mark.rule("C-09")
def test_a_need_goes_through_the_supervisor_and_not_past_her():
    case = make.case()
    with pytest.raises(WrongState):
        services.propose_referral(case=case, to=[(make.desk(), make.program())], by=user("back_office"))
    with pytest.raises(WrongState):
        services.refer_case(case=case, by=user("manager"), to=[(make.desk(), make.program())])
    services.review_case(case=case, by=user("supervisor", DEPOK))
    services.refer_case(case=case, by=user("manager"), to=[(make.desk(), make.program())])


@pytest.mark.rule("C-11")
@pytest.mark.rule("C-15")
def test_a_grievance_from_a_facilitator_is_reviewed_one_from_the_counter_goes_to_the_back_office():
    by_phone = make.case(kind="grievance", by=user("facilitator", make.CATURTUNGGAL))
    at_counter = make.case(kind="grievance")
    back = user("back_office")
    with pytest.raises(WrongState):
        services.answer_case(case=by_phone, answer="Sudah dijelaskan.", by=back)
    services.answer_case(case=at_counter, answer="Sudah dijelaskan.", by=back)
    services.review_case(case=by_phone, by=user("supervisor", DEPOK))
    services.answer_case(case=by_phone, answer="Sudah dijelaskan.", by=back)


@pytest.mark.rule("C-16")
@pytest.mark.rule("C-18")
def test_the_puskesos_settles_what_it_can():
    make.unit(make.CATURTUNGGAL)
    case = make.case(kind="grievance", by=user("puskesos_front_office", make.CATURTUNGGAL))
    assert (case.channel, case.unit.kind) == ("puskesos", "puskesos")
    services.answer_case(
        case=case, answer="Kartu diganti.", by=user("puskesos_back_office", make.CATURTUNGGAL)
    )
    services.tell_family(
        case=case, method="counter", by=user("puskesos_front_office", make.CATURTUNGGAL), close=True
    )
    case.refresh_from_db()
    assert case.outcome == "answered"


@pytest.mark.rule("C-18")
def test_the_puskesos_refers_within_its_village_and_elsewhere_through_the_slrt():
    make.unit(make.CATURTUNGGAL)
    coordinator = user("puskesos_coordinator", make.CATURTUNGGAL)
    blt = make.program("blt-desa", "village", sector="sosial", region=make.CATURTUNGGAL)
    case = make.case(about=blt, reviewed=True)
    with pytest.raises(ValidationError):
        services.refer_in_village(case=case, to=[(make.desk(), make.program())], by=coordinator)
    with pytest.raises(PermissionDenied):
        services.refer_case(case=case, to=[(make.desk(), make.program())], by=coordinator)
    [referral] = services.refer_in_village(
        case=case, to=[(make.desk(blt, make.CATURTUNGGAL), blt)], by=coordinator
    )
    referral.refresh_from_db()
    assert referral.status == "waiting"


@pytest.mark.rule("C-22")
def test_the_supervisor_reviews_the_own_district_only_and_may_send_back():
    case = make.case()
    with pytest.raises(Case.DoesNotExist):
        services.review_case(case=case, by=user("supervisor", "34.04.06"))
    supervisor = user("supervisor", DEPOK)
    with pytest.raises(ValidationError):
        services.send_back(case=case, note="", by=supervisor)
    services.send_back(case=case, note="Foto KK belum jelas.", by=supervisor)
    services.resubmit_case(case=case, note="KK diperiksa ulang.", by=user("front_office"))
    case.refresh_from_db()
    assert case.status == "registered"


@pytest.mark.rule("C-17")
def test_the_back_office_proposes_and_only_the_manager_approves():
    case = make.case(proposed=True)
    for role in ("back_office", "front_office"):
        with pytest.raises(PermissionDenied):
            services.refer_case(case=case, by=user(role))
    assert Referral.objects.get().status == "proposed"
    services.decline_proposal(case=case, note="Lengkapi surat sekolah.", by=user("manager"))
    case.refresh_from_db()
    assert case.status == "reviewed" and Referral.objects.get().status == "withdrawn"


@pytest.mark.rule("A-04")
def test_a_desk_sees_what_was_sent_to_it_and_no_other_case():
    pis, pip = make.program(), make.program("pip", sector="pendidikan")
    mine, other = user("program_desk", desk=make.desk(pis)), user("program_desk", desk=make.desk(pip))
    case = make.case(proposed=True, about=pis)
    assert not Referral.objects.visible_to(mine).exists()
    services.refer_case(case=case, by=user("manager"))
    assert Referral.objects.visible_to(mine).count() == 1
    assert not Referral.objects.visible_to(other).exists()
    assert not Case.objects.visible_to(mine).exists()
    with pytest.raises(Referral.DoesNotExist):
        services.answer_referral(referral=case.referrals.get(), answer="approve", reason="Ya", by=other)


@pytest.mark.rule("C-19")
def test_every_answer_has_a_reason_and_a_refusal_a_listed_one():
    case = make.case(referred=True)
    referral = case.referrals.get()
    pp = user("program_desk", desk=referral.desk)
    for fields, wrong in (
        ({"answer": "approve", "reason": ""}, "reason"),
        ({"answer": "refuse", "reason": "Kuota habis"}, "reason_code"),
        ({"answer": "study", "reason": "Perlu survei"}, "study_until"),
        ({"answer": "vanish", "reason": "x"}, "answer"),
    ):
        with pytest.raises(ValidationError) as problem:
            services.answer_referral(referral=referral, by=pp, **fields)
        assert wrong in problem.value.error_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status="refused")


@pytest.mark.rule("C-19")
def test_studied_further_keeps_the_case_with_the_program_until_the_day():
    case = make.case(answered="study")
    referral = case.referrals.get()
    assert (case.status, referral.status) == ("referred", "studied")
    assert referral.due_at.date() == referral.study_until
    services.answer_referral(
        referral=referral, answer="approve", reason="Memenuhi.", by=user("program_desk", desk=referral.desk)
    )
    case.refresh_from_db()
    assert case.status == "answered"


@pytest.mark.rule("C-17")
def test_side_by_side_each_referral_has_its_own_answer_and_the_case_waits_for_the_last():
    pis, pip = make.program(), make.program("pip", sector="pendidikan")
    case = make.case(reviewed=True)
    services.propose_referral(
        case=case, to=[(make.desk(pis), pis), (make.desk(pip), pip)], by=user("back_office")
    )
    services.refer_case(case=case, by=user("manager"))
    first, second = case.referrals.order_by("pk")
    services.answer_referral(
        referral=first,
        answer="refuse",
        reason_code="quota",
        reason="Habis",
        by=user("program_desk", desk=first.desk),
    )
    case.refresh_from_db()
    assert case.status == "referred"
    services.answer_referral(
        referral=second, answer="approve", reason="Baik", by=user("program_desk", desk=second.desk)
    )
    case.refresh_from_db()
    assert case.status == "answered"


@pytest.mark.rule("C-06")
def test_a_grievance_about_a_central_program_climbs_in_tiers_a_need_does_not():
    case = make.case(kind="grievance", reviewed=True)
    services.refer_case(case=case, to=[(make.desk(region=""), make.program())], by=user("manager"))
    referral = case.referrals.get()
    assert referral.status == "in_province"
    centre = user("program_desk", "", desk=referral.desk)
    assert not Referral.objects.visible_to(centre).exists()
    with pytest.raises(Referral.DoesNotExist):
        services.pass_up(referral=referral, by=user("provincial_coordinator", "32"))
    services.pass_up(referral=referral, note="Diteruskan.", by=user("provincial_coordinator", "34"))
    assert Referral.objects.visible_to(centre).get().status == "waiting"
    need = make.case(referred=True)
    assert need.referrals.get().status == "waiting"


@pytest.mark.rule("C-07")
def test_a_grievance_about_a_regency_program_may_go_to_the_coordination_meeting():
    local = make.program("rutilahu", "regency", sector="perumahan", region=SLEMAN)
    case = make.case(kind="grievance", about=local, reviewed=True)
    services.bring_to_meeting(case=case, by=user("manager"))
    services.record_minutes(case=case, answer="OPD menambah petugas.", by=user("manager"))
    case.refresh_from_db()
    assert case.status == "answered" and case.answer
    central = make.case(kind="grievance", reviewed=True)
    with pytest.raises(ValidationError):
        services.bring_to_meeting(case=central, by=user("manager"))


@pytest.mark.rule("C-08")
def test_a_grievance_about_a_provincial_program_goes_to_the_agency_of_the_province():
    program = make.program("jamkesda", "province", region="34")
    case = make.case(kind="grievance", about=program, reviewed=True)
    services.refer_case(case=case, to=[(make.desk(program, "34"), program)], by=user("manager"))
    assert case.referrals.get().status == "waiting"
    foreign = make.program("jamkesda-jabar", "province", region="32")
    other = make.case(kind="grievance", about=program, reviewed=True)
    with pytest.raises(ValidationError):
        services.refer_case(case=other, to=[(make.desk(foreign, "32"), foreign)], by=user("manager"))


@pytest.mark.rule("C-23")
def test_a_grievance_about_the_register_goes_to_its_manager():
    siti = make.person()
    make.unit(SLEMAN)
    case = services.register_case(
        kind="grievance", concern="register", household=siti.household, person=siti, description="Data salah", by=user("front_office"),
    )  # fmt: skip
    services.review_case(case=case, by=user("supervisor", DEPOK))
    other, keeper = make.desk(), make.desk(make.program("pkh"))
    keeper.keeps_register = True
    keeper.save()
    assert list(services.desks_for(case)) == [keeper]
    for to in [(other, None)], [(keeper, make.program("pkh"))], [(keeper, None), (other, None)]:
        with pytest.raises(ValidationError):
            services.refer_case(case=case, to=to, by=user("manager"))
    assert not case.referrals.exists()
    form = ReferForm(case=case, for_user=user("manager"))
    assert form["to"].value() == [key for key, _label in form.fields["to"].choices] == [f"{keeper.pk}:"]
    [referral] = services.refer_case(case=case, to=[(keeper, None)], by=user("manager"))
    assert referral.program is None and referral.desk == keeper
    plain = make.case(kind="grievance", reviewed=True)
    with pytest.raises(ValidationError):
        services.refer_case(case=plain, to=[(keeper, None)], by=user("manager"))


@pytest.mark.rule("C-20")
def test_that_the_family_was_told_is_recorded_with_how_when_and_by_whom():
    case = make.case(answered="approve", enrolled=True)
    front = user("front_office")
    with pytest.raises(ValidationError):
        services.tell_family(case=case, method="pigeon", by=front)
    with pytest.raises(ValidationError):
        services.tell_family(
            case=case, method="phone", told_at=timezone.now() + dt.timedelta(days=1), by=front
        )
    with pytest.raises(PermissionDenied):
        services.tell_family(case=case, method="phone", by=user("back_office"))
    assert not case.feedback.exists()
    services.tell_family(case=case, method="visit", by=front)
    case.refresh_from_db()
    feedback = case.feedback.get()
    assert case.status == "informed" and feedback.by == front and feedback.told_at


@pytest.mark.rule("C-20")
def test_telling_how_far_it_is_does_not_move_the_case():
    case = make.case(referred=True)
    services.tell_family(case=case, method="phone", by=user("front_office"), note="Masih ditelaah.")
    case.refresh_from_db()
    assert case.status == "referred" and case.feedback.count() == 1
