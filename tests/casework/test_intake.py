"""Registering: kinds, numbers, doubles, ids made on the device, and who may (C-01 to C-04, C-13, C-14)."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from cases.casework import services
from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW
from cases.households.models import Visit
from portal.ledger.models import AuditEntry, NumberSeries
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN = "34.04"


@pytest.fixture
def front(db):
    make.unit(SLEMAN)
    return make.officer("front_office", SLEMAN)


@pytest.fixture
def siti(db):
    return make.person()


def register(front, siti, **fields):
    fields = {"kind": "need", "description": "Butuh KIS", "program": make.program()} | fields
    if siti is not None:
        fields = {"household": siti.household, "person": siti} | fields
    return services.register_case(by=front, **fields)


@pytest.mark.rule("C-01")
@pytest.mark.rule("C-14")
def test_a_need_gets_number_code_and_a_first_line_in_the_log(front, siti):
    case = register(front, siti)
    assert case.status == "registered" and case.number.startswith("00001/REG/34.04/")
    assert len(case.lookup_code) == 9
    assert [row.move for row in CASE_FLOW.log_of(case)] == ["start"]
    assert case.subject_sex == "f"


@pytest.mark.rule("D-08")
def test_a_case_keeps_the_group_that_the_person_belonged_to_and_an_anonymous_one_keeps_none(front, siti):
    siti.conditions = {"disability": "mild"}
    siti.save()
    case = register(front, siti)
    assert case.subject_group == "disabled"
    siti.conditions = {}
    siti.save()
    case.refresh_from_db()
    assert case.subject_group == "disabled"
    hidden = register(
        front, siti, kind="grievance", concern="quality", description="Beras berkutu", is_anonymous=True
    )
    assert (hidden.person, hidden.subject_group) == (None, "")


@pytest.mark.rule("C-14")
def test_numbers_run_without_gap_and_a_failed_registration_takes_none(front, siti):
    first = register(front, siti)
    with pytest.raises(ValidationError):
        register(front, siti, description=" ")
    assert first.number.startswith("00001/")
    assert register(front, siti).number.startswith("00002/")


@pytest.mark.rule("C-03")
def test_a_question_answered_at_once_is_closed_and_an_open_one_is_not(front, siti):
    case = register(front, siti, kind="question", program=None, answer="Bantuan dibayar tiap triwulan.")
    assert (case.status, case.outcome) == ("closed", "answered")
    assert case.closed_at and case.answer.startswith("Bantuan")
    waiting = register(front, siti, kind="question", program=None)
    assert waiting.status == "registered" and waiting.outcome == ""
    with pytest.raises(ValidationError):
        services.answer_question(case=waiting, answer=" ", by=front)
    services.answer_question(case=waiting, answer="Ya.", by=front)
    waiting.refresh_from_db()
    assert waiting.status == "closed"


@pytest.mark.rule("C-03")
def test_only_a_question_is_answered_at_once(front, siti):
    need = register(front, siti)
    with pytest.raises(Exception, match="jenis|kind|way"):
        services.answer_question(case=need, answer="Ya", by=front)
    need.refresh_from_db()
    assert need.status == "registered"


@pytest.mark.rule("C-04")
def test_a_suggestion_goes_to_the_agenda_of_the_manager(front, siti):
    case = register(front, siti, kind="suggestion", program=None)
    assert case.status == "agenda"
    manager = make.officer("manager", SLEMAN)
    assert "minute" in CASE_FLOW.available(case, by=manager)
    assert "review" not in CASE_FLOW.available(case, by=make.officer("supervisor", "34.04.07"))
    services.record_minutes(case=case, answer="Diusulkan ke kementerian.", meeting="Rapat rutin", by=manager)
    services.tell_family(case=case, method="phone", by=front, close=True)
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "discussed")


@pytest.mark.rule("C-05")
def test_a_grievance_says_what_it_concerns(front, siti):
    with pytest.raises(ValidationError) as problem:
        register(front, siti, kind="grievance")
    assert "concern" in problem.value.error_dict
    case = register(front, siti, kind="grievance", concern="amount")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(concern="")


@pytest.mark.parametrize(
    ("missing", "field"),
    [("description", "description"), ("program", "program"), ("person", "person")],
)
def test_what_a_need_must_have(front, siti, missing, field):
    empty = {"description": "", "program": None, "person": None}[missing]
    with pytest.raises(ValidationError) as problem:
        register(front, siti, **{missing: empty})
    assert list(problem.value.error_dict) == [field]
    assert not Case.objects.exists() and not NumberSeries.objects.exists()


@pytest.mark.rule("C-14")
def test_the_same_form_twice_is_one_case(front, siti):
    client_id = uuid.uuid4()
    first = register(front, siti, client_id=client_id)
    again = register(front, siti, client_id=client_id)
    assert first.pk == again.pk and Case.objects.count() == 1
    assert NumberSeries.objects.get(kind="REG").last == 1
    with pytest.raises(services.ClientIdTaken):
        register(front, siti, client_id=client_id, description="Lain sama sekali")


@pytest.mark.rule("C-13")
def test_likely_doubles_are_found_across_desks(siti):
    make.unit(SLEMAN)
    facilitator = make.officer("facilitator", make.CATURTUNGGAL)
    known = register(facilitator, siti)
    assert known.channel == "facilitator"
    counter = make.officer("front_office", SLEMAN)
    village = make.officer("puskesos_front_office", make.CATURTUNGGAL)
    for user in (counter, village):
        assert list(services.likely_doubles(household=siti.household, person=siti, by=user)) == [known]
    other = make.person()
    assert not services.likely_doubles(household=other.household, person=other, by=counter)
    services.mark_double(case=register(counter, siti), of=known, by=counter)
    assert Case.objects.get(outcome="duplicate").duplicate_of == known


@pytest.mark.rule("A-02")
def test_an_officer_registers_in_the_own_area_alone(front):
    make.unit("34.02")
    foreign = make.person(village=make.PANGGUNGHARJO)
    with pytest.raises(PermissionDenied):
        register(front, foreign)
    with pytest.raises(PermissionDenied):
        register(make.officer("manager", SLEMAN), make.person())
    assert not Case.objects.exists()


@pytest.mark.rule("C-27")
def test_registering_at_a_counter_counts_the_visitor_and_a_phone_does_not(front, siti):
    register(front, siti)
    register(make.officer("facilitator", make.CATURTUNGGAL), siti, description="Lain")
    [(key, count)] = Visit.objects.all().counted().items()
    assert (key[0], key[2], count) == (make.unit(SLEMAN).pk, "need", 1)


@pytest.mark.rule("A-08")
def test_registering_for_a_person_is_written_to_the_audit(front, siti):
    case = register(front, siti)
    entry = AuditEntry.objects.get(model="households.person", action="read")
    assert entry.actor == front.username and case.number in entry.purpose


def test_anonymous_grievance_names_nobody_and_a_need_cannot_be_anonymous(front, siti):
    case = services.register_case(
        kind="grievance", concern="quality", program=make.program(), description="Beras berbau.", is_anonymous=True,
        region=siti.household.region, reporter_name="Siti", by=front,
    )  # fmt: skip
    assert case.person is None and case.reporter_name == ""
    with pytest.raises(ValidationError):
        register(front, siti, is_anonymous=True)


def test_a_sensitive_case_is_shown_to_those_who_handle_it_alone(front, siti):
    case = register(front, siti, kind="grievance", concern="other", is_sensitive=True)
    for role, region, sees in (
        ("front_office", SLEMAN, False),
        ("facilitator", make.CATURTUNGGAL, False),
        ("provincial_coordinator", "34", False),
        ("supervisor", "34.04.07", True),
        ("back_office", SLEMAN, True),
        ("manager", SLEMAN, True),
    ):
        user = make.officer(role, region)
        assert Case.objects.visible_to(user).filter(pk=case.pk).exists() is sees, role
        assert CASE_FLOW.policy.user_has_permission_for_instance(user, "view", case) is sees, role


@pytest.mark.rule("H-04")
def test_without_nik_the_case_waits_and_goes_on_once_there_is_one(front):
    from cases.households.services import record_nik

    nobody = make.person(nik="")
    case = register(front, nobody, pause_reason="no_nik")
    assert case.status == "paused" and case.due_at is None and case.remind_at
    with pytest.raises(ValidationError):
        services.resume_case(case=case, by=front)
    record_nik(person=nobody, nik=make.nik(), by=front)
    services.resume_case(case=case, by=front)
    case.refresh_from_db()
    assert case.status == "registered" and case.paused_for.total_seconds() > 0 and case.remind_at is None
