from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "reports.evaluation"
    label = "evaluation"
    verbose_name = _("Evaluation")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy, RolePolicy
        from reports.monitoring.policies import TaskPolicy

        from . import workflow  # noqa: F401 - the tables register themselves
        from .models import Evaluation, EvaluationRound, QualitativeNote, Recommendation, Team, TypologyScheme
        from .policies import RoundPolicy

        register_permission_policy(TypologyScheme, NationalPolicy(TypologyScheme))
        register_permission_policy(EvaluationRound, RoundPolicy(EvaluationRound))
        register_permission_policy(Team, RolePolicy(Team))
        register_permission_policy(Evaluation, RolePolicy(Evaluation))
        register_permission_policy(
            QualitativeNote, RolePolicy(QualitativeNote, through="evaluation", name="evaluation")
        )
        register_permission_policy(
            Recommendation, TaskPolicy(Recommendation, person="owner", actions=("view", "inspect", "finish"))
        )
