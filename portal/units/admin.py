"""Units in the back office: the record of a unit, its neighbors, coordination bodies, meetings."""

from __future__ import annotations

import django_filters
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.accounts.policies import may
from portal.backoffice.admin import Related, ScopedModelAdmin, Section
from portal.backoffice.filters import RegionFilter, ScopedFilterSet

from . import admin_views as views
from . import services
from .forms import (
    AgreementForm,
    BodyForm,
    DecisionForm,
    FundingForm,
    MeetingForm,
    PartnerForm,
    ProposeCoordinatorForm,
    UnitForm,
)
from .models import (
    Agreement,
    BodyMember,
    CoordinationBody,
    Decision,
    Decree,
    Funding,
    Meeting,
    Partner,
    ProvincialCoordinator,
    Unit,
)
from .standard import lacks
from .workflow import COORDINATOR_FLOW, LISTED, UNIT_FLOW


class PartAdmin(ScopedModelAdmin):
    """A record that is made from its owner's page and has no menu entry of its own."""

    add_to_admin_menu = False
    creatable = False

    def save_form(self, form, *, by):
        form.save(commit=False)
        part = services.save_part(form.instance, by=by, fields=form.changed_data)
        form.save_m2m()
        return part


class UnitFilter(ScopedFilterSet):
    region = RegionFilter(label=_("Region"))
    founded_on = django_filters.DateFromToRangeFilter(label=_("founded"))

    class Meta:
        model = Unit
        fields = ["kind", "status"]


class UnitAdmin(ScopedModelAdmin):
    model = Unit
    base_url_path = "unit"
    menu_label, menu_icon, menu_order = _("Units"), "home", 200
    list_display = ("name", "kind", "region_name", "status", "phone")
    list_select_related = ("region",)
    ordering = ("region_id",)
    sortable = ("name", "kind")
    search_fields, search_words = ("region__code",), ("name", "region__name")
    search_placeholder = _("Name or region code")
    filterset_class = UnitFilter
    flow = UNIT_FLOW
    form_class = UnitForm
    creatable = False
    record_template_name = "units/unit.html"
    export_columns = (
        "name", "kind", "status", "region_id", "region_name", "address", "opening_hours", "phone", "email", "founded_on",
    )  # fmt: skip
    sections = (
        Section(
            _("Where and when"),
            ("kind", "region_name", "address", "postal_code", "opening_hours", "phone", "whatsapp", "email", "founded_on", "coordinates", "public_page"),
        ),
    )  # fmt: skip
    related = (
        Related(_("Funding"), lambda unit, user: unit.funding.all()[:20], ("in_year", "source", "use", "budgeted", "spent")),
        Related(_("Partners"), lambda unit, user: unit.partners.all()[:20], ("name", "kind", "sectors", "receives_referrals")),
        Related(_("Agreements and action plans"), lambda unit, user: unit.agreements.select_related("partner")[:20], ("title", "kind", "partner", "valid_from", "valid_until")),
        Related(_("Meetings"), lambda unit, user: Meeting.objects.visible_to(user).filter(unit=unit)[:10], ("title", "date", "was_held")),
        Related(_("Decrees (SK)"), lambda unit, user: Decree.objects.visible_to(user).filter(region=unit.region_id).order_by("-date")[:20], ("number", "about", "issuer", "date", "valid_until")),
    )  # fmt: skip
    actions = {
        "facilities": views.FacilitiesView,
        "funding": views.AddFunding,
        "partner": views.AddPartner,
        "agreement": views.AddAgreement,
        "meeting": views.AddUnitMeeting,
        "compare": views.CompareView,
        "close": views.CloseUnit,
        "reopen": views.ReopenUnit,
    }

    def region_name(self, unit):
        return f"{unit.region} ({unit.region_id})"

    region_name.short_description = _("region")

    def coordinates(self, unit):
        return f"{unit.latitude}, {unit.longitude}" if unit.latitude is not None else ""

    coordinates.short_description = _("coordinates")

    def public_page(self, unit):
        """The page of the public directory, once the unit stands in it (F-12)."""
        if unit.status not in LISTED:
            return _("not in the public directory")
        address = f"/lokasi/{unit.kind}/{unit.region_id}/"
        return format_html('<a href="{}">{}</a>', address, address)

    public_page.short_description = _("public directory")

    def get_list_display(self, request):
        return self.list_display


Partner.receives_referrals.fget.short_description = _("receives referrals")


class FundingAdmin(PartAdmin):
    model = Funding
    base_url_path = "pendanaan"
    list_display = ("unit", "in_year", "source", "use", "budgeted", "spent")
    list_select_related = ("unit",)
    ordering = ("-year",)
    form_class = FundingForm
    deletable = True


class PartnerAdmin(PartAdmin):
    model = Partner
    base_url_path = "mitra"
    list_display = ("name", "unit", "kind", "sectors", "receives_referrals", "contact", "phone", "email")
    list_select_related = ("unit", "provider")
    ordering = ("name",)
    form_class = PartnerForm
    related = (
        Related(_("Agreements"), lambda partner, user: partner.agreements.all()[:20], ("title", "kind", "valid_from", "valid_until")),
    )  # fmt: skip


class AgreementAdmin(PartAdmin):
    model = Agreement
    base_url_path = "perjanjian"
    list_display = ("title", "unit", "kind", "number", "partner", "valid_from", "valid_until")
    list_select_related = ("unit", "partner")
    ordering = ("-valid_from",)
    form_class = AgreementForm
    actions = {"document": views.AgreementFile}


class MeetingFilter(ScopedFilterSet):
    date = django_filters.DateFromToRangeFilter(label=_("date"))

    class Meta:
        model = Meeting
        fields = ["was_held"]


