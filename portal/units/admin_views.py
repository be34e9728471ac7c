"""Steps on a unit, one small view per service."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.attachments import file_response
from portal.backoffice.forms import ScopedModelForm
from portal.backoffice.views import ActionView, BackofficeView, Crumb, RecordMixin
from portal.charts import bar

from . import calendar, comparison, services
from .forms import (
    AgreementForm,
    DecisionForm,
    DecreeForm,
    FacilitiesForm,
    FundingForm,
    MeetingForm,
    NoteForm,
    PartnerForm,
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
from .workflow import COORDINATOR_FLOW, UNIT_FLOW


class FacilitiesView(ActionView):
    model, right = Unit, "change"
    page_title = _("Rooms and equipment")
    form_class = FacilitiesForm
    success_message = _("Rooms and equipment have been saved.")
    explanation = _("What the guideline expects of this kind of unit. Leave empty what you do not know.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"unit": self.object}

    def perform(self, form):
        services.record_facilities(
            unit=self.object, rooms=form.rooms(), equipment=form.equipment(), by=self.request.user
        )


class AddPart(ActionView):
    """Adds a record to its owner: `part` is its model, `owner` the name of its foreign key."""

    right = "change"
    part: type
    owner = "unit"
    success_message = _("Saved.")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"instance": self.part(**{self.owner: self.object})}
        kwargs["initial"] = self.get_initial()
        return kwargs

    def perform(self, form):
        form.save(commit=False)
        services.save_part(form.instance, by=self.request.user, fields=form.changed_data)
        form.save_m2m()


class AddFunding(AddPart):
    model, part, form_class = Unit, Funding, FundingForm
    page_title = _("Add funding")

    def get_initial(self):
        return {"year": timezone.localdate().year}


class AddPartner(AddPart):
    model, part, form_class = Unit, Partner, PartnerForm
    page_title = _("Add a partner")


class AddAgreement(AddPart):
    model, part, form_class = Unit, Agreement, AgreementForm
    page_title = _("Add an agreement or plan")


class AddUnitMeeting(AddPart):
    model, part, form_class = Unit, Meeting, MeetingForm
    page_title = _("Add a meeting")

    @classmethod
    def offered(cls, obj, user):
        return may(user, "add", Meeting(unit=obj, region_id=obj.region_id))


class AddBodyMeeting(AddPart):
    model, part, form_class, owner = CoordinationBody, Meeting, MeetingForm, "body"
    page_title = _("Add a meeting")


class MemberForm(ScopedModelForm):
    class Meta:
        model = BodyMember
        fields = ["order", "position", "part", "name"]


class AddMember(AddPart):
    model, part, form_class, owner = CoordinationBody, BodyMember, MemberForm, "body"
    page_title = _("Add a member")


class AddDecision(AddPart):
    model, part, form_class, owner = Meeting, Decision, DecisionForm, "meeting"
    page_title = _("Add a decision")


class CloseUnit(ActionView):
    model, flow, move, form_class = Unit, UNIT_FLOW, "close", NoteForm
    explanation = _("The unit leaves the public directory. Its records stay.")

    def perform(self, form):
        services.close_unit(unit=self.object, note=form.cleaned_data["note"], by=self.request.user)


class ReopenUnit(ActionView):
    model, flow, move, form_class = Unit, UNIT_FLOW, "reopen", NoteForm

    def perform(self, form):
        services.reopen_unit(unit=self.object, note=form.cleaned_data["note"], by=self.request.user)


class CompareView(RecordMixin, BackofficeView, TemplateView):
    """A unit beside its neighbors."""

    model, right = Unit, "view"
    template_name = "units/compare.html"
    page_title = _("Compare with neighbors")

    def get_breadcrumbs(self):
        return [Crumb(str(self.object), record_url(self.object))]

    def get_context_data(self, **kwargs):
        year = timezone.localdate().year
        rows = comparison.compare(self.object, year=year)
        top = sorted(rows, key=lambda row: -row.budgeted)[:12]
        chart = bar(
            _t("Budget %(year)s in million rupiah") % {"year": year},
            [row.unit.name for row in top],
            [round(row.budgeted / 1_000_000) for row in top],
        )
        columns = [label for label, _function in comparison.COLUMNS]
        return super().get_context_data(
            rows=[(row, list(zip(columns, row.more, strict=True))) for row in rows],
            columns=columns,
            year=str(year),
            chart=chart if any(row.budgeted for row in top) else None,
            **kwargs,
        )


class FileOfRecord(RecordMixin, BackofficeView, View):
    """Hands out the file of a record to whoever sees the record."""

    right = "view"
    page_title = _("Download the document")
    button_style = "secondary"

    @classmethod
    def file_of(cls, obj):
        return obj.file

    @classmethod
    def offered(cls, obj, user):
        return bool(cls.file_of(obj))

    def get(self, request, *args, **kwargs):
        file = self.file_of(self.object)
        if not file:
            raise Http404
        return file_response(file, file.name.rsplit("/", 1)[-1])


class DecreeFile(FileOfRecord):
    model = Decree
    page_title = _("Download the decree")


class DecreeOfRecord(FileOfRecord):
    """The decree a record stands on, for whoever sees the record; `model` is the record's."""

    page_title = _("Download the decree")

    @classmethod
    def file_of(cls, obj):
        return obj.decree.file if obj.decree_id else None


