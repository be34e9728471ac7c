from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "portal.units"
    label = "units"
    verbose_name = _("Units")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import RolePolicy

        from .models import Unit

        register_permission_policy(Unit, RolePolicy(Unit))
