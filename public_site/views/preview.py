"""A program's draft as the public will see it, for those who edit it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from portal.backoffice.views import BackofficeView, RecordMixin
from programs_catalog.models import Program

from .catalog import program_context


class ProgramPreview(RecordMixin, BackofficeView, View):
    model, right = Program, "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = program_context(self.object.draft, request) | {"previewed": True, "structured_data": ""}
        answer = render(request, "public_site/program.html", context)
        answer["Cache-Control"] = "private, no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer
