from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicSiteConfig(AppConfig):
    name = "public_site"
    label = "public_site"
    verbose_name = _("Public site")

    def ready(self):
        from portal import maps

        from . import mapping, signals

        signals.connect()
        maps.register_outlines(mapping.outlines_of)
