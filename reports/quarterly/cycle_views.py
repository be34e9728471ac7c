"""The page and the steps of a quarter for everybody: its dates, its closing, a reminder to a whole tier."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.policies import may
from portal.backoffice.admin_views import RecordView
from portal.backoffice.views import ActionView

from . import closing, reminders
from .admin_views import running_job
from .forms import NoteForm, RemindForm
from .models import QuarterlyReport, ReportingCycle
from .outside import in_words
from .workflow import CYCLE_FLOW, CycleStatus


class CyclePage(RecordView):
    """A quarter: its dates, how far its closing is, and its files for other systems."""

    def get_context_data(self, **kwargs):
        cycle = self.instance
        return super().get_context_data(
            job=running_job("quarterly.close", closing.key_of(cycle)),
            waits=cycle.closing_waits and not closing.is_ready(cycle),
            **kwargs,
        )


class CloseView(ActionView):
    """Close a quarter for the nation; a worker does it province by province."""

    model = ReportingCycle
    flow = CYCLE_FLOW
    move = "close"
    form_class = NoteForm
    explanation = gettext_lazy(
        "After closing, no report of this quarter can be sent, returned or changed. Reports that were not accepted are set down as not received."
    )
    success_message = gettext_lazy("The quarter is being closed.")
    template_name = "quarterly/close.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(left=in_words(closing.left_out(self.object)), **kwargs)

    def perform(self, form):
        closing.close_cycle(cycle=self.object, by=self.request.user, note=form.cleaned_data["note"])


class RemindAllView(ActionView):
    """Remind everyone of a tier who has not sent."""

    model = ReportingCycle
    right = "view"
    page_title = gettext_lazy("Remind all who have not sent")
    form_class = RemindForm

    @classmethod
    def offered(cls, obj, user) -> bool:
        return obj.status == CycleStatus.OPEN and may(user, "remind", QuarterlyReport)

    def check_record(self, obj) -> None:
        super().check_record(obj)
        if not may(self.request.user, "remind", QuarterlyReport):
            raise PermissionDenied

    def perform(self, form):
        count = reminders.remind_missing(
            cycle=self.object, tier=form.cleaned_data["tier"], by=self.request.user
        )
        messages.success(self.request, _("Reminded: %(count)s.") % {"count": count})
