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
