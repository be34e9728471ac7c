from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuarterlyConfig(AppConfig):
    name = "reports.quarterly"
    label = "quarterly"
    verbose_name = _("Quarterly reports")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from . import jobs, letters, pack, sources, workflow  # noqa: F401 - each registers itself
        from .models import CopyRule, QuarterlyReport, ReportingCycle
        from .policies import CopyRulePolicy, CyclePolicy, ReportPolicy

        register_permission_policy(QuarterlyReport, ReportPolicy(QuarterlyReport))
        register_permission_policy(ReportingCycle, CyclePolicy(ReportingCycle))
        register_permission_policy(CopyRule, CopyRulePolicy(CopyRule))
