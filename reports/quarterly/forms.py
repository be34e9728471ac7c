"""Forms of quarterly reports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm, ScopedModelForm, dress
from portal.periods import Quarter
from reports.monitoring.conditions import tree_of
from reports.monitoring.forms import AnswersForm
from reports.monitoring.sources import is_correctable

from . import services
from .models import CopyRule, ReportingCycle
from .oddities import Oddity
from .outside import OUTSIDE
from .presentation import Row
from .workflow import Tier


class NoteForm(ScopedForm):
    """A word to go with a step."""

    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False, max_length=2000)


class ReasonForm(ScopedForm):
    note = forms.CharField(label=_("What is to be put right"), widget=forms.Textarea, max_length=2000)


EXPLANATION = "explanation-"


def explanation_field(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def explanations_of(form: forms.Form) -> dict[str, str]:
    """What was said about figures, by key."""
    return {
        name.removeprefix(EXPLANATION): value
        for name, value in form.cleaned_data.items()
        if name.startswith(EXPLANATION)
    }


class SendForm(ScopedForm):
    """Sending carries the digest of what was looked at, so that nobody sends figures they have not seen.

    Beside each unusual figure there is room to say why it is so.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    checked = forms.BooleanField(label=_("I have checked the figures and the narrative."))

    def __init__(self, *args, odd: Sequence[Oddity] = (), left: str = "", why_left: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        first = []
        if left:
            first = [EXPLANATION + OUTSIDE]
            self.fields[first[0]] = explanation_field(
                gettext("Why it is sent without these reports"),
                gettext(
                    "Accepted, and not in these sums: %(reports)s. What you write is sealed with the report."
                )
                % {"reports": left},
            )
            self.fields[first[0]].required = True
            self.initial.setdefault(first[0], why_left)
        for each in odd:
            name = EXPLANATION + each.key
            self.fields[name] = explanation_field(
                gettext("Explanation: %(figure)s") % {"figure": each.label}, each.text
            )
            self.initial.setdefault(name, each.explanation)
        self.order_fields(["seen", *first, *(EXPLANATION + each.key for each in odd), "checked"])
        dress(self)


class ReportForm(AnswersForm):
    """The instrument's questions, counted figures that may be corrected, and explanations of both."""

    def __init__(self, *args, odd: Sequence[Oddity] = (), counted=None, explanations=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.odd = {each.key for each in odd}
        hints = {each.key: (each.label, each.text) for each in odd}
        for question in self.definition.questions():
            if question.key not in self.fields or not is_correctable(question):
                continue
            parts = [self.fields[question.key].help_text]
            if question.key in (counted or {}):
                parts.append(
                    gettext("Counted from the records: %(figure)s.") % {"figure": counted[question.key]}
                )
            parts.append(gettext("Leave it empty to send the counted figure."))
            self.fields[question.key].help_text = " ".join(part for part in parts if part)
            hints.setdefault(
                question.key,
                (str(question), gettext("Needed when you send another figure than the counted one.")),
            )
        for key, (label, hint) in hints.items():
            name = EXPLANATION + key
            self.fields[name] = explanation_field(
                gettext("Explanation: %(figure)s") % {"figure": label}, hint
            )
            self.initial.setdefault(name, (explanations or {}).get(key, ""))
        dress(self)

    def sections(self, *, everything: bool = False):
        """Each question with its explanation beside it."""
        found = super().sections(everything=everything)
        for asked in (one for block in found for one in block.questions if one.fields):
            field = self.explanation(asked.question.key)
            if field:
                asked.beside.append(field)
                # Asked only of those who put another figure; an odd one is always explained.
                if asked.question.key not in self.odd:
                    asked.beside_condition = tree_of(f"${{{asked.question.key}}} != ''")
        return found

    @property
    def unusual(self) -> list[forms.BoundField]:
        """Explanations of odd figures that nobody types."""
        keys = (question.key for question in self.definition.questions() if question.key not in self.fields)
        return [field for field in map(self.explanation, keys) if field]

    def explanation(self, key: str):
        """The bound field of one figure's explanation, or None."""
        return self[EXPLANATION + key] if EXPLANATION + key in self.fields else None

    def collected(self):
        answers = super().collected()
        return {key: value for key, value in answers.items() if not key.startswith(EXPLANATION)}


class NothingForm(ScopedForm):
    """A step that needs no words, only a confirmation."""


class RemindForm(ScopedForm):
    tier = forms.ChoiceField(label=_("Tier"), choices=[(tier.value, tier.label) for tier in Tier])


class CorrectionForm(ScopedForm):
    """The own figures of a closed report in groups, to be set right, and the reason."""

    def __init__(self, *args, rows: dict[str, list[Row]], **kwargs):
        self.grouped = rows
        self.rows = [row for group in rows.values() for row in group]
        super().__init__(*args, **kwargs)
        for row in self.rows:
            self.fields[self.name_of(row)] = forms.DecimalField(
                label=row.label, initial=whole(row.own), required=False, min_value=0, max_digits=18, decimal_places=2, localize=True,
                help_text=row.unit, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label=_("Why the figures are corrected"), widget=forms.Textarea, max_length=250
        )
        dress(self)

    def groups(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """(title, fields, open): the first group, and every one with an error or a change, stands open."""
        found = []
        for title, rows in self.grouped.items():
            fields = [self[self.name_of(row)] for row in rows]
            touched = self.is_bound and any(
                field.errors or field.name in self.changed_data for field in fields
            )
            found.append((title, fields, not found or touched))
        return found

    @staticmethod
    def name_of(row: Row) -> str:
        return f"figure-{row.key}--{row.item}" if row.item else f"figure-{row.key}"

    def changes(self) -> dict:
        """The figures that differ from what was closed."""
        found = {}
        for row in self.rows:
            value = self.cleaned_data.get(self.name_of(row))
            if value is not None and value != row.own:
                found[row.key, row.item] = value
        return found


def whole(value: Decimal | None) -> Decimal | None:
    """A figure without empty decimals: 50, not 50,00."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


class CycleForm(ScopedModelForm):
    """Which quarter, and by when each tier sends."""

    quarter = forms.ChoiceField(label=_("Quarter"))

    class Meta:
        model = ReportingCycle
        fields = ["due_puskesos", "due_slrt", "due_province", "due_nation", "closes_on"]

    field_order = ["quarter", "due_puskesos", "due_slrt", "due_province", "due_nation", "closes_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["quarter"]
            return
        taken = set(ReportingCycle.objects.values_list("quarter_code", flat=True))
        current = Quarter.of(timezone.localdate())
        near = [current.previous().previous(), current.previous(), current, current.next()]
        free = [quarter for quarter in near if str(quarter) not in taken]
        self.fields["quarter"].choices = [(str(quarter), quarter.label) for quarter in free]
        self.fields["closes_on"].help_text = _(
            "Empty: fifteen days after the last due date. From this day the quarter closes by itself, once the national report has been sent."
        )
        for name in ("due_puskesos", "due_slrt", "due_province", "due_nation"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Empty: counted from the quarter's end.")

    def _get_validation_exclusions(self):
        # The order of the dates is said in words by `clean`, not by the name of the database's constraint.
        said = {"due_puskesos", "due_nation"}
        return (
            super()._get_validation_exclusions() | said | {"quarter_code", "instrument_version", "opens_on"}
        )

    def clean(self):
        data = super().clean()
        if not self.instance._state.adding and self.instance.status not in services.DATES_MAY_CHANGE:
            raise forms.ValidationError(_("This quarter has been closed; its dates stay."))
        counted = {}
        if self.instance._state.adding and data.get("quarter"):
            counted = ReportingCycle.due_dates(Quarter.parse(data["quarter"]))
        dates = [
            data.get(name) or counted.get(name)
            for name in ("due_puskesos", "due_slrt", "due_province", "due_nation", "closes_on")
        ]
        known = [day for day in dates if day]
        if known != sorted(known):
            raise forms.ValidationError(_("Each tier needs its date after the tier below it."))
        return data


class CopyRuleForm(ScopedModelForm):
    region_right = "copyrule.change"

    class Meta:
        model = CopyRule
        fields = ["tier", "region", "recipient", "position"]
