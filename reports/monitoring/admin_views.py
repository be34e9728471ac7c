"""The steps of instruments, visits and findings; each calls one service."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.admin_views import ListView, RecordView
from portal.backoffice.views import ActionView, BackofficeView, Crumb, RecordMixin
from portal.periods import Quarter
from portal.spreadsheets import CONTENT_TYPES

from . import designing, instruments, supervision, xlsform
from .design_forms import (
    CrosswiseVisitForm,
    DoneForm,
    FindingForm,
    NoteForm,
    PairingForm,
    PublishForm,
    QuestionForm,
    SectionForm,
    XlsFormUpload,
)
from .forms import AnswersForm
from .models import Finding, Instrument, InstrumentVersion, SupervisionPair, SupervisionVisit
from .workflow import FINDING_FLOW, VERSION_FLOW, VISIT_FLOW


# -- instruments ------------------------------------------------------------------------------------------------------
class VersionPage(RecordView):
    """A version as its designer sees it: sections, questions, and what still keeps it from being published."""

    def get_context_data(self, **kwargs):
        draft = self.instance.is_draft
        return super().get_context_data(
            definition=self.instance.parsed,
            designing=draft and may(self.request.user, "change", self.instance),
            problems=instruments.problems_of(self.instance) if draft else [],
            **kwargs,
        )


class NewVersionView(ActionView):
    model = Instrument
    right = "change"
    page_title = gettext_lazy("Begin a new version")
    explanation = gettext_lazy(
        "The draft begins as a copy of the newest version. What is published stays in force until the draft is published."
    )
    form_class = NoteForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return True

    def perform(self, form):
        return record_url(
            instruments.begin_version(
                instrument=self.object, by=self.request.user, note=form.cleaned_data["note"][:300]
            )
        )


class DesignView(ActionView):
    """A step of designing a draft."""

    model = InstrumentVersion
    right = "change"

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.is_draft

    def save(self, definition) -> None:
        instruments.save_draft(version=self.object, definition=definition, by=self.request.user)


class SectionView(DesignView):
    page_title = gettext_lazy("Section")
    form_class = SectionForm

    @property
    def section(self):
        key = self.request.GET.get("bagian", "")
        found = next((s for s in self.object.parsed.sections if s.key == key), None)
        if key and found is None:
            raise Http404
        return found

    def get_initial(self):
        section = self.section
        return (
            {name: getattr(section, name) for name in ("title", "title_en", "key", "help", "condition")}
            if section
            else {}
        )

    def perform(self, form):
        old, definition = self.section, self.object.parsed
        if old and form.cleaned_data["remove"]:
            return self.save(designing.remove_section(definition, old.key))
        position = form.cleaned_data["position"]
        return self.save(
            designing.put_section(
                definition, form.section(), old_key=old.key if old else "", position=position
            )
        )


class QuestionView(DesignView):
    page_title = gettext_lazy("Question")
    form_class = QuestionForm

    @property
    def found(self):
        key = self.request.GET.get("kunci", "")
        for section in self.object.parsed.sections:
            for question in section.questions:
                if question.key == key:
                    return section.key, question
        if key:
            raise Http404
        return self.request.GET.get("bagian", ""), None

    def get_initial(self):
        section, question = self.found
        return (
            QuestionForm.initial_of(question, section)
            if question
            else {"section": section, "roll_up": "sum", "type": "integer"}
        )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"definition": self.object.parsed}

    def perform(self, form):
        _section, old = self.found
        definition = self.object.parsed
        if old and form.cleaned_data["remove"]:
            return self.save(designing.remove_question(definition, old.key))
        return self.save(
            designing.put_question(
                definition, form.cleaned_data["section"], form.question(old), old_key=old.key if old else "", position=form.cleaned_data["position"]
            )
        )  # fmt: skip


class ImportView(DesignView):
    page_title = gettext_lazy("Read an XLSForm")
    explanation = gettext_lazy(
        "The draft is replaced by what the spreadsheet asks. Nothing is published by this."
    )
    form_class = XlsFormUpload

    def perform(self, form):
        upload = form.cleaned_data["file"]
        if upload.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError({"file": _("The file is too large.")})
        self.save(xlsform.read(upload.read()))


class PublishView(ActionView):
    model = InstrumentVersion
    flow = VERSION_FLOW
    move = "publish"
    form_class = PublishForm
    explanation = gettext_lazy(
        "A published version never changes. It is asked in every period that ends on or after this day."
    )
    success_message = gettext_lazy("The version has been published.")

    def perform(self, form):
        day = form.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise ValidationError(
                {
                    "valid_from": _(
                        "A version comes into force today or later; periods that have begun keep theirs."
                    )
                }
            )
        instruments.publish_version(version=self.object, valid_from=day, by=self.request.user)


class VersionDoor(RecordMixin, BackofficeView):
    model = InstrumentVersion
    pk_url_kwarg = "pk"

    def get_queryset(self):
        return super().get_queryset().select_related("instrument")


class PreviewView(VersionDoor, TemplateView):
    """The form as those who fill it will see it, also on a phone."""

    template_name = "monitoring/preview.html"

    def get_page_title(self):
        return _("Preview")

    def get_breadcrumbs(self):
        return [Crumb(str(self.object), record_url(self.object))]

    def get_context_data(self, **kwargs):
        definition = self.object.parsed
        form = AnswersForm(definition=definition, for_user=self.request.user)
        sections = [
            (section, [(question, form.fields_of(question)) for question in section.questions])
            for section in definition.sections
        ]
        return super().get_context_data(form=form, sections_shown=sections, **kwargs)


class XlsFormView(VersionDoor, View):
    def get(self, request, *args, **kwargs):
        version = self.object
        content = xlsform.write(
            version.parsed,
            form_id=version.instrument.code,
            title=version.instrument.name,
            version=str(version.number),
        )
        response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
        response["Content-Disposition"] = (
            f'attachment; filename="{version.instrument.code}-{version.number}.xlsx"'
        )
        return response


# -- supervision --------------------------------------------------------------------------------------------------------
class HoldView(ActionView):
    """The sheet of the visit, filled on a phone."""

    model = SupervisionVisit
    flow = VISIT_FLOW
    move = "hold"
    form_class = AnswersForm
    success_message = gettext_lazy("The visit has been recorded. Add its findings now.")

    def get_form_kwargs(self):
        version = self.object.instrument_version
        if version is None:
            raise Http404
        definition = instruments.definition_for(version, self.object.region_id, on=self.object.planned_on)
        return super().get_form_kwargs() | {"definition": definition, "answers": self.object.answers}

    def perform(self, form):
        supervision.hold_visit(
            visit=self.object, held_on=timezone.localdate(), answers=form.collected(), by=self.request.user
        )


class PairList(ListView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(may_pair=may(self.request.user, "add", SupervisionPair), **kwargs)


class PairView(BackofficeView, FormView):
    """Draw the crosswise pairs of a regency for a quarter (M-08)."""

    required_right = (SupervisionPair, "add")
    page_title = gettext_lazy("Pair facilitators crosswise")
    template_name = "backoffice/action.html"
    form_class = PairingForm

    def get_breadcrumbs(self):
        return [Crumb(_("Crosswise pairs"), self.list_url)]

    @property
    def list_url(self) -> str:
        return reverse("monitoring_supervisionpair_modeladmin_index")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def get_context_data(self, **kwargs):
        explanation = _(
            "Every facilitator gets a companion of another village. Asked again, the draw gives the same pairs; pairs already made stay."
        )
        return super().get_context_data(
            explanation=explanation, submit_label=_("Make the pairs"), style="primary", cancel_url=self.list_url, **kwargs
        )  # fmt: skip

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            made = supervision.pair_crosswise(
                regency=data["region"], quarter=data["quarter"], by=self.request.user
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Pairs made: %(count)s.") % {"count": len(made)})
        return redirect(self.list_url)


class CrosswiseVisitView(ActionView):
    """Plan the visit of a pair: the companion of the other village leads it (M-08)."""

    model = SupervisionPair
    right = "view"
    page_title = gettext_lazy("Plan a visit")
    explanation = gettext_lazy("The companion visits the facilitator's village and records what was seen.")
    form_class = CrosswiseVisitForm
    button_style = "primary"
    success_message = gettext_lazy("The visit has been planned.")

    @classmethod
    def offered(cls, obj, user) -> bool:
        return may(user, "add", SupervisionVisit(region=obj.facilitator_village))

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not self.offered(obj, self.request.user):
            raise PermissionDenied

    def perform(self, form):
        pair = self.object
        quarter = Quarter.parse(pair.quarter_code)
        if not quarter.start <= form.cleaned_data["planned_on"] <= quarter.end:
            raise ValidationError(
                {"planned_on": _("The pair is made for %(quarter)s.") % {"quarter": quarter.label}}
            )
        visit = supervision.plan_visit(
            region=pair.facilitator_village,
            kind=SupervisionVisit.Kind.CROSSWISE,
            planned_on=form.cleaned_data["planned_on"],
            purpose=form.cleaned_data["purpose"],
            leader=pair.companion,
            pair=pair,
            by=self.request.user,
        )
        return record_url(visit)


class CancelView(ActionView):
    model = SupervisionVisit
    flow = VISIT_FLOW
    move = "cancel"
    form_class = NoteForm

    def perform(self, form):
        supervision.cancel_visit(visit=self.object, note=form.cleaned_data["note"], by=self.request.user)


class FindingView(ActionView):
    model = SupervisionVisit
    right = "hold"
    page_title = gettext_lazy("Add a finding")
    explanation = gettext_lazy("Each finding has somebody who follows it up and a date.")
    form_class = FindingForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status == "done"

    def perform(self, form):
        data = form.cleaned_data
        owner = User.objects.filter(username=data["owner"], is_active=True).first()
        if owner is None:
            raise ValidationError({"owner": _("There is no account of this name.")})
        supervision.record_finding(
            visit=self.object, text=data["text"], owner=owner, due_on=data["due_on"], by=self.request.user
        )
        messages.success(self.request, _("The finding has been recorded."))


class FinishView(ActionView):
    model = Finding
    flow = FINDING_FLOW
    move = "finish"
    form_class = DoneForm

    def perform(self, form):
        supervision.finish_finding(finding=self.object, done=form.cleaned_data["note"], by=self.request.user)


class ConfirmView(ActionView):
    model = Finding
    flow = FINDING_FLOW
    move = "confirm"
    form_class = NoteForm
    sufficient = True

    def perform(self, form):
        supervision.review_finding(
            finding=self.object,
            sufficient=self.sufficient,
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class ReopenView(ConfirmView):
    move = "reopen"
    sufficient = False
