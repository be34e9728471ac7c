from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "portal.units"
    label = "units"
    verbose_name = _("Units")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import RolePolicy

        from . import models
        from .policies import PartOfUnitPolicy, PartPolicy

        for model in (
            models.Unit, models.Decree, models.CoordinationBody, models.ProvincialCoordinator, models.Meeting,
        ):  # fmt: skip
            register_permission_policy(model, RolePolicy(model))
        for model in (
            models.Room, models.Equipment, models.Funding, models.CentreSupport, models.Partner, models.Agreement,
        ):  # fmt: skip
            register_permission_policy(model, PartOfUnitPolicy(model))
        register_permission_policy(
            models.BodyMember, PartPolicy(models.BodyMember, through="body", name="coordinationbody")
        )
        register_permission_policy(
            models.Decision, PartPolicy(models.Decision, through="meeting", name="meeting")
        )
