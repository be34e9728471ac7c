"""The steps and pages of a quarterly report; each calls one service."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.policies import may
from portal.backoffice.admin_views import RecordView
from portal.backoffice.bulk_views import BulkView
from portal.backoffice.views import ActionView
from portal.jobs.models import Job
from portal.ledger.workflow import WrongState
from reports.monitoring.conditions import known_of
from reports.monitoring.sources import is_correctable

from . import copies, corrections, reminders, services
from .figures import Asked, digest, items_of
from .forms import (
    CorrectionForm,
    NoteForm,
    NothingForm,
    ReasonForm,
    ReportForm,
    SendForm,
    explanations_of,
)
from .models import QuarterlyReport, ReportVersion
from .oddities import corrected, oddities
from .outside import OUTSIDE, in_words, outside_of
from .presentation import Presentation, Row
from .workflow import FINAL, REPORT_FLOW, UPWARD, WRITABLE, Status


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
            odd=oddities(shown) if version and self.instance.status not in FINAL else [],
            corrected=corrected(shown),
            left=in_words(outside_of(self.instance, version)) if self.instance.status not in FINAL else "",
            why_left=version.explanations.get(OUTSIDE, "") if version else "",
            reminded=list(self.instance.reminders.all()[:5]),
            may_write=may_write,
            returned_with=returned_with(self.instance),
            job=running_job("quarterly.build", f"report:{self.instance.pk}"),
            parent=self.instance.parent
            if self.instance.parent and may(self.request.user, "view", self.instance.parent)
            else None,
            **kwargs,
        )


def returned_with(report: QuarterlyReport) -> str:
    """The note with which a report was returned; '' when it was not."""
    if report.status != Status.RETURNED:
        return ""
    moves = REPORT_FLOW.log_of(report).filter(move=f"return_{report.tier}").order_by("-at", "-id")
    return moves.values_list("note", flat=True).first() or ""


def running_job(kind: str, key: str) -> Job | None:
    """The job at work on a record now, for its progress bar."""
    return Job.objects.filter(kind=kind, key=key, status__in=(Job.Status.QUEUED, Job.Status.RUNNING)).first()


class ReportStep(ActionView):
    """What the steps of a report share."""

    model = QuarterlyReport

    def get_queryset(self):
        return super().get_queryset().select_related("cycle", "parent", "version", "region")


class AuthorStep(ReportStep):
    """A step of those who write the report, as long as it can be written."""

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status in WRITABLE and REPORT_FLOW.may(obj, f"send_{obj.tier}", by=user)

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not REPORT_FLOW.may(obj, f"send_{obj.tier}", by=self.request.user):
            raise PermissionDenied


class WriteView(AuthorStep):
    """The form of the instrument: what people add to the counted figures."""

    right = "view"
    page_title = gettext_lazy("Write the report")
    template_name = "quarterly/write.html"
    success_message = gettext_lazy("Your entries have been saved. The report has not been sent yet.")
    form_class = ReportForm
    button_style = "primary"

    @cached_property
    def version(self) -> ReportVersion | None:
        return self.object.versions.order_by("-number").first()

    def get_form_kwargs(self):
        definition = Asked(self.object.cycle).of(self.object.region_id).for_tier(self.object.tier)
        return super().get_form_kwargs() | {
            "definition": definition,
            "answers": self.version.answers if self.version else {},
            "items_of": lambda question: items_of(question, self.object.cycle.quarter),
            "odd": oddities(self.shown) if self.version else (),
            "counted": self.counted(definition),
            "explanations": self.version.explanations if self.version else {},
        }

    @cached_property
    def shown(self) -> Presentation:
        return Presentation(self.object, self.version)

    def counted(self, definition) -> dict[str, str]:
        """What was counted for the figures that may be corrected, in words."""
        if not self.version or not self.version.filled_at:
            return {}
        replaced, found = self.version.coverage.get("counted", {}), {}
        for question in definition.questions():
            if is_correctable(question):
                row = self.shown.row(question)
                value = Decimal(replaced[question.key]) if question.key in replaced else row.own
                if value is not None:
                    found[question.key] = row.show(value)
        return found

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        impossible = (
            ""
            if self.object.status in WRITABLE
            else _("This report has been sent; it can no longer be written.")
        )
        return super().get_context_data(
            **{
                **kwargs,
                "form": form,
                "known": known_of(self.known(form)),
                "submit_label": _("Save"),
                "impossible": impossible,
                "returned_with": returned_with(self.object),
            }
        )

    def known(self, form) -> dict:
        """The figures that conditions may speak of and nobody types here."""
        figures = services.figures_as_answers(self.version) if self.version else {}
        return {key: value for key, value in figures.items() if key not in form.fields}

    def perform(self, form):
        services.save_answers(
            report=self.object,
            answers=form.collected(),
            explanations=explanations_of(form),
            by=self.request.user,
        )


class BuildView(AuthorStep):
    """Have the worker count again."""

    page_title = gettext_lazy("Count the figures again")
    explanation = gettext_lazy(
        "A worker counts the own cases and adds up the accepted reports below. This page can be left meanwhile."
    )
    form_class = NothingForm

    def perform(self, form):
        services.ask_to_build(report=self.object, by=self.request.user)
        messages.success(self.request, _("The figures are being counted; they appear here in a moment."))


class SendView(ReportStep):
    flow = REPORT_FLOW
    form_class = SendForm
    template_name = "quarterly/send.html"
    success_message = gettext_lazy("The report has been sent.")

    def get_initial(self):
        version = self.object.versions.filter(sealed_at=None).first()
        return {"seen": digest(version) if version and version.filled_at else "-"}

    def get_form_kwargs(self):
        shown = Presentation(self.object)
        version = shown.version
        return super().get_form_kwargs() | {
            "odd": oddities(shown) if version else (),
            "left": in_words(outside_of(self.object, version)),
            "why_left": version.explanations.get(OUTSIDE, "") if version else "",
        }

    def get_context_data(self, **kwargs):
        quarter = self.object.cycle.quarter
        days_left = (quarter.end - timezone.localdate()).days
        shown = Presentation(self.object)
        return super().get_context_data(
            shown=shown,
            outside=[line for line in shown.coverage if line[1] < line[2]],
            copies=copies.copies_of(self.object),
            days_left=days_left if days_left > 0 else 0,
            quarter_end=quarter.end,
            **kwargs,
        )

    def perform(self, form):
        services.send_report(
            report=self.object,
            by=self.request.user,
            seen=form.cleaned_data["seen"],
            explanations=explanations_of(form),
        )

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
    template_name = "quarterly/accept.html"
    success_message = gettext_lazy("The report has been accepted and counts in the tier above.")

    def get_context_data(self, **kwargs):
        parent = self.object.parent
        too_late = bool(parent and parent.status not in WRITABLE)
        return super().get_context_data(too_late=too_late, parent=parent, **kwargs)

    def perform(self, form):
        services.accept_report(report=self.object, by=self.request.user, note=form.cleaned_data["note"])


class ReturnView(ReportStep):
    flow = REPORT_FLOW
    form_class = ReasonForm
    success_message = gettext_lazy("The report has been returned with your note.")

    def perform(self, form):
        services.return_report(report=self.object, note=form.cleaned_data["note"], by=self.request.user)


class BulkAccept(BulkView):
    """Accept many reports that were looked at in the list; each stands or falls by itself. `right` is one tier's review."""

    label = gettext_lazy("Accept the chosen reports")
    explanation = gettext_lazy(
        "Each accepted report counts in the tier above. Reports that are not yours to review stay as they are."
    )

    def perform_one(self, obj, form) -> None:
        services.accept_report(report=obj, by=self.request.user)


