"""Doors of the installation itself."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .health import examine

RETRY_AFTER = 30  # seconds; a restart of PostgreSQL takes less


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For load balancers and monitoring: 200 when database and queue work, 503 when one does not. No sign-in."""
    health = examine()
    response = JsonResponse(health.as_dict(), status=200 if health.ok else 503)
    if not health.ok:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error of ours; while the database is away it is a 503 that asks to come back."""
    error = sys.exc_info()[1]
    away = isinstance(error, (OperationalError, InterfaceError)) and (
        connection.vendor == "postgresql" or "locked" in str(error)
    )
    status = 503 if away else 500
    try:
        # Without request: context processors would ask the database again.
        page = loader.get_template(f"{status}.html").render({})
    except TemplateDoesNotExist:
        page = f"<h1>{status}</h1>"
    response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is gone: most often the page stood open over a sign-in, or cookies are off."""
    return render(request, "403_csrf.html", {"back": request.path}, status=403)
