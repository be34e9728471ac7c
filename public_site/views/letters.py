"""The check of a letter by the code printed on it: genuine or not, and which letter, with nothing personal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.ledger.letters import issued_letter

from ..rates import too_many


@require_safe
def check(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form, or the answer for one code; an unknown code and a false one get the same answer."""
    typed = request.GET.get("kode", "").strip()
    if typed and not code:
        return redirect("public_site:letter", code=typed[:40].replace("/", "-"))
    letter, status = None, 200
    blocked = bool(code) and too_many("letters", request, limit=60, seconds=600)
    if blocked:
        status = 429
    elif code:
        letter = issued_letter(code)
        status = 200 if letter else 404
    context = {
        "code": code,
        "letter": letter,
        "blocked": blocked,
        "crumbs": [(_("Check of a letter"), None)],
    }
    response = render(request, "public_site/letter.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response
