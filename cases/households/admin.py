"""Lists of the register's app: proposals and visits. Families have no list: they are looked up (A-08)."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import may
from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.filters import RegionFilter, ScopedFilterSet
from portal.backoffice.list_views import ListView
from portal.backoffice.views import ActionView
from portal.regions.models import full_names

from . import services
from .changes import shown_changes
from .forms import NoteForm, ReasonForm
from .models import UpdateProposal, Visit
from .workflow import PROPOSAL_FLOW, ProposalStatus


class ProposalAction(ActionView):
    model, flow, form_class = UpdateProposal, PROPOSAL_FLOW, NoteForm
    service = None

    def perform(self, form):
        type(self).service(proposal=self.object, note=form.cleaned_data["note"], by=self.request.user)


class Review(ProposalAction):
    move, service = "review", staticmethod(services.review_proposal)
    success_message = _("The review is recorded.")


class SendBack(ProposalAction):
    move, form_class, service = "send_back", ReasonForm, staticmethod(services.send_back_proposal)
    success_message = _("The proposal is back with the officer.")


class Resubmit(ProposalAction):
    move, service = "resubmit", staticmethod(services.resubmit_proposal)
    success_message = _("Submitted again.")


class Forward(ProposalAction):
    move = "forward"
    explanation = _(
        "All reviewed proposals together, with their file for SIKS-NG: see “Forward to the register”."
    )
    success_message = _("Forwarded.")

    def perform(self, form):
        services.forward_proposals(proposals=[self.object], by=self.request.user)


class Accept(ProposalAction):
    move, service = "accept", staticmethod(services.accept_proposal)
    explanation = _("What was proposed becomes what the register says.")
    success_message = _("The outcome is recorded.")


class Refuse(ProposalAction):
    move, form_class = "refuse", ReasonForm
    success_message = _("The outcome is recorded.")

    def perform(self, form):
        services.refuse_proposal(proposal=self.object, reason=form.cleaned_data["note"], by=self.request.user)


class ProposalFilter(ScopedFilterSet):
    region = RegionFilter(label=_("Region"))
    created_at = django_filters.DateFromToRangeFilter(label=_("Proposed"))
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=ProposalStatus.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=UpdateProposal.Kind.choices)

    class Meta:
        model = UpdateProposal
        fields = ["status", "kind"]


class ProposalListView(ListView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_forward=may(self.request.user, "forward", UpdateProposal), **kwargs
        )


class UpdateProposalAdmin(ScopedModelAdmin):
    model = UpdateProposal
    index_view_class = ProposalListView
    base_url_path = "usulan-pemutakhiran"
    menu_label, menu_icon, menu_order = _("Update proposals"), "edit", 140
    list_display = ("what", "kind", "village", "status", "created_at", "proposed_by")
    list_select_related = ("region", "household", "person", "proposed_by")
    ordering = ("-created_at",)
    sortable = ("created_at",)
    filterset_class = ProposalFilter
    list_template_name = "households/proposal_list.html"
    empty_message = _("No proposal of your area yet.")
    flow = PROPOSAL_FLOW
    creatable = False
    actions = {
        "review": Review,
        "send_back": SendBack,
        "resubmit": Resubmit,
        "forward": Forward,
        "accept": Accept,
        "refuse": Refuse,
    }
    sections = (
        Section(_("Proposal"), ("kind", "village_path", "fields", "note", "proposed_by", "created_at", "exported_at", "reason")),
    )  # fmt: skip
    export_columns = ("what", "kind", "village_path", "status", "created_at", "exported_at", "reason")

    def what(self, obj):
        # A number, no name: the list may hang on a wall.
        return f"U-{obj.pk:06d}"

    what.short_description = _("proposal")

    def village(self, obj):
        return obj.region.name

    village.short_description = _("village")

    def village_path(self, obj):
        return full_names([obj.region])[obj.region_id]

    village_path.short_description = _("area")

    def fields(self, obj):
        return [str(change) for change in shown_changes(obj)]

    fields.short_description = _("changes")


class VisitFilter(ScopedFilterSet):
    place = django_filters.ChoiceFilter(label=_("Place"), choices=Visit.Place.choices)
    purpose = django_filters.ChoiceFilter(label=_("What people came for"), choices=Visit.Purpose.choices)
    at = django_filters.DateFromToRangeFilter(label=_("When"))

    class Meta:
        model = Visit
        fields = ["place", "purpose", "at"]


class VisitAdmin(ScopedModelAdmin):
    model = Visit
    base_url_path = "kunjungan"
    menu_label, menu_icon, menu_order = _("Visits"), "group", 150
    list_display = ("at", "place", "purpose", "unit", "village", "by")
    list_select_related = ("unit", "region", "by", "program")
    ordering = ("-at",)
    sortable = ("at",)
    filterset_class = VisitFilter
    list_template_name = "households/visit_list.html"
    empty_message = _("No visit recorded yet.")
    creatable = False
    sections = (
        Section(_("Visit"), ("at", "place", "purpose", "unit", "village", "by", "in_register", "programs_explained", "note")),
    )  # fmt: skip
    export_columns = ("at", "place", "purpose", "unit", "village", "programs_explained")
    export_right = "view"

    def village(self, obj):
        return obj.region.name

    village.short_description = _("area")
