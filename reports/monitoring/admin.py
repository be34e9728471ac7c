"""The back office of monitoring: instruments and their versions, visits, findings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.periods import Quarter

from . import design_views, instruments, supervision, supervision_views
from .design_forms import InstrumentForm
from .models import Finding, Instrument, InstrumentVersion, SupervisionPair, SupervisionVisit
from .supervision_forms import VisitForm
from .workflow import FINDING_FLOW, VERSION_FLOW, VISIT_FLOW


class VersionAdmin(ScopedModelAdmin):
    model = InstrumentVersion
    menu_label = _("Instrument versions")
    menu_icon = "form"
    menu_order = 441
    list_display = ("__str__", "status", "valid_from", "note")
    list_select_related = ("instrument",)
    ordering = ("-created_at",)
    creatable = False
    flow = VERSION_FLOW
    inspect_view_class = design_views.VersionPage
    record_template_name = "monitoring/version.html"
    actions = {
        "section": design_views.SectionView,
        "question": design_views.QuestionView,
        "xlsform": design_views.ImportView,
        "publish": design_views.PublishView,
    }


class InstrumentAdmin(ScopedModelAdmin):
    model = Instrument
    menu_label = _("Instruments")
    menu_icon = "form"
    menu_order = 440
    list_display = ("name", "purpose", "region", "extends")
    list_select_related = ("region", "extends")
    ordering = ("purpose", "name")
    search_words = ("name",)
    form_class = InstrumentForm
    empty_message = _("No instrument has been designed yet.")
    actions = {"new_version": design_views.NewVersionView}
    related = (
        Related(
            _("Versions"),
            lambda instrument, user: instrument.versions.select_related("instrument"),
            ("__str__", "status", "valid_from", "note"),
            VersionAdmin,
        ),
    )

    def save_form(self, form, *, by):
        data = form.cleaned_data
        if not form.instance._state.adding:
            return super().save_form(form, by=by)
        return instruments.create_instrument(
            code=form.code,
            name=data["name"],
            name_en=data["name_en"],
            purpose=data["purpose"],
            by=by,
            region=data["region"],
            extends=data["extends"],
        )


class FindingAdmin(ScopedModelAdmin):
    model = Finding
    menu_label = _("Findings")
    menu_icon = "tasks"
    menu_order = 460
    list_display = ("text", "region", "owner", "due_on", "status")
    list_select_related = ("region", "owner")
    ordering = ("due_on",)
    creatable = False
    flow = FINDING_FLOW
    actions = {
        "finish": supervision_views.FinishView,
        "confirm": supervision_views.ConfirmView,
        "reopen": supervision_views.ReopenView,
    }
    empty_message = _("Nothing was found that needs following up.")


class VisitAdmin(ScopedModelAdmin):
    model = SupervisionVisit
    menu_label = _("Supervision visits")
    menu_icon = "site"
    menu_order = 450
    list_display = ("planned_on", "region", "kind", "purpose", "leader", "status")
    list_select_related = ("region", "leader")
    ordering = ("-planned_on",)
    form_class = VisitForm
    flow = VISIT_FLOW
    inspect_view_class = supervision_views.VisitPage
    record_template_name = "monitoring/visit.html"
    sections = (
        Section(
            _("Supervision visit"),
            (
                "kind",
                "region",
                "planned_on",
                "held_on",
                "purpose",
                "leader",
                "with_whom",
                "instrument_version",
            ),
        ),
    )
    empty_message = _("No visit has been planned yet.")
    actions = {
        "hold": supervision_views.HoldView,
        "finding": supervision_views.FindingView,
        "cancel": supervision_views.CancelView,
    }
    related = (
        Related(
            _("Findings"),
            lambda visit, user: visit.findings.select_related("owner"),
            ("text", "owner", "due_on", "status"),
            FindingAdmin,
        ),
    )

    def save_form(self, form, *, by):
        data = form.cleaned_data
        if not form.instance._state.adding:
            return super().save_form(form, by=by)
        return supervision.plan_visit(
            region=data["region"],
            kind=data["kind"],
            planned_on=data["planned_on"],
            purpose=data["purpose"],
            with_whom=data["with_whom"],
            instrument=data["instrument"],
            leader=by,
            by=by,
        )


class PairAdmin(ScopedModelAdmin):
    model = SupervisionPair
    index_view_class = supervision_views.PairList
    menu_label = _("Crosswise pairs")
    menu_icon = "group"
    menu_order = 455
    list_display = ("quarter", "facilitator", "facilitator_village", "companion", "companion_village")
    list_select_related = ("facilitator", "facilitator_village", "companion", "companion_village")
    ordering = ("-quarter_code", "facilitator_village_id")
    creatable = False
    list_template_name = "monitoring/pairs.html"
    empty_message = _("No facilitators have been paired yet.")
    sections = (
        Section(
            _("Crosswise pair"),
            ("quarter", "facilitator", "facilitator_village", "companion", "companion_village"),
        ),
    )
    actions = {"visit": supervision_views.CrosswiseVisitView}
    related = (
        Related(
            _("Supervision visits"),
            lambda pair, user: (
                SupervisionVisit.objects.visible_to(user).filter(pair=pair).select_related("leader")
            ),
            ("planned_on", "purpose", "leader", "status"),
            VisitAdmin,
        ),
    )

    def quarter(self, obj):
        return Quarter.parse(obj.quarter_code).label

    quarter.short_description = _("quarter")
