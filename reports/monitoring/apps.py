from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "reports.monitoring"
    label = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from . import workflow  # noqa: F401 - the table registers itself
        from .models import Instrument, InstrumentVersion
        from .policies import InstrumentPolicy

        register_permission_policy(Instrument, InstrumentPolicy(Instrument))
        register_permission_policy(
            InstrumentVersion, InstrumentPolicy(InstrumentVersion, through="instrument", name="instrument")
        )
