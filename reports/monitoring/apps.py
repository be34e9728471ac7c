from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "reports.monitoring"
    label = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import RolePolicy

        from . import workflow  # noqa: F401 - the table registers itself
        from .models import Finding, Instrument, InstrumentVersion, SupervisionPair, SupervisionVisit
        from .policies import InstrumentPolicy, TaskPolicy

        register_permission_policy(Instrument, InstrumentPolicy(Instrument))
        register_permission_policy(
            InstrumentVersion, InstrumentPolicy(InstrumentVersion, through="instrument", name="instrument")
        )
        register_permission_policy(SupervisionPair, RolePolicy(SupervisionPair))
        register_permission_policy(
            SupervisionVisit,
            TaskPolicy(SupervisionVisit, person="leader", actions=("view", "inspect", "hold")),
        )
        register_permission_policy(
            Finding, TaskPolicy(Finding, person="owner", actions=("view", "inspect", "finish"))
        )
