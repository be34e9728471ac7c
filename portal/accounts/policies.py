"""The permission policy: role grants, region bounds, dates limit. Every door asks it through Wagtail's registry."""

from __future__ import annotations

import functools
import operator

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import policy_registry

from portal.regions.models import within_q

from .models import Grant
from .roles import GRANTS

# What Wagtail and modeladmin ask for, in our words.
_ALIASES = {"inspect": "view", "choose": "view", "unpublish": "publish"}


class RolePolicy(BasePermissionPolicy):
    """For a model whose rows lie in a region: `region` itself (InRegion), or at the end of `through`, e.g. `case`.

    The right asked for is `<model name>.<action>`. Per-instance answers make no query when the instance carries its
    region code. Subclasses may narrow `scope_q` and `covers` together: one for lists, one for a single row, and a
    contract test compares the two.
    """

    def __init__(self, model, *, through: str = "", name: str = ""):
        super().__init__(model)
        self.through = through
        self.name = name

    def right(self, action: str) -> str:
        return f"{self.name or self.model._meta.model_name}.{_ALIASES.get(action, action)}"

    def grants(self, user, action: str) -> list[Grant]:
        right = self.right(action)
        return [grant for grant in user.grants if right in grant.rights] if user.is_authenticated else []

    # -- one row ---------------------------------------------------------------------------------------------------
    def region_code(self, instance) -> str | None:
        for part in self.through.split("__") if self.through else ():
            instance = getattr(instance, part)
        return instance.region_id

    def covers(self, grant: Grant, action: str, instance) -> bool:
        return grant.covers(self.region_code(instance))

    def user_has_permission_for_instance(self, user, action, instance) -> bool:
        if not user.is_active:
            return False
        return user.is_superuser or any(
            self.covers(grant, action, instance) for grant in self.grants(user, action)
        )

    # -- lists -----------------------------------------------------------------------------------------------------
    def scope_q(self, grant: Grant, action: str) -> models.Q:
        return within_q(grant.code, f"{self.through}__" if self.through else "")

    def condition(self, user, actions) -> models.Q | None:
        """What a row must meet for the user to have any of the rights on it; None where no row can."""
        if not user.is_active:
            return None
        if user.is_superuser:
            return models.Q()
        scopes = [self.scope_q(grant, action) for action in actions for grant in self.grants(user, action)]
        return functools.reduce(operator.or_, scopes) if scopes else None

    def instances_user_has_any_permission_for(self, user, actions) -> models.QuerySet:
        return self.narrow(self.model._default_manager.all(), user, actions)

    def narrow(self, rows: models.QuerySet, user, actions) -> models.QuerySet:
        """The rows of a queryset on which the user has any of the rights."""
        condition = self.condition(user, actions)
        return rows.none() if condition is None else rows.filter(condition)

    # -- the model -----------------------------------------------------------------------------------------------------
    def user_has_permission(self, user, action) -> bool:
        return user.is_active and (user.is_superuser or bool(self.grants(user, action)))

    def users_with_any_permission(self, actions):
        roles = {role for action in actions for role in GRANTS.get(self.right(action), ())}
        today = timezone.localdate()
        running = models.Q(assignments__valid_until=None) | models.Q(assignments__valid_until__gte=today)
        return (
            get_user_model()
            .objects.filter(
                models.Q(is_superuser=True)
                | running & models.Q(assignments__role__in=roles, assignments__valid_from__lte=today),
                is_active=True,
            )
            .distinct()
        )


class NationalPolicy(RolePolicy):
    """For models that belong to no region: a role with the right has it for every row."""

    def covers(self, grant, action, instance):
        return True

    def scope_q(self, grant, action):
        return models.Q(pk__isnull=False)


class RegionKeyPolicy(RolePolicy):
    """For small tables with a `region` but without code columns: the region's key is compared as the path it is."""

    def scope_q(self, grant, action):
        if not grant.code:
            return models.Q(pk__isnull=False)
        field = f"{self.through}__region_id" if self.through else "region_id"
        return models.Q(**{field: grant.code}) | models.Q(
            **{f"{field}__gt": f"{grant.code}.", f"{field}__lt": f"{grant.code}/"}
        )


class UserPolicy(NationalPolicy):
    """Accounts belong to no region. A superuser's account is changed by superusers alone."""

    def covers(self, grant, action, instance):
        return action == "view" or not instance.is_superuser

    def scope_q(self, grant, action):
        return models.Q(pk__isnull=False) if action == "view" else models.Q(is_superuser=False)


class VisibleQuerySet(models.QuerySet):
    """The base of querysets that officers read."""

    def visible_to(self, user, action: str = "view"):
        """Rows on which the user has the right; the policy decides."""
        return policy_registry.get_by_type(self.model).narrow(self, user, [action])


def may(user, action: str, obj) -> bool:
    """Ask the policy of a record (or of a model class, for the right as such)."""
    if isinstance(obj, type):
        return policy_registry.get_by_type(obj).user_has_permission(user, action)
    return policy_registry.get_by_type(type(obj)).user_has_permission_for_instance(user, action, obj)
