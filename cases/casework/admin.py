"""The case desk in the back office: lists, records, work that waits."""

from __future__ import annotations

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cases.households.models import Person
from portal.accounts.policies import may
from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.admin_views import ListView, RecordView
from portal.backoffice.filters import RegionFilter, ScopedFilterSet
from portal.regions.models import full_names
from programs_catalog.models import Program, Provider, Sector

from .actions import CASE_ACTIONS, REFERRAL_ACTIONS
from .bulk import CASE_BULK, REFERRAL_BULK
from .models import Case, LocalHoliday, Referral, ServiceTime
from .workflow import (
    CASE_FLOW,
    OPEN,
    REFERRAL_FLOW,
    UNDER_WAY,
    Kind,
    Outcome,
    PublicStatus,
    ReferralStatus,
    Status,
)


class CaseFilter(ScopedFilterSet):
    open_choices = ("program", "sector")

    region = RegionFilter(label=_("Region"))
    shown_as = django_filters.ChoiceFilter(
        label=_("Status as the public sees it"), choices=PublicStatus.choices, method="filter_shown_as"
    )
    subject_sex = django_filters.ChoiceFilter(label=_("Sex"), choices=Person.Sex.choices)
    sector = django_filters.ModelChoiceFilter(
        field_name="program__sector", label=_("Sector"), queryset=Sector.objects.all()
    )
    level = django_filters.ChoiceFilter(
        field_name="program__provider__level", label=_("Managing level"), choices=Provider.Level.choices
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices)
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome.choices)
    program = django_filters.ModelChoiceFilter(label=_("Program"), queryset=Program.objects.order_by("name"))
    channel = django_filters.ChoiceFilter(label=_("Registered by way of"), choices=Case.Channel.choices)
    opened_at = django_filters.DateFromToRangeFilter(label=_("Registered"))
    late = django_filters.BooleanFilter(label=_("Late"), method="filter_late")

    class Meta:
        model = Case
        fields = ["kind", "status", "outcome", "program", "channel", "opened_at", "late"]

    def filter_shown_as(self, rows, name, value):
        return rows.shown_as(value)

    def filter_late(self, rows, name, value):
        now = timezone.now()
        late = Q(status__in=OPEN, due_at__lt=now) | Q(
            referrals__status__in=UNDER_WAY, referrals__due_at__lt=now
        )
        keys = Case.objects.filter(late).values("pk")
        return rows.filter(pk__in=keys) if value else rows.exclude(pk__in=keys)


def _name(case: Case) -> str:
    if case.is_anonymous:
        return _t("anonymous")
    return case.person.name if case.person_id else case.reporter_name


class CaseRecordView(RecordView):
    """The page of a case: whose turn it is, what is missing, what can be done now."""

    def get_context_data(self, **kwargs):
        case, user = self.instance, self.request.user
        return super().get_context_data(
            path=path_of(case),
            may_print=may(user, "print_receipt", case),
            needs_enrolment=case.kind == Kind.NEED
            and case.status in (Status.ANSWERED, Status.INFORMED)
            and not case.enrolment_id,
            **kwargs,
        )


def path_of(case: Case) -> list[dict]:
    """The stations of the case's kind, with what is done, where it stands, what follows."""
    if case.kind == Kind.SUGGESTION:
        stations = [Status.REGISTERED, Status.AGENDA, Status.ANSWERED, Status.INFORMED, Status.CLOSED]
    elif case.kind == Kind.QUESTION:
        stations = [Status.REGISTERED, Status.ANSWERED, Status.INFORMED, Status.CLOSED]
    else:
        stations = [
            Status.REGISTERED, Status.REVIEWED, Status.PROPOSED, Status.REFERRED, Status.ANSWERED, Status.INFORMED, Status.CLOSED,
        ]  # fmt: skip
    here = {Status.RETURNED: Status.REGISTERED, Status.PAUSED: Status.REGISTERED}.get(
        case.status, case.status
    )
    if here not in stations:
        stations.insert(2, here)
    at = stations.index(here)
    closed = case.status == Status.CLOSED
    return [
        {
            "label": Status(station).label,
            "state": "done" if number < at or closed else "now" if number == at else "next",
            "note": case.get_outcome_display() if station == Status.CLOSED and closed else "",
        }
        for number, station in enumerate(stations)
    ]


class ReferralRows:
    """How the referrals of a case are shown on its page."""

    model, flow = Referral, REFERRAL_FLOW

    def program_name(self, obj):
        return (obj.program.acronym or str(obj.program)) if obj.program_id else _t("Data of the register")

    program_name.short_description = _("program")

    def due(self, obj):
        return show_due(obj)

    due.short_description = _("due")


