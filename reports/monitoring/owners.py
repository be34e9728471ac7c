"""Who may be asked to follow something up at a place: officers of the place, of those above it, and who leads below it."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import Role
from portal.regions.models import above_q

#: who runs the software or answers for one program, not for a place
NOT_ASKED = (Role.EDITOR, Role.ADMINISTRATOR, Role.PROGRAM_DESK)
#: asked too when the place is a regency or more: those who lead the work below it
LEADERS = (Role.SUPERVISOR, Role.PUSKESOS_COORDINATOR, Role.MANAGER)


def assignments_for(region_code: str):
    """The roles in force today from which an owner for something at this place is chosen, nearest place first."""
    below = Q(region__gt=f"{region_code}.", region__lt=f"{region_code}/", role__in=LEADERS)
    return (
        RoleAssignment.objects.active()
        .filter(above_q(region_code) | below, user__is_active=True)
        .exclude(role__in=NOT_ASKED)
        .select_related("user", "region")
        .order_by("region_id", "role", "user__name")
    )


def officers_for(region_code: str, *also: User) -> set[int]:
    """Keys of the accounts that may own a follow-up at this place; `also` are those whom the matter itself concerns."""
    return set(assignments_for(region_code).values_list("user_id", flat=True)) | {user.pk for user in also}


class OwnerField(forms.ModelChoiceField):
    """One of the officers for a place, grouped by where they work; anybody else is no valid choice."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Followed up by"))
        super().__init__(User.objects.none(), to_field_name="username", **kwargs)

    def offer(self, region_code: str, *also: User) -> None:
        """Narrow the choice to the officers for a place; the place itself comes first, the nation last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        named: set[tuple[str, int]] = set()
        rows = sorted(assignments_for(region_code), key=lambda row: _distance(row.region_id, region_code))
        for row in rows:
            place = str(row.region or _("Indonesia"))
            if (place, row.user_id) not in named:
                named.add((place, row.user_id))
                label = f"{row.user.name} · {row.get_role_display()}"
                groups.setdefault(place, []).append((row.user.username, label))
        concerned = [(user.username, user.name) for user in also]
        self.queryset = User.objects.filter(pk__in=officers_for(region_code, *also))
        self.choices = [
            ("", _("– choose –")),
            *([(_("Of this visit"), concerned)] if concerned else []),
            *groups.items(),
        ]


def _distance(code: str | None, place: str) -> tuple[int, str]:
    code = code or ""
    if code == place:
        return 0, code
    return (1, code) if code.startswith(f"{place}.") else (2 + len(place) - len(code), code)
