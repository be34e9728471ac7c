"""The steps of pairs, visits and findings; each calls one service."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.admin_views import RecordView
from portal.backoffice.list_views import ListView
from portal.backoffice.views import ActionView, BackofficeView, Crumb, ServiceForm
from portal.periods import Quarter

from . import instruments, supervision
from .answers import shown_answers
from .models import Finding, SupervisionPair, SupervisionVisit
from .supervision_forms import CrosswiseVisitForm, DoneForm, FindingForm, NoteForm, PairingForm, SheetForm
from .workflow import FINDING_FLOW, VISIT_FLOW


class VisitPage(RecordView):
    """A visit with its sheet as it was filled, and the files that prove it."""

    def get_context_data(self, **kwargs):
        visit = self.instance
        filled = []
        if visit.answers and visit.instrument_version:
            definition = instruments.definition_for(
                visit.instrument_version, visit.region_id, on=visit.planned_on
            )
            filled = shown_answers(definition, visit.answers)
        return super().get_context_data(filled=filled, **kwargs)


class HoldView(ActionView):
    """The sheet of the visit, filled on a phone."""

    model = SupervisionVisit
    flow = VISIT_FLOW
    move = "hold"
    form_class = SheetForm
    template_name = "monitoring/sheet.html"
    success_message = gettext_lazy("The visit has been recorded. Add its findings now.")

    def get_form_kwargs(self):
        version = self.object.instrument_version
        if version is None:
            raise Http404
        definition = instruments.definition_for(version, self.object.region_id, on=self.object.planned_on)
        return super().get_form_kwargs() | {"definition": definition, "answers": self.object.answers}

    def perform(self, form):
        supervision.hold_visit(
            visit=self.object, held_on=form.held_on(), answers=form.collected(), by=self.request.user
        )


class PairList(ListView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(may_pair=may(self.request.user, "add", SupervisionPair), **kwargs)


class PairView(ServiceForm, BackofficeView, FormView):
    """Draw the crosswise pairs of a regency for a quarter (M-08)."""

    required_right = (SupervisionPair, "add")
    page_title = gettext_lazy("Pair facilitators crosswise")
    template_name = "backoffice/action.html"
    form_class = PairingForm

    def get_breadcrumbs(self):
        return [Crumb(_("Crosswise pairs"), self.list_url)]

    @property
    def list_url(self) -> str:
        return reverse("monitoring_supervisionpair_modeladmin_index")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def get_context_data(self, **kwargs):
        explanation = _(
            "Every facilitator gets a companion of another village. Asked again, the draw gives the same pairs; pairs already made stay."
        )
        return super().get_context_data(
            explanation=explanation, submit_label=_("Make the pairs"), style="primary", cancel_url=self.list_url, **kwargs
        )  # fmt: skip

    def carry_out(self, form):
        data = form.cleaned_data
        made = supervision.pair_crosswise(
            regency=data["region"], quarter=data["quarter"], by=self.request.user
        )
        messages.success(self.request, _("Pairs made: %(count)s.") % {"count": len(made)})
        return redirect(self.list_url)


class CrosswiseVisitView(ActionView):
    """Plan the visit of a pair: the companion of the other village leads it (M-08)."""

    model = SupervisionPair
    right = "view"
    page_title = gettext_lazy("Plan a visit")
    explanation = gettext_lazy("The companion visits the facilitator's village and records what was seen.")
    form_class = CrosswiseVisitForm
    button_style = "primary"
    success_message = gettext_lazy("The visit has been planned.")

    @classmethod
    def offered(cls, obj, user) -> bool:
        return may(user, "add", SupervisionVisit(region=obj.facilitator_village))

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not self.offered(obj, self.request.user):
            raise PermissionDenied

    def perform(self, form):
        pair = self.object
        quarter = Quarter.parse(pair.quarter_code)
        if not quarter.start <= form.cleaned_data["planned_on"] <= quarter.end:
            raise ValidationError(
                {"planned_on": _("The pair is made for %(quarter)s.") % {"quarter": quarter.label}}
            )
        visit = supervision.plan_visit(
            region=pair.facilitator_village,
            kind=SupervisionVisit.Kind.CROSSWISE,
            planned_on=form.cleaned_data["planned_on"],
            purpose=form.cleaned_data["purpose"],
            leader=pair.companion,
            pair=pair,
            by=self.request.user,
        )
        return record_url(visit)


class CancelView(ActionView):
    model = SupervisionVisit
    flow = VISIT_FLOW
    move = "cancel"
    form_class = NoteForm

    def perform(self, form):
        supervision.cancel_visit(visit=self.object, note=form.cleaned_data["note"], by=self.request.user)


class FindingView(ActionView):
    model = SupervisionVisit
    right = "hold"
    page_title = gettext_lazy("Add a finding")
    explanation = gettext_lazy("Each finding has somebody who follows it up and a date.")
    form_class = FindingForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"visit": self.object}

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status == "done"

    def perform(self, form):
        supervision.record_finding(visit=self.object, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The finding has been recorded."))


class FinishView(ActionView):
    model = Finding
    flow = FINDING_FLOW
    move = "finish"
    form_class = DoneForm

    def perform(self, form):
        supervision.finish_finding(finding=self.object, done=form.cleaned_data["note"], by=self.request.user)


class ConfirmView(ActionView):
    model = Finding
    flow = FINDING_FLOW
    move = "confirm"
    form_class = NoteForm
    sufficient = True

    def perform(self, form):
        supervision.review_finding(
            finding=self.object,
            sufficient=self.sufficient,
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class ReopenView(ConfirmView):
    move = "reopen"
    sufficient = False
