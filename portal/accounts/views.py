"""One's own account: who one is here, and the ways to password, second factor and sessions."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.users.models import UserProfile

from portal.regions.models import full_names


@never_cache
@login_required
def profile(request):
    """The account's roles, running and past, and what can be done about its safety."""
    assignments = list(
        request.user.assignments.select_related("region", "desk").order_by("-valid_from", "role", "pk")
    )
    names = full_names([item.region for item in assignments if item.region])
    today = timezone.localdate()
    roles = [
        {"assignment": item, "region": names.get(item.region_id, ""), "running": item.is_running(today)}
        for item in assignments
    ]
    context = {"roles": roles, "has_second_factor": is_mfa_enabled(request.user)}
    return render(request, "accounts/profile.html", context)


@never_cache
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language of the officers' pages: kept with the account, and in a cookie for the sign-in page."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest(_("There is no such language here."))
    if request.user.is_authenticated:
        UserProfile.objects.update_or_create(user=request.user, defaults={"preferred_language": language})
    then = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    response = redirect(then if safe else "account_profile")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
