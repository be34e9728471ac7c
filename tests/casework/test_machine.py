"""A random walk over the whole flow against a simple model: no skipped state, one log row per move, counters equal a recount."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.casework import services
from cases.casework.models import Case
from cases.casework.workflow import CASE_FLOW, REFERRAL_FLOW
from portal.ledger.models import Transition
from portal.ledger.workflow import WrongState
from reports.dashboards import facts
from tests.casework import records as make

SLEMAN = "34.04"
ROLES = {
    "front_office": SLEMAN, "back_office": SLEMAN, "manager": SLEMAN, "supervisor": "34.04.07", "facilitator": make.CATURTUNGGAL,
    "provincial_coordinator": "34",
}  # fmt: skip
#: move -> how its service is called
STEPS = {
    "review": lambda c, by: services.review_case(case=c, by=by),
    "send_back": lambda c, by: services.send_back(case=c, note="kurang", by=by),
    "resubmit": lambda c, by: services.resubmit_case(case=c, note="lengkap", by=by),
    "pause": lambda c, by: services.pause_case(case=c, reason="papers", note="", by=by),
    "resume": lambda c, by: services.resume_case(case=c, by=by),
    "answer_at_once": lambda c, by: services.answer_question(case=c, answer="ya", by=by),
    "answer": lambda c, by: services.answer_case(case=c, answer="ya", by=by),
    "propose": lambda c, by: services.propose_referral(case=c, to=[(make.desk(), make.program())], by=by),
    "refer": lambda c, by: services.refer_case(case=c, to=[] if c.status == "proposed" else [(make.desk(), make.program())], by=by),
    "decline": lambda c, by: services.decline_proposal(case=c, note="lagi", by=by),
    "recall": lambda c, by: services.recall_case(case=c, note="salah", by=by),
    "minute": lambda c, by: services.record_minutes(case=c, answer="dibahas", by=by),
    "inform": lambda c, by: services.tell_family(case=c, method="phone", by=by),
    "close": lambda c, by: services.close_case(case=c, by=by),
    "withdraw": lambda c, by: services.withdraw_case(case=c, note="batal", by=by),
    "reopen": lambda c, by: services.reopen_case(case=c, note="belum", by=by),
}  # fmt: skip


class Desk(RuleBasedStateMachine):
    """The model: for each case its status; a move is possible exactly where the table and the role say so."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.status: dict[int, str] = {}

    @initialize()
    def open_the_office(self):
        make.unit(SLEMAN)
        self.officers = {role: make.officer(role, region) for role, region in ROLES.items()}
        self.siti = make.person()

    @rule(
        kind=st.sampled_from(Case.Kind.values),
        role=st.sampled_from(("front_office", "facilitator")),
        number=st.integers(0, 10**9),
    )
    def register(self, kind, role, number):
        case = services.register_case(
            kind=kind, description=f"{number} {len(self.status)}", household=self.siti.household, person=self.siti, program=make.program(),
            concern="amount" if kind == "grievance" else "", by=self.officers[role],
        )  # fmt: skip
        self.status[case.pk] = "agenda" if kind == "suggestion" else "registered"

    @rule(data=st.data(), move=st.sampled_from(sorted(STEPS)), role=st.sampled_from(sorted(ROLES)))
    def step(self, data, move, role):
        if not self.status:
            return
        case = Case.objects.get(pk=data.draw(st.sampled_from(sorted(self.status))))
        by, before = self.officers[role], case.status
        offered = move in CASE_FLOW.available(case, by=by)
        logged = CASE_FLOW.log_of(case).count()
        try:
            with transaction.atomic():
                STEPS[move](case, by)
        except (WrongState, PermissionDenied, Case.DoesNotExist):
            assert not offered, f"{role} was offered {move} at {before}"
        except ValidationError:
            assert offered
        else:
            case.refresh_from_db()
            # Telling how far it is moves nothing; every other step moves exactly as its row of the table says.
            if move != "inform" or before == "answered":
                assert offered and before in CASE_FLOW.moves[move].from_
                self.status[case.pk] = CASE_FLOW.moves[move].to
                assert CASE_FLOW.log_of(case).count() == logged + 1
                return
        assert CASE_FLOW.log_of(case).count() == logged

    @rule(
        data=st.data(), answer=st.sampled_from(("approve", "refuse", "study", "pass_up")), enrol=st.booleans()
    )
    def answer(self, data, answer, enrol):
        waiting = [pk for pk, status in self.status.items() if status == "referred"]
        if not waiting:
            return
        case = Case.objects.get(pk=data.draw(st.sampled_from(sorted(waiting))))
        referral = case.referrals.under_way().get()
        desk = make.officer("program_desk", SLEMAN, desk=referral.desk)
        try:
            with transaction.atomic():
                if answer == "pass_up":
                    services.pass_up(referral=referral, by=self.officers["provincial_coordinator"])
                    return
                services.answer_referral(
                    referral=referral, answer=answer, reason="sebab", reason_code="quota", study_until=timezone.localdate() + dt.timedelta(days=3),
                    enrolled_from=timezone.localdate() if enrol and answer == "approve" else None, by=desk,
                )  # fmt: skip
        except (WrongState, ValidationError, referral.DoesNotExist):
            return
        if answer != "study":
            self.status[case.pk] = "answered"

    @invariant()
    def rows_agree_with_the_model_and_the_log(self):
        for case in Case.objects.all():
            assert case.status == self.status[case.pk]
            log = list(CASE_FLOW.log_of(case).order_by("at", "id"))
            assert [row.from_status for row in log[1:]] == [row.to_status for row in log[:-1]]
            assert log[-1].to_status == case.status
            assert (case.status == "closed") == bool(case.outcome) == (case.closed_at is not None)
            if case.kind == "need" and case.public_status == "finished" and case.outcome != "withdrawn":
                assert case.enrolment_id
            if case.status == "referred":
                assert case.referrals.under_way().exists()

    def teardown(self):
        try:
            assert list(facts.differences()) == [] if hasattr(facts, "differences") else True
            assert Transition.objects.filter(model="casework.referral", move="start").count() == (
                REFERRAL_FLOW.model.objects.count()
            )
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


@pytest.mark.django_db
@pytest.mark.rule("C-10")
@pytest.mark.rule("C-25")
def test_whatever_officers_do_the_flow_holds():
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
        ),
    )  # fmt: skip
