"""What allauth asks us: no sign-up, secrets encrypted, where one goes after signing in."""

from __future__ import annotations

import time

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from portal import fields


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request):
        return False

    def format_email_subject(self, subject):
        return f"[{settings.WAGTAIL_SITE_NAME}] {subject}"

    def get_password_change_redirect_url(self, request):
        return settings.LOGIN_REDIRECT_URL

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever signed in a moment ago, with all factors, need not prove it again."""
        request = context.request
        records = get_authentication_records(request, request.user)
        latest = max((record["at"] for record in records), default=0)
        return time.time() - latest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def set_password(self, user, password):
        # Whoever sets a password of their own has done what was asked of them.
        user.must_change_password = False
        super().set_password(user, password)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor rest encrypted like NIKs, and stay where the role demands them."""

    def encrypt(self, text):
        return fields.encrypt(text, context="mfa.authenticator")

    def decrypt(self, encrypted_text):
        return fields.decrypt(encrypted_text, context="mfa.authenticator")

    def get_totp_label(self, user):
        return user.get_username()

    def build_totp_svg(self, url):
        return segno.make(url, error="m").svg_inline(
            scale=5, border=4, omitsize=True, dark="#000", light="#fff"
        )

    def can_delete_authenticator(self, authenticator):
        return not authenticator.user.must_have_mfa

    def _get_site_name(self):
        return strip_tags(settings.WAGTAIL_SITE_NAME)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """A provider's sign-in opens an existing account with the same verified e-mail address; it creates none."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def get_connect_redirect_url(self, request, socialaccount):
        return settings.LOGIN_REDIRECT_URL

    def validate_disconnect(self, account, accounts):
        from django.core.exceptions import ValidationError

        raise ValidationError(_("The administrator separates accounts from sign-in providers."))
