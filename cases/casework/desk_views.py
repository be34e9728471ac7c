"""The program desk's spreadsheet: download what waits, fill it in, upload; checked whole, written whole."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, View

from portal.backoffice.admin import ADMINS
from portal.backoffice.exports import table_response
from portal.backoffice.files import TABLES, check_upload
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import BackofficeView, Crumb
from portal.ledger import audit

from .models import Referral
from .services import spreadsheet
from .workflow import UNANSWERED


class SheetForm(ScopedForm):
    file = forms.FileField(
        label=gettext_lazy("Filled spreadsheet"),
        help_text=gettext_lazy("XLSX or CSV with the heads of the download."),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > 5 * 1024 * 1024:
            raise ValidationError(_("The file is larger than 5 MB; please cut it in parts."))
        return check_upload(upload, TABLES)


class DownloadReferralsView(BackofficeView, View):
    """What waits at the desk, with who is meant; the whole NIK is on the referral's own page."""

    required_right = (Referral, "answer")

    def get(self, request, *args, **kwargs):
        audit.record(audit.Action.EXPORT, Referral, by=request.user, purpose=_("Spreadsheet for answers"))
        header = [*spreadsheet.HEADS, *spreadsheet.BESIDE]
        return table_response(
            "xlsx", spreadsheet.waiting_rows(by=request.user), header, name="rujukan-menunggu"
        )


class UploadAnswersView(BackofficeView, FormView):
    required_right = (Referral, "answer")
    page_title = gettext_lazy("Answers by spreadsheet")
    template_name = "casework/answers.html"
    form_class = SheetForm

    def get_breadcrumbs(self):
        return [Crumb(_("Referrals"), ADMINS[Referral].url("index"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            reasons=Referral.Reason.choices,
            waiting=Referral.objects.visible_to(self.request.user, "answer")
            .filter(status__in=UNANSWERED)
            .count(),
            **kwargs,
        )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def form_valid(self, form):
        try:
            sheet = spreadsheet.read_answers(form.cleaned_data["file"].read(), by=self.request.user)
            if sheet.findings:
                return self.render_to_response(
                    self.get_context_data(form=form, findings=sheet.findings[:200])
                )
            count = spreadsheet.write_answers(sheet, by=self.request.user)
        except ValidationError as problem:
            form.add_error("file", problem)
            return self.form_invalid(form)
        messages.success(
            self.request,
            ngettext("%(n)s answer is recorded.", "%(n)s answers are recorded.", count) % {"n": count},
        )
        return HttpResponseRedirect(ADMINS[Referral].url("index"))
