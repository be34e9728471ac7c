"""The steps of rounds, evaluations and recommendations; each calls one service."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from django.views.generic import View

from portal.accounts.policies import may
from portal.backoffice.admin_views import RecordView
from portal.backoffice.views import ActionView, BackofficeView, RecordMixin
from reports.monitoring.answers import shown_answers
from reports.monitoring.forms import AnswersForm

from . import services
from .documents import evaluation_pdf
from .explaining import beside_last_year
from .forms import NoteForm, QualitativeForm, RecommendForm, TeamForm
from .models import Evaluation, EvaluationRound, Recommendation, Team
from .summary import round_pdf, summary_of
from .typology import Aspect, assess
from .workflow import EVALUATION_FLOW, OPEN, RECOMMENDATION_FLOW, ROUND_FLOW


class EvaluationPage(RecordView):
    """Which indicator gave which points, what is missing for the next class, and last year beside it (E-09)."""

    def get_context_data(self, **kwargs):
        one = self.instance
        result = assess(one.round.scheme.parsed, one.answers) if one.answers else None
        before, notes = services.year_before(one), list(one.notes.all())
        return super().get_context_data(
            result=result,
            before=before,
            aspects=beside_last_year(one, result, before, notes) if result else [],
            notes=notes,
            filled=shown_answers(one.round.instrument_version.parsed, one.answers) if one.answers else [],
            **kwargs,
        )


class RoundPage(RecordView):
    """A round with its result so far: places by class, and what the aspects reach on average."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(summary=summary_of(self.instance, self.request.user), **kwargs)


class SchemePage(RecordView):
    """A year's scheme in words, and what it would make of the newest evaluations there are."""

    def get_context_data(self, **kwargs):
        scheme = self.instance.parsed
        questions = {q.key: str(q) for q in services.questionnaire_of(self.instance.year).questions()}
        return super().get_context_data(
            scheme=scheme,
            aspects=[
                (aspect.label, scheme.weights[aspect.value], [i for i in scheme.indicators if i.aspect == aspect.value])
                for aspect in Aspect
            ],
            questions=questions,
            trial=services.trial_of(scheme, self.request.user),
            may_change=not self.instance.rounds.exists() and may(self.request.user, "change", self.instance),
            **kwargs,
        )  # fmt: skip


class StartView(ActionView):
    model = EvaluationRound
    flow = ROUND_FLOW
    move = "start"
    form_class = NoteForm
    explanation = gettext_lazy("One evaluation is opened for every place of the round.")

    def perform(self, form):
        services.start_round(round_=self.object, by=self.request.user)


class CloseView(ActionView):
    model = EvaluationRound
    flow = ROUND_FLOW
    move = "close"
    form_class = NoteForm

    def perform(self, form):
        services.close_round(round_=self.object, by=self.request.user, note=form.cleaned_data["note"])


class TeamView(ActionView):
    """Form the central team, the steering team or the executing team: the tier follows from one's own place."""

    model = EvaluationRound
    right = "view"
    page_title = gettext_lazy("Form a team")
    explanation = gettext_lazy(
        "The team is that of your own area. An external evaluator is appointed by the National Secretariat."
    )
    form_class = TeamForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return may(user, "add", Team)

    def perform(self, form):
        from portal.regions.models import Region

        codes = [grant.code for grant in self.request.user.grants if "team.add" in grant.rights]
        region = Region.objects.filter(pk=codes[0]).first() if codes and codes[0] else None
        services.form_team(round_=self.object, region=region, by=self.request.user, **form.cleaned_data)


class FillView(ActionView):
    model = Evaluation
    right = "fill"
    page_title = gettext_lazy("Fill the questionnaire")
    template_name = "monitoring/sheet.html"
    form_class = AnswersForm
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status in OPEN

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "definition": self.object.round.instrument_version.parsed,
            "answers": self.object.answers,
        }

    def perform(self, form):
        services.fill_evaluation(evaluation=self.object, answers=form.collected(), by=self.request.user)


class QualitativeView(ActionView):
    model = Evaluation
    right = "fill"
    page_title = gettext_lazy("Record a discussion or interview")
    form_class = QualitativeForm
    offered = FillView.offered

    def perform(self, form):
        services.add_note(evaluation=self.object, by=self.request.user, **form.cleaned_data)


class RecommendView(ActionView):
    model = Evaluation
    right = "view"
    page_title = gettext_lazy("Recommend")
    form_class = RecommendForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"region_code": self.object.region_id}

    @classmethod
    def offered(cls, obj, user) -> bool:
        return may(user, "fill", obj) or may(user, "review", obj)

    def perform(self, form):
        services.recommend(evaluation=self.object, by=self.request.user, **form.cleaned_data)


class SendView(ActionView):
    model = Evaluation
    flow = EVALUATION_FLOW
    move = "send"
    form_class = NoteForm

    def perform(self, form):
        services.send_evaluation(evaluation=self.object, by=self.request.user)


class ReviewView(ActionView):
    model = Evaluation
    flow = EVALUATION_FLOW
    move = "finalise"
    form_class = NoteForm
    final = True

    def perform(self, form):
        services.review_evaluation(
            evaluation=self.object, final=self.final, note=form.cleaned_data["note"], by=self.request.user
        )


class ReturnView(ReviewView):
    move = "return"
    final = False


class FinishView(ActionView):
    model = Recommendation
    flow = RECOMMENDATION_FLOW
    move = "finish"
    form_class = NoteForm

    def perform(self, form):
        services.finish_recommendation(
            recommendation=self.object, done=form.cleaned_data["note"], by=self.request.user
        )


class RoundPdfView(RecordMixin, BackofficeView, View):
    """The result of a round as PDF, over the places one may see."""

    model = EvaluationRound
    pk_url_kwarg = "pk"

    def get(self, request, *args, **kwargs):
        response = HttpResponse(round_pdf(self.object, request.user), content_type="application/pdf")
        name = f"evaluasi-{self.object.year}-{self.object.region_id or 'nasional'}.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response


class PdfView(RecordMixin, BackofficeView, View):
    """The evaluation of one place as PDF."""

    model = Evaluation
    pk_url_kwarg = "pk"

    def get(self, request, *args, **kwargs):
        response = HttpResponse(evaluation_pdf(self.object), content_type="application/pdf")
        name = f"evaluasi-{self.object.round.year}-{self.object.region_id}.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response
