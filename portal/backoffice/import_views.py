"""The screens of an import: choose a file, see what the check found, confirm, see the result."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from portal.accounts.policies import may

from .exports import table_response
from .files import TABLES, UploadField
from .forms import ScopedForm
from .imports import KINDS, ImportKind
from .models import ImportRun, Submission
from .views import BackofficeView, Crumb, run_once


class UploadForm(ScopedForm):
    file = UploadField(kinds=TABLES, label=gettext_lazy("File"))


class ImportView(BackofficeView, FormView):
    """The first screen of an import: give `kind` (see imports.register_import), `required_right` and `page_title`."""

    kind: ImportKind
    form_class = UploadForm
    template_name = "backoffice/import_upload.html"
    explanation = ""
    #: example rows of the downloadable template, by head
    example: tuple[dict, ...] = ()

    def get(self, request, *args, **kwargs):
        if request.GET.get("template") in TABLES:
            return self.template(request.GET["template"])
        return super().get(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.page_title or self.kind.label)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def template(self, file_kind: str):
        """An empty file with the right heads."""
        heads = list(self.kind.resource(by=self.request.user).heads())
        rows = [[row.get(head, "") for head in heads] for row in self.example]
        return table_response(file_kind, rows, heads, name=f"{_('template')}-{self.kind.name}")

    def get_context_data(self, **kwargs):
        heads = self.kind.resource(by=self.request.user).heads()
        return super().get_context_data(
            **{
                "heads": [{"name": name, "required": required} for name, required in heads.items()],
                "explanation": self.explanation,
                "form_token": self.request.POST.get("form_token") or Submission.new_token(),
                "steps": steps("upload"),
                "runs": ImportRun.objects.filter(by=self.request.user, kind=self.kind.name)[:5],
                **kwargs,
            }
        )

    def form_valid(self, form):
        def work():
            return self.kind.start(form.cleaned_data["file"], by=self.request.user).get_absolute_url()

        url, _fresh = run_once(self.request, work)
        return redirect(url)


class RunPage(BackofficeView):
    """One import of mine; somebody else's does not exist."""

    @cached_property
    def run(self) -> ImportRun:
        run = ImportRun.objects.filter(pk=self.kwargs["pk"], by=self.request.user).first()
        if run is None or run.kind not in KINDS:
            raise Http404
        return run

    def check_right(self):
        super().check_right()
        resource = KINDS[self.run.kind].resource
        if not may(self.request.user, resource.add_right, resource._meta.model):
            raise PermissionDenied


class ImportRunView(RunPage, TemplateView):
    """Where an import stands: checked, found wrong, ready, being written, done."""

    def get_template_names(self):
        return [
            "backoffice/components/import_run.html" if self.request.htmx else "backoffice/import_run.html"
        ]

    def get_page_title(self):
        return str(KINDS[self.run.kind].label)

    def get_breadcrumbs(self):
        return [Crumb(_("My jobs"), "/admin/pekerjaan/")]

    def get_context_data(self, **kwargs):
        run = self.run
        return super().get_context_data(
            run=run,
            job=run.current_job,
            steps=steps("done" if run.written_at else "write" if run.write_job_id else "check"),
            **kwargs,
        )

    def post(self, request, pk):
        try:
            KINDS[self.run.kind].confirm(self.run, by=request.user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        return redirect(self.run.get_absolute_url())


class FindingsView(RunPage, View):
    """The errors of a file as a file."""

    def get(self, request, pk):
        kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
        return table_response(
            kind, self.run.findings, [_("Row"), _("Column"), _("What is wrong")], name=_("import-errors")
        )


def steps(now: str) -> list[dict]:
    """The four steps of an import, for components/steps.html."""
    names = {
        "upload": _("Choose a file"),
        "check": _("Check"),
        "write": _("Write"),
        "done": _("Done"),
    }
    place = list(names).index(now)
    return [
        {
            "label": label,
            "state": "done" if number < place or now == "done" else "now" if number == place else "next",
        }
        for number, label in enumerate(names.values())
    ]
