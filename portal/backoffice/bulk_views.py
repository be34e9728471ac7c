"""One step on many records of a list."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from portal.accounts.policies import may
from portal.ledger.workflow import WrongState

from .models import Submission
from .views import BackofficeView, Crumb, run_once


@dataclass
class BulkOutcome:
    """What became of a bulk step: how many records it reached, and why others were left."""

    done: int
    left: list[tuple[str, str]]


class BulkView(BackofficeView, FormView):
    """One step on many records of a list: a confirmation with its form, then `perform_one` for each.

    Only records that the user sees and has the right for are taken; each stands or falls by itself, with its reason.
    """

    model_admin = None
    right = "change"
    form_class = None
    template_name = "backoffice/bulk.html"
    label: str = ""
    explanation: str = ""
    http_method_names = ["post"]

    def perform_one(self, obj, form) -> None:
        raise NotImplementedError

    def get_form_class(self):
        from .forms import ScopedForm

        return self.form_class or ScopedForm

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"for_user": self.request.user}
        if "confirmed" not in self.request.POST:
            kwargs.pop("data", None)
            kwargs.pop("files", None)
        return kwargs

    def get_page_title(self):
        return str(self.label)

    def get_breadcrumbs(self):
        return [Crumb(str(self.model_admin.get_menu_label()), self.model_admin.url("index"))]

    @cached_property
    def objects(self) -> list:
        keys = [key for key in self.request.POST.getlist("rows")[:200] if key.isalnum() or "-" in key]
        try:
            rows = self.model_admin.get_queryset(self.request).filter(pk__in=keys)
            if self.model_admin.list_select_related:
                rows = rows.select_related(*self.model_admin.list_select_related)
            return [obj for obj in rows if may(self.request.user, self.right, obj)]
        except (ValueError, ValidationError):
            return []

    def post(self, request, *args, **kwargs):
        if not may(request.user, self.right, self.model_admin.model):
            raise PermissionDenied
        if not self.objects:
            messages.warning(request, _("Choose at least one record that you may work on."))
            return HttpResponseRedirect(self.back_url)
        if "confirmed" not in request.POST:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{
                "objects": self.objects,
                "explanation": self.explanation,
                "form_token": self.request.POST.get("form_token") or Submission.new_token(),
                "cancel_url": self.back_url,
                "back": self.back,
                **kwargs,
            }
        )

    @property
    def back(self) -> str:
        """The filters and the page of the list from which the rows were chosen."""
        return QueryDict(self.request.POST.get("back", "")[:1000]).urlencode()

    @property
    def back_url(self) -> str:
        url = str(self.model_admin.url("index"))
        return f"{url}?{self.back}" if self.back else url

    def form_valid(self, form):
        outcome = BulkOutcome(0, [])

        def work():
            for obj in self.objects:
                try:
                    with transaction.atomic():
                        self.perform_one(obj, form)
                    outcome.done += 1
                except (
                    WrongState,
                    PermissionDenied,
                    ValidationError,
                    self.model_admin.model.DoesNotExist,
                ) as problem:
                    reason = (
                        " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
                    )
                    outcome.left.append((str(obj), reason))
            return self.back_url

        url, fresh = run_once(self.request, work)
        if fresh and outcome.done:
            done = ngettext("%(count)s record done.", "%(count)s records done.", outcome.done)
            messages.success(self.request, done % {"count": outcome.done})
        for name, reason in outcome.left[:20]:
            messages.warning(self.request, f"{name}: {reason}")
        return HttpResponseRedirect(url)
