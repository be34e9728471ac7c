"""Who edits the catalog: everyone reads it, an editor writes what belongs to the editor's own region."""

from __future__ import annotations

from django.db.models import Q

from portal.accounts.policies import RolePolicy
from portal.regions.models import below_q

PUBLIC = ("view",)


class CatalogPolicy(RolePolicy):
    """Rows with a region that may be empty (the nation). Reading knows no border, writing stays within the grant's region.

    Publishing what belongs to a region is the nation's task, until the setting lets regions publish their own.
    """

    def covers(self, grant, action, instance):
        if action in PUBLIC:
            return True
        if action == "publish" and grant.code and not self.regions_publish():
            return False
        return super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        if action in PUBLIC or not grant.code:
            return Q(pk__isnull=False)
        if action == "publish" and not self.regions_publish():
            return Q(pk__in=())
        return Q(region=grant.code) | below_q(grant.code)

    @staticmethod
    def regions_publish() -> bool:
        """The setting of this installation."""
        from .models import CatalogSettings

        return CatalogSettings.load().regions_publish


class SectorPolicy(RolePolicy):
    """The nine sectors belong to no region: everyone reads them, an editor of the nation changes their texts (P-01)."""

    def covers(self, grant, action, instance):
        return action in PUBLIC or not grant.code

    def scope_q(self, grant, action):
        return Q(pk__isnull=False) if action in PUBLIC or not grant.code else Q(pk__in=())
