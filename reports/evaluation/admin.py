"""The back office of the yearly evaluation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import Related, ScopedModelAdmin

from . import admin_views, services
from .forms import RoundForm
from .models import Evaluation, EvaluationRound, Recommendation, TypologyScheme
from .scheme_forms import SchemeForm
from .workflow import EVALUATION_FLOW, RECOMMENDATION_FLOW, ROUND_FLOW


class RecommendationAdmin(ScopedModelAdmin):
    model = Recommendation
    menu_label = _("Recommendations")
    menu_icon = "tick-inverse"
    menu_order = 474
    list_display = ("text", "region", "purpose", "owner", "due_on", "status")
    list_select_related = ("region", "owner")
    ordering = ("due_on",)
    creatable = False
    flow = RECOMMENDATION_FLOW
    actions = {"finish": admin_views.FinishView}
    empty_message = _("Nothing has been recommended yet.")


class EvaluationAdmin(ScopedModelAdmin):
    model = Evaluation
    menu_label = _("Evaluations")
    menu_icon = "clipboard-list"
    menu_order = 472
    list_display = ("place_name", "round", "status", "score", "typology")
    list_select_related = ("round", "round__region", "round__scheme")
    ordering = ("-round_id", "place_name")
    search_words = ("place_name",)
    creatable = False
    flow = EVALUATION_FLOW
    inspect_view_class = admin_views.EvaluationPage
    record_template_name = "evaluation/evaluation.html"
    empty_message = _("No round has been started yet.")
    actions = {
        "fill": admin_views.FillView,
        "note": admin_views.QualitativeView,
        "send": admin_views.SendView,
        "finalise": admin_views.ReviewView,
        "return": admin_views.ReturnView,
        "recommend": admin_views.RecommendView,
    }
    related = (
        Related(
            _("Recommendations"),
            lambda one, user: one.recommendations.select_related("owner"),
            ("text", "owner", "due_on", "status"),
            RecommendationAdmin,
        ),
    )


class RoundAdmin(ScopedModelAdmin):
    model = EvaluationRound
    menu_label = _("Evaluation rounds")
    menu_icon = "calendar-check"
    menu_order = 470
    list_display = ("year", "region", "method", "status")
    list_select_related = ("region", "scheme")
    ordering = ("-year",)
    form_class = RoundForm
    flow = ROUND_FLOW
    inspect_view_class = admin_views.RoundPage
    record_template_name = "evaluation/round.html"
    actions = {"start": admin_views.StartView, "team": admin_views.TeamView, "close": admin_views.CloseView}
    empty_message = _("No round has been prepared yet.")
    related = (
        Related(
            _("Teams"),
            lambda round_, user: round_.teams.select_related("region"),
            ("tier", "region", "kind", "evaluator"),
        ),
    )

    def save_form(self, form, *, by):
        if not form.instance._state.adding:
            return super().save_form(form, by=by)
        return services.prepare_round(by=by, **form.cleaned_data)


class SchemeAdmin(ScopedModelAdmin):
    model = TypologyScheme
    menu_label = _("Typology schemes")
    menu_icon = "cogs"
    menu_order = 476
    list_display = ("year", "decided_by", "decided_at")
    list_select_related = ("decided_by",)
    ordering = ("-year",)
    form_class = SchemeForm
    form_template_name = "evaluation/scheme_form.html"
    inspect_view_class = admin_views.SchemePage
    record_template_name = "evaluation/scheme.html"
    add_right = "change"
    empty_message = _("No year's typology has been set yet.")

    def save_form(self, form, *, by):
        return services.set_scheme(year=form.cleaned_data["year"], definition=form.definition, by=by)
