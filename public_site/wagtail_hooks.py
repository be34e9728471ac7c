"""Registration of the public site's screens in the back office."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.accounts.policies import may
from portal.backoffice.admin import register
from portal.backoffice.menu import Waiting, register_menu_item, register_waiting
from portal.content.policies import edits
from programs_catalog.models import Program

from . import moderation
from .admin import RegionLookAdmin
from .admin_views import ModerationView, ProposalView, SiteSettingsView
from .views.preview import ProgramPreview

register(RegionLookAdmin)


@hooks.register("register_admin_urls")
def editors_urls():
    return [
        path("pratinjau-program/<int:pk>/", ProgramPreview.as_view(), name="program_preview"),
        path("usulan-terbit/", ModerationView.as_view(), name="moderation"),
        path("usulan-terbit/<int:pk>/", ProposalView.as_view(), name="proposal"),
        path("pengaturan-situs/", SiteSettingsView.as_view(), name="site_settings"),
    ]


register_menu_item(
    _("Proposals for publication"),
    "moderation",
    right=("programs_catalog.Program", "change"),
    icon="thumbtack",
    order=703,
)
register_menu_item(
    _("Settings of the site"),
    "site_settings",
    shown=lambda user: user.is_superuser or edits(user) == "nation",
    icon="cog",
    order=790,
)


@register_waiting
def proposals(user) -> list[Waiting]:
    if not may(user, "change", Program):
        return []
    url = reverse("moderation")
    returned = [each for each in moderation.of(user) if each.state.status == "rejected"]
    return [
        Waiting(str(_("Proposals to publish")), len(moderation.waiting_for(user)), url),
        Waiting(str(_("Your proposals came back with a note")), len(returned), url),
    ]
