"""Who sees a job: the person who asked for it, and the administrator."""

from django.db.models import Q

from portal.accounts.policies import RolePolicy
from portal.accounts.roles import Role


class JobPolicy(RolePolicy):
    """One's own jobs; all of them for the administrator."""

    def condition(self, user, actions):
        scopes = super().condition(user, actions)
        if scopes is None or user.is_superuser:
            return scopes
        return Q() if self._sees_all(user) else Q(asked_by=user)

    def user_has_permission_for_instance(self, user, action, instance):
        if not self.user_has_permission(user, action):
            return False
        return user.is_superuser or self._sees_all(user) or instance.asked_by_id == user.pk

    def scope_q(self, grant, action):
        return Q(pk__isnull=False)

    @staticmethod
    def _sees_all(user) -> bool:
        return any(grant.role == Role.ADMINISTRATOR for grant in user.grants)
