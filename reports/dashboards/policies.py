"""Who sees which of the planner's data."""

from __future__ import annotations

from portal.accounts.policies import RegionKeyPolicy, RolePolicy
from portal.regions.models import above_q


class AlsoAbove:
    """What is recorded for the nation or a region above holds for those below: they read it, and leave its change to its owner."""

    def covers(self, grant, action, instance):
        if super().covers(grant, action, instance):
            return True
        own = instance.region_id or ""
        above = not own or grant.code == own or grant.code.startswith(f"{own}.")
        return self._reads(action) and above

    def scope_q(self, grant, action):
        scope = super().scope_q(grant, action)
        return scope | above_q(grant.code) if self._reads(action) else scope

    def _reads(self, action) -> bool:
        return self.right(action).endswith(".view")


class IndicatorValuePolicy(AlsoAbove, RolePolicy):
    """Values of indicators."""


class UnitCostPolicy(AlsoAbove, RegionKeyPolicy):
    """Unit costs."""
