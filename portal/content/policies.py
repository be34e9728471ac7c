"""Who keeps the site: editors by role and date. Wagtail's pages, images and documents ask these policies at every door.

No group is given a permission of Django's or Wagtail's: those know neither regions nor dates, and permissions on models
open Wagtail's reports. An editor of the nation keeps the whole tree. An editor of a province or regency adds pages where
the page says so (`open_to_regions = True`), changes their own and those that name no region but theirs (`within`), and
publishes nothing: the nation's editor does, unless the setting lets regions publish their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.accounts.models import RoleAssignment
from portal.accounts.policies import NationalPolicy
from portal.accounts.roles import GRANTS

RIGHT = "basepage.edit"
NATION = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
REGION = ("add",)


@dataclass(frozen=True)
class _Codename:
    codename: str


@dataclass(frozen=True)
class Permission:
    """What Wagtail takes for a row of its permission tables: an action on a page or a collection and all below."""

    action: str
    model_name: str
    page: models.Model | None = None
    collection: models.Model | None = None

    @property
    def permission(self) -> _Codename:
        return _Codename(f"{self.action}_{self.model_name}")

    @property
    def page_id(self):
        return self.page.pk

    @property
    def collection_id(self):
        return self.collection.pk


def edits(user) -> str:
    """'nation', 'region' or '': how far a user edits the site today."""
    if not user.is_authenticated or not user.is_active:
        return ""
    codes = [grant.code for grant in user.grants if RIGHT in grant.rights]
    return "" if not codes else "nation" if "" in codes else "region"


def editing_bounds(user) -> list[str]:
    """The codes of the regions whose pages a user keeps, [''] for the nation."""
    if user.is_superuser:
        return [""]
    codes = sorted({grant.code for grant in user.grants if RIGHT in grant.rights})
    return [""] if "" in codes else codes


#: asked whether regions publish their own; the catalog, which keeps the setting, stands above this package
_asked: list[Callable[[], bool]] = []


def ask_about_regions(function: Callable[[], bool]) -> None:
    _asked.append(function)


def regions_publish() -> bool:
    return any(function() for function in _asked)


def editors(nation_only: bool) -> models.Q:
    """The condition for accounts that edit today."""
    roles = RoleAssignment.objects.active().filter(role__in=GRANTS[RIGHT])
    if nation_only:
        roles = roles.filter(region=None)
    return models.Q(is_active=True) & (models.Q(is_superuser=True) | models.Q(pk__in=roles.values("user")))


class EditorPagePolicy(PagePermissionPolicy):
    """Wagtail's page policy with the rows of its table replaced by the roles of today."""

    permission_cache_name = "_editor_page_permissions"
    _explorable_root_instance_cache_name = "_editor_explorable_root"

    def get_all_permissions_for_user(self, user):
        reach = "" if user.is_superuser else edits(user)
        if not reach:
            return []
        actions = NATION if reach == "nation" else REGION
        found = [
            Permission(action, self.model_name, page=page) for page in self.roots(reach) for action in actions
        ]
        if reach == "region":
            actions = ("change", "publish") if regions_publish() else ("change",)
            for page in self.of_regions(editing_bounds(user)):
                found += [Permission(action, self.model_name, page=page) for action in actions]
        return found

    def of_regions(self, codes: list[str]) -> list[models.Model]:
        """The pages that name these regions and no other."""
        base = self.model.base_page_model
        kinds = [m for m in apps.get_models() if issubclass(m, base) and hasattr(m, "within")]
        return [page for kind in kinds for page in kind.within(codes)]

    def roots(self, reach: str) -> list[models.Model]:
        """The pages below which a user works."""
        base = self.model.base_page_model
        if reach == "nation":
            return list(base.objects.filter(depth=1))
        open_models = [
            m for m in apps.get_models() if issubclass(m, base) and getattr(m, "open_to_regions", False)
        ]
        return [page for model in open_models for page in base.objects.type(model)]

    def users_with_any_permission(self, actions, include_superusers=True):
        # An editor of a region adds, and so changes what they added.
        nation_only = not {"add", "change"} & set(actions) and not regions_publish()
        users = get_user_model().objects.filter(editors(nation_only))
        return users if include_superusers else users.filter(is_superuser=False)

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        users = self.users_with_any_permission(actions, include_superusers)
        allowed = [
            user.pk for user in users if self.user_has_any_permission_for_instance(user, actions, instance)
        ]
        return get_user_model().objects.filter(pk__in=allowed)


class EditorFilePolicy(CollectionOwnershipPermissionPolicy):
    """Images and documents: the nation's editors keep all, those of a region add, choose and change their own."""

    def __init__(self, model, auth_model):
        super().__init__(model, auth_model=auth_model, owner_field_name="uploaded_by_user")
        self.permission_cache_name = f"_editor_file_permissions_{auth_model.rsplit('.')[-1].lower()}"

    def get_all_permissions_for_user(self, user):
        reach = "" if user.is_superuser else edits(user)
        if not reach:
            return []
        actions = ("add", "change", "choose") if reach == "nation" else ("add", "choose")
        root = Collection.get_first_root_node()
        return [Permission(action, self.model_name, collection=root) for action in actions]

    def _users_with_perm_filter(self, actions, collection=None):
        return editors(nation_only=not {"add", "choose"} & set(actions))


class NationOnlyPolicy(NationalPolicy):
    """For what touches the whole site: the right counts only in a role of the nation."""

    def grants(self, user, action):
        return [grant for grant in super().grants(user, action) if not grant.code]
