from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "reports.dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy

        from . import resources  # noqa: F401 - its import registers itself
        from .models import Dimension, Indicator, IndicatorValue, UnitCost
        from .policies import IndicatorValuePolicy, UnitCostPolicy

        register_permission_policy(Dimension, NationalPolicy(Dimension))
        register_permission_policy(Indicator, NationalPolicy(Indicator))
        register_permission_policy(IndicatorValue, IndicatorValuePolicy(IndicatorValue))
        register_permission_policy(UnitCost, UnitCostPolicy(UnitCost))
