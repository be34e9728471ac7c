"""Loading extracts of the national register: upload, look at what is wrong by row and column, then write."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from portal.accounts.policies import may
from portal.backoffice.exports import table_response
from portal.backoffice.forms import ScopedForm
from portal.backoffice.job_views import job_url
from portal.backoffice.views import BackofficeView, Crumb, RecordMixin
from portal.jobs.services import submit

from .models import RegisterImport
from .services.register import COLUMNS, CONDITIONS, start_import


class RegisterFileForm(ScopedForm):
    source = forms.CharField(label=gettext_lazy("Name of the register"), max_length=40, initial="DTSEN")
    version = forms.CharField(label=gettext_lazy("Version of the register"), max_length=20)
    as_of = forms.DateField(label=gettext_lazy("State of the data"))
    file = forms.FileField(label=gettext_lazy("File (CSV or XLSX)"))

    def clean_file(self):
        upload = self.cleaned_data["file"]
        head = upload.read(4096)
        upload.seek(0)
        if not head.startswith(b"PK") and (b"\x00" in head or head.startswith((b"MZ", b"%PDF"))):
            raise ValidationError(_("This is no CSV or XLSX file. Please save the spreadsheet again."))
        return upload


class RegisterListView(BackofficeView, FormView):
    required_right = (RegisterImport, "view")
    page_title = gettext_lazy("Register of families")
    template_name = "households/register_list.html"
    form_class = RegisterFileForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            runs=RegisterImport.objects.select_related("by")[:30],
            columns=COLUMNS,
            conditions=CONDITIONS,
            **kwargs,
        )

    def form_valid(self, form):
        if not may(self.request.user, "add", RegisterImport):
            raise PermissionDenied
        fields = form.cleaned_data
        run = start_import(
            file=fields["file"], name=fields["file"].name, source=fields["source"], version=fields["version"],
            as_of=fields["as_of"], by=self.request.user,
        )  # fmt: skip
        if run.checked_at is None:
            submit("register.check", by=self.request.user, key=f"check-{run.pk}", run=run.pk)
        return HttpResponseRedirect(reverse("households:register_import", args=[run.pk]))


class RegisterImportView(RecordMixin, BackofficeView, TemplateView):
    model = RegisterImport
    template_name = "households/register_import.html"

    def get_page_title(self):
        return str(self.object)

    def get_breadcrumbs(self):
        return [Crumb(_("Register of families"), reverse("households:register"))]

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "csv":
            rows = self.object.errors.values_list("line", "column", "message")
            header = [_("Row"), _("Column"), _("What is wrong")]
            return table_response("csv", rows, header, name=_("errors in register files"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        run = self.object
        return super().get_context_data(
            findings=run.errors.all()[:200],
            may_write=run.checked_at
            and not run.error_count
            and not run.written_at
            and may(self.request.user, "add", run),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        run = self.object
        if not may(request.user, "add", run):
            raise PermissionDenied
        if run.checked_at and not run.error_count and not run.written_at:
            job = submit("register.write", by=request.user, key=f"write-{run.pk}", run=run.pk)
            return HttpResponseRedirect(job_url(job))
        return HttpResponseRedirect(request.path)
