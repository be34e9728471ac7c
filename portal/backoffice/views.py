"""The views that officers' screens are made of: a page of the back office, a page of one record, one step with a form."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.permissions import policy_registry

from portal.accounts.policies import may
from portal.ledger.workflow import Workflow, WrongState

from .first import First
from .models import Submission


@dataclass(frozen=True)
class Crumb:
    """One step of the way back."""

    label: str
    url: str = ""


class BackofficeView:
    """A page of the back office: signed in, with a role in force, with the right that the page names.

    `required_right = (Model, "action")` asks the policy for the right as such; rows are the business of RecordMixin.
    A refusal is a page with status 403 (Wagtail would redirect), a foreign record is 404.
    """

    required_right: tuple[type[models.Model], str] | None = None
    page_title: str = ""
    breadcrumbs: tuple[Crumb, ...] = ()

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            self.check_right()
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied as refusal:
            return refuse(request, str(refusal))

    def http_method_not_allowed(self, request, *args, **kwargs):
        """A step that only a form may take was opened as a page (after a sign-in, from a history): lead back."""
        if request.method != "GET":
            return super().http_method_not_allowed(request, *args, **kwargs)
        messages.info(request, _("Nothing was done. Please choose the step again."))
        links = [crumb.url for crumb in self.breadcrumbs if crumb.url]
        return HttpResponseRedirect(links[-1] if links else "/admin/")

    def check_right(self) -> None:
        """Raise PermissionDenied unless the user may be here."""
        user = self.request.user
        if not user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied(_("Your account has no role in force today."))
        if self.required_right and not may(user, self.required_right[1], self.required_right[0]):
            raise PermissionDenied

    def get_page_title(self) -> str:
        return str(self.page_title)

    def get_breadcrumbs(self) -> list[Crumb]:
        return list(self.breadcrumbs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{"page_title": self.get_page_title(), "breadcrumbs": self.get_breadcrumbs(), **kwargs}
        )


def refuse(request, reason: str = ""):
    """The page that says no: status 403, with the reason if there is one to give."""
    return render(request, "backoffice/403.html", {"reason": reason}, status=403)


class RecordMixin:
    """A page about one record, found by `pk` among those the user may see; any other is 404.

    `right` is what the page asks for on this very record: 403 without it.
    """

    model: type[models.Model]
    right: str = "view"
    pk_url_kwarg = "instance_pk"

    def get_queryset(self) -> models.QuerySet:
        return visible(self.model._default_manager.all(), self.request.user)

    @cached_property
    def object(self):
        return self.get_object()

    def get_object(self):
        pk = self.kwargs.get(self.pk_url_kwarg, self.kwargs.get("pk"))
        return get_visible_or_404(self.get_queryset(), pk)

    def check_right(self) -> None:
        super().check_right()
        self.check_record(self.object)

    def check_record(self, obj) -> None:
        if not may(self.request.user, self.right, obj):
            raise PermissionDenied

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"object": self.object, **kwargs})


def visible(queryset: models.QuerySet, user, action: str = "view") -> models.QuerySet:
    """The rows of a queryset on which the user has the right; nothing for a model without a policy."""
    policy = policy_registry.get_by_type(queryset.model, fallback=False)
    if policy is None:
        return queryset.none()
    return policy.narrow(queryset, user, [action])


def get_visible_or_404(queryset: models.QuerySet, pk):
    """One row of an already narrowed queryset; Http404 for any other, and for a key that is no key."""
    try:
        return queryset.get(pk=pk)
    except (queryset.model.DoesNotExist, ValueError, TypeError, ValidationError):
        raise Http404 from None


class ServiceForm:
    """A page with a form whose service has the last word: what it refuses is said at the form, and nothing typed is lost.

    `carry_out(form)` calls the service and answers. The record is in another state by now: 409 with the reason; a field
    does not fit: beside that field; the record is gone: 404.
    """

    def carry_out(self, form):
        raise NotImplementedError

    def form_valid(self, form):
        try:
            return self.carry_out(form)
        except WrongState as problem:
            form.add_error(None, str(problem))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except ValidationError as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        except ObjectDoesNotExist as problem:
            model = getattr(self, "model", None)
            if model is None or not isinstance(problem, model.DoesNotExist):
                raise
            raise Http404 from None


class ActionView(ServiceForm, RecordMixin, BackofficeView, FormView):
    """One step on one record: shows its form, calls `perform(form)`, answers in words.

    With `flow` and `move` the right comes from the workflow table and the title from the move's label. `perform` calls
    the service and may return the URL to go to. WrongState, ValidationError and PermissionDenied of the service become
    messages beside the form; the form's token makes a second click the same result as the first.
    """

    flow: Workflow | None = None
    move: str = ""
    template_name = "backoffice/action.html"
    success_message: str = ""
    #: what the page says above the form: what will happen
    explanation: str = ""
    #: the step that takes this one back, offered in the message when it is possible ('' : none)
    undo: str = ""
    #: how its button on the record looks, without a flow
    button_style = "secondary"

    @classmethod
    def offered(cls, obj, user) -> bool:
        """Whether the record shows a button for this step, the right given; asked of steps without a flow."""
        return True

    def perform(self, form) -> str | None:
        raise NotImplementedError

    def comes_first(self) -> First | None:
        """What must be there before the form makes sense; the page then leads there instead of showing an empty choice."""
        return None

    @property
    def rule(self):
        return self.flow.moves[self.move] if self.flow else None

    def check_record(self, obj) -> None:
        if self.flow is None:
            return super().check_record(obj)
        if not self.flow.may(obj, self.move, by=self.request.user):
            raise PermissionDenied

    def get_page_title(self):
        return str(self.page_title or (self.rule.label if self.rule else ""))

    def get_breadcrumbs(self):
        crumbs = super().get_breadcrumbs()
        return crumbs or [Crumb(str(self.object), self.get_record_url())]

    def get_record_url(self) -> str:
        """Where the record itself is shown: its ModelAdmin's page, else its own `get_absolute_url`."""
        from .admin import record_url

        return record_url(self.object)

    def get_success_url(self):
        return self.get_record_url()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if hasattr(self.get_form_class(), "for_user_aware"):
            kwargs["for_user"] = self.request.user
        return kwargs

    def get_context_data(self, **kwargs):
        impossible = ""
        if self.rule and getattr(self.object, self.flow.field) not in self.rule.from_:
            impossible = _("This step is not possible now: the status is “%(status)s”.") % {
                "status": getattr(self.object, f"get_{self.flow.field}_display")()
            }
        return super().get_context_data(
            **{
                "form_token": self.request.POST.get("form_token") or Submission.new_token(),
                "explanation": self.explanation,
                "style": self.rule.style if self.rule else "primary",
                "submit_label": self.get_page_title(),
                "cancel_url": self.get_record_url(),
                "impossible": impossible if self.request.method == "GET" else "",
                "first": self.comes_first() if self.request.method == "GET" and not impossible else None,
                **kwargs,
            }
        )

    def carry_out(self, form):
        url, fresh = run_once(self.request, lambda: self.perform(form) or str(self.get_success_url()))
        if fresh and self.success_message:
            messages.success(self.request, self.get_success_words())
        return HttpResponseRedirect(url)

    def get_success_words(self) -> str:
        """What the message says, with the way to take the step back where there is one."""
        from .admin import ADMINS

        words, admin = str(self.success_message), ADMINS.get(self.model)
        if not self.undo or admin is None or self.flow is None:
            return words
        obj = self.model._base_manager.filter(pk=self.object.pk).first()
        if obj is None or self.undo not in self.flow.available(obj, by=self.request.user):
            return words
        return format_html(
            '{} <a href="{}">{}</a>', words, admin.action_url(self.undo, obj), _("Take it back")
        )


def add_errors(form, problem: ValidationError) -> None:
    """Put a service's ValidationError beside the fields it names; the rest above the form."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for field, errors in problem.error_dict.items():
        form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)


def run_once(request, work) -> tuple[str, bool]:
    """Do `work()` (which returns a URL) once per form token, in one transaction. Returns the URL and whether it ran now."""
    with transaction.atomic():
        submission, fresh = Submission.claim(request.POST.get("form_token", ""), by=request.user)
        if not fresh:
            return submission.url, False
        url = work()
        if submission:
            submission.url = url
            submission.save(update_fields=["url"])
    return url, True
