from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsCatalogConfig(AppConfig):
    name = "programs_catalog"
    label = "programs_catalog"
    verbose_name = _("Program catalog")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from .models import Program, ProgramDesk, Provider, Sector
        from .policies import CatalogPolicy, SectorPolicy

        for model in (Program, Provider, ProgramDesk):
            register_permission_policy(model, CatalogPolicy(model))
        register_permission_policy(Sector, SectorPolicy(Sector))

        from portal.content.policies import ask_about_regions

        ask_about_regions(CatalogPolicy.regions_publish)
        from . import resources  # noqa: F401 - registers the import's jobs
