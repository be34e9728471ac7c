"""Requests, pathways and Puskesos locations in the back office."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.filters import ScopedFilterSet

from . import admin_views as views
from .enums import Addressee, Item
from .models import AssessmentCriterion, FormationRequest, Pathway, PathwayVersion, PuskesosLocation
from .services import copies
from .workflow import REQUEST_FLOW, VERSION_FLOW


class RequestFilter(ScopedFilterSet):
    open_choices = ("version__pathway",)
    submitted_at = django_filters.DateFromToRangeFilter(label=_("sent"))
    version__pathway = django_filters.ModelChoiceFilter(label=_("pathway"), queryset=Pathway.objects.all())
    waiting = django_filters.BooleanFilter(label=_("waits for my office"), method="by_office")
    late = django_filters.BooleanFilter(label=_("late"), method="by_limit")
    copy = django_filters.BooleanFilter(label=_("a copy waits for my receipt"), method="by_copy")

    class Meta:
        model = FormationRequest
        fields = ["status", "unit_kind"]

    def by_office(self, rows, name, value):
        own = FormationRequest.objects.waiting_for(self.request.user).values("pk")
        return rows.filter(pk__in=own) if value else rows.exclude(pk__in=own)

    def by_limit(self, rows, name, value):
        late = FormationRequest.objects.late().values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def by_copy(self, rows, name, value):
        copied = copies.waiting_for(self.request.user).values("request")
        return rows.filter(pk__in=copied) if value else rows.exclude(pk__in=copied)


class RequestAdmin(ScopedModelAdmin):
    model = FormationRequest
    base_url_path = "pembentukan"
    menu_label, menu_icon, menu_order = _("Formation"), "plus-inverse", 210
    list_display = ("title", "pathway_name", "status", "stage", "who", "stage_due_on", "late")
    list_select_related = ("region", "stage", "version__pathway")
    ordering = ("-created_at",)
    sortable = ("created_at",)
    search_fields, search_words = ("region__code", "letter_number"), ("region__name",)
    search_placeholder = _("Region, code or letter number")
    filterset_class = RequestFilter
    flow = REQUEST_FLOW
    empty_message = _("No request has reached your area yet.")
    record_template_name = "formation/request.html"
    export_columns = (
        "title", "pathway_name", "status", "stage", "who", "stage_since", "stage_due_on", "letter_number", "letter_date",
    )  # fmt: skip
    sections = (
        Section(
            _("Request"),
            ("title", "pathway_name", "origin", "letter_number", "letter_date", "signatory", "reason", "follows_standard"),
        ),
    )  # fmt: skip
    actions = {
        "stage": views.CompleteStageView,
        "send-back": views.ReturnView,
        "decline": views.RefuseView,
        "acknowledge": views.AcknowledgeView,
        "letter": views.LetterView,
    }

    def title(self, request):
        return f"{request.get_unit_kind_display()} {request.region.name}"

    title.short_description = _("unit asked for")

    def pathway_name(self, request):
        return request.version.pathway

    pathway_name.short_description = _("pathway")

    def who(self, request):
        """Whose turn it is."""
        if request.status in ("draft", "returned"):
            return request.version.pathway.get_applicant_display()
        return request.stage.get_body_display() if request.status == "running" else ""

    who.short_description = _("with")

    def late(self, request):
        return _("late") if request.is_late else ""

    late.short_description = _("late")


class LocationAdmin(ScopedModelAdmin):
    model = PuskesosLocation
    base_url_path = "lokasi-puskesos"
    add_to_admin_menu = False
    list_display = ("region", "asked_in", "unit_name", "decree_number", "decreed_on")
    list_select_related = ("region", "request__region", "request__stage", "unit", "decree")
    ordering = ("region_id",)
    search_words = ("region__name",)
    sections = (Section("", ("region", "asked_in", "unit_name", "decree_number", "decreed_on")),)
    actions = {"appoint": views.VillageAppointmentView, "decree-file": views.LocationDecree}

    def asked_in(self, location):
        return str(location.request)

    asked_in.short_description = _("request")

    def unit_name(self, location):
        return location.unit.name

    unit_name.short_description = pgettext_lazy("institution", "unit")

    def decree_number(self, location):
        return location.decree.number if location.decree else ""

    decree_number.short_description = _("decree number")

    def decreed_on(self, location):
        return location.decreed_at

    decreed_on.short_description = _("officers appointed on")


class VersionAdmin(ScopedModelAdmin):
    model = PathwayVersion
    base_url_path = "jalur-pembentukan"
    menu_label, menu_icon, menu_order = _("Pathways"), "list-ol", 215
    list_display = ("__str__", "status", "addressee", "published_at")
    list_select_related = ("pathway",)
    ordering = ("pathway_id", "-number")
    flow = VERSION_FLOW
    record_template_name = "formation/version.html"
    sections = (
        Section(
            _("Version"),
            ("pathway", "number", "basis", "note", "addressee", "copies_named", "items_named", "confirms_standard", "published_at"),
        ),
    )  # fmt: skip
    actions = {
        "new-version": views.NewVersionView,
        "content": views.EditVersionView,
        "publish": views.PublishVersionView,
    }

    def copies_named(self, version):
        return ", ".join(str(Addressee(code).label) for code in version.copies)

    copies_named.short_description = _("copies to")

    def items_named(self, version):
        return ", ".join(str(Item(code).label) for code in version.items)

    items_named.short_description = _("what a request contains")


class CriterionAdmin(ScopedModelAdmin):
    model = AssessmentCriterion
    base_url_path = "kriteria-kesiapan"
    add_to_admin_menu = False
    list_display = ("name", "kind", "weight", "is_active")
    ordering = ("kind", "order")
    form_fields = ("code", "kind", "name", "name_en", "weight", "order", "is_active")
