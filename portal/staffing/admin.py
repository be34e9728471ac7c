"""Officers, appointments, vacancies, trainings and replacements in the back office."""

from __future__ import annotations

import django_filters
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.filters import RegionFilter, ScopedFilterSet
from portal.fields import blind_index, mask_number, only_digits

from . import admin_views as views
from . import officer_views
from .figures import topics_missing
from .forms import CandidateForm, CloseAccountForm, CriterionForm, OfficerForm, TrainingForm, VacancyForm
from .identifiers import age_on
from .models import (
    Appointment,
    Candidate,
    Criterion,
    Officer,
    Position,
    Replacement,
    StipendAccount,
    Training,
    Vacancy,
)
from .services.appointments import save_officer
from .workflow import APPOINTMENT_FLOW, CANDIDATE_FLOW, REPLACEMENT_FLOW, VACANCY_FLOW


class OfficerAdmin(ScopedModelAdmin):
    model = Officer
    base_url_path = "petugas"
    menu_label, menu_icon, menu_order = _("Officers"), "group", 220
    list_display = ("name", "posts", "region", "background")
    list_select_related = ("region", "domicile")
    ordering = ("name",)
    sortable = ("name",)
    search_placeholder = _("Name, or the whole NIK")
    form_class = OfficerForm
    audit_purpose = _("Staff record")
    export_columns = ("name", "sex", "posts", "region", "background")
    sections = (
        Section(
            _("Personal data"),
            ("name", "sex", "age", "education", "background", "domicile", "region", "posts"),
        ),
        Section(
            _("Data for the Ministry"),
            ("masked_nik", "masked_nip", "phone", "email", "masked_imei", "has_statement"),
            right="change",
        ),
        Section(_("Other posts"), ("has_forbidding_post", "other_posts")),
        Section(_("Still to learn"), ("still_to_learn",)),
    )
    related = (
        Related(_("Appointments"), lambda o, user: Appointment.objects.visible_to(user).filter(officer=o).select_related("officer", "position", "region"), ("position", "region", "status", "starts_on", "ends_on")),
        Related(_("Accounts for the stipend"), lambda o, user: StipendAccount.objects.visible_to(user).filter(officer=o), ("source", "bank", "masked_number", "opened_on", "closed_on")),
        Related(_("Trainings"), lambda o, user: Training.objects.filter(attendances__officer=o)[:30], ("title", "method", "starts_on", "organizer")),
    )  # fmt: skip
    actions = {
        "propose": officer_views.ChoosePostView,
        "account": officer_views.AddAccount,
        "statement": officer_views.StatementLetter,
    }

    def search(self, queryset, term):
        digits = only_digits(term)
        if len(digits) == 16 and digits.isdigit():
            return queryset.filter(nik_index=blind_index(digits))
        return queryset.filter(name__icontains=term)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("appointments__position")

    def save_form(self, form, *, by):
        form.save(commit=False)
        return save_officer(form.instance, by=by, fields=form.changed_data)

    def posts(self, officer):
        return [str(a.position) for a in officer.appointments.all() if a.status == Appointment.Status.ACTIVE]

    posts.short_description = pgettext_lazy("post", "positions")

    def age(self, officer):
        return age_on(officer.birth_date, timezone.localdate())

    age.short_description = _("age")

    def masked_nip(self, officer):
        return mask_number(officer.civil_service_number) if officer.civil_service_number else ""

    masked_nip.short_description = _("NIP")

    def masked_imei(self, officer):
        return mask_number(officer.imei) if officer.imei else ""

    masked_imei.short_description = _("IMEI")

    def has_statement(self, officer):
        return bool(officer.statement_letter)

    has_statement.short_description = _("statement letter")

    def still_to_learn(self, officer):
        held = officer.appointments.active().select_related("position")
        return [str(topic) for appointment in held for topic in topics_missing(appointment)]

    still_to_learn.short_description = _("topics without a training")


class AppointmentFilter(ScopedFilterSet):
    open_choices = ("position",)
    region = RegionFilter(label=_("Region"))
    ends_on = django_filters.DateFromToRangeFilter(label=_("term ends"))

    class Meta:
        model = Appointment
        fields = ["position", "status"]


