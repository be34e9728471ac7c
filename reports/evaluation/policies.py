"""Rights on rounds and teams, which may belong to the nation."""

from django.db.models import Q

from portal.accounts.policies import RolePolicy
from portal.regions.models import below_q


class RoundPolicy(RolePolicy):
    """National rounds are seen by all who see rounds; each office prepares and closes those of its own region."""

    def covers(self, grant, action, instance):
        return (action in ("view", "inspect") and not self.region_code(instance)) or super().covers(
            grant, action, instance
        )

    def scope_q(self, grant, action):
        if not grant.code:
            return Q(pk__isnull=False)
        within = Q(region=grant.code) | below_q(grant.code)
        return within | Q(region=None) if action in ("view", "inspect") else within
