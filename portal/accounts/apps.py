from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.ledger.models import AuditEntry, NumberMask
        from portal.regions.models import Region

        from . import sign_in  # noqa: F401 - receivers register themselves
        from .models import RoleAssignment, User
        from .policies import NationalPolicy, RegionKeyPolicy, UserPolicy

        # Exact: wagtail.users registers its own later, which asks for model permissions that nobody has.
        register_permission_policy(User, UserPolicy(User), exact_class=True)
        register_permission_policy(RoleAssignment, RegionKeyPolicy(RoleAssignment))
        # Models of the floors below, which cannot know the policy themselves.
        register_permission_policy(NumberMask, RegionKeyPolicy(NumberMask))
        register_permission_policy(Region, NationalPolicy(Region))
        register_permission_policy(AuditEntry, NationalPolicy(AuditEntry))
