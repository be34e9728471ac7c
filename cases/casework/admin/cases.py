"""Cases in the back office: the list, the record with its story and its steps."""

from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cases.households.groups import Group
from cases.households.models import Person
from portal.accounts.policies import may
from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.admin_views import RecordView
from portal.backoffice.columns import EMPTY
from portal.backoffice.filters import RegionFilter, ScopedFilterSet
from portal.backoffice.list_views import ListView
from portal.regions.models import full_names
from programs_catalog.models import Program, Provider, Sector

from ..actions import CASE_ACTIONS
from ..bulk import CASE_BULK
from ..models import Case, Emergency, Notice, Referral
from ..workflow import CASE_FLOW, REFERRAL_FLOW, Kind, Outcome, PublicStatus, Status
from .shown import name_of, show_due

#: what the address says for a case of which no person, so no group, is known
NOT_RECORDED = "tanpa"


class CaseFilter(ScopedFilterSet):
    open_choices = ("program", "sector", "emergency")

    region = RegionFilter(label=_("Region"))
    shown_as = django_filters.ChoiceFilter(
        label=_("Status as the public sees it"), choices=PublicStatus.choices, method="filter_shown_as"
    )
    subject_sex = django_filters.ChoiceFilter(label=_("Sex"), choices=Person.Sex.choices)
    concern = django_filters.ChoiceFilter(
        label=_("What the grievance is about"), choices=Case.Concern.choices
    )
    subject_group = django_filters.ChoiceFilter(
        label=_("Group of people in need (PPKS)"),
        choices=Group.choices,
        null_label=_("Not recorded"),
        null_value=NOT_RECORDED,
        method="filter_group",
    )
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
    soon = django_filters.BooleanFilter(label=_("Due within two days"), method="filter_soon")
    undelivered = django_filters.BooleanFilter(label=_("Notice not delivered"), method="filter_undelivered")
    emergency = django_filters.ModelChoiceFilter(
        label=_("Emergency"), queryset=Emergency.objects.order_by("-started_on")
    )

    class Meta:
        model = Case
        fields = [
            "kind",
            "status",
            "outcome",
            "program",
            "channel",
            "opened_at",
            "late",
            "soon",
            "region",
            "emergency",
        ]

    def filter_shown_as(self, rows, name, value):
        return rows.shown_as(value)

    def filter_group(self, rows, name, value):
        return rows.filter(subject_group="" if value == NOT_RECORDED else value)

    def filter_late(self, rows, name, value):
        return rows.late() if value else rows.exclude(pk__in=Case.objects.late().values("pk"))

    def filter_soon(self, rows, name, value):
        """About to be late: one of these days, but not late yet."""
        return rows.due_soon() if value else rows.exclude(pk__in=Case.objects.due_soon().values("pk"))

    def filter_undelivered(self, rows, name, value):
        return rows.filter(pk__in=Case.objects.undelivered().values("pk")) if value else rows


class CaseListView(ListView):
    """The list finds numbers; names are looked for by POST on a page of their own."""

    def get_context_data(self, **kwargs):
        named = may(self.request.user, "read_personal", Case)
        return super().get_context_data(
            by_name_url=reverse("casework:find_by_name") if named else "", **kwargs
        )


class CaseRecordView(RecordView):
    """The page of a case: whose turn it is, what is missing, what can be done now."""

    def sections(self):
        """Each fact once, and only what there is: oversight, which sees one section, misses nothing by it."""
        shown, said = [], set()
        for section in super().sections():
            rows = [
                row for row in section["rows"] if row["html"] not in ("", EMPTY) and row["label"] not in said
            ]
            said |= {row["label"] for row in rows}
            if rows:
                shown.append(section | {"rows": rows})
        return shown

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


class NoticeRows:
    """How the notices of a case are shown on its page."""

    model = Notice

    def about(self, obj):
        move = CASE_FLOW.moves.get(obj.move)
        return move.public_label if move else CASE_FLOW.lines.get(obj.move) or _t("Registered")

    about.short_description = _("about")

    def result(self, obj):
        return f"{obj.get_channel_display()}: {obj.get_state_display()}" + (
            f" ({obj.problem})" if obj.problem else ""
        )

    result.short_description = _("status")


class CaseAdmin(ScopedModelAdmin):
    model = Case
    index_view_class = CaseListView
    list_template_name = "casework/case_list.html"
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
        "emergency",
    )
    ordering = ("-opened_at",)
    list_per_page = 25
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
        Section(
            _("Matter"),
            ("kind", "concern", "program_name", "emergency", "description", "answer"),
            right="read_personal",
        ),
        Section(
            _("Family"),
            ("family_page", "subject_group", "masked_nik", "address", "village_path", "reporter", "reporter_phone", "notice_channel"),
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
            ("program_name", "desk", "status", "due"),
            admin=ReferralRows,
            empty=_("Not referred yet."),
        ),
        Related(
            _("The family was told"),
            lambda obj, user: obj.feedback.select_related("by").order_by("-told_at")[:20],
            ("told_at", "method", "by", "note"),
            right="read_personal",
            empty=_("Not yet."),
        ),
        Related(
            _("Notices to the family"),
            lambda obj, user: obj.notices.order_by("-created_at")[:20],
            ("about", "result", "sent_at"),
            admin=NoticeRows,
            empty=_("The family did not ask for notices, or none was due yet."),
        ),
    )  # fmt: skip
    export_columns = (
        "number", "kind", "concern", "program_name", "sector", "village_path", "channel", "unit", "status", "outcome", "opened_at",
        "closed_at", "subject_sex", "subject_group", "emergency",
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
        return name_of(obj)

    family.short_description = _("person")

    def family_page(self, obj):
        if obj.is_anonymous or not obj.household_id:
            return name_of(obj)
        url = reverse("households:household", args=[obj.household_id])
        return format_html('<a href="{}">{}</a>', url, name_of(obj))

    family_page.short_description = _("person")

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
