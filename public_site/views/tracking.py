"""Following a complaint by number and code, without an account (P-14)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cases.casework.services.lookup import answer_of_citizen, look_up
from portal.ledger.workflow import WrongState

from ..forms import LookUpForm, ResponseForm
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
    if case:
        context |= {name: form.cleaned_data[name] for name in ("nomor", "kode")}
    response = render(request, "public_site/tracking.html", context, status=status)
    if request.method == "POST":
        patch_cache_control(response, no_store=True, private=True)
    return response


@csrf_protect
@require_http_methods(["POST"])
def respond(request: HttpRequest) -> HttpResponse:
    """Was it solved? "No" with a reason takes the case up again (P-14); number and code come along, unseen."""
    case, problems, status, thanks = None, [], 200, ""
    form = ResponseForm(request.POST)
    if too_many("lookup", request, limit=20, seconds=600):
        problems, status = [_("Too many attempts. Please wait ten minutes and try again.")], 429
    elif form.is_valid():
        fields = form.cleaned_data
        solved = fields["selesai"] == "ya"
        try:
            case = answer_of_citizen(fields["nomor"], fields["kode"], solved=solved, words=fields["kata"])
            thanks = _("Thank you for telling us.") if solved else _("Your case has been taken up again.")
        except ValidationError as problem:
            problems = problem.messages
        except WrongState as problem:
            problems = [str(problem)]
        if problems:
            case = look_up(fields["nomor"], fields["kode"])
    else:
        problems = [_("Please say whether it is solved.")]
        case = look_up(request.POST.get("nomor", ""), request.POST.get("kode", ""))
    context = {
        "form": LookUpForm(),
        "case": case,
        "unknown": case is None and not problems,
        "crumbs": [(_("Follow a case"), None)],
        "problems": problems,
        "thanks": thanks if case else "",
        "nomor": request.POST.get("nomor", "")[:80],
        "kode": request.POST.get("kode", "")[:20],
    }
    response = render(request, "public_site/tracking.html", context, status=status)
    patch_cache_control(response, no_store=True, private=True)
    return response
