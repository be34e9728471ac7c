"""Steps with one officer: the proposal for a position, the account, the statement."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from portal.backoffice.admin import record_url
from portal.backoffice.attachments import file_response
from portal.backoffice.forms import regions_of
from portal.backoffice.views import ActionView, BackofficeView, RecordMixin, get_visible_or_404, visible
from portal.ledger import audit
from portal.regions.models import Region
from portal.units.models import Unit
from portal.units.services import save_part

from .forms import AccountForm, ChoosePostForm, ProposeForm
from .models import Officer, Position, StipendAccount
from .services import appointments


class ChoosePostView(ActionView):
    """First step of a proposal."""

    model, right = Officer, "change"
    page_title = _("Propose for a position")
    form_class = ChoosePostForm
    button_style = "primary"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"officer": self.object}

    def perform(self, form):
        data = form.cleaned_data
        return reverse(
            "staffing_propose",
            args=[
                self.object.pk,
                data["position"].pk,
                data["area"].pk,
                data["unit"].pk if data["unit"] else 0,
            ],
        )


class ProposeView(ActionView):
    """Second step: the criteria of the position, checked against the officer."""

    model, right = Officer, "change"
    form_class = ProposeForm
    template_name = "staffing/propose.html"
    success_message = _("The officer is proposed. The decree follows.")

    @property
    def position(self) -> Position:
        return get_visible_or_404(Position.objects.all(), self.kwargs["position"])

    @property
    def area(self) -> Region:
        return get_visible_or_404(regions_of(self.request.user), self.kwargs["area"])

    @property
    def unit(self) -> Unit | None:
        if not self.kwargs["unit"]:
            return None
        return get_visible_or_404(visible(Unit.objects.all(), self.request.user), self.kwargs["unit"])

    def get_page_title(self):
        return _t("Propose %(name)s as %(position)s") % {"name": self.object, "position": self.position}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"position": self.position}

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        attested = form.attested() if form.is_bound and form.is_valid() else {}
        findings = appointments.findings_for(self.object, self.position, self.area, attested)
        # What only the proposer can attest stands in the form; here is what the officer's data say.
        checked = {c.code for c in self.position.criteria.exclude(check_by="attested")}
        return super().get_context_data(
            findings=[finding for finding in findings if finding.code in checked],
            area=self.area,
            unit=self.unit,
            **{**kwargs, "form": form},
        )

    def perform(self, form):
        appointment = appointments.propose(
            officer=self.object,
            position=self.position,
            unit=self.unit,
            area=self.area,
            by=self.request.user,
            attested=form.attested(),
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
        )
        return record_url(appointment)


class AddAccount(ActionView):
    model, right = Officer, "change"
    page_title = _("New account for the stipend")
    form_class = AccountForm
    explanation = _("In the officer's own name; at BNI, or at another bank as the funding source requires.")
    success_message = _("The account is recorded.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "instance": StipendAccount(officer=self.object, holder=self.object.name)
        }

    def perform(self, form):
        form.save(commit=False)
        save_part(form.instance, by=self.request.user, fields=["number", "bank", "holder"])


class StatementLetter(RecordMixin, BackofficeView, View):
    model, right = Officer, "change"
    page_title = _("Statement letter")
    button_style = "secondary"

    @classmethod
    def offered(cls, obj, user):
        return bool(obj.statement_letter)

    def get(self, request, *args, **kwargs):
        if not self.object.statement_letter:
            raise Http404
        audit.read(self.object, by=request.user, purpose=_t("Statement letter"))
        return file_response(
            self.object.statement_letter, self.object.statement_letter.name.rsplit("/", 1)[-1]
        )