class AppointmentAdmin(ScopedModelAdmin):
    model = Appointment
    base_url_path = "penunjukan"
    menu_label, menu_icon, menu_order = _("Appointments"), "clipboard-list", 222
    list_display = ("officer", "position", "region", "unit", "status", "ends_on")
    list_select_related = ("officer", "position", "region", "unit", "decree", "officer__user")
    ordering = ("-pk",)
    search_words = ("officer__name", "region__name")
    search_placeholder = _("Officer or work area")
    filterset_class = AppointmentFilter
    flow = APPOINTMENT_FLOW
    creatable = False
    export_columns = ("officer", "position", "region", "unit", "status", "starts_on", "ends_on", "is_local")
    record_template_name = "staffing/appointment.html"
    sections = (
        Section(
            _("Appointment"), ("officer", "position", "unit", "region", "starts_on", "ends_on", "is_local")
        ),
        Section(_("Decree"), ("decree", "decree_date", "decree_issuer", "decree_signatory")),
    )
    actions = {
        "decree": views.DecreeView,
        "reject": views.RejectView,
        "resign": views.ResignView,
        "end": views.EndView,
        "decree-file": views.DecreeFileView,
    }

    def decree_date(self, a):
        return a.decree.date if a.decree else None

    decree_date.short_description = _("decree date")

    def decree_issuer(self, a):
        return a.decree.get_issuer_display() if a.decree else None

    decree_issuer.short_description = _("issued by")

    def decree_signatory(self, a):
        return a.decree.signatory if a.decree else None

    decree_signatory.short_description = _("signed by")


class VacancyFilter(ScopedFilterSet):
    open_choices = ("position",)
    region = RegionFilter(label=_("Region"))

    class Meta:
        model = Vacancy
        fields = ["position", "status"]


class VacancyAdmin(ScopedModelAdmin):
    model = Vacancy
    base_url_path = "lowongan"
    menu_label, menu_icon, menu_order = _("Vacancies"), "mail", 224
    list_display = ("position", "region", "unit", "status", "places", "closes_on")
    list_select_related = ("position", "region", "unit")
    ordering = ("-closes_on",)
    sortable = ("closes_on",)
    filterset_class = VacancyFilter
    flow = VACANCY_FLOW
    form_class = VacancyForm
    sections = (
        Section(_("Vacancy"), ("position", "unit", "region", "places", "opens_on", "closes_on")),
        Section(_("Announcement"), ("how_to_apply", "note", "criteria_list")),
    )
    related = (
        Related(_("Candidates"), lambda v, user: Candidate.objects.visible_to(user).filter(vacancy=v), ("name", "sex", "education", "score", "status")),
    )  # fmt: skip
    actions = {"publish": views.PublishView, "candidate": views.AddCandidate, "close": views.CloseVacancy}

    def criteria_list(self, vacancy):
        return [str(criterion) for criterion in vacancy.criteria]

    criteria_list.short_description = _("criteria")


class CandidateAdmin(ScopedModelAdmin):
    model = Candidate
    base_url_path = "calon"
    add_to_admin_menu = False
    list_display = ("name", "vacancy", "status", "score")
    list_select_related = ("vacancy__position", "vacancy__region", "vacancy__unit", "domicile")
    ordering = ("-pk",)
    flow = CANDIDATE_FLOW
    audit_purpose = _("Application for a vacancy")
    form_class = CandidateForm
    creatable = False
    sections = (
        Section(
            _("Candidate"),
            (
                "name",
                "sex",
                "birth_date",
                "masked_nik",
                "education",
                "background",
                "domicile",
                "phone",
                "email",
                "vacancy",
            ),
        ),
        Section(_("Selection"), ("score", "note", "has_forbidding_post", "other_posts")),
    )
    actions = {"select": views.SelectView, "decline": views.DeclineView}


class TrainingFilter(ScopedFilterSet):
    starts_on = django_filters.DateFromToRangeFilter(label=_("date"))

    class Meta:
        model = Training
        fields = ["method"]


class TrainingAdmin(ScopedModelAdmin):
    model = Training
    base_url_path = "pelatihan"
    menu_label, menu_icon, menu_order = _("Trainings"), "tick-inverse", 228
    list_display = ("title", "method", "place_of", "starts_on", "participants")
    list_select_related = ("region",)
    ordering = ("-starts_on",)
    sortable = ("starts_on",)
    search_words = ("title",)
    filterset_class = TrainingFilter
    form_class = TrainingForm
    sections = (
        Section("", ("title", "method", "topics", "place_of", "starts_on", "ends_on", "organizer", "place")),
    )
    related = (
        Related(_("Participants"), lambda t, user: Officer.objects.visible_to(user).filter(attendances__training=t)[:100], ("name", "region")),
    )  # fmt: skip
    actions = {"participants": views.ParticipantsView}

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("attendances")

    def place_of(self, training):
        return training.region or _("Indonesia")

    place_of.short_description = _("region")

    def participants(self, training):
        return len(training.attendances.all())

    participants.short_description = _("participants")


