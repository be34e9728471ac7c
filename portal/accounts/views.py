"""One's own account: who one is here, and the ways to password, second factor and sessions."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

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
