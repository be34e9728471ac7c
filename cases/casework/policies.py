"""Who sees a referral: the officers of the family's area, and the one desk it is addressed to (A-04)."""

from django.db.models import Q

from portal.accounts.policies import RolePolicy


class ReferralPolicy(RolePolicy):
    """A desk's grant covers what is addressed to it and nothing else; others follow the case's region."""

    def __init__(self, model):
        super().__init__(model, through="case")

    def covers(self, grant, action, instance):
        if grant.desk_id:
            return instance.desk_id == grant.desk_id
        return super().covers(grant, action, instance)

    def scope_q(self, grant, action):
        return Q(desk=grant.desk_id) if grant.desk_id else super().scope_q(grant, action)
