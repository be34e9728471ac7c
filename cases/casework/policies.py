"""Who sees a case and a referral: officers of the family's area, and the one desk a referral is addressed to (A-04)."""

from django.db.models import Q

from portal.accounts.policies import RolePolicy
from portal.regions.models import above_q, codes_down_to

from .workflow import NOT_YET_SENT


class CasePolicy(RolePolicy):
    """The area decides; a sensitive case is moreover shown only to roles that review, handle or approve it."""

    SENSITIVE = "case.view_sensitive"

    def covers(self, grant, action, instance):
        if getattr(instance, "is_sensitive", False) and self._hides(grant, instance):
            return False
        return super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        area = super().scope_q(grant, action)
        return area if self.SENSITIVE in grant.rights else area & Q(is_sensitive=False)

    def _hides(self, grant, instance) -> bool:
        # A case that is being registered has no key yet: its own officer may write it down.
        return instance.pk is not None and self.SENSITIVE not in grant.rights


class ReferralPolicy(RolePolicy):
    """A desk's grant covers what was sent to it and nothing else; others follow the case's area."""

    def __init__(self, model):
        super().__init__(model, through="case")

    def covers(self, grant, action, instance):
        if grant.desk_id:
            return instance.desk_id == grant.desk_id and instance.status not in NOT_YET_SENT
        if instance.case.is_sensitive and CasePolicy.SENSITIVE not in grant.rights:
            return False
        return super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        if grant.desk_id:
            return Q(desk=grant.desk_id) & ~Q(status__in=NOT_YET_SENT)
        area = super().scope_q(grant, action)
        return area if CasePolicy.SENSITIVE in grant.rights else area & Q(case__is_sensitive=False)


class NoticePolicy(RolePolicy):
    """A notice is seen with its case."""

    def __init__(self, model):
        super().__init__(model, through="case")

    def covers(self, grant, action, instance):
        if instance.case.is_sensitive and CasePolicy.SENSITIVE not in grant.rights:
            return False
        return super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        area = super().scope_q(grant, action)
        return area if CasePolicy.SENSITIVE in grant.rights else area & Q(case__is_sensitive=False)


class EmergencyPolicy(RolePolicy):
    """An emergency of a region above hits the officer's own: it is seen from below, and changed where it was declared."""

    def covers(self, grant, action, instance):
        if super().covers(grant, action, instance):
            return True
        return action == "view" and (
            instance.region_id is None or instance.region_id in codes_down_to(grant.code)
        )

    def scope_q(self, grant, action):
        within = super().scope_q(grant, action)
        return within | above_q(grant.code) if action == "view" else within