class ReplacementFilter(ScopedFilterSet):
    due_on = django_filters.DateFromToRangeFilter(label=_("due"))

    class Meta:
        model = Replacement
        fields = ["status"]


class ReplacementAdmin(ScopedModelAdmin):
    model = Replacement
    base_url_path = "pergantian"
    menu_label, menu_icon, menu_order = _("Replacements"), "rotate", 226
    list_display = ("leaver", "position_name", "region", "status", "due_on", "clock")
    list_select_related = ("leaving__officer", "leaving__position", "leaving__region", "leaving__decree", "region", "unit", "successor__officer", "successor__decree", "successor__position", "successor__region", "vacancy")  # fmt: skip
    ordering = ("due_on",)
    sortable = ("due_on",)
    filterset_class = ReplacementFilter
    flow = REPLACEMENT_FLOW
    creatable = False
    record_template_name = "staffing/replacement.html"
    sections = (
        Section(
            _("Replacement"),
            ("leaver", "position_name", "unit", "region", "reason", "resigned_on", "due_on", "clock", "new_officer", "handed_over"),
        ),
        Section(_("Notice to the Ministry"), ("notice_number", "notice_date", "sent_on", "sent_by", "sent_proof")),
    )  # fmt: skip
    actions = {
        "announce": views.AnnounceView,
        "appoint": views.SuccessorView,
        "write-notice": views.NoticeView,
        "notice": views.NoticeFile,
        "notify": views.SendingView,
        "finish": views.FinishView,
        "cancel": views.CancelView,
    }

    def leaver(self, replacement):
        return replacement.leaving.officer

    leaver.short_description = _("leaving officer")

    def new_officer(self, replacement):
        return replacement.successor.officer if replacement.successor else None

    new_officer.short_description = _("successor")

    def position_name(self, replacement):
        return replacement.leaving.position

    position_name.short_description = pgettext_lazy("post", "position")

    def clock(self, replacement):
        """What the month says (S-09)."""
        if replacement.status != Replacement.Status.RECRUITING:
            return ""
        days = replacement.days_left
        if days < 0:
            return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
        return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}

    clock.short_description = _("clock")


class PositionAdmin(ScopedModelAdmin):
    model = Position
    base_url_path = "jabatan"
    menu_label, menu_icon, menu_order = _("Positions and tasks"), "list-ul", 232
    list_display = ("__str__", "unit_kind", "area_level")
    ordering = ("order",)
    form_fields = ("name", "name_en", "tasks", "tasks_en", "per_area", "order")
    creatable = False
    sections = (
        Section("", ("__str__", "unit_kind", "area_level", "is_management")),
        Section(_("Tasks and responsibilities"), ("task_list",)),
    )
    related = (
        Related(
            _("Criteria"),
            lambda p, user: p.criteria.filter(is_active=True),
            ("__str__", "strength", "check_by"),
        ),
        Related(_("What to learn"), lambda p, user: p.topics.all(), ("__str__",)),
    )

    def task_list(self, position):
        return format_html(
            "<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((task,) for task in position.task_list))
        )

    task_list.short_description = _("tasks")


class CriterionAdmin(ScopedModelAdmin):
    model = Criterion
    base_url_path = "kriteria-jabatan"
    add_to_admin_menu = False
    list_display = ("__str__", "position", "strength", "check_by", "is_active")
    list_select_related = ("position",)
    ordering = ("position_id", "order")
    form_class = CriterionForm


StipendAccount.masked_number.fget.short_description = _("account number")


class AccountAdmin(ScopedModelAdmin):
    model = StipendAccount
    base_url_path = "rekening"
    add_to_admin_menu = False
    creatable = False
    list_display = ("officer", "source", "bank", "masked_number", "opened_on", "closed_on")
    list_select_related = ("officer",)
    ordering = ("-opened_on",)
    form_class = CloseAccountForm
