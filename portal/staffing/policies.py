"""Who works with staff records: the row's region bounds, and the decree's signer differs by where and what."""

from __future__ import annotations

from django.db import models

from portal.accounts.policies import RolePolicy
from portal.accounts.roles import Role
from portal.regions.models import Level


class AppointmentPolicy(RolePolicy):
    """Bounds by the work area; but an appointment of a unit is also of the unit's own office (a Puskesos coordinator's
    work area is the village, a supervisor's a district of the SLRT's regency), so the region suffices.

    A regional assistant belongs to no unit: the Ministry alone appoints (S-17); everybody else's decree comes from the
    social office, the regency head or the village head (S-10).
    """

    def covers(self, grant, action, instance) -> bool:
        return super().covers(grant, action, instance) and self._fits(grant, action, instance.unit_id)

    @staticmethod
    def _fits(grant, action, unit_id) -> bool:
        if action in ("decree", "propose"):
            return (grant.role in (Role.MINISTRY, Role.NATIONAL_SECRETARIAT)) == (unit_id is None)
        return True

    def scope_q(self, grant, action):
        condition = super().scope_q(grant, action)
        if action in ("decree", "propose"):
            condition &= models.Q(unit=None) if grant.level == Level.NATION else ~models.Q(unit=None)
        return condition
