"""Forms of the register."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.backoffice.forms import ScopedForm
from portal.fields import NikFormField, redact
from portal.regions.forms import RegionField
from programs_catalog.models import Program

from .access import PURPOSES
from .models import Enrolment, Household, Person, UpdateProposal, Visit


class FindHouseholdForm(ScopedForm):
    """By NIK or KK, or by name within a village."""

    number = forms.CharField(
        label=_("NIK or family card number"),
        required=False,
        max_length=25,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    age = forms.IntegerField(label=_("Age, about"), required=False, min_value=0, max_value=130)
    village = RegionField(label=_("Village"), required=False, right="household.view")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].narrow(self.for_user)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("number"):
            # The number is enough: what the selects of the other way hold half-chosen is no error.
            for field in ("village", "age", "name"):
                self.errors.pop(field, None)
            return cleaned | {"village": None, "name": "", "age": None}
        if "name" in cleaned and not cleaned["name"]:
            # The selects come with the regency chosen: without a name nobody has begun the other way.
            self.errors.pop("village", None)
            if not self.errors:
                self.add_error("number", _("Please type a number, or a name and its village."))
        if cleaned.get("name") and not cleaned.get("village") and "village" not in self.errors:
            self.add_error("village", _("A name is looked for within one village; please choose it."))
        return cleaned


class PurposeForm(ScopedForm):
    """Why somebody reads a family's data that is not on the daily list."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PURPOSES.items()), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=150,
        help_text=_("For example the registration number. No NIK, no name: this text is kept in the audit."),
    )

    def clean(self):
        cleaned = super().clean()
        cleaned["words"] = redact(cleaned.get("words", ""))
        if cleaned.get("purpose") == "other" and len(cleaned["words"]) < 5:
            self.add_error("words", _("Please write which purpose."))
        return cleaned


class ChangeForm(ScopedForm):
    """What was found to be otherwise than the register says; only what differs is proposed."""

    kind = forms.ChoiceField(
        label=_("Kind of proposal"),
        choices=[
            (UpdateProposal.Kind.CHANGE, UpdateProposal.Kind.CHANGE.label),
            (UpdateProposal.Kind.REMOVAL, UpdateProposal.Kind.REMOVAL.label),
        ],
        widget=forms.RadioSelect,
        initial="change",
    )
    note = forms.CharField(
        label=_("What was seen"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )

    PERSON = {
        "name": lambda: forms.CharField(label=_("Name as on the card"), max_length=100, required=False),
        "nik": lambda: NikFormField(label=_("NIK"), required=False),
        "sex": lambda: forms.ChoiceField(label=_("Sex"), choices=Person.Sex.choices, required=False),
        "born_on": lambda: forms.DateField(label=_("Date of birth"), required=False),
        "relation": lambda: forms.ChoiceField(
            label=_("Relation to the head"), choices=[("", "–"), *Person.Relation.choices], required=False
        ),
        "occupation": lambda: forms.CharField(label=_("Occupation"), max_length=60, required=False),
        "phone": lambda: forms.CharField(label=_("Mobile number"), max_length=20, required=False),
    }
    HOUSEHOLD = {
        "address": lambda: forms.CharField(label=_("Address"), max_length=200, required=False),
    }

    def __init__(self, *args, subject: Household | Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject = subject
        makers = self.PERSON if isinstance(subject, Person) else self.HOUSEHOLD
        for name, make in makers.items():
            field = make()
            field.initial = getattr(subject, name)
            if name == "born_on":
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
                field.input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
            self.fields[name] = field
        self.order_fields(["kind", *makers, "note"])

    def changes(self) -> dict[str, str]:
        fields = self.PERSON if isinstance(self.subject, Person) else self.HOUSEHOLD
        return {name: str(self.cleaned_data.get(name) or "") for name in fields}


class EnrolmentForm(ScopedForm):
    open_choices = ("program",)

    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.none())
    person = forms.ModelChoiceField(
        label=_("Member"),
        queryset=Person.objects.none(),
        required=False,
        help_text=_("Empty: the whole household."),
    )
    valid_from = forms.DateField(label=_("Takes part since"))
    valid_until = forms.DateField(label=_("Until"), required=False)
    source = forms.ChoiceField(
        label=_("Who says so"), choices=Enrolment.Source.choices, widget=forms.RadioSelect, initial="reported"
    )

    def __init__(self, *args, household: Household, **kwargs):
        self.household = household
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Program.objects.open().for_region(household.region).order_by("name")
        self.fields["person"].queryset = household.members.filter(gone_on=None)
        self.fields["person"].label_from_instance = lambda person: person.name


class VisitForm(ScopedForm):
    place = forms.ChoiceField(
        label=_("Place"), choices=Visit.Place.choices, widget=forms.RadioSelect, initial="home"
    )
    purpose = forms.ChoiceField(
        label=_("What it was about"), choices=Visit.Purpose.choices, initial="outreach"
    )
    at = forms.DateTimeField(label=_("When"))
    programs_explained = forms.BooleanField(label=_("Programs were explained"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {
            "at": timezone.localtime().replace(second=0, microsecond=0),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)


class NikForm(ScopedForm):
    nik = NikFormField(label=_("NIK given by civil registration"))


class NoteForm(ScopedForm):
    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class ReasonForm(ScopedForm):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
