"""Who sees a request: its region's offices, the provinces and the centre above it; a draft only its applicant and delegates."""

from __future__ import annotations

from django.db import models

from portal.accounts.policies import RolePolicy
from portal.accounts.roles import Role

#: whose request it is, by kind of unit (F-02, F-09)
APPLICANT_ROLES = {"slrt": Role.REGENCY_HEAD, "puskesos": Role.VILLAGE_HEAD}
#: what a delegate may do with the request handed to them
DELEGATE_ACTIONS = ("view", "inspect", "choose", "edit", "change")


class RequestPolicy(RolePolicy):
    """A request before it was sent is the applicant's own; afterwards every body on the way sees it."""

    def covers(self, grant, action, instance) -> bool:
        if not super().covers(grant, action, instance):
            return False
        own = APPLICANT_ROLES[instance.unit_kind] == grant.role and grant.code == instance.region_id
        if action in ("edit", "change", "submit", "delegate"):
            return own
        return own or instance.submitted_at is not None

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        if super().user_has_permission_for_instance(user, action, instance):
            return True
        return action in DELEGATE_ACTIONS and user.is_active and self._is_delegate(user, instance)

    @staticmethod
    def _is_delegate(user, instance) -> bool:
        return instance.delegates.filter(user=user).exists()

    def condition(self, user, actions):
        condition = super().condition(user, actions)
        if user.is_active and not user.is_superuser and set(actions) & set(DELEGATE_ACTIONS):
            handed = models.Q(pk__in=user.formation_delegations.values("request"))
            return handed if condition is None else condition | handed
        return condition

    def scope_q(self, grant, action):
        condition = super().scope_q(grant, action)
        own = models.Q(pk__in=())
        for kind, role in APPLICANT_ROLES.items():
            if role == grant.role:
                own |= models.Q(unit_kind=kind, region_id=grant.code)
        if action in ("edit", "change", "submit", "delegate"):
            return own
        return condition & (own | models.Q(submitted_at__isnull=False))
