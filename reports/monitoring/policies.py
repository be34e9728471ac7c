"""Who designs what: everyone who reports may read every instrument; changing follows its region (M-02)."""

from django.db.models import Q

from portal.accounts.policies import RolePolicy


class InstrumentPolicy(RolePolicy):
    """Reading is open to holders of the right anywhere: a village fills what the nation designed."""

    def covers(self, grant, action, instance):
        if self.right(action).endswith(".view"):
            return True
        # A province adds for the whole province or for one of its regencies; never to the core.
        return grant.covers(self.region_code(instance))

    def scope_q(self, grant, action):
        if self.right(action).endswith(".view") or not grant.code:
            return Q(pk__isnull=False)
        way = f"{self.through}__region" if self.through else "region"
        return Q(**{way: grant.code}) | Q(**{f"{way}__gt": f"{grant.code}.", f"{way}__lt": f"{grant.code}/"})


class TaskPolicy(RolePolicy):
    """Besides the officers of the region, the one person whose task a record is may see it and work on it."""

    def __init__(self, model, *, person: str, actions: tuple[str, ...]):
        super().__init__(model)
        self.person, self.own_actions = person, actions

    def user_has_permission_for_instance(self, user, action, instance):
        if (
            user.is_active
            and action in self.own_actions
            and getattr(instance, f"{self.person}_id") == user.pk
        ):
            return True
        return super().user_has_permission_for_instance(user, action, instance)

    def condition(self, user, actions):
        condition = super().condition(user, actions)
        if user.is_active and not user.is_superuser and set(self.own_actions) & set(actions):
            own = Q(**{self.person: user})
            condition = own if condition is None else condition | own
        return condition