class CaseAdmin(ScopedModelAdmin):
    model = Case
    inspect_view_class = CaseRecordView
    base_url_path = "keluhan"
    menu_label, menu_icon, menu_order = _("Cases"), "clipboard-list", 110
    list_display = ("number", "family", "matter", "village", "status", "due", "opened_on")
    list_select_related = (
        "person",
        "program",
        "region",
        "unit",
        "registered_by",
        "taken_over_by",
        "household",
    )
    ordering = ("-opened_at",)
    sortable = ("opened_at", "number")
    filterset_class = CaseFilter
    search_fields = ("number",)
    search_placeholder = _("Registration number")
    empty_message = _("No case of your area yet.")
    flow = CASE_FLOW
    actions = CASE_ACTIONS
    bulk_actions = CASE_BULK
    record_template_name = "casework/case_record.html"
    creatable = False
    sections = (
        Section(_("Matter"), ("kind", "concern", "program_name", "description", "answer"), right="read_personal"),
        Section(
            _("Family"),
            ("family", "masked_nik", "address", "village_path", "reporter", "reporter_phone"),
            right="read_personal",
        ),
        Section(
            _("Course"),
            ("number", "kind", "program_name", "village_path", "channel", "unit", "opened_at", "registered_by", "taken_over_by", "due", "outcome", "closed_at", "solved"),
        ),
    )  # fmt: skip
    related = (
        Related(
            _("Referrals"),
            lambda obj, user: Referral.objects.visible_to(user).filter(case=obj).select_related("desk", "program", "case")[:20],
            ("program_name", "desk", "status", "reason_code", "due", "answered_at"),
            admin=ReferralRows,
            empty=_("Not referred yet."),
        ),
        Related(
            _("The family was told"),
            lambda obj, user: obj.feedback.select_related("by").order_by("-told_at")[:20],
            ("told_at", "method", "by", "note"),
            empty=_("Not yet."),
        ),
    )  # fmt: skip
    export_columns = (
        "number", "kind", "concern", "program_name", "sector", "village_path", "channel", "unit", "status", "outcome", "opened_at",
        "closed_at", "subject_sex",
    )  # fmt: skip

    def get_list_display(self, request):
        # Names are for those who work on cases; oversight reads the list without them.
        if may(request.user, "read_personal", Case):
            return self.list_display
        return tuple(name for name in self.list_display if name != "family")

    def matter(self, obj):
        program = self.program_name(obj)
        return f"{obj.get_kind_display()}: {program}" if program else obj.get_kind_display()

    matter.short_description = _("matter")

    def opened_on(self, obj):
        return timezone.localtime(obj.opened_at).date()

    opened_on.short_description = _("registered")

    def family(self, obj):
        return _name(obj)

    family.short_description = _("person")

    def masked_nik(self, obj):
        return obj.person.masked_nik if obj.person_id else ""

    masked_nik.short_description = _("NIK")

    def address(self, obj):
        return obj.household.address if obj.household_id else ""

    address.short_description = _("address")

    def program_name(self, obj):
        return (obj.program.acronym or str(obj.program)) if obj.program_id else ""

    program_name.short_description = _("program")

    def sector(self, obj):
        return obj.program.sector_id if obj.program_id else ""

    sector.short_description = _("sector")

    def village(self, obj):
        return obj.region.name

    village.short_description = _("village")

    def village_path(self, obj):
        return full_names([obj.region])[obj.region_id]

    village_path.short_description = _("area")

    def reporter(self, obj):
        return "" if obj.is_anonymous else obj.reporter_name

    reporter.short_description = _("reporter")

    def due(self, obj):
        return show_due(obj)

    due.short_description = _("due")

    def solved(self, obj):
        return obj.was_solved

    solved.short_description = _("solved, says the family")


def show_due(obj):
    """The day by which something is due; late ones say so in words."""
    if obj.due_at is None:
        return ""
    day = timezone.localtime(obj.due_at)
    from django.utils.formats import date_format

    text = date_format(day, "j M Y")
    if obj.is_late:
        return format_html('<span class="bo-badge bo-badge--refused">{} · {}</span>', text, _t("late"))
    return text


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

    def filter_shown_as(self, rows, name, value):
        return rows.shown_as(value)

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
        return _name(obj.case)

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


class ServiceTimeAdmin(ScopedModelAdmin):
    model = ServiceTime
    base_url_path = "waktu-layanan"
    menu_label, menu_icon, menu_order = _("Service times"), "time", 830
    list_display = ("stage", "kind", "region", "working_days")
    list_select_related = ("region",)
    ordering = ("stage",)
    form_fields = ("stage", "kind", "region", "working_days")
    deletable = True


class LocalHolidayAdmin(ScopedModelAdmin):
    model = LocalHoliday
    base_url_path = "libur-daerah"
    menu_label, menu_icon, menu_order = _("Local holidays"), "date", 840
    list_display = ("day", "name", "region")
    list_select_related = ("region",)
    ordering = ("-day",)
    sortable = ("day",)
    form_fields = ("region", "day", "name")
    deletable = True
