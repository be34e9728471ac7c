"""Each body's step on a request, and the editor of pathways."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View

from portal.accounts.policies import may
from portal.accounts.roles import GRANTS
from portal.backoffice.admin import record_url
from portal.backoffice.attachments import file_response
from portal.backoffice.first import First
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import ActionView, BackofficeView, Crumb, RecordMixin, ServiceForm
from portal.ledger.workflow import WrongState
from portal.staffing.models import Appointment, Officer
from portal.units.admin_views import DecreeOfRecord

from .enums import StageForm
from .forms import (
    ProposeRegionForm,
    RefuseForm,
    ReturnForm,
    StageCompletionForm,
    StageFormSet,
    VersionForm,
    VillageAppointmentForm,
    decree_data,
    stage_rows,
)
from .models import Document, FormationRequest, PathwayVersion, PuskesosLocation, StageRecord
from .pathways import problems
from .services import copies, drafts, stages, versions
from .services.effects import units_of
from .workflow import VERSION_FLOW, Status


class StageStep(ActionView):
    """A step of the body whose turn it is; nobody else is offered it, and whoever calls it anyway is refused (F-11)."""

    model, right = FormationRequest, "handle"

    @classmethod
    def offered(cls, obj, user):
        return obj.status == Status.RUNNING and stages.may_complete(obj, user)

    def check_record(self, obj):
        super().check_record(obj)
        if obj.stage_id and not stages.may_complete(obj, self.request.user):
            raise PermissionDenied(
                _t("This stage is completed by: %(body)s.") % {"body": obj.stage.get_body_display()}
            )

    def get_context_data(self, **kwargs):
        if self.object.status != Status.RUNNING and self.request.method == "GET":
            kwargs["impossible"] = _t("This step is not possible now: the status is “%(status)s”.") % {
                "status": self.object.get_status_display()
            }
        return super().get_context_data(**kwargs)


def officers_first(units, user) -> First | None:
    """Officers are proposed before anybody can appoint them: where, and by whom; None once there is a proposal."""
    units = list(units)
    if Appointment.objects.proposed().filter(unit__in=units).exists():
        return None
    names = ", ".join(unit.name for unit in units)
    text = _t("No officer is proposed for %(unit)s yet. Record the officers under “Officers” and propose each for a position there; then they are appointed here.") % {"unit": names}  # fmt: skip
    if may(user, "add", Officer):
        return First(text, "/admin/petugas/", _t("To the officers"))
    offices = ", ".join(str(role.label) for role in GRANTS["appointment.propose"])
    return First(text + " " + _t("Officers are proposed by: %(offices)s.") % {"offices": offices})


class CompleteStageView(StageStep):
    page_title = _("Complete this stage")
    form_class = StageCompletionForm
    button_style = "primary"
    success_message = _("The stage is completed. The next body sees it on its home page.")
    template_name = "formation/stage.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.object}

    def get_form(self, form_class=None):
        if self.object.stage_id is None or self.object.status != Status.RUNNING:
            return ScopedForm(for_user=self.request.user)
        return super().get_form(form_class)

    def get_page_title(self):
        return str(self.object.stage or self.page_title)

    def comes_first(self):
        if self.object.status != Status.RUNNING or self.object.stage.form != StageForm.APPOINTMENT:
            return None
        return officers_first(units_of(self.object), self.request.user)

    def perform(self, form):
        if not isinstance(form, StageCompletionForm):
            raise WrongState(_t("This step is not possible now: the status is “%(status)s”.") % {"status": self.object.get_status_display()})  # fmt: skip
        stages.complete_stage(
            request=self.object, stage=form.stage, by=self.request.user, completion=form.completion()
        )


class ReturnView(StageStep):
    page_title = _("Return for completion")
    form_class = ReturnForm
    explanation = _("The request goes back to the applicant with your list, and comes again to this stage.")
    success_message = _("The request has gone back to the applicant.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.object}

    def perform(self, form):
        stages.return_request(
            request=self.object, asks=form.asks(), note=form.cleaned_data["note"], by=self.request.user
        )


class RefuseView(StageStep):
    page_title = _("Refuse")
    form_class = RefuseForm
    button_style = "danger"
    explanation = _("The request ends here. The applicant sees the reason and may ask again later.")
    success_message = _("The request has been refused.")

    def perform(self, form):
        stages.refuse(request=self.object, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(style="danger", **kwargs)


class LetterView(RecordMixin, BackofficeView, View):
    """The applicant's letter."""

    model, right = FormationRequest, "view"
    page_title = _("Letter of request (PDF)")
    button_style = "secondary"

    @classmethod
    def offered(cls, obj, user):
        return bool(obj.letter_number)

    def get(self, request, *args, **kwargs):
        letter = self.object.letter_file
        if not letter:
            raise Http404
        return file_response(letter, f"permohonan-{self.object.pk}.pdf")


class AcknowledgeView(ActionView):
    """The receiver of a copy confirms it (F-05)."""

    model, right = FormationRequest, "view"
    page_title = _("Acknowledge the copy")
    form_class = ScopedForm
    success_message = _("The receipt of the copy is recorded.")
    explanation = _("You confirm that the copy (tembusan) of this request has reached your office.")

    @classmethod
    def offered(cls, obj, user):
        return any(copy.acknowledged_at is None for copy in copies.copies_for(obj, user))

    def perform(self, form):
        received = copies.copies_for(self.object, self.request.user)
        if not received:
            raise PermissionDenied
        for copy in received:
            copies.acknowledge_copy(copy=copy, by=self.request.user)


