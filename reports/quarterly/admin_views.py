"""The steps and pages of a quarterly report; each calls one service."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.permissions import policy_registry

from portal.accounts.policies import may
from portal.backoffice.admin import record_url
from portal.backoffice.admin_views import RecordView, row_url
from portal.backoffice.views import ActionView, BackofficeView, Crumb, RecordMixin, visible
from reports.monitoring.forms import AnswersForm

from . import services
from .documents import report_pdf
from .figures import Asked, digest, items_of
from .forms import NoteForm, NothingForm, ReasonForm, SendForm
from .models import QuarterlyReport, ReportVersion
from .presentation import Presentation
from .workflow import REPORT_FLOW, WRITABLE


class ReportPage(RecordView):
    """The report itself: figures beside earlier quarters, charts, what it is made of, its versions and copies."""

    def get_context_data(self, **kwargs):
        number = self.request.GET.get("versi", "")
        versions = list(self.instance.versions.select_related("created_by"))
        version = next((v for v in versions if str(v.number) == number), versions[0] if versions else None)
        shown = Presentation(self.instance, version)
        may_write = self.instance.status in WRITABLE and REPORT_FLOW.may(
            self.instance, f"send_{self.instance.tier}", by=self.request.user
        )
        return super().get_context_data(
            shown=shown,
            version=version,
            versions=versions,
            copies=list(version.copies.all()) if version else [],
            may_write=may_write,
            parent=self.instance.parent
            if self.instance.parent and may(self.request.user, "view", self.instance.parent)
            else None,
            **kwargs,
        )


class ReportStep(ActionView):
    """What the steps of a report share."""

    model = QuarterlyReport

    def get_queryset(self):
        return super().get_queryset().select_related("cycle", "parent", "version", "region")


class WriteView(ReportStep):
    """The form of the instrument: what people add to the counted figures."""

    right = "view"
    page_title = gettext_lazy("Write the report")
    template_name = "quarterly/write.html"
    success_message = gettext_lazy("Your entries have been saved. The report has not been sent yet.")
    form_class = AnswersForm
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status in WRITABLE and REPORT_FLOW.may(obj, f"send_{obj.tier}", by=user)

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not REPORT_FLOW.may(obj, f"send_{obj.tier}", by=self.request.user):
            raise PermissionDenied

    @cached_property
    def version(self) -> ReportVersion | None:
        return self.object.versions.order_by("-number").first()

    def get_form_kwargs(self):
        definition = Asked(self.object.cycle).of(self.object.region_id).for_tier(self.object.tier)
        return super().get_form_kwargs() | {
            "definition": definition,
            "answers": self.version.answers if self.version else {},
            "items_of": lambda question: items_of(question, self.object.cycle.quarter),
        }

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        shown = Presentation(self.object, self.version)
        asked = {
            section.key: [
                (question, form.fields_of(question))
                for question in section.questions
                if form.fields_of(question)
            ]
            for section in form.definition.sections
        }
        parts = {part.key: part for part in shown.parts}
        sections = [
            {"section": section, "asked": asked[section.key], "part": parts.get(section.key)}
            for section in form.definition.sections
            if asked[section.key]
        ]
        impossible = (
            ""
            if self.object.status in WRITABLE
            else _("This report has been sent; it can no longer be written.")
        )
        return super().get_context_data(
            **{
                **kwargs,
                "form": form,
                "sections": sections,
                "submit_label": _("Save"),
                "impossible": impossible,
            }
        )

    def perform(self, form):
        services.save_answers(report=self.object, answers=form.collected(), by=self.request.user)


class BuildView(ReportStep):
    """Have the worker count again."""

    page_title = gettext_lazy("Count the figures again")
    explanation = gettext_lazy(
        "A worker counts the own cases and adds up the accepted reports below. This page can be left meanwhile."
    )
    form_class = NothingForm

    offered = WriteView.offered
    check_record = WriteView.check_record

    def perform(self, form):
        job = services.ask_to_build(report=self.object, by=self.request.user)
        messages.success(self.request, _("The figures are being counted; they appear here in a moment."))
        return f"{self.get_record_url()}?tugas={job.pk}"


class SendView(ReportStep):
    flow = REPORT_FLOW
    form_class = SendForm
    template_name = "quarterly/send.html"
    success_message = gettext_lazy("The report has been sent.")

    def get_initial(self):
        version = self.object.versions.filter(sealed_at=None).first()
        return {"seen": digest(version) if version and version.filled_at else "-"}

    def get_context_data(self, **kwargs):
        version = self.object.versions.order_by("-number").first()
        return super().get_context_data(
            shown=Presentation(self.object, version), copies=services.copies_of(self.object), **kwargs
        )

    def perform(self, form):
        services.send_report(report=self.object, by=self.request.user, seen=form.cleaned_data["seen"])

    def form_invalid(self, form):
        if form.has_error(NON_FIELD_ERRORS, code="changed"):
            # The refusal undid its own count: count again, and show what would be sent now.
            version = services.recount(report=self.object, by=self.request.user)
            form.data = form.data.copy()
            form.data["seen"] = digest(version)
        return super().form_invalid(form)


class AcceptView(ReportStep):
    flow = REPORT_FLOW
    form_class = NoteForm
    success_message = gettext_lazy("The report has been accepted and counts in the tier above.")

    def perform(self, form):
        services.accept_report(report=self.object, by=self.request.user, note=form.cleaned_data["note"])


class ReturnView(ReportStep):
    flow = REPORT_FLOW
    form_class = ReasonForm
    success_message = gettext_lazy("The report has been returned with your note.")

    def perform(self, form):
        services.return_report(report=self.object, note=form.cleaned_data["note"], by=self.request.user)


def step(base: type[ReportStep], move: str) -> type[ReportStep]:
    """The view of one move of the table."""
    return type(f"{base.__name__}_{move}", (base,), {"move": move})


# -- pages beside the record -----------------------------------------------------------------------------------------------
class ReportDoor(RecordMixin, BackofficeView):
    model = QuarterlyReport
    pk_url_kwarg = "pk"

    def get_queryset(self):
        return super().get_queryset().select_related("cycle", "parent", "version", "region")

    def version(self) -> ReportVersion | None:
        number = self.request.GET.get("versi", "")
        versions = self.object.versions.order_by("-number")
        if number:
            return versions.filter(number=int(number)).first() if number.isdigit() else None
        return versions.first()


class PdfView(ReportDoor, View):
    """The report's PDF, of any of its versions."""

    def get(self, request, *args, **kwargs):
        version = self.version()
        if request.GET.get("versi") and version is None:
            raise Http404
        name = f"laporan-{self.object.cycle.quarter_code}-{self.object.region_id or 'nasional'}.pdf"
        response = HttpResponse(report_pdf(self.object, version), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response


class FigureView(ReportDoor, TemplateView):
    """One figure opened to what it is made of: the own records, and what each report below adds."""

    template_name = "quarterly/figure.html"
    PAGE = 200

    def get_page_title(self):
        return str(self.row.label)

    def get_breadcrumbs(self):
        return [
            Crumb(_("Quarterly reports"), reverse("quarterly:board")),
            Crumb(str(self.object), record_url(self.object)),
        ]

    @cached_property
    def shown(self) -> Presentation:
        return Presentation(self.object, self.version())

    @cached_property
    def row(self):
        key, item = self.kwargs["key"], self.request.GET.get("baris", "")
        table, dot, column = key.partition(".")
        if table not in self.shown.definition:
            raise Http404
        question = self.shown.definition[table]
        if not dot:
            return self.shown.row(question)
        label = dict(items_of(question, self.shown.quarter)).get(item)
        name = next((str(c) for c in question.columns if c.key == column), None)
        if label is None or name is None:
            raise Http404
        return self.shown.row(question, key, item, f"{question}: {label or _('without a program')}, {name}")

    def get_context_data(self, **kwargs):
        key, item = self.kwargs["key"], self.request.GET.get("baris", "")
        rows = self.shown.records(key, item)
        records, hidden = [], 0
        if rows is not None:
            seen = (
                visible(rows.model.objects.filter(pk__in=rows.values("pk")), self.request.user)
                if self._has_policy(rows.model)
                else rows.none()
            )
            records = list(seen.order_by("-pk")[: self.PAGE])
            hidden = max(int(self.row.own or 0) - len(records), 0)
        question = self.shown.definition[key.partition(".")[0]]
        return super().get_context_data(
            object=self.object,
            row=self.row,
            shown=self.shown,
            question=question,
            records=[(str(record), self._url(record), self._day(record)) for record in records],
            counted=rows is not None,
            hidden=hidden,
            contributions=self.shown.contributions(key, item),
            **{k: v for k, v in kwargs.items() if k != "object"},
        )

    @staticmethod
    def _has_policy(model) -> bool:
        return policy_registry.get_by_type(model, fallback=False) is not None

    def _url(self, record) -> str:
        case = getattr(record, "case", None)
        return row_url(record, self.request.user) or (row_url(case, self.request.user) if case else "")

    @staticmethod
    def _day(record):
        return next(
            (
                getattr(record, name)
                for name in ("opened_at", "referred_at", "told_at")
                if hasattr(record, name)
            ),
            None,
        )
