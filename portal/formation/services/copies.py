"""Copies (tembusan) of a request: who receives them, opened when, acknowledged by whom (F-05)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.regions.models import within_q

from ..models import Copy, FormationRequest
from ..workflow import Status

#: who opens the copy of an addressee
_READERS = {
    "minister": (Role.MINISTRY, Role.NATIONAL_SECRETARIAT),
    "governor": (Role.PROVINCIAL_SOCIAL_OFFICE, Role.PROVINCIAL_PLANNING),
    "provincial_social_office": (Role.PROVINCIAL_SOCIAL_OFFICE,),
    "regency_head": (Role.REGENCY_HEAD,),
    "regency_social_office": (Role.REGENCY_SOCIAL_OFFICE,),
}


def copies_for(request: FormationRequest, user: User) -> list[Copy]:
    """The copies that this user receives."""
    return [
        copy
        for copy in request.copies.all()
        if any(
            grant.role in _READERS[copy.addressee] and grant.covers(request.region_id)
            for grant in user.grants
        )
    ]


def waiting_for(user: User):
    """Copies that reached this user's office and were not acknowledged yet; one query."""
    mine = Q(pk__in=())
    for grant in user.grants:
        received = [addressee for addressee, roles in _READERS.items() if grant.role in roles]
        if received:
            mine |= Q(addressee__in=received) & within_q(grant.code, "request__")
    return Copy.objects.filter(mine, acknowledged_at=None).exclude(request__status=Status.WITHDRAWN)


def open_copies(*, request: FormationRequest, by: User) -> None:
    """Note that a copy was opened, the first time its receiver looks at the request (F-05)."""
    for copy in copies_for(request, by):
        Copy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=timezone.now(), opened_by=by)


@transaction.atomic
def acknowledge_copy(*, copy: Copy, by: User) -> Copy:
    """Confirm the receipt of a copy."""
    if copy.pk not in {own.pk for own in copies_for(copy.request, by)}:
        raise PermissionDenied
    now = timezone.now()
    Copy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=now, opened_by=by)
    Copy.objects.filter(pk=copy.pk, acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=by)
    copy.refresh_from_db()
    return copy