class MeetingAdmin(PartAdmin):
    model = Meeting
    base_url_path = "rapat"
    add_to_admin_menu = True
    menu_label, menu_icon, menu_order = _("Meetings"), "date", 260
    list_display = ("title", "owner", "date", "place", "was_held", "open_decisions")
    list_select_related = ("unit", "body")
    ordering = ("-date",)
    sortable = ("date",)
    search_words = ("title",)
    filterset_class = MeetingFilter
    form_class = MeetingForm
    empty_message = _(
        "No meeting has been recorded. A meeting is added on the page of a unit or a coordination body."
    )
    sections = (
        Section(_("Meeting"), ("owner", "date", "starts_at", "place", "participants", "was_held")),
        Section(_("Agenda and minutes"), ("agenda", "minutes")),
    )
    related = (
        Related(_("Decisions and follow-up"), lambda meeting, user: meeting.decisions.all(), ("text", "responsible", "due_on", "follow_up", "done_on")),
    )  # fmt: skip
    actions = {"decision": views.AddDecision, "minutes": views.MeetingFile}

    def owner(self, meeting):
        return meeting.unit or meeting.body

    owner.short_description = _("of")

    def open_decisions(self, meeting):
        return meeting.decisions.open().count()

    open_decisions.short_description = _("open decisions")


class DecisionAdmin(PartAdmin):
    model = Decision
    base_url_path = "keputusan-rapat"
    list_display = ("text", "meeting", "responsible", "due_on", "done_on")
    list_select_related = ("meeting",)
    ordering = ("pk",)
    form_class = DecisionForm
    sections = (Section("", ("text", "meeting", "responsible", "due_on", "follow_up", "done_on")),)


class DecreeFilter(ScopedFilterSet):
    region = RegionFilter(label=_("Region"))

    class Meta:
        model = Decree
        fields = ["about", "issuer"]


class DecreeAdmin(ScopedModelAdmin):
    """Every decree that one sees, with its file; written by the step that it belongs to."""

    model = Decree
    base_url_path = "surat-keputusan"
    menu_label, menu_icon, menu_order = _("Decrees (SK)"), "doc-full", 272
    list_display = ("number", "about", "place", "issuer", "date", "valid_until")
    list_select_related = ("region", "revises")
    ordering = ("-date",)
    search_words = ("number", "region__name")
    search_placeholder = _("decree number")
    filterset_class = DecreeFilter
    creatable = False
    sections = (
        Section("", ("number", "about", "place", "issuer", "signatory", "date", "valid_from", "valid_until", "revises")),
    )  # fmt: skip
    actions = {"file": views.DecreeFile}

    def place(self, decree):
        return decree.region or _("Indonesia")

    place.short_description = _("region")


class BodyAdmin(ScopedModelAdmin):
    model = CoordinationBody
    base_url_path = "lembaga-koordinasi"
    menu_label, menu_icon, menu_order = _("Coordination bodies"), "group", 270
    list_display = ("name", "kind", "place", "due", "is_overdue")
    list_select_related = ("region", "decree")
    ordering = ("kind",)
    form_class = BodyForm
    sections = (Section("", ("name", "kind", "place", "decree", "meets_every_months", "due", "is_overdue")),)
    related = (
        Related(_("Members"), lambda body, user: body.members.all(), ("order", "position", "part", "name")),
        Related(_("Meetings"), lambda body, user: body.meetings.all()[:20], ("title", "date", "was_held")),
    )
    actions = {
        "meeting": views.AddBodyMeeting,
        "member": views.AddMember,
        "establish": views.EstablishBody,
        "decree": views.BodyDecree,
    }

    def place(self, body):
        return body.region or _("Indonesia")

    place.short_description = _("region")

    def due(self, body):
        return body.next_meeting_due()

    due.short_description = _("next meeting by")

    def is_overdue(self, body):
        return _("overdue") if body.meeting_is_overdue() else ""

    is_overdue.short_description = _("overdue meeting")


class MemberAdmin(PartAdmin):
    model = BodyMember
    base_url_path = "anggota-lembaga"
    list_display = ("position", "body", "part", "name")
    list_select_related = ("body",)
    ordering = ("pk",)
    form_fields = ("order", "position", "part", "name")
    deletable = True


class CoordinatorAdmin(ScopedModelAdmin):
    model = ProvincialCoordinator
    base_url_path = "koordinator-provinsi"
    menu_label, menu_icon, menu_order = _("Provincial coordinators"), "user", 275
    list_display = ("name", "region", "status", "background", "proposed_on")
    list_select_related = ("region", "decree")
    ordering = ("region_id",)
    flow = COORDINATOR_FLOW
    form_class = ProposeCoordinatorForm
    change_right = "confirm"
    sections = (
        Section(_("Proposal"), ("name", "region", "background", "phone", "email", "proposal_number", "proposed_on")),
        Section(_("Confirmation"), ("decree",)),
    )  # fmt: skip
    actions = {
        "confirm": views.ConfirmCoordinator,
        "refuse": views.RefuseCoordinator,
        "end": views.EndCoordinator,
        "proposal": views.ProposalFile,
        "decree": views.CoordinatorDecree,
    }

    def save_form(self, form, *, by):
        if form.instance._state.adding:
            form.save(commit=False)
            return services.propose_coordinator(form.instance, by=by)
        return super().save_form(form, by=by)


def record_context(unit: Unit, user) -> dict:
    """What the page of a unit shows besides its facts."""
    year = timezone.localdate().year
    return {
        "lacks": lacks(unit),
        "rooms": unit.rooms.all(),
        "equipment": unit.equipment.all(),
        "support": getattr(unit, "centre_support", None),
        "year": year,
        "may_change": may(user, "change", unit),
    }
