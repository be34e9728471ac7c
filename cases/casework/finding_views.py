"""A case by name, for who comes without the receipt. Names travel by POST: they stand in no address and in no log."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS
from portal.backoffice.forms import ScopedForm
from portal.backoffice.views import BackofficeView, Crumb, add_errors
from portal.ledger import audit
from portal.regions.forms import RegionField, bounds_of
from portal.regions.models import Level, Region

from .models import Case
from .services import find_cases_by_name


class FindCaseForm(ScopedForm):
    name = forms.CharField(
        label=gettext_lazy("Name of the person or of who reported it"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    region = RegionField(
        label=gettext_lazy("Region"),
        level=(Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE),
        right="case.read_personal",
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].narrow(self.for_user)
        if self.fields["region"].bounds and all(
            code.count(".") == 3 for code in self.fields["region"].bounds
        ):
            # One village is all there is: nothing to choose.
            del self.fields["region"]


class FindCaseByNameView(BackofficeView, FormView):
    """The cases of one's own list, and no other, by a name spelled more or less like this."""

    required_right = (Case, "read_personal")
    page_title = gettext_lazy("Find a case by name")
    template_name = "casework/find_case.html"
    form_class = FindCaseForm
    columns = ("number", "family", "matter", "village", "status", "opened_on")

    def get_breadcrumbs(self):
        return [Crumb(_("Cases"), ADMINS[Case].url("index"))]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_user": self.request.user}

    def form_valid(self, form):
        try:
            found = find_cases_by_name(
                form.cleaned_data["name"], region=form.cleaned_data.get("region"), by=self.request.user
            )
        except ValidationError as problem:
            add_errors(form, problem)
            return self.form_invalid(form)
        if found.cases:
            # Names are shown: who looked, in which area, and at how many; never the name itself.
            area = (
                form.cleaned_data.get("region")
                or Region.objects.filter(pk__in=bounds_of(self.request.user, "case.read_personal")).first()
            )
            audit.record(
                audit.Action.READ,
                area or Case,
                by=self.request.user,
                purpose=_("Looked a case up by name"),
                count=len(found.cases),
            )
        admin = ADMINS[Case]
        columns = admin.columns(self.columns)
        table = [
            {
                "object": case,
                "url": admin.url("inspect", case),
                "cells": [{"label": c.label, "html": c.render(case), "numeric": c.numeric} for c in columns],
            }
            for case in found.cases
        ]
        heads = [{"label": column.label, "numeric": column.numeric, "url": ""} for column in columns]
        return self.render_to_response(
            self.get_context_data(
                form=form,
                found=found,
                table=table,
                columns=heads,
                may_register=may(self.request.user, "register", Case),
            )
        )
