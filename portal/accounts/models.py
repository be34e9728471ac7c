"""Users and the roles they hold: role, region, dates, and the program desk where the role needs one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.permissions import policy_registry

from portal.regions.models import Level, Region, level_of

from .roles import SPECS, Role, rights_of


@dataclass(frozen=True)
class Grant:
    """An assignment in force today, as plain values: what the policies compare with."""

    role: str
    code: str  # '' is the nation
    desk_id: int | None

    @property
    def level(self) -> Level:
        return level_of(self.code)

    @property
    def rights(self) -> frozenset[str]:
        return rights_of(self.role)

    def covers(self, code: str | None) -> bool:
        """Whether a region code ('' or None: the nation) lies within this grant's region."""
        return not self.code or code == self.code or (code or "").startswith(f"{self.code}.")


class User(AbstractUser):
    """An account. What it may do comes from its role assignments alone."""

    first_name = None
    last_name = None
    name = models.CharField(_("full name"), max_length=150)
    phone = PhoneNumberField(_("mobile number"), blank=True)
    # An administrator set the password: the first thing to do is to choose another.
    must_change_password = models.BooleanField(_("must change the password"), default=False, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.username

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """Today's assignments; one query per request."""
        if not self.is_active:
            return ()
        return tuple(
            Grant(role, code or "", desk)
            for role, code, desk in self.assignments.active()
            .values_list("role", "region_id", "desk_id")
            .order_by("pk")
        )

    @property
    def needs_mfa(self) -> bool:
        """Whether a role of today demands a second factor in production: a manager's, or any of a province or the nation."""
        return self.is_superuser or any(
            SPECS[grant.role].mfa or level_of(grant.code) in (Level.NATION, Level.PROVINCE)
            for grant in self.grants
        )

    @property
    def must_have_mfa(self) -> bool:
        """Whether this installation lets the user work only with a second factor."""
        return settings.MFA_REQUIRED and self.needs_mfa

    def has_right(self, right: str) -> bool:
        """Whether any of today's roles grants the right, anywhere."""
        return self.is_superuser or any(right in grant.rights for grant in self.grants)

    def has_role(self, *roles: str) -> bool:
        """For greetings and menus. Decisions ask the policy."""
        return any(grant.role in roles for grant in self.grants)

    def role_for(self, obj) -> str:
        """The role in which the user acts on an object: the closest one whose region covers it."""
        code = getattr(obj, "region_id", None)
        fitting = [grant for grant in self.grants if grant.covers(code)] or list(self.grants)
        return max(fitting, key=lambda grant: len(grant.code)).role if fitting else ""


class RoleAssignmentQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = "view") -> RoleAssignmentQuerySet:
        """Assignments on which the user has the right; the policy decides."""
        return policy_registry.get_by_type(self.model).narrow(self, user, [action])

    def active(self, on: dt.date | None = None) -> RoleAssignmentQuerySet:
        day = on or timezone.localdate()
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=day), valid_from__lte=day)

    def within(self, code: str) -> RoleAssignmentQuerySet:
        return (
            self.filter(models.Q(region_id=code) | models.Q(region__code__startswith=f"{code}."))
            if code
            else self
        )


class RoleAssignment(models.Model):
    """One role of one person in one region from one day to another. A unit follows from role and region: there is one
    SLRT in a regency and one Puskesos in a village.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=40, choices=Role.choices)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("region"),
        help_text=_("Empty for the nation."),
    )
    # By name: the desk stands on a higher floor, and only its key is needed here.
    desk = models.ForeignKey(
        "programs_catalog.ProgramDesk", models.PROTECT, null=True, blank=True, verbose_name=_("program desk")
    )
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    valid_until = models.DateField(_("until (inclusive)"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "region"]
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="role_dates_ordered",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.PROGRAM_DESK, desk__isnull=False)
                | ~models.Q(role=Role.PROGRAM_DESK) & models.Q(desk=None),
                name="desk_with_the_desk_role_only",
            ),
        ]
        indexes = [models.Index(fields=["region", "role"], name="role_in_region")]

    def __str__(self):
        return f"{self.get_role_display()} · {self.region or _t('Indonesia')}"

    def is_running(self, on: dt.date | None = None) -> bool:
        """Whether the assignment is in force today, or on another day."""
        day = on or timezone.localdate()
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)

    def clean(self):
        """A role fits only regions of its own level (e.g. a supervisor a district), and a desk only the desk role."""
        spec = SPECS.get(self.role)
        if spec is None:
            return
        level = self.region.level if self.region_id else Level.NATION
        if level not in spec.levels:
            raise ValidationError(
                {
                    "region": _t(
                        "The role %(role)s needs a region of the level %(levels)s; this one is a %(level)s."
                    )
                    % {
                        "role": self.get_role_display(),
                        "levels": ", ".join(str(item.label) for item in spec.levels),
                        "level": Level(level).label,
                    }
                }
            )
        if spec.needs_desk != bool(self.desk_id):
            raise ValidationError(
                {
                    "desk": _t("This role needs a program desk.")
                    if spec.needs_desk
                    else _t("This role has no program desk.")
                }
            )
        if self.valid_until and self.valid_from and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _t("The end lies before the beginning.")})
