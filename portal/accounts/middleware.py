"""The gate behind sign-in: a password of one's own, the second factor where the role needs it, a role in force today."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

CHECKED = "second_factor_is_set_up"
_OPEN_PREFIXES = ("/static/", "/media/", "/healthz")
_SECOND_FACTOR_PAGES = ("mfa_activate_totp", "account_reauthenticate", "mfa_reauthenticate", "account_logout")
_PASSWORD_PAGES = ("account_change_password", "account_logout")


#: addresses without a language in them
_LANGUAGE_OF_THE_ACCOUNT = ("/admin/", "/akun/", "/masuk/", "/wilayah/", "/kalender/")


class OfficerLanguage:
    """Officers' pages are in the language of the account (where Wagtail keeps it); before sign-in the cookie says it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_LANGUAGE_OF_THE_ACCOUNT):
            language = self.wanted(request)
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return self.get_response(request)

    def wanted(self, request: HttpRequest) -> str:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            profile = getattr(request.user, "wagtail_userprofile", None)
            return profile.preferred_language if profile else ""
        return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")


class SignInGate:
    """Answers before the page does: redirects to what is still to be done, or says that no role is in force."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.refusal(request) or self.get_response(request)

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        # Visitors without a session are never asked for one, or no public page could be cached.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(_OPEN_PREFIXES):
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        if user.must_change_password:
            return self.send(request, "account_change_password", _PASSWORD_PAGES)
        if user.must_have_mfa and not self.has_second_factor(request):
            return self.send(request, "mfa_activate_totp", _SECOND_FACTOR_PAGES)
        if request.path.startswith("/admin/") and request.path != "/admin/logout/":
            return self.without_role(request)
        return None

    def has_second_factor(self, request: HttpRequest) -> bool:
        """Asked of the database once a session; it cannot be given up while the role needs it."""
        if not request.session.get(CHECKED):
            if not is_mfa_enabled(request.user):
                return False
            request.session[CHECKED] = True
        return True

    def send(self, request: HttpRequest, name: str, allowed: tuple[str, ...]) -> HttpResponse | None:
        if request.path in {reverse(page) for page in allowed}:
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": _("Finish signing in with a browser first.")}, status=403)
        return redirect(name)

    def without_role(self, request: HttpRequest) -> HttpResponse | None:
        """Wagtail would send such a user to the sign-in page and back for ever."""
        if request.user.has_perm("wagtailadmin.access_admin"):
            return None
        ended = request.user.assignments.order_by("-valid_until").select_related("region").first()
        return render(request, "accounts/no_role.html", {"last": ended}, status=403)
