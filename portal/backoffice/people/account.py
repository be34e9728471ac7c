"""Wagtail's page of one's own account, with the name that our accounts have."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, NameEmailSettingsPanel

from portal.accounts.models import User

from ..views import refuse


class NameForm(forms.ModelForm):
    """Shows the name; it stands under letters and in the audit, so the administrator corrects it."""

    name = forms.CharField(
        label=_("Full name"),
        disabled=True,
        required=False,
        help_text=_("It stands under letters and in the audit: the administrator corrects it."),
    )

    class Meta:
        model = User
        fields = ["name"]


class NamePanel(BaseSettingsPanel):
    """In the place of Wagtail's, which demands a first and a last name."""

    name = "name"
    title = _("Name")
    order = 100
    form_class = NameForm


class OwnAccount(AccountView):
    """How Wagtail's screens look and what they report; for editors of the site, as those screens are."""

    def dispatch(self, request, *args, **kwargs):
        # The gate leaves views of ours to themselves.
        if not (request.user.is_superuser or request.user.has_right("basepage.edit")):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_panels(self):
        # No hook takes a panel away.
        rest = [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]
        own = self.request.user
        return [NamePanel(self.request, own, own.wagtail_userprofile), *rest]


own_account = never_cache(require_admin_access(OwnAccount.as_view()))
