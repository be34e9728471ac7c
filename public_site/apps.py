from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicSiteConfig(AppConfig):
    name = "public_site"
    label = "public_site"
    verbose_name = _("Public site")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal import maps
        from portal.accounts.policies import RegionKeyPolicy

        from . import mapping, signals
        from .models import RegionLook

        register_permission_policy(RegionLook, RegionKeyPolicy(RegionLook))

        signals.connect()
        maps.register_outlines(mapping.outlines_of)
