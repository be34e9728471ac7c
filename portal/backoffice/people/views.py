"""What an administrator does with an account and with a role; one small view per service."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.accounts import services
from portal.accounts.models import RoleAssignment, User

from ..admin_views import CreateRecordView
from ..views import ActionView, run_once
from .forms import AssignRoleForm, EndRoleForm


def show_first_password(request, user: User, password: str):
    """The page that shows a first password: once, and kept by nobody."""
    from ..admin import record_url

    context = {
        "page_title": _("First password"),
        "object": user,
        "password": password,
        "record_url": record_url(user),
    }
    return render(request, "backoffice/people/first_password.html", context)


@method_decorator(never_cache, name="dispatch")
class CreateAccount(CreateRecordView):
    """Adds an account; the first password is shown in the answer itself."""

    def carry_out(self, form):
        made = {}

        def work():
            self.instance, made["password"] = services.create_user(
                **{
                    name: form.cleaned_data[name] for name in ("username", "name", "email", "phone", "invite")
                },
                by=self.request.user,
            )
            return self.model_admin.url("inspect", self.instance)

        url, _fresh = run_once(self.request, work)
        if made.get("password"):
            return show_first_password(self.request, self.instance, made["password"])
        from django.contrib import messages
        from django.http import HttpResponseRedirect

        if made:
            messages.success(self.request, self.get_success_message(self.instance))
        return HttpResponseRedirect(url)


class AccountAction(ActionView):
    model = User
    right = "change"
    form_class = forms.Form


class AssignRole(AccountAction):
    page_title = _("Give a role")
    form_class = AssignRoleForm
    success_message = _("The role has been given.")
    button_style = "primary"

    @classmethod
    def offered(cls, obj, user):
        return obj.is_active and obj.pk != user.pk

    def perform(self, form):
        services.assign_role(user=self.object, by=self.request.user, **form.cleaned_data)


@method_decorator(never_cache, name="dispatch")
class FirstPassword(AccountAction):
    page_title = _("Make a first password")
    explanation = _(
        "The password of now stops working, and the person is signed out everywhere. You see the first password once; hand it over, the person chooses another at the first sign-in."
    )

    @classmethod
    def offered(cls, obj, user):
        return obj.is_active and obj.pk != user.pk

    def carry_out(self, form):
        password = services.set_first_password(user=self.object, by=self.request.user)
        return show_first_password(self.request, self.object, password)


class Invite(AccountAction):
    page_title = _("Send the invitation again")
    explanation = _("A link goes to the e-mail address with which the person chooses a password.")
    success_message = _("The invitation is on its way.")

    @classmethod
    def offered(cls, obj, user):
        return obj.is_active and bool(obj.email) and not obj.has_usable_password()

    def perform(self, form):
        services.send_invitation(user=self.object, by=self.request.user)


class RemoveSecondFactor(AccountAction):
    page_title = _("Remove the second factor")
    explanation = _(
        "For a lost telephone. Check first who is asking. The person is signed out everywhere and sets up another at the next sign-in."
    )
    success_message = _("The second factor has been removed.")
    button_style = "danger"

    @classmethod
    def offered(cls, obj, user):
        return obj.pk != user.pk and is_mfa_enabled(obj)

    def perform(self, form):
        services.remove_second_factor(user=self.object, by=self.request.user)


class SwitchOff(AccountAction):
    page_title = _("Switch the account off")
    explanation = _("The person is signed out everywhere at once. What they did stays explained.")
    success_message = _("The account is switched off.")
    button_style = "danger"

    @classmethod
    def offered(cls, obj, user):
        return obj.is_active and obj.pk != user.pk

    def perform(self, form):
        services.switch_off(user=self.object, by=self.request.user)


class SwitchOn(AccountAction):
    page_title = _("Switch the account on")
    explanation = _("The roles that are in force today work again.")
    success_message = _("The account is switched on.")

    @classmethod
    def offered(cls, obj, user):
        return not obj.is_active

    def perform(self, form):
        services.switch_on(user=self.object, by=self.request.user)


class EndRole(ActionView):
    model = RoleAssignment
    right = "change"
    page_title = _("End the role")
    form_class = EndRoleForm
    success_message = _("The role ends with the day given.")
    button_style = "danger"

    @classmethod
    def offered(cls, obj, user):
        return obj.valid_until is None or obj.valid_until >= timezone.localdate()

    def perform(self, form):
        services.end_role(assignment=self.object, by=self.request.user, **form.cleaned_data)
