"""Many at once on PostgreSQL: one case for one form, one winner for one step."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cases.casework import services
from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW
from portal.ledger.models import NumberSeries
from portal.ledger.workflow import WrongState
from tests.casework import records as make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(count, work):
    """Run `work(number)` in threads that start at the same moment."""
    start = Barrier(count)

    def run(number):
        try:
            start.wait(timeout=60)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


@pytest.mark.rule("C-14")
def test_twenty_identical_submissions_are_one_case_and_one_number():
    make.unit("34.04")
    front, siti, program, token = (
        make.officer("front_office", "34.04"),
        make.person(),
        make.program(),
        uuid.uuid4(),
    )

    def submit(_number):
        return services.register_case(
            kind="need", description="Butuh KIS", household=siti.household, person=siti, program=program, client_id=token, by=front
        ).pk  # fmt: skip

    assert len(set(together(20, submit))) == 1
    assert Case.objects.count() == 1 and NumberSeries.objects.get(kind="REG").last == 1
    assert CASE_FLOW.log_of(Case.objects.get()).count() == 1


@pytest.mark.rule("C-14")
def test_twenty_different_submissions_are_twenty_numbers_without_gap():
    make.unit("34.04")
    front, siti, program = make.officer("front_office", "34.04"), make.person(), make.program()

    def submit(number):
        return services.register_case(
            kind="need", description=f"Butuh {number}", household=siti.household, person=siti, program=program, by=front
        ).number  # fmt: skip

    numbers = sorted(int(number.split("/")[0]) for number in together(20, submit))
    assert numbers == list(range(1, 21))


@pytest.mark.rule("C-22")
def test_of_two_reviewers_one_wins_and_the_other_is_told():
    case, supervisor = make.case(), make.officer("supervisor", "34.04.07")

    def review(number):
        try:
            services.review_case(case=case, note=str(number), by=supervisor)
        except WrongState as told:
            return str(told)
        return ""

    answers = together(2, review)
    assert sorted(map(bool, answers)) == [False, True]
    assert CASE_FLOW.log_of(case).filter(move="review").count() == 1


@pytest.mark.rule("C-19")
def test_two_desks_answering_at_once_send_the_case_on_exactly_once():
    pis, pip = make.program(), make.program("pip", sector="pendidikan")
    case = make.case(reviewed=True)
    services.propose_referral(
        case=case, to=[(make.desk(pis), pis), (make.desk(pip), pip)], by=make.officer("back_office", "34.04")
    )
    services.refer_case(case=case, by=make.officer("manager", "34.04"))
    referrals = list(case.referrals.select_related("desk").order_by("pk"))
    officers = [make.officer("program_desk", "34.04", desk=row.desk) for row in referrals]

    def answer(number):
        services.answer_referral(
            referral=referrals[number], answer="approve", reason="Baik", by=officers[number]
        )

    together(2, answer)
    case.refresh_from_db()
    assert case.status == "answered"
    assert CASE_FLOW.log_of(case).filter(move="program_answers").count() == 1
