"""Accounts and roles: who may work, in which role, where, from when to when. Every change is in the audit (A-08)."""

from __future__ import annotations

import datetime as dt
import secrets

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger import audit

from .models import RoleAssignment, User
from .policies import may
from .roles import Role

# Letters and digits that are not mistaken for each other on paper: 16 of 32 are 80 bits.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789A"


def _require(by: User, action: str, obj) -> None:
    if not may(by, action, obj):
        raise PermissionDenied(_("Only the administrator may do this."))


def first_password() -> str:
    """Sixteen readable characters in groups of four."""
    return "-".join("".join(secrets.choice(_READABLE) for _n in range(4)) for _g in range(4))


# -- accounts ------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_user(
    *, username: str, name: str, email: str = "", phone: str = "", invite: bool, by: User
) -> tuple[User, str]:
    """Add an account: with `invite` a link goes to its address, else the first password is returned, for once.

    Whoever gets a first password chooses another before any work.
    """
    _require(by, "add", User)
    user = User(username=username.strip(), name=name.strip(), email=email.strip(), phone=phone)
    password = ""
    if invite:
        if not user.email:
            raise ValidationError({"email": _("An invitation needs an e-mail address.")})
        user.set_unusable_password()
    else:
        password = first_password()
        user.set_password(password)
        user.must_change_password = True
    _check_unique_email(user)
    user.full_clean()
    user.save()
    audit.record(audit.Action.CREATE, user, by=by, fields=["username", "name", "email", "phone"])
    if invite:
        send_invitation(user=user, by=by)
    return user, password


@transaction.atomic
def change_user(*, user: User, name: str, email: str, phone: str, by: User) -> User:
    """Correct an account's name and addresses; the user name stays, because the audit names it."""
    _require(by, "change", user)
    user = User.objects.select_for_update().get(pk=user.pk)
    before = (user.name, user.email, str(user.phone))
    user.name, user.email, user.phone = name.strip(), email.strip(), phone
    _check_unique_email(user)
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "email", "phone"])
    after = (user.name, user.email, str(user.phone))
    changed = [field for field, a, b in zip(("name", "email", "phone"), before, after, strict=True) if a != b]
    if changed:
        audit.record(audit.Action.CHANGE, user, by=by, fields=changed)
    return user


def _check_unique_email(user: User) -> None:
    """A link for a new password goes to an address: two accounts must not share one."""
    if user.email and User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise ValidationError({"email": _("Another account has this e-mail address.")})


