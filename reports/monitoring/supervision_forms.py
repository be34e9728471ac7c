"""Forms of supervision: pairs, visits, findings."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm, dress
from portal.periods import Quarter
from portal.regions.forms import RegionField
from portal.regions.models import Level

from . import supervision
from .design_forms import NoteForm
from .forms import AnswersForm
from .models import Instrument, SupervisionVisit
from .owners import OwnerField


def not_past(day: dt.date, before: dt.date | None = None) -> dt.date:
    """The day of a plan: today or later, or the one it had."""
    if day < timezone.localdate() and day != before:
        raise forms.ValidationError(_("A visit is planned for today or later."))
    return day


class VisitForm(ScopedModelForm):
    region_right = "supervisionvisit.add"

    class Meta:
        model = SupervisionVisit
        fields = ["kind", "region", "planned_on", "purpose", "with_whom"]

    instrument = forms.ModelChoiceField(Instrument.objects.none(), label=_("Instrument"), required=False)
    open_choices = ("instrument",)  # every visit may use any sheet of the nation

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instrument"].queryset = supervision.sheets()
        self.fields["instrument"].empty_label = _("the usual supervision sheet")
        self.fields["instrument"].help_text = _("Or another monitoring form of the National Secretariat.")
        if not self.instance._state.adding:
            del self.fields["instrument"]  # fixed with the plan
        # A crosswise visit begins at its pair; the others are those of one's own tier.
        mine = supervision.kinds_for(self.for_user) - {SupervisionVisit.Kind.CROSSWISE}
        kinds = [item for item in SupervisionVisit.Kind.choices if item[0] in mine | {self.instance.kind}]
        self.fields["kind"].choices = kinds

    def clean_planned_on(self):
        return not_past(self.cleaned_data["planned_on"], self.instance.planned_on)


class PairingForm(ScopedForm):
    """Which regency's facilitators are paired, for which quarter."""

    region = RegionField(label=_("Regency or city"), level=(Level.REGENCY,), right="supervisionpair.add")
    quarter = forms.ChoiceField(label=_("Quarter"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        current = Quarter.of(timezone.localdate())
        self.fields["quarter"].choices = [(str(q), q.label) for q in (current, current.next())]

    def clean_quarter(self) -> Quarter:
        return Quarter.parse(self.cleaned_data["quarter"])


class CrosswiseVisitForm(ScopedForm):
    planned_on = forms.DateField(label=_("Planned on"))
    purpose = forms.CharField(label=_("Purpose"), max_length=300)

    def clean_planned_on(self):
        return not_past(self.cleaned_data["planned_on"])


class FindingForm(ScopedForm):
    text = forms.CharField(label=_("Finding"), widget=forms.Textarea, max_length=2000)
    owner = OwnerField()
    due_on = forms.DateField(label=_("Follow-up by"))

    open_choices = ("owner",)  # narrowed here, by the place of the visit

    def __init__(self, *args, visit: SupervisionVisit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].offer(visit.region_id, *supervision.concerned(visit))


class DoneForm(ScopedForm):
    note = forms.CharField(label=_("What was done"), widget=forms.Textarea, max_length=2000)


class SheetForm(AnswersForm):
    """The sheet of a visit with the day it was held; a phone without signal is filled the day after."""

    DAY = "_held_on"  # no question can be called so

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[self.DAY] = forms.DateField(
            label=_("Held on"), required=False, initial=timezone.localdate, help_text=_("Empty: today.")
        )
        dress(self)

    @property
    def beside(self) -> list[forms.BoundField]:
        """What is asked beside the instrument."""
        return [self[self.DAY]]

    def held_on(self) -> dt.date:
        return self.cleaned_data[self.DAY] or timezone.localdate()

    def collected(self):
        return {key: value for key, value in super().collected().items() if key != self.DAY}


__all__ = [
    "CrosswiseVisitForm", "DoneForm", "FindingForm", "NoteForm", "PairingForm", "SheetForm", "VisitForm",
]  # fmt: skip
