"""Every sign-in and every refusal leaves an entry in the audit (A-08)."""

from __future__ import annotations

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from portal.ledger import audit

from .models import User


@receiver(user_logged_in, dispatch_uid="audit_sign_in")
def record_sign_in(sender, request, user, **kwargs):
    audit.record(audit.Action.SIGN_IN, user, by=user)


@receiver(user_login_failed, dispatch_uid="audit_refused_sign_in")
def record_refusal(sender, credentials, request=None, **kwargs):
    """Only names of accounts are kept: people type their password into the wrong field."""
    username = (credentials.get("username") or "")[:150]
    account = User.objects.filter(username=username).first() if username else None
    if account is None:
        audit.record(audit.Action.REFUSED, User, by=None, purpose="sign-in", reason="unknown account")
    else:
        reason = "password" if account.is_active else "inactive"
        audit.record(audit.Action.REFUSED, account, by=None, purpose="sign-in", reason=reason)


@receiver([password_changed, password_reset], dispatch_uid="audit_password")
def record_password(sender, request, user, **kwargs):
    audit.record(audit.Action.CHANGE, user, by=user, fields=["password"])


@receiver([authenticator_added, authenticator_removed], dispatch_uid="audit_second_factor")
def record_second_factor(sender, request, user, authenticator, **kwargs):
    audit.record(audit.Action.CHANGE, user, by=user, fields=["second factor"], type=authenticator.type)
