from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormationConfig(AppConfig):
    name = "portal.formation"
    label = "formation"
    verbose_name = _("Formation")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy, RolePolicy

        from . import letter_check, models, tasks  # noqa: F401 - letters and the clock register themselves
        from .policies import RequestPolicy

        register_permission_policy(models.FormationRequest, RequestPolicy(models.FormationRequest))
        register_permission_policy(models.PuskesosLocation, RolePolicy(models.PuskesosLocation))
        for model in (models.Pathway, models.PathwayVersion, models.AssessmentCriterion):
            register_permission_policy(model, NationalPolicy(model))
