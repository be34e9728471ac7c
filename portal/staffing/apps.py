from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "portal.staffing"
    label = "staffing"
    verbose_name = _("Staff")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy, RolePolicy
        from portal.units.policies import PartPolicy

        from . import (
            models,
            pack,  # noqa: F401 - registers the sections of the handover pack
            resources,  # noqa: F401 - registers the imports
            standard,  # noqa: F401 - registers what a unit lacks in people
            tasks,  # noqa: F401 - registers the clock
        )
        from .policies import AppointmentPolicy

        for model in (models.Officer, models.Vacancy, models.Training, models.Replacement):
            register_permission_policy(model, RolePolicy(model))
        register_permission_policy(models.Appointment, AppointmentPolicy(models.Appointment))
        register_permission_policy(models.Candidate, RolePolicy(models.Candidate, through="vacancy"))
        register_permission_policy(
            models.StipendAccount, RolePolicy(models.StipendAccount, through="officer")
        )
        register_permission_policy(
            models.Attendance, PartPolicy(models.Attendance, through="training", name="training")
        )
        for model in (models.Position, models.Criterion, models.TrainingTopic):
            register_permission_policy(model, NationalPolicy(model))
