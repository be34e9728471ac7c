"""Who sees which of the planner's data."""

from __future__ import annotations

from portal.accounts.policies import RegionKeyPolicy
from portal.regions.models import above_q


class UnitCostPolicy(RegionKeyPolicy):
    """A unit cost of the nation or of a region above holds for those below: they read it, and leave its change to its owner."""

    def covers(self, grant, action, instance):
        if super().covers(grant, action, instance):
            return True
        own = instance.region_id or ""
        above = not own or grant.code == own or grant.code.startswith(f"{own}.")
        return self.right(action) == "unitcost.view" and above

    def scope_q(self, grant, action):
        scope = super().scope_q(grant, action)
        return scope | above_q(grant.code) if self.right(action) == "unitcost.view" else scope