BULK = {
    f"accept_{tier.value}": type(f"BulkAccept_{tier.value}", (BulkAccept,), {"right": f"review_{tier.value}"})
    for tier in UPWARD
}


class BulkRemind(BulkView):
    """Remind many places of their reports."""

    right = "remind"
    label = gettext_lazy("Remind the chosen places")
    explanation = gettext_lazy(
        "Those who send these reports get a message. A place is reminded at most once a day."
    )

    def perform_one(self, obj, form) -> None:
        if not reminders.remind(report=obj, by=self.request.user):
            raise WrongState(_("This place was reminded today already, or has sent its report."))


def step(base: type[ReportStep], move: str) -> type[ReportStep]:
    """The view of one move of the table."""
    return type(f"{base.__name__}_{move}", (base,), {"move": move})


class RemindView(ReportStep):
    """Remind the place of its report, with one click and a confirmation."""

    right = "remind"
    page_title = gettext_lazy("Remind")
    explanation = gettext_lazy(
        "Those who send this report get a message now. A place is reminded at most once a day."
    )
    form_class = NothingForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status in WRITABLE and not REPORT_FLOW.may(obj, f"send_{obj.tier}", by=user)

    def perform(self, form):
        sent = reminders.remind(report=self.object, by=self.request.user)
        if sent:
            messages.success(self.request, _("The reminder is on its way."))
        else:
            messages.warning(
                self.request, _("This place was reminded today already, or has sent its report.")
            )


class CorrectView(ReportStep):
    """Set figures of a closed quarter right: a new version with its reason, carried up through the tiers."""

    right = "view"
    page_title = gettext_lazy("Correct the closed figures")
    explanation = gettext_lazy(
        "The closed version stays visible. The correction is a new version of this report and of the reports above it."
    )
    form_class = CorrectionForm
    template_name = "quarterly/correct.html"
    button_style = "danger"
    success_message = gettext_lazy("The correction has been recorded.")

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status == Status.CLOSED and may(user, f"correct_{obj.tier}", obj)

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not may(self.request.user, f"correct_{obj.tier}", obj):
            raise PermissionDenied

    def get_form_kwargs(self):
        shown = Presentation(self.object)
        groups: dict[str, list[Row]] = {}
        for part in shown.parts:
            single = [row for row in part.figures if shown.definition[row.key].type != "calculation"]
            if single:
                groups[part.title] = single
            for table in part.tables:
                groups[f"{part.title}: {table.question}"] = [
                    replace(cell, label=f"{label}, {cell.label}")
                    for label, cells in table.rows
                    for cell in cells
                    if cell.own is not None
                ]
        return super().get_form_kwargs() | {"rows": {title: rows for title, rows in groups.items() if rows}}

    def perform(self, form):
        corrections.correct_report(
            report=self.object,
            changes=form.changes(),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