class DocumentView(BackofficeView, View):
    """A file of a request, for whoever sees the request."""

    def check_right(self):
        """The applicant's delegates have no role in the back office; the record decides."""

    def get(self, request, pk):
        document = Document.objects.filter(pk=pk).select_related("request").first()
        if document is None or not may(request.user, "view", document.request):
            raise Http404
        return file_response(document.file, document.file.name.rsplit("/", 1)[-1])


class DecreeView(BackofficeView, View):
    """The decree of a stage, for whoever sees the request: the applicant and their delegates too."""

    def check_right(self):
        """As for a document: the record decides."""

    def get(self, request, pk):
        record = StageRecord.objects.filter(pk=pk).select_related("request", "decree").first()
        decree = record.decree if record and may(request.user, "view", record.request) else None
        if decree is None or not decree.file:
            raise Http404
        return file_response(decree.file, decree.file.name.rsplit("/", 1)[-1])


class LocationDecree(DecreeOfRecord):
    """The village head's decree on the officers of a Puskesos."""

    model = PuskesosLocation


class VillageAppointmentView(ActionView):
    """A village head appoints the officers of their Puskesos (F-07, F-08)."""

    model, right = PuskesosLocation, "appoint"
    page_title = _("Appoint the Puskesos officers")
    form_class = VillageAppointmentForm
    success_message = _("The officers are appointed.")
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user):
        stage = obj.request.stage  # none once the request is finished
        return obj.decree_id is None and stage is not None and stage.form == StageForm.VILLAGE_APPOINTMENTS

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"location": self.object}

    def comes_first(self):
        return officers_first([self.object.unit], self.request.user)

    def perform(self, form):
        stages.appoint_village_officers(
            location=self.object,
            decree=decree_data(form.cleaned_data),
            appointments=list(form.cleaned_data["appointments"]),
            by=self.request.user,
        )


class ProposeRegionView(ServiceForm, BackofficeView, FormView):
    """The Ministry proposes a region (F-15)."""

    required_right = (FormationRequest, "propose")
    page_title = _("Propose a region")
    template_name = "formation/propose.html"
    form_class = ProposeRegionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def carry_out(self, form):
        drafts.propose_region(by=self.request.user, **form.cleaned_data)
        from django.contrib import messages

        messages.success(self.request, _t("The proposal waits for the head of the region."))
        return redirect("/admin/pembentukan/")


# -- pathways ---------------------------------------------------------------------------------------------------------
class NewVersionView(ActionView):
    model, right = PathwayVersion, "add"
    page_title = _("Make a new version")
    form_class = ScopedForm
    explanation = _("A draft is made from this version. Running requests are not touched.")

    @classmethod
    def offered(cls, obj, user):
        return obj.status == "published"

    def perform(self, form):
        draft = versions.new_version(pathway=self.object.pathway, by=self.request.user)
        return record_url(draft)


class EditVersionView(RecordMixin, BackofficeView, TemplateView):
    """The editor of a draft: its facts, and one block per stage."""

    model, right = PathwayVersion, "change"
    page_title = _("Edit the pathway")
    button_style = "primary"
    template_name = "formation/version_form.html"

    @classmethod
    def offered(cls, obj, user):
        return obj.status == "draft"

    def get_breadcrumbs(self):
        return [Crumb(str(self.object), record_url(self.object))]

    def forms(self):
        data = self.request.POST or None
        form = VersionForm(data, for_user=self.request.user, initial=VersionForm.initial_of(self.object))
        return form, StageFormSet(data, initial=stage_rows(self.object), prefix="stages")

    def get_context_data(self, **kwargs):
        if "form" not in kwargs:
            kwargs["form"], kwargs["formset"] = self.forms()
        # Shown again after a conflict, the form names what is stored by now: the next save replaces it knowingly.
        return super().get_context_data(
            cancel_url=record_url(self.object), base=versions.fingerprint(self.object), **kwargs
        )

    def post(self, request, *args, **kwargs):
        form, formset = self.forms()
        if not (form.is_valid() and formset.is_valid()):
            return self.render_to_response(self.get_context_data(form=form, formset=formset))
        rows = [
            part.row()
            for part in formset
            if part.has_changed() | bool(part.initial) and part.cleaned_data.get("code") and not part.cleaned_data.get("DELETE")
        ]  # fmt: skip
        rows.sort(key=lambda row: row["order"])
        try:
            versions.save_version(
                version=self.object,
                facts=form.facts(),
                stages=rows,
                by=request.user,
                base=request.POST.get("base", ""),
            )
        except (ValidationError, WrongState) as problem:
            form.add_error(None, problem if isinstance(problem, ValidationError) else str(problem))
            return self.render_to_response(self.get_context_data(form=form, formset=formset))
        return HttpResponseRedirect(record_url(self.object))


class PublishVersionView(ActionView):
    model, flow, move, form_class = PathwayVersion, VERSION_FLOW, "publish", ScopedForm
    explanation = _("New requests begin with this version. Running requests keep the one they began with.")
    success_message = _("The version is in force.")
    template_name = "formation/publish.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(problems=problems(self.object), **kwargs)

    def perform(self, form):
        versions.publish(version=self.object, by=self.request.user)
