"""Registration only."""

from django.urls import include, path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS, register
from portal.backoffice.menu import Waiting, register_menu_item, register_waiting

from . import urls
from .admin import UpdateProposalAdmin, VisitAdmin
from .models import UpdateProposal
from .workflow import ProposalStatus


@hooks.register("register_admin_urls")
def register_urls():
    # Before the list's own addresses, which would take "teruskan" for a key.
    return [path("", include(urls))]


register(UpdateProposalAdmin)
register(VisitAdmin)
register_menu_item(
    _("Families"), "households:find", right=("households.Household", "view"), icon="home", order=130
)

register_menu_item(
    _("Register of families"),
    "households:register",
    right=("households.RegisterImport", "view"),
    icon="table",
    order=820,
)


@register_waiting
def proposals_waiting(user):
    url = ADMINS[UpdateProposal].url("index")
    for right, status, label in (
        ("review", ProposalStatus.SUBMITTED, _t("proposals to review")),
        ("forward", ProposalStatus.REVIEWED, _t("proposals to forward to the register")),
        ("add", ProposalStatus.RETURNED, _t("proposals returned for correction")),
    ):
        if may(user, right, UpdateProposal):
            count = UpdateProposal.objects.visible_to(user, right).filter(status=status).count()
            yield Waiting(label, count, f"{url}?status={status}")
