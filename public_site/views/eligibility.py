"""“Which programs fit my family?”: questions without a name; the answers live for one request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from programs_catalog.models import Program

from ..check import CheckForm, results


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    asked = Program.objects.published().filter(code=request.GET.get("program", "")[:60]).first()
    form = CheckForm(request.POST) if request.method == "POST" else CheckForm()
    context = {"form": form, "asked": asked, "crumbs": [(_("Which programs fit my family?"), None)]}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            facts, region = form.facts(), form.cleaned_data.get("wilayah")
            # A program of a region is checked for the people of that region, whatever was asked for.
            context |= {"results": results(facts, region), "region": region}
            if asked is not None:
                context["asked_result"] = next(
                    (row for rows in context["results"].values() for row in rows if row.program == asked),
                    None,
                )
        else:
            status = 400
    response = render(request, "public_site/check.html", context, status=status)
    if request.method == "POST":
        patch_cache_control(response, no_store=True, private=True)
    return response
