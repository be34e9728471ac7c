"""Referrals in the back office: what waits at a desk, what is late."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import may
from portal.backoffice.admin import ScopedModelAdmin, Section
from portal.backoffice.filters import ScopedFilterSet
from portal.backoffice.list_views import ListView
from portal.regions.models import full_names
from programs_catalog.models import Program

from ..actions import REFERRAL_ACTIONS
from ..bulk import REFERRAL_BULK
from ..models import Referral
from ..workflow import REFERRAL_FLOW, UNDER_WAY, ReferralStatus
from .shown import name_of, show_due


class ReferralFilter(ScopedFilterSet):
    open_choices = ("program",)

    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=[choice for choice in ReferralStatus.choices if choice[0] != "proposed"]
    )
    program = django_filters.ModelChoiceFilter(label=_("Program"), queryset=Program.objects.order_by("name"))
    late = django_filters.BooleanFilter(label=_("Late"), method="filter_late")

    class Meta:
        model = Referral
        fields = ["status", "program", "late"]

    def filter_late(self, rows, name, value):
        late = Q(status__in=UNDER_WAY, due_at__lt=timezone.now())
        return rows.filter(late) if value else rows.exclude(late)


class ReferralListView(ListView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(may_answer=may(self.request.user, "answer", Referral), **kwargs)


class ReferralAdmin(ScopedModelAdmin):
    model = Referral
    index_view_class = ReferralListView
    list_template_name = "casework/referral_list.html"
    base_url_path = "rujukan"
    menu_label, menu_icon, menu_order = _("Referrals"), "redirect", 120
    list_display = ("case_number", "person_name", "program_short", "village", "status", "due", "sent_on")
    list_select_related = (
        "case__person",
        "case__region",
        "case__household",
        "program",
        "desk",
        "proposed_by",
        "referred_by",
    )
    ordering = ("-created_at",)
    list_per_page = 25
    sortable = ("created_at",)
    filterset_class = ReferralFilter
    search_placeholder = _("Registration number")
    empty_message = _("No referral yet.")
    flow = REFERRAL_FLOW
    actions = REFERRAL_ACTIONS
    bulk_actions = REFERRAL_BULK
    record_template_name = "casework/referral_record.html"
    creatable = False
    audit_purpose = _("Referral opened")
    sections = (
        Section(_("Referral"), ("case_number", "kind", "program_name", "desk", "note", "referred_at", "due", "study_until")),
        Section(
            _("Person"), ("person_name", "nik", "sex", "born_on", "address", "village_path", "description"), right="read_person"
        ),
        Section(_("Answer"), ("reason_code", "reason", "answered_at", "answered_by")),
    )  # fmt: skip
    export_columns = (
        "case_number",
        "program_name",
        "desk",
        "status",
        "reason_code",
        "referred_at",
        "due_at",
        "answered_at",
    )

    def search(self, queryset, term):
        return queryset.filter(case__number__istartswith=term)

    def get_list_display(self, request):
        if may(request.user, "read_person", Referral):
            return self.list_display
        return tuple(name for name in self.list_display if name != "person_name")

    def case_number(self, obj):
        return obj.case.number

    case_number.short_description = _("registration number")

    def kind(self, obj):
        return obj.case.get_kind_display()

    kind.short_description = _("kind")

    def person_name(self, obj):
        return name_of(obj.case)

    person_name.short_description = _("person")

    def nik(self, obj):
        return obj.case.person.nik if obj.case.person_id else ""

    nik.short_description = _("NIK")

    def sex(self, obj):
        return obj.case.person.get_sex_display() if obj.case.person_id else ""

    sex.short_description = _("sex")

    def born_on(self, obj):
        return obj.case.person.born_on if obj.case.person_id else None

    born_on.short_description = _("date of birth")

    def address(self, obj):
        return obj.case.household.address if obj.case.household_id else ""

    address.short_description = _("address")

    def description(self, obj):
        return obj.case.description

    description.short_description = _("what the family says")

    def program_short(self, obj):
        return (obj.program.acronym or str(obj.program)) if obj.program_id else _t("Data of the register")

    program_short.short_description = _("program")

    def sent_on(self, obj):
        return timezone.localtime(obj.referred_at).date() if obj.referred_at else None

    sent_on.short_description = _("referred")

    def program_name(self, obj):
        return obj.program.label if obj.program_id else _t("Data of the register")

    program_name.short_description = _("program")

    def village(self, obj):
        return obj.case.region.name

    village.short_description = _("village")

    def village_path(self, obj):
        return full_names([obj.case.region])[obj.case.region_id]

    village_path.short_description = _("area")

    def due(self, obj):
        return show_due(obj)

    due.short_description = _("due")
