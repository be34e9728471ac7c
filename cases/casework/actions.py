"""One small view per step of a case and of a referral; each calls its service."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.policies import may
from portal.backoffice.views import ActionView

from . import forms, services
from .models import Case, Referral
from .workflow import CASE_FLOW, REFERRAL_FLOW, Kind, Status


class CaseAction(ActionView):
    """A move of a case whose form is a remark."""

    model, flow, form_class = Case, CASE_FLOW, forms.NoteForm
    service = None

    def perform(self, form):
        type(self).service(case=self.object, by=self.request.user, **form.cleaned_data)


class Answer(CaseAction):
    move, form_class, service = "answer", forms.AnswerForm, staticmethod(services.answer_case)
    explanation = gettext_lazy("The secretariat settles the case itself; afterwards the family is told.")
    success_message = gettext_lazy("The answer is recorded.")


class AnswerAtOnce(CaseAction):
    move, form_class, service = "answer_at_once", forms.AnswerForm, staticmethod(services.answer_question)
    explanation = gettext_lazy("The recorded answer closes the case.")
    success_message = gettext_lazy("The question is answered and closed.")


class Review(CaseAction):
    move, service = "review", staticmethod(services.review_case)
    explanation = gettext_lazy(
        "You have examined person, matter and papers; the case goes on to the back office."
    )
    success_message = gettext_lazy("The review is recorded.")


class SendBack(CaseAction):
    move, form_class, service = "send_back", forms.ReasonForm, staticmethod(services.send_back)
    explanation = gettext_lazy("The officer who registered it completes it and submits it again.")
    success_message = gettext_lazy("The case is back with the officer.")


class Resubmit(CaseAction):
    move, form_class, service = "resubmit", forms.ResubmitForm, staticmethod(services.resubmit_case)
    success_message = gettext_lazy("Submitted again.")

    def get_initial(self):
        return {"description": self.object.description}


class Pause(CaseAction):
    move, form_class, service = "pause", forms.PauseForm, staticmethod(services.pause_case)
    explanation = gettext_lazy("The clocks stop; a reminder comes after two weeks.")
    success_message = gettext_lazy("The case waits.")


class Resume(CaseAction):
    move, service = "resume", staticmethod(services.resume_case)
    success_message = gettext_lazy("The case goes on.")


class ReferAction(CaseAction):
    form_class = forms.ReferForm
    template_name = "casework/refer.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"case": self.object}

    def perform(self, form):
        type(self).service(
            case=self.object, to=form.chosen(), note=form.cleaned_data["note"], by=self.request.user
        )


class Propose(ReferAction):
    move, service = "propose", staticmethod(services.propose_referral)
    explanation = gettext_lazy("The manager approves the proposal before the program sees it.")
    success_message = gettext_lazy("The proposal is with the manager.")


class ReferInVillage(ReferAction):
    move, service = "refer_in_village", staticmethod(services.refer_in_village)
    explanation = gettext_lazy("Only providers of your own village; other programs go through the SLRT.")
    success_message = gettext_lazy("The case is referred.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"only_region": self.object.region_id}


class Refer(ReferAction):
    """The manager approves what was proposed, or chooses the desk of a reviewed case."""

    move, service = "refer", staticmethod(services.refer_case)
    template_name = "casework/refer.html"
    success_message = gettext_lazy("The referral is with the program.")

    def get_form_class(self):
        return forms.NoteForm if self.object.status == Status.PROPOSED else forms.ReferForm

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if self.get_form_class() is forms.NoteForm:
            kwargs.pop("case")
        return kwargs

    def get_context_data(self, **kwargs):
        proposals = self.object.referrals.proposed().select_related(
            "desk", "program__provider", "proposed_by"
        )
        rows = [
            {"referral": row, "climbs": services.climbs_in_tiers(self.object, row.program)}
            for row in proposals
        ]
        return super().get_context_data(proposals=rows, **kwargs)

    def perform(self, form):
        to = form.chosen() if isinstance(form, forms.ReferForm) else []
        services.refer_case(case=self.object, to=to, note=form.cleaned_data["note"], by=self.request.user)


class Decline(CaseAction):
    move, form_class, service = "decline", forms.ReasonForm, staticmethod(services.decline_proposal)
    success_message = gettext_lazy("The proposal is back with the back office.")


class ToMeeting(CaseAction):
    move, service = "to_meeting", staticmethod(services.bring_to_meeting)
    explanation = gettext_lazy(
        "For grievances about programs of the regency: the coordination meeting (TKPKD) decides."
    )
    success_message = gettext_lazy("The case is on the agenda.")


class Minute(CaseAction):
    move, form_class, service = "minute", forms.MinutesForm, staticmethod(services.record_minutes)
    success_message = gettext_lazy("The decision is recorded.")


class Recall(CaseAction):
    move, form_class, service = "recall", forms.ReasonForm, staticmethod(services.recall_case)
    explanation = gettext_lazy(
        "Referrals without an answer leave the desks; the case returns to the back office."
    )
    success_message = gettext_lazy("The referral was called back.")


class Tell(CaseAction):
    move, form_class = "inform", forms.TellForm
    success_message = gettext_lazy("It is recorded that the family was told.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"can_close": self.closable()}

    def closable(self) -> bool:
        try:
            services.outcome_of(self.object)
        except ValidationError:
            return False
        return True

    @property
    def explanation(self):
        if self.object.kind == Kind.NEED and not self.closable():
            return _(
                "The case stays open afterwards: a need is finished only when the person is enrolled in the program or in "
                "an alternative one."
            )
        return _("Tell the family first, then record how and when.")

    def perform(self, form):
        fields = dict(form.cleaned_data)
        services.tell_family(case=self.object, by=self.request.user, **{"close": False, **fields})


class TellOnTheWay(ActionView):
    """Telling how far it is, before there is an answer (C-20)."""

    model, right, form_class = Case, "inform", forms.TellForm
    page_title = gettext_lazy("Family told how far it is")
    success_message = gettext_lazy("It is recorded that the family was told.")

    @classmethod
    def offered(cls, obj, user):
        return obj.is_open and obj.status not in (Status.ANSWERED,)

    def perform(self, form):
        services.tell_family(case=self.object, by=self.request.user, **form.cleaned_data)


class Close(CaseAction):
    move, service = "close", staticmethod(services.close_case)
    success_message = gettext_lazy("The case is closed.")

    @property
    def explanation(self):
        try:
            outcome = services.outcome_of(self.object)
        except ValidationError as problem:
            return " ".join(problem.messages)
        return _("The case ends as: %(outcome)s.") % {"outcome": outcome.label}


class RecordEnrolment(ActionView):
    model, right, form_class = Case, "record_enrolment", forms.EnrolForm
    page_title = gettext_lazy("Record the enrolment")
    explanation = gettext_lazy(
        "The proof that the need is met, in the program asked for or in an alternative one."
    )
    success_message = gettext_lazy("The enrolment is recorded.")

    @classmethod
    def offered(cls, obj, user):
        return obj.kind == Kind.NEED and obj.is_open and not obj.enrolment_id and bool(obj.person_id)

    def get_form_kwargs(self):
        # The family knows already: with the proof on record nothing is left to do.
        can_close = self.object.status == Status.INFORMED and may(self.request.user, "inform", self.object)
        return super().get_form_kwargs() | {"case": self.object, "can_close": can_close}

    def perform(self, form):
        services.record_enrolment_of_case(case=self.object, by=self.request.user, **form.cleaned_data)

    def get_success_words(self):
        closed = type(self.object).objects.filter(pk=self.object.pk, status=Status.CLOSED).exists()
        return (
            _("The enrolment is recorded and the case is closed.") if closed else super().get_success_words()
        )


class Withdraw(CaseAction):
    move, form_class, service = "withdraw", forms.ReasonForm, staticmethod(services.withdraw_case)
    success_message = gettext_lazy("The case is closed at the family's wish.")


class MarkDouble(CaseAction):
    move, form_class = "mark_double", forms.DoubleForm
    explanation = gettext_lazy("This case ends; the other one goes on.")
    success_message = gettext_lazy("The case is closed as registered twice.")

    def perform(self, form):
        number = form.cleaned_data["number"].strip()
        other = Case.objects.visible_to(self.request.user).filter(number=number).first()
        if other is None:
            raise ValidationError({"number": _("There is no such case in your area.")})
        services.mark_double(case=self.object, of=other, by=self.request.user)


class Reopen(CaseAction):
    move, form_class, service = "reopen", forms.ReasonForm, staticmethod(services.reopen_case)
    explanation = gettext_lazy(
        "Not solved, or an appeal against a refusal: the back office takes the case up again."
    )
    success_message = gettext_lazy("The case is open again.")


class Solved(ActionView):
    model, right, form_class = Case, "inform", forms.SolvedForm
    page_title = gettext_lazy("Was it solved?")
    success_message = gettext_lazy("The family's answer is recorded.")

    @classmethod
    def offered(cls, obj, user):
        return not obj.is_open and obj.was_solved is None and obj.outcome not in ("duplicate", "withdrawn")

    def perform(self, form):
        services.say_whether_solved(
            case=self.object, solved=form.cleaned_data["solved"] == "yes", by=self.request.user
        )


CASE_ACTIONS = {
    "review": Review,
    "send_back": SendBack,
    "resubmit": Resubmit,
    "answer_at_once": AnswerAtOnce,
    "answer": Answer,
    "propose": Propose,
    "refer": Refer,
    "decline": Decline,
    "to_meeting": ToMeeting,
    "minute": Minute,
    "recall": Recall,
    "refer_in_village": ReferInVillage,
    "inform": Tell,
    "close": Close,
    "tell": TellOnTheWay,
    "enrol": RecordEnrolment,
    "pause": Pause,
    "resume": Resume,
    "solved": Solved,
    "reopen": Reopen,
    "mark_double": MarkDouble,
    "withdraw": Withdraw,
}


# -- referrals -------------------------------------------------------------------------------------------------------------
class ReferralAction(ActionView):
    model, flow = Referral, REFERRAL_FLOW

    def get_queryset(self):
        return super().get_queryset().select_related("case", "desk", "program")

    def perform(self, form):
        services.answer_referral(
            referral=self.object, answer=self.move, by=self.request.user, **form.cleaned_data
        )


class Approve(ReferralAction):
    move, form_class = "approve", forms.ApproveForm
    explanation = gettext_lazy("The reason is read by the secretariat, which tells the family.")
    success_message = gettext_lazy("The referral is approved.")

    def get_form_kwargs(self):
        case = self.object.case
        can_enrol = case.kind == Kind.NEED and bool(case.person_id) and not case.enrolment_id
        return super().get_form_kwargs() | {"can_enrol": can_enrol}


class Refuse(ReferralAction):
    move, form_class = "refuse", forms.RefuseForm
    explanation = gettext_lazy("Choose the reason and explain it in words that the family can understand.")
    success_message = gettext_lazy("The referral is refused.")


class Study(ReferralAction):
    move, form_class = "study", forms.StudyForm
    success_message = gettext_lazy("The referral is being studied.")


class PassUp(ReferralAction):
    move, form_class = "pass_up", forms.NoteForm
    explanation = gettext_lazy("The grievance goes on to the desk of the central program.")
    success_message = gettext_lazy("Passed on to the centre.")

    def perform(self, form):
        services.pass_up(referral=self.object, note=form.cleaned_data["note"], by=self.request.user)


class Settle(ReferralAction):
    move, form_class = "settle", forms.DeskAnswerForm
    success_message = gettext_lazy("Settled by the province.")

    def perform(self, form):
        services.settle_in_province(
            referral=self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


REFERRAL_ACTIONS = {"approve": Approve, "study": Study, "refuse": Refuse, "pass_up": PassUp, "settle": Settle}
