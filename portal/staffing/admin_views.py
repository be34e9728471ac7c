"""Steps of staff administration, one small view per service."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.attachments import file_response
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import ActionView, BackofficeView, RecordMixin, get_visible_or_404, visible
from portal.ledger import audit
from portal.regions.models import Level, Region
from portal.units.admin_views import DecreeOfRecord
from portal.units.forms import NoteForm
from portal.units.models import Decree, Unit

from .figures import composition, cover, training_gaps
from .forms import (
    AppointForm,
    CandidateForm,
    EndForm,
    ParticipantsForm,
    ResignForm,
    SelectForm,
    SendingForm,
    SuccessorForm,
)
from .letters import handover_pdf
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
        region = appointment.region if issuer == Decree.Issuer.VILLAGE_HEAD else Region.objects.get(pk=appointment.region_id[:5])  # fmt: skip
        decree, _fresh = Decree.objects.get_or_create(
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
class SuccessorView(ActionView):
    model, flow, move, form_class = Replacement, REPLACEMENT_FLOW, "appoint", SuccessorForm
    explanation = _("Open cases of the leaving officer go to the successor at once.")
    success_message = _("The successor is recorded and has the open cases.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"replacement": self.object}

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


# -- figures, pack ---------------------------------------------------------------------------------------------------------
class HandoverPack(BackofficeView, View):
    """The handover pack of a unit as PDF, for those who may change the unit or oversee it."""

    def get(self, request, pk):
        unit = get_visible_or_404(visible(Unit.objects.all(), request.user), pk)
        if not may(request.user, "view", Appointment):
            raise PermissionDenied
        response = HttpResponse(handover_pdf(unit, by=request.user), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="serah-terima-{unit.pk}.pdf"'
        return response


def looks_over_a_regency(user) -> bool:
    """Whether the staff overview has a regency to show: villages and districts look over none."""
    return user.is_superuser or any(
        "appointment.view" in grant.rights and len(grant.code) <= 5 for grant in user.grants
    )


class StaffOverview(BackofficeView, TemplateView):
    """Cover, gender, locality and training gaps of a regency (S-08, S-15, S-16)."""

    required_right = (Appointment, "view")
    page_title = _("Staff overview")
    template_name = "staffing/overview.html"

    @property
    def choices(self) -> list[Region]:
        """The regencies of this user; a village office sees its own regency's cover nowhere, a province all of its."""
        codes = {grant.code for grant in self.request.user.grants if "appointment.view" in grant.rights}
        if "" in codes or self.request.user.is_superuser:
            with_slrt = Unit.objects.filter(kind=Unit.Kind.SLRT).values("region")
            return list(Region.objects.filter(pk__in=with_slrt))
        found = Region.objects.none()
        for code in codes:
            region = Region.objects.get(pk=code)
            if region.level <= Level.REGENCY:
                found = found | Region.objects.within(region).at(Level.REGENCY).current()
        return list(found)

    def get(self, request, *args, **kwargs):
        choices = self.choices
        if not choices:
            raise PermissionDenied(_t("Your role has no regency to look over."))
        code = request.GET.get("region") or choices[0].pk
        self.region = next((region for region in choices if region.pk == code), None)
        if self.region is None:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        covers = cover(self.region)
        return super().get_context_data(
            region=self.region,
            choices=self.choices if len(self.choices) > 1 else [],
            covers=[{"cover": one, "map": points(one)} for one in covers],
            composition=composition(self.region.pk),
            gaps=training_gaps(self.region.pk),
            **kwargs,
        )


def points(one) -> dict | None:
    """Areas without an officer as points of an SVG map of 320 by 240."""
    known = [area for area in one.without if area.latitude is not None and area.longitude is not None]
    everything = [
        (float(r.latitude), float(r.longitude))
        for r in Region.objects.filter(level=known[0].level, pk__startswith=known[0].pk[:5])
        if r.latitude is not None and r.longitude is not None
    ] if known else []  # fmt: skip
    if len(everything) < 2:
        return None
    lats, lons = [p[0] for p in everything], [p[1] for p in everything]
    span = max(max(lats) - min(lats), max(lons) - min(lons)) or 1
    place = lambda lat, lon: (round(10 + 300 * (lon - min(lons)) / span, 1), round(10 + 300 * (max(lats) - lat) / span, 1))  # noqa: E731 # fmt: skip
    return {
        "height": round(20 + 300 * (max(lats) - min(lats)) / span),
        "all": [place(*point) for point in everything],
        "without": [(*place(float(area.latitude), float(area.longitude)), area.name) for area in known],
    }
