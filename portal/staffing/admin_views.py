"""Steps of staff administration, one small view per service."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS, record_url
from portal.backoffice.attachments import file_response
from portal.backoffice.first import First
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import ActionView, BackofficeView, RecordMixin
from portal.ledger import audit
from portal.regions.models import Level, Region, code_at
from portal.units.admin_views import DecreeOfRecord
from portal.units.forms import NoteForm
from portal.units.models import Decree

from .forms import (
    AnnounceForm,
    AppointForm,
    CandidateForm,
    EndForm,
    ParticipantsForm,
    ResignForm,
    SelectForm,
    SendingForm,
    SuccessorForm,
)
from .models import Appointment, Attendance, Candidate, Replacement, Training, Vacancy
from .services import appointments, replacements, vacancies
from .workflow import APPOINTMENT_FLOW, CANDIDATE_FLOW, REPLACEMENT_FLOW, VACANCY_FLOW


# -- appointments -------------------------------------------------------------------------------------------------------
class DecreeView(ActionView):
    """Appointment by decree; who signs follows from the role of who acts (S-10)."""

    model, flow, move, form_class = Appointment, APPOINTMENT_FLOW, "decree", AppointForm
    success_message = _("The officer is in office.")

    def perform(self, form):
        data, user, appointment = form.cleaned_data, self.request.user, self.object
        issuer = next((appointments.ISSUERS[g.role] for g in user.grants if g.role in appointments.ISSUERS and g.covers(appointment.region_id)), None)  # fmt: skip
        if issuer is None:
            raise PermissionDenied(_t("This decree is issued by another office."))
        region = appointment.region if issuer == Decree.Issuer.VILLAGE_HEAD else Region.objects.get(pk=code_at(appointment.region_id, Level.REGENCY))  # fmt: skip
        decree, fresh = Decree.objects.get_or_create(
            issuer=issuer,
            region=region,
            number=data["decree_number"],
            defaults={
                "about": Decree.About.APPOINTMENT,
                "date": data["decree_date"],
                "signatory": data["decree_signatory"],
                "valid_from": data["decree_valid_from"],
                "valid_until": data["decree_valid_until"],
                "file": data["decree_file"] or "",
            },
        )
        if not fresh and (decree.date, decree.signatory) != (data["decree_date"], data["decree_signatory"]):
            # One decree names many officers; the same number with another day or hand is a slip of the pen.
            raise ValidationError(
                {"decree_number": _t("A decree with this number exists already, of %(day)s, signed by %(name)s.") % {"day": date_format(decree.date, "j F Y"), "name": decree.signatory}}
            )  # fmt: skip
        appointments.appoint(appointments=[appointment], decree=decree, by=user)


class DecreeFileView(DecreeOfRecord):
    """The decree by which the officer is in office."""

    model = Appointment


class RejectView(ActionView):
    model, flow, move, form_class = Appointment, APPOINTMENT_FLOW, "reject", NoteForm

    def perform(self, form):
        appointments.reject(appointment=self.object, note=form.cleaned_data["note"], by=self.request.user)


class EndView(ActionView):
    model, flow, move, form_class = Appointment, APPOINTMENT_FLOW, "end", EndForm
    explanation = _(
        "Without a replacement. If the position is to be filled again, record the resignation instead."
    )

    def perform(self, form):
        data = form.cleaned_data
        appointments.end(appointment=self.object, on=data["on"], reason=data["reason"], by=self.request.user)


class ResignView(ActionView):
    model, right = Appointment, "propose"
    page_title = _("Record the resignation")
    form_class = ResignForm
    explanation = _("The office ends on that day, and the month to find a successor begins.")
    success_message = _("The replacement has begun.")

    @classmethod
    def offered(cls, obj, user):
        return obj.status == Appointment.Status.ACTIVE and obj.unit_id is not None

    def perform(self, form):
        return record_url(
            replacements.start(appointment=self.object, by=self.request.user, **form.cleaned_data)
        )


# -- vacancies ------------------------------------------------------------------------------------------------------------
class PublishView(ActionView):
    model, flow, move, form_class = Vacancy, VACANCY_FLOW, "publish", ScopedForm
    explanation = _(
        "Everybody can read the vacancy on the public site, with its criteria, until the closing date."
    )
    success_message = _("The vacancy is public.")

    def perform(self, form):
        vacancies.announce(vacancy=self.object, by=self.request.user)


class CloseVacancy(ActionView):
    model, flow, move, form_class = Vacancy, VACANCY_FLOW, "close", NoteForm

    def perform(self, form):
        vacancies.close(vacancy=self.object, note=form.cleaned_data["note"], by=self.request.user)


class AddCandidate(ActionView):
    model, right = Vacancy, "change"
    page_title = _("Record a candidate")
    form_class = CandidateForm
    success_message = _("The candidate is recorded.")

    @classmethod
    def offered(cls, obj, user):
        return obj.status in (Vacancy.Status.PUBLISHED, Vacancy.Status.CLOSED)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": Candidate(vacancy=self.object)}

    def perform(self, form):
        form.save(commit=False)
        return record_url(vacancies.record_candidate(form.instance, by=self.request.user))


class SelectView(ActionView):
    model, flow, move, form_class = Candidate, CANDIDATE_FLOW, "select", SelectForm
    template_name = "staffing/propose.html"
    success_message = _("The candidate is selected and proposed for the position.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"candidate": self.object}

    def get_context_data(self, **kwargs):
        vacancy = self.object.vacancy
        findings = appointments.findings_for(self.object, vacancy.position, vacancy.region, {})
        checked = {c.code for c in vacancy.criteria.exclude(check_by="attested")}
        return super().get_context_data(
            findings=[f for f in findings if f.code in checked],
            area=vacancy.region,
            unit=vacancy.unit,
            **kwargs,
        )

    def perform(self, form):
        return record_url(
            vacancies.select(candidate=self.object, by=self.request.user, attested=form.attested())
        )


class DeclineView(ActionView):
    model, flow, move, form_class = Candidate, CANDIDATE_FLOW, "decline", NoteForm

    def perform(self, form):
        vacancies.decline(candidate=self.object, note=form.cleaned_data["note"], by=self.request.user)


# -- trainings -------------------------------------------------------------------------------------------------------------
class ParticipantsView(ActionView):
    model, right = Training, "change"
    page_title = _("Record participants")
    form_class = ParticipantsForm
    success_message = _("The participants are recorded.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"training": self.object}

    @transaction.atomic
    def perform(self, form):
        for officer in form.cleaned_data["officers"]:
            Attendance.objects.get_or_create(training=self.object, officer=officer)
        audit.record(audit.Action.CHANGE, self.object, by=self.request.user, fields=["participants"])


# -- replacements -----------------------------------------------------------------------------------------------------------
class AnnounceView(ActionView):
    """Announces the post of the officer who leaves."""

    model, right, form_class = Replacement, "propose", AnnounceForm
    page_title = _("Announce the vacancy")
    explanation = _(
        "Everybody can read the vacancy on the public site, with its criteria, until the closing date."
    )
    success_message = _("The vacancy is public.")

    @classmethod
    def offered(cls, obj, user):
        return obj.status == Replacement.Status.RECRUITING and obj.vacancy_id is None

    def perform(self, form):
        replacements.announce_vacancy(replacement=self.object, by=self.request.user, **form.cleaned_data)


class SuccessorView(ActionView):
    model, flow, move, form_class = Replacement, REPLACEMENT_FLOW, "appoint", SuccessorForm
    explanation = _("Open cases of the leaving officer go to the successor at once.")
    success_message = _("The successor is recorded and has the open cases.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"replacement": self.object}

    def comes_first(self):
        """A successor is in office by a decree: where that comes from, as far as it has come."""
        if self.get_form().fields["successor"].queryset.exists():
            return None
        leaving, user = self.object.leaving, self.request.user
        words = {"position": leaving.position, "area": leaving.region}
        text = _t("Nobody has been appointed by decree as %(position)s for %(area)s yet.") % words
        rows = Appointment.objects.visible_to(user).proposed()
        proposal = rows.filter(position=leaving.position, region=leaving.region).first()
        if proposal:
            return First(
                text + " " + _t("Somebody is proposed; the decree comes next."), record_url(proposal), _t("Open the proposal")
            )  # fmt: skip
        if self.object.vacancy_id:
            return First(
                text + " " + _t("The vacancy is announced: select a candidate there, or propose an officer under “Officers”."),
                record_url(self.object.vacancy),
                _t("Open the vacancy"),
            )  # fmt: skip
        text += " " + _t("Announce the vacancy, or propose an officer under “Officers”.")
        if may(user, "propose", self.object) and AnnounceView.offered(self.object, user):
            return First(text, ADMINS[Replacement].action_url("announce", self.object), str(AnnounceView.page_title))  # fmt: skip
        return First(text)

    def perform(self, form):
        replacements.name_successor(
            replacement=self.object, successor=form.cleaned_data["successor"], by=self.request.user
        )


class NoticeView(ActionView):
    model, right = Replacement, "propose"
    page_title = _("Write the notice to the Ministry")
    form_class = ScopedForm
    explanation = _("The letter to Direktorat PSPKKM gets its number and is ready to be signed.")
    success_message = _("The notice is ready to be signed and sent.")
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user):
        return obj.status == Replacement.Status.APPOINTED and not obj.notice_number

    def perform(self, form):
        replacements.write_notice(replacement=self.object, by=self.request.user)


class NoticeFile(RecordMixin, BackofficeView, View):
    """The notice carries a NIK: only who works on the replacement gets it, and the reading is audited."""

    model, right = Replacement, "propose"
    page_title = _("Notice (PDF)")
    button_style = "secondary"

    @classmethod
    def offered(cls, obj, user):
        return bool(obj.notice_file)

    def get(self, request, *args, **kwargs):
        if not self.object.notice_file:
            raise Http404
        audit.read(self.object, by=request.user, purpose=_t("Notice to the Ministry"))
        return file_response(self.object.notice_file, f"pemberitahuan-{self.object.pk}.pdf")


class SendingView(ActionView):
    model, flow, move, form_class = Replacement, REPLACEMENT_FLOW, "notify", SendingForm
    success_message = _("The sending is recorded.")

    def perform(self, form):
        replacements.record_sending(replacement=self.object, by=self.request.user, **form.cleaned_data)


class FinishView(ActionView):
    model, flow, move, form_class = Replacement, REPLACEMENT_FLOW, "finish", ScopedForm

    def perform(self, form):
        replacements.finish(replacement=self.object, by=self.request.user)


class CancelView(ActionView):
    model, flow, move, form_class = Replacement, REPLACEMENT_FLOW, "cancel", NoteForm

    def perform(self, form):
        replacements.cancel(replacement=self.object, note=form.cleaned_data["note"], by=self.request.user)
