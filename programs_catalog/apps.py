from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsCatalogConfig(AppConfig):
    name = "programs_catalog"
    label = "programs_catalog"
    verbose_name = _("Program catalog")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy

        from .models import Program, Provider

        register_permission_policy(Program, NationalPolicy(Program))
        register_permission_policy(Provider, NationalPolicy(Provider))