@transaction.atomic
def send_invitation(*, user: User, by: User) -> None:
    """Send the link with which a person chooses their first password; after the commit."""
    _require(by, "change", user)
    if not user.email:
        raise ValidationError({"email": _("An invitation needs an e-mail address.")})
    if not user.is_active:
        raise ValidationError(_("The account is switched off."))
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    context = {"user": user, "url": f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"}
    subject = render_to_string("accounts/mail/invitation_subject.txt", context).strip()
    message = render_to_string("accounts/mail/invitation_message.txt", context)
    audit.record(audit.Action.CHANGE, user, by=by, fields=["invitation"])
    transaction.on_commit(lambda: send_mail(subject, message, None, [user.email]), robust=True)


@transaction.atomic
def set_first_password(*, user: User, by: User) -> str:
    """Replace a forgotten password by a first one, returned for once; all sessions end."""
    _require(by, "change", user)
    user = User.objects.select_for_update().get(pk=user.pk)
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    audit.record(audit.Action.CHANGE, user, by=by, fields=["first password"])
    return password


@transaction.atomic
def switch_off(*, user: User, by: User) -> User:
    """Close an account at once, sessions included; its roles and traces stay."""
    _require(by, "change", user)
    if user.pk == by.pk:
        raise ValidationError(_("You cannot switch off your own account."))
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    audit.record(audit.Action.CHANGE, user, by=by, fields=["is_active"], active=False)
    return user


@transaction.atomic
def switch_on(*, user: User, by: User) -> User:
    """Open a closed account again; it has the roles that are in force today."""
    _require(by, "change", user)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(audit.Action.CHANGE, user, by=by, fields=["is_active"], active=True)
    return user


@transaction.atomic
def remove_second_factor(*, user: User, by: User) -> None:
    """For a lost telephone, after checking who asks: the next sign-in sets up another; all sessions end."""
    _require(by, "change", user)
    if user.pk == by.pk and not by.is_superuser:
        raise ValidationError(_("Ask another administrator to remove your own second factor."))
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    audit.record(audit.Action.CHANGE, user, by=by, fields=["second factor"], removed=True)


def end_sessions(user: User) -> None:
    """Sign an account out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


# -- roles ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def assign_role(
    *,
    user: User,
    role: str,
    region=None,
    desk=None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    by: User,
) -> RoleAssignment:
    """Give a role in a region for a time; ValidationError names the field that does not fit, nothing is written."""
    assignment = RoleAssignment(
        user=user,
        role=role,
        region=region,
        desk=desk,
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
    )
    _require(by, "add", assignment)
    if user.pk == by.pk and not by.is_superuser:
        raise ValidationError({"user": _("Nobody gives a role to themselves; ask another administrator.")})
    # The account is the lock: two clicks cannot give the same role twice.
    holder = User.objects.select_for_update().get(pk=user.pk)
    if not holder.is_active:
        raise ValidationError({"user": _("The account is switched off.")})
    if region is not None and not region.is_current():
        raise ValidationError({"region": _("%(region)s has ended.") % {"region": region.full_name}})
    if desk is not None and (desk.region_id or "") != (region.pk if region else ""):
        raise ValidationError({"desk": _("This desk works for another region.")})
    assignment.full_clean()
    twin = _running_between(assignment).first()
    if twin:
        raise ValidationError(
            {
                "role": _("This account already has this role there, from %(start)s to %(end)s.")
                % {"start": twin.valid_from, "end": twin.valid_until or _("an open end")}
            }
        )
    assignment.save()
    _forget(holder, user)
    audit.record(
        audit.Action.CREATE, assignment, by=by, user=user.pk, role=role, desk=desk.pk if desk else None
    )
    return assignment


def _running_between(assignment: RoleAssignment) -> models.QuerySet[RoleAssignment]:
    """Assignments of the same role to the same account in the same place whose time overlaps."""
    others = RoleAssignment.objects.filter(
        models.Q(valid_until=None) | models.Q(valid_until__gte=assignment.valid_from),
        user=assignment.user,
        role=assignment.role,
        region=assignment.region,
        desk=assignment.desk,
    ).exclude(pk=assignment.pk)
    if assignment.valid_until:
        others = others.filter(valid_from__lte=assignment.valid_until)
    return others


@transaction.atomic
def end_role(*, assignment: RoleAssignment, last_day: dt.date, by: User) -> RoleAssignment:
    """Let a role end with a day (yesterday: at once). It is never deleted: what was done in it stays explained."""
    _require(by, "change", assignment)
    assignment = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    today = timezone.localdate()
    if assignment.valid_until and assignment.valid_until < today:
        raise ValidationError(_("This role has already ended."))
    if last_day < today - dt.timedelta(days=1):
        raise ValidationError(
            {"last_day": _("The past cannot be changed: the earliest last day is yesterday.")}
        )
    if last_day < assignment.valid_from:
        # Never in force: it ends on the day it would have begun, at the latest yesterday.
        if assignment.valid_from <= today:
            last_day = assignment.valid_from
        else:
            assignment.valid_from = last_day
    if assignment.role == Role.ADMINISTRATOR and not _another_administrator(assignment, last_day):
        raise ValidationError(_("This is the last administrator; assign another one first."))
    assignment.valid_until = last_day
    assignment.save(update_fields=["valid_from", "valid_until"])
    audit.record(
        audit.Action.CHANGE, assignment, by=by, fields=["valid_until"], valid_until=last_day.isoformat()
    )
    return assignment


def _another_administrator(assignment: RoleAssignment, last_day: dt.date) -> bool:
    day = max(last_day, timezone.localdate()) + dt.timedelta(days=1)
    others = RoleAssignment.objects.active(day).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return others.exclude(pk=assignment.pk).exists()


def _forget(*users: User) -> None:
    """Drop the grants that an instance remembers for the length of a request."""
    for user in users:
        user.__dict__.pop("grants", None)
