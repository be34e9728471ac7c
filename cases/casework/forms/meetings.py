"""Forms of the secretariat's meetings: what is on the agenda, and what was decided."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm
from portal.units.models import Unit

from ..models import AgendaItem
from ..services.meetings import line_of, material_for


class MaterialForm(ScopedForm):
    """What waits for a meeting of a region, all of it chosen unless the manager takes something out."""

    cases = forms.MultipleChoiceField(
        label=_("Suggestions and grievances for the meeting"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    referrals = forms.MultipleChoiceField(
        label=_("Referrals without an answer in time"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, region_code: str, **kwargs):
        super().__init__(*args, **kwargs)
        cases, referrals = material_for(region_code, by=self.for_user)
        self.waiting = {
            "cases": {
                # The manager reads what it is about; the agenda itself names number and program alone.
                str(case.pk): (
                    case,
                    f"{line_of(AgendaItem(case=case))} – {Truncator(case.description).chars(90)}",
                )
                for case in cases
            },
            "referrals": {
                str(row.pk): (row, line_of(AgendaItem(case=row.case, referral=row))) for row in referrals
            },
        }
        for name, rows in self.waiting.items():
            self.fields[name].choices = [(key, label) for key, (_row, label) in rows.items()]
            self.fields[name].initial = list(rows)
            if not rows:
                del self.fields[name]

    @property
    def is_empty(self) -> bool:
        return not any(self.waiting.values())

    def chosen(self) -> dict[str, list]:
        return {
            name: [rows[key][0] for key in self.cleaned_data.get(name, ())]
            for name, rows in self.waiting.items()
        }


class PlanMeetingForm(MaterialForm):
    """A meeting of the officer's own secretariat with its agenda, in one step."""

    unit = forms.ModelChoiceField(label=_("Meeting of"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(label=_("Subject"), max_length=200)
    date = forms.DateField(label=_("Date"))
    place = forms.CharField(label=_("Place"), max_length=150, required=False)
    field_order = ["unit", "title", "date", "place", "cases", "referrals"]
    open_choices = ("unit",)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].initial = units.first()
        self.fields["title"].initial = _("Routine meeting of the SLRT")
        self.fields["date"].initial = timezone.localdate()


class DecisionsForm(ScopedForm):
    """One field for each item that has no decision yet; what stays empty stays on the agenda."""

    participants = forms.IntegerField(label=_("Participants"), min_value=1, max_value=1000, required=False)

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"item_{item.pk}"] = forms.CharField(
                label=line_of(item),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("The family reads these words; no names of other people, no numbers.")
                if item.referral_id is None
                else "",
            )

    def decisions(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data[f"item_{item.pk}"] for item in self.items}
