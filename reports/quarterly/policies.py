"""Rights on reports: seen within one's region, sent and reviewed only at the tier that the right names."""

from django.db.models import Q

from portal.accounts.policies import NationalPolicy, RolePolicy
from portal.regions.models import below_q

from .workflow import TIERS, CycleStatus


class ReportPolicy(RolePolicy):
    """`send_slrt` covers the SLRT's own report, not those of the Puskesos below it, although they lie in its region."""

    def tier_of(self, action: str) -> str:
        verb, _sep, tier = action.partition("_")
        return tier if verb in ("send", "review", "correct") and tier in TIERS else ""

    def covers(self, grant, action, instance):
        tier = self.tier_of(action)
        report = getattr(instance, self.through, instance) if self.through else instance
        return (not tier or report.tier == tier) and super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        scope, tier = super().scope_q(grant, action), self.tier_of(action)
        return scope & Q(**{f"{self.through}__tier" if self.through else "tier": tier}) if tier else scope


class CyclePolicy(NationalPolicy):
    """The dates of a quarter are changed as long as it is open."""

    def user_has_permission_for_instance(self, user, action, instance):
        if action == "change" and instance.status in (CycleStatus.CLOSING, CycleStatus.CLOSED):
            return False
        return super().user_has_permission_for_instance(user, action, instance)


class CopyRulePolicy(RolePolicy):
    """The nation's rules are seen by all who see reports; each region changes its own."""

    def covers(self, grant, action, instance):
        return (action in ("view", "inspect") and not instance.region_id) or super().covers(
            grant, action, instance
        )

    def scope_q(self, grant, action):
        if not grant.code:
            return Q(pk__isnull=False)
        within = Q(region=grant.code) | below_q(grant.code)
        return within | Q(region=None) if action in ("view", "inspect") else within
