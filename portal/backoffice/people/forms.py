"""Forms over accounts and roles."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role
from portal.regions.forms import RegionField
from portal.regions.models import Level

from ..forms import ScopedForm, ScopedModelForm

LEVELS = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE)


class NewAccountForm(ScopedModelForm):
    """A new account: the person chooses the password by a link, or gets a first one on paper."""

    invite = forms.TypedChoiceField(
        label=_("Password"),
        choices=[
            ("yes", _("Send a link to the e-mail address; the person chooses the password")),
            ("no", _("Show a first password once, to hand over")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )

    class Meta:
        model = User
        fields = ["name", "username", "email", "phone"]
        help_texts = {
            "username": _(
                "As a rule the role, a dot and the place, e.g. fo.sleman. It cannot be changed later."
            ),
            "email": _("Links for a new password go there; no two accounts share an address."),
        }


class AccountForm(ScopedModelForm):
    """Corrections of an account."""

    class Meta:
        model = User
        fields = ["name", "email", "phone"]


class AssignRoleForm(ScopedForm):
    """A role with its place and its time."""

    open_choices = ("desk",)

    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *Role.choices])
    region = RegionField(
        label=_("Region"),
        level=LEVELS,
        required=False,
        right="roleassignment.add",
        help_text=_("Choose down to the level of the role; empty for the nation."),
    )
    desk = forms.ModelChoiceField(
        label=_("Program desk"),
        queryset=RoleAssignment._meta.get_field("desk").related_model.objects.none(),
        required=False,
        help_text=_("Only for program managers."),
    )
    valid_from = forms.DateField(label=_("From"), initial=timezone.localdate)
    valid_until = forms.DateField(
        label=_("Until"), required=False, help_text=_("The last day in force; empty without end.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        desks = self.fields["desk"].queryset.model.objects.filter(is_active=True)
        self.fields["desk"].queryset = desks.select_related("region").order_by("name")


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_day = forms.DateField(
        label=_("Last day in force"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Yesterday ends it at once."),
    )
