"""Following a complaint by number and code, without an account (P-14)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cases.casework.services.lookup import look_up

from ..forms import LookUpForm
from ..rates import too_many


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The form, and after POST the steps; number and code never stand in an address or a log."""
    case, unknown, status = None, False, 200
    form = (
        LookUpForm(request.POST)
        if request.method == "POST"
        else LookUpForm(initial={"nomor": request.GET.get("nomor", "")[:80]})
    )
    if request.method == "POST":
        if too_many("lookup", request, limit=20, seconds=600):
            form.is_valid()
            form.add_error(None, _("Too many attempts. Please wait ten minutes and try again."))
            status = 429
        elif form.is_valid():
            case = look_up(form.cleaned_data["nomor"], form.cleaned_data["kode"])
            unknown = case is None
    context = {"form": form, "case": case, "unknown": unknown, "crumbs": [(_("Follow a case"), None)]}
    response = render(request, "public_site/tracking.html", context, status=status)
    if request.method == "POST":
        patch_cache_control(response, no_store=True, private=True)
    return response
