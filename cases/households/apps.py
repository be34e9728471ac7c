from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HouseholdsConfig(AppConfig):
    name = "cases.households"
    label = "households"
    verbose_name = _("Households")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import NationalPolicy, RolePolicy

        from . import jobs, workflow  # noqa: F401 - table and handlers register themselves
        from .models import Enrolment, Household, Person, RegisterImport, UpdateProposal, Visit

        register_permission_policy(Household, RolePolicy(Household))
        register_permission_policy(Person, RolePolicy(Person, through="household"))
        register_permission_policy(Enrolment, RolePolicy(Enrolment, through="household", name="household"))
        register_permission_policy(Visit, RolePolicy(Visit))
        register_permission_policy(UpdateProposal, RolePolicy(UpdateProposal))
        register_permission_policy(RegisterImport, NationalPolicy(RegisterImport))
