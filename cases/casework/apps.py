from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "cases.casework"
    label = "casework"
    verbose_name = _("Casework")

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from portal.accounts.policies import RegionKeyPolicy
        from portal.units.policies import PartPolicy

        from . import (
            handover,  # noqa: F401 - open cases of an officer who leaves
            letters,  # noqa: F401 - what the public check tells of receipts
            pack,  # noqa: F401 - its part of the handover pack
            workflow,  # noqa: F401 - the table registers itself
        )
        from .models import AgendaItem, Case, Emergency, LocalHoliday, Notice, Referral, ServiceTime
        from .policies import CasePolicy, EmergencyPolicy, NoticePolicy, ReferralPolicy

        register_permission_policy(Case, CasePolicy(Case))
        register_permission_policy(Referral, ReferralPolicy(Referral))
        register_permission_policy(Notice, NoticePolicy(Notice))
        register_permission_policy(AgendaItem, PartPolicy(AgendaItem, through="meeting", name="meeting"))
        register_permission_policy(Emergency, EmergencyPolicy(Emergency))
        register_permission_policy(ServiceTime, RegionKeyPolicy(ServiceTime))
        register_permission_policy(LocalHoliday, RegionKeyPolicy(LocalHoliday))
