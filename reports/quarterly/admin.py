"""The back office of quarterly reports: lists, the report page and its steps."""

from __future__ import annotations

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.backoffice.admin import ScopedModelAdmin
from portal.backoffice.filters import ScopedFilterSet
from portal.ledger import audit
from portal.periods import Quarter
from portal.regions.models import below_q

from . import admin_views, cycle_views, services
from .forms import CopyRuleForm, CycleForm
from .models import CopyRule, QuarterlyReport, ReportingCycle
from .workflow import CYCLE_FLOW, REPORT_FLOW, UPWARD, Status, Tier


class ReportFilters(ScopedFilterSet):
    kuartal = django_filters.CharFilter(field_name="cycle__quarter_code", label=_("Quarter (e.g. 2026-Q3)"))
    tier = django_filters.ChoiceFilter(choices=Tier.choices, label=_("Tier"))
    status = django_filters.ChoiceFilter(choices=Status.choices, label=_("Status"))
    waktu = django_filters.ChoiceFilter(
        choices=[("on_time", _("on time")), ("late", _("late")), ("missing", _("missing"))],
        label=_("Punctuality"),
        method="by_punctuality",
    )
    wilayah = django_filters.CharFilter(label=_("Region code"), method="by_region")

    class Meta:
        model = QuarterlyReport
        fields: list[str] = []

    def by_punctuality(self, rows, name, value):
        if value == "on_time":
            return rows.on_time()
        return rows.late() if value == "late" else rows.missing(timezone.localdate())

    def by_region(self, rows, name, value):
        from django.db.models import Q

        code = value.strip()
        return rows.filter(Q(region=code) | below_q(code))


class ReportAdmin(ScopedModelAdmin):
    model = QuarterlyReport
    menu_label = _("Quarterly reports")
    menu_icon = "doc-full-inverse"
    menu_order = 410
    list_display = ("place_name", "quarter", "tier", "status", "due_on", "punctuality_label")
    list_select_related = ("cycle",)
    ordering = ("-cycle_id", "tier", "place_name")
    sortable = ("place_name", "due_on")
    search_fields, search_words = ("number",), ("place_name",)
    search_placeholder = _("Place or letter number")
    filterset_class = ReportFilters
    empty_message = _("No quarter has been opened yet.")
    flow = REPORT_FLOW
    creatable = False
    inspect_view_class = admin_views.ReportPage
    record_template_name = "quarterly/report.html"
    bulk_actions = {**admin_views.BULK, "remind": admin_views.BulkRemind}
    export_columns = (
        "place_name",
        "region_id",
        "quarter",
        "tier",
        "status",
        "due_on",
        "first_sent_on",
        "punctuality_label",
        "number",
    )
    actions = {
        "write": admin_views.WriteView,
        "build": admin_views.BuildView,
        "remind": admin_views.RemindView,
        "correct": admin_views.CorrectView,
        **{
            f"send_{tier.value}": admin_views.step(admin_views.SendView, f"send_{tier.value}")
            for tier in Tier
        },
        **{
            f"accept_{tier.value}": admin_views.step(admin_views.AcceptView, f"accept_{tier.value}")
            for tier in UPWARD
        },
        **{
            f"return_{tier.value}": admin_views.step(admin_views.ReturnView, f"return_{tier.value}")
            for tier in UPWARD
        },
    }

    def place_name(self, obj):
        return obj.place_name

    place_name.short_description = _("Place")

    def quarter(self, obj):
        return obj.cycle.quarter.label

    quarter.short_description = _("quarter")

    def region_id(self, obj):
        return obj.region_id

    region_id.short_description = _("region code")

    def punctuality_label(self, obj):
        return PUNCTUALITY[obj.punctuality]

    punctuality_label.short_description = _("punctuality")


PUNCTUALITY = {"on_time": _("on time"), "late": _("late"), "missing": _("missing"), "open": _("not due yet")}


class CycleAdmin(ScopedModelAdmin):
    model = ReportingCycle
    menu_label = _("Reporting quarters")
    menu_icon = "calendar-alt"
    menu_order = 420
    list_display = ("label", "status", "due_puskesos", "due_slrt", "due_province", "due_nation", "closes_on")
    inspect_view_class = cycle_views.CyclePage
    ordering = ("-quarter_code",)
    flow = CYCLE_FLOW
    form_class = CycleForm
    record_template_name = "quarterly/cycle.html"
    empty_message = _("No quarter has been opened yet.")
    actions = {"close": cycle_views.CloseView, "remind_all": cycle_views.RemindAllView}

    def label(self, obj):
        return obj.quarter.label

    label.short_description = _("quarter")

    def save_form(self, form, *, by):
        data = form.cleaned_data
        due = {name: value for name, value in data.items() if name.startswith("due_") and value}
        if data["closes_on"] or not form.instance._state.adding:
            due["closes_on"] = data["closes_on"]  # taken away: the quarter waits for a hand
        if form.instance._state.adding:
            return services.open_cycle(quarter=Quarter.parse(form.cleaned_data["quarter"]), by=by, due=due)
        return services.change_due_dates(cycle=form.instance, due=due, by=by)


class CopyRuleAdmin(ScopedModelAdmin):
    model = CopyRule
    menu_label = _("Copies of reports")
    menu_icon = "mail"
    menu_order = 480
    list_display = ("recipient", "tier", "region", "position")
    list_select_related = ("region",)
    ordering = ("tier", "position")
    form_class = CopyRuleForm
    deletable = True
    empty_message = _("Nobody gets copies yet.")

    def save_form(self, form, *, by):
        adding = form.instance._state.adding
        rule = form.save()
        audit.record(
            audit.Action.CREATE if adding else audit.Action.CHANGE,
            rule,
            by=by,
            fields=sorted(form.changed_data),
        )
        return rule