class BodyDecree(DecreeOfRecord):
    model = CoordinationBody


class EstablishBody(ActionView):
    """The decree that a coordination body stands on; who issues it follows from the body's level (K-02)."""

    model, right, form_class = CoordinationBody, "decree", DecreeForm
    page_title = _("Record the decree")
    success_message = _("Saved.")

    def perform(self, form):
        data = {name.removeprefix("decree_"): value for name, value in form.cleaned_data.items()}
        decree = Decree(**data | {"file": data["file"] or ""})
        services.establish_body(body=self.object, decree=decree, by=self.request.user)


class CoordinatorDecree(DecreeOfRecord):
    model = ProvincialCoordinator


class ProposalFile(FileOfRecord):
    model = ProvincialCoordinator
    page_title = _("Download the letter of proposal")

    @classmethod
    def file_of(cls, obj):
        return obj.proposal_file


class AgreementFile(FileOfRecord):
    model = Agreement


class MeetingFile(FileOfRecord):
    model = Meeting
    page_title = _("Download the minutes")


class ConfirmCoordinator(ActionView):
    model, flow, move, form_class = ProvincialCoordinator, COORDINATOR_FLOW, "confirm", DecreeForm

    def perform(self, form):
        data = form.cleaned_data
        services.confirm_coordinator(
            coordinator=self.object,
            decree=Decree(
                about=Decree.About.BODY,
                number=data["decree_number"],
                date=data["decree_date"],
                issuer=Decree.Issuer.MINISTRY,
                signatory=data["decree_signatory"],
                valid_from=data["decree_valid_from"],
                valid_until=data["decree_valid_until"],
                file=data["decree_file"] or "",
                region=self.object.region,
            ),
            by=self.request.user,
        )


class RefuseCoordinator(ActionView):
    model, flow, move, form_class = ProvincialCoordinator, COORDINATOR_FLOW, "refuse", NoteForm

    def perform(self, form):
        services.decide_coordinator(
            coordinator=self.object, move=self.move, note=form.cleaned_data["note"], by=self.request.user
        )


class EndCoordinator(RefuseCoordinator):
    move = "end"


class CalendarFeed(View):
    """A user's deadlines and meetings for their calendar program; the address itself is the key."""

    def get(self, request, token):
        user = calendar.user_of(token)
        if user is None:
            raise Http404
        response = HttpResponse(calendar.feed(user), content_type="text/calendar; charset=utf-8")
        response["Cache-Control"] = "private, no-store"
        return response


class CalendarPage(BackofficeView, TemplateView):
    """Where one finds the address of one's own feed."""

    template_name = "units/calendar.html"
    page_title = _("Calendar of deadlines")

    def get_context_data(self, **kwargs):
        from django.urls import reverse

        user = self.request.user
        address = self.request.build_absolute_uri(reverse("units:calendar", args=[calendar.token_of(user)]))
        entries = sorted((e for f in calendar.ENTRIES for e in f(user)), key=lambda entry: entry.day)
        today = timezone.localdate()
        return super().get_context_data(
            address=address, entries=[entry for entry in entries if entry.day >= today][:40], **kwargs
        )
