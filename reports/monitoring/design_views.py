"""The steps of designing instruments; each calls one service."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.admin_views import RecordView
from portal.backoffice.views import ActionView, BackofficeView, Crumb, RecordMixin
from portal.spreadsheets import CONTENT_TYPES

from . import designing, instruments, xlsform
from .design_forms import NoteForm, PublishForm, QuestionForm, SectionForm, XlsFormUpload
from .forms import AnswersForm
from .models import Instrument, InstrumentVersion
from .wording import in_short, in_words
from .workflow import VERSION_FLOW


class VersionPage(RecordView):
    """A version as its designer sees it: sections, questions, and what still keeps it from being published."""

    def get_context_data(self, **kwargs):
        draft, designer = self.instance.is_draft, may(self.request.user, "change", self.instance)
        definition = self.instance.parsed
        return super().get_context_data(
            outline=[
                (
                    section,
                    in_words(section.condition, definition) if section.condition else "",
                    [(question, in_short(question, definition)) for question in section.questions],
                )
                for section in definition.sections
            ],
            designer=designer,
            designing=draft and designer,
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

    def get_context_data(self, **kwargs):
        return super().get_context_data(**({"submit_label": _("Save")} | kwargs))

    def save(self, definition) -> None:
        instruments.save_draft(version=self.object, definition=definition, by=self.request.user)


class PartView(DesignView):
    """A section or a question: the page shows what belongs to the chosen type, and names the keys there are."""

    template_name = "monitoring/design.html"

    def get_context_data(self, **kwargs):
        questions = list(self.object.parsed.questions())
        return super().get_context_data(**({"questions": questions} | kwargs))


class SectionView(PartView):
    page_title = gettext_lazy("Add a section")
    form_class = SectionForm

    def get_page_title(self):
        return str(self.section or self.page_title)

    @property
    def section(self):
        key = self.request.GET.get("bagian", "")
        found = next((s for s in self.object.parsed.sections if s.key == key), None)
        if key and found is None:
            raise Http404
        return found

    def get_initial(self):
        section = self.section
        if section is None:
            return {}
        known = {name: getattr(section, name) for name in ("title", "title_en", "key", "help")}
        return known | SectionForm.condition_initial(self.object.parsed, section.condition)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"definition": self.object.parsed, "old": self.section}

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


class QuestionView(PartView):
    page_title = gettext_lazy("Add a question")
    form_class = QuestionForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.is_draft and bool(obj.parsed.sections)

    def get_page_title(self):
        return str(self.found[1] or self.page_title)

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
            QuestionForm.initial_of(self.object.parsed, question, section)
            if question
            else {"section": section, "roll_up": "sum", "type": "integer"}
        )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"definition": self.object.parsed, "old": self.found[1]}

    def get_context_data(self, **kwargs):
        missing = "" if self.object.parsed.sections else _("Add a section first; a question stands in one.")
        return super().get_context_data(**({"impossible": missing} if missing else {}) | kwargs)

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
        return super().get_context_data(form=form, sections=form.sections(everything=True), **kwargs)


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
