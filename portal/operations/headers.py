"""Response headers: which content policy a screen gets, and what a page may ask of the device."""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.urls import reverse


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, but for Wagtail's own screens, whose date and inline widgets start by inline script.

    A screen is Wagtail's own when its address lies under the back office and its view comes from Wagtail's code;
    the public site is served by a Wagtail view too, and stays strict.
    """

    def get_policy_parts(self, request, response, report_only=False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if parts.config is None and not report_only and is_wagtail_screen(request):
            parts.config = settings.CONTENT_SECURITY_POLICY_CMS["DIRECTIVES"]
        return parts


def is_wagtail_screen(request) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    view = getattr(match.func, "view_class", match.func)
    # The view first: most screens are ours, and need no look at their address.
    return (view.__module__ or "").startswith("wagtail.") and request.path_info.startswith(
        reverse("wagtailadmin_home")
    )


class PermissionsPolicyMiddleware:
    """Pages may ask where the device is (the nearest unit), and nothing else of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response
