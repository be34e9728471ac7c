"""Forms of the intake screen: each offers and accepts only what lies in the officer's area."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.households.forms import FindHouseholdForm
from cases.households.models import Person
from portal.backoffice.forms import ScopedForm
from portal.fields import FamilyCardNumberFormField, NikFormField, PhoneFormField
from portal.regions.forms import RegionField
from programs_catalog.models import Program

from ..models import Case, Emergency
from ..workflow import Kind, NoticeChannel


class GroupedPrograms(forms.models.ModelChoiceIterator):
    """Programs under the name of their sector, as a select shows them."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list] = {}
        for program in self.queryset.select_related("sector").order_by("sector__position", "name"):
            groups.setdefault(str(program.sector), []).append(self.choice(program))
        yield from groups.items()


class ProgramField(forms.ModelChoiceField):
    """A program of the catalog, grouped by sector."""

    iterator = GroupedPrograms

    def __init__(self, **kwargs):
        super().__init__(queryset=Program.objects.none(), empty_label=_("Choose a program"), **kwargs)

    def label_from_instance(self, obj):
        return obj.label


class FindForm(FindHouseholdForm):
    """Who is here: by number, or by name within a village where the clerk registers."""

    village = RegionField(label=_("Village"), required=False, right="case.register")


class ProfileForm(ScopedForm):
    """The basic profile of somebody who is not in the register (H-03)."""

    name = forms.CharField(label=_("Name as on the card"), max_length=100)
    sex = forms.ChoiceField(label=_("Sex"), choices=Person.Sex.choices, widget=forms.RadioSelect)
    born_on = forms.DateField(label=_("Date of birth"), required=False)
    nik = NikFormField(label=_("NIK"), required=False, help_text=_("Leave empty if the person has none yet."))
    family_card_number = FamilyCardNumberFormField(label=_("Family card number (KK)"), required=False)
    village = RegionField(label=_("Village"), right="household.add")
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    phone = PhoneFormField(label=_("Mobile number"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].narrow(self.for_user)


class RegisterForm(ScopedForm):
    """What it is about. Which fields count follows from the kind; the service checks it."""

    open_choices = ("program", "emergency")

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose.")},
    )
    program = ProgramField(
        label=_("Program"),
        required=False,
        help_text=_("Needed for a need and for a grievance about a program."),
    )
    concern = forms.ChoiceField(
        label=_("What the grievance is about"),
        choices=[("", _("Please choose")), *Case.Concern.choices],
        required=False,
    )
    description = forms.CharField(
        label=_("What the family says"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("Without NIK, KK or telephone numbers: they are taken out."),
    )
    answer = forms.CharField(
        label=_("Answer given at once"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("With an answer the question is closed at once; without one the back office answers it."),
    )
    waits_for_papers = forms.BooleanField(
        label=_("The case waits until the person has a NIK or family card"), required=False
    )
    reporter_name = forms.CharField(label=_("Reporter, if somebody else"), required=False, max_length=100)
    notice_channel = forms.ChoiceField(
        label=_("Notices of each step by"),
        choices=[("", _("no notices; the family asks with number and code")), *NoticeChannel.choices],
        required=False,
    )
    reporter_phone = PhoneFormField(label=_("Mobile number for notices"), required=False)
    reporter_email = forms.EmailField(label=_("E-mail for notices"), required=False, max_length=200)
    emergency = forms.ModelChoiceField(
        label=_("Arises from an emergency"),
        queryset=Emergency.objects.none(),
        required=False,
        empty_label=_("no emergency"),
    )
    is_anonymous = forms.BooleanField(label=_("The reporter wishes to stay anonymous"), required=False)
    is_sensitive = forms.BooleanField(
        label=_("Sensitive: shown only to supervisor, back office and manager"), required=False
    )
    village = RegionField(label=_("Village that it is about"), right="case.register", required=False)
    not_double = forms.BooleanField(
        label=_("This is another matter than the case shown above"), required=False
    )

    KIND_HINTS = {
        Kind.NEED: _("asks for a program"),
        Kind.GRIEVANCE: _("quality, amount, time of receipt, data"),
        Kind.QUESTION: _("can often be answered at once"),
        Kind.SUGGESTION: _("goes to the manager's meeting"),
    }

    def __init__(self, *args, person: Person | None, region=None, **kwargs):
        self.person = person
        kwargs["initial"] = {"client_id": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        order = (Kind.NEED, Kind.GRIEVANCE, Kind.QUESTION, Kind.SUGGESTION)
        kinds = [kind for kind in order if person is not None or kind != Kind.NEED]
        # Asked for by kind: the service says when they are missing.
        for name in ("program", "concern"):
            self.fields[name].depends = True
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        where = person.household.region if person else region
        self.fields["program"].queryset = Program.objects.open().for_region(where)
        self._offer_emergencies(where)
        if person is not None:
            del self.fields["village"]
            if person.nik:
                del self.fields["waits_for_papers"]
            else:
                self.fields["waits_for_papers"].initial = True
        else:
            self.fields["village"].narrow(self.for_user)
            self.fields["village"].required = True
            del self.fields["waits_for_papers"]

    def _offer_emergencies(self, where) -> None:
        """Only emergencies in force where the family lives; without any the question is not asked (P-11)."""
        rows = Emergency.objects.in_force()
        rows = rows.reaching(where.pk) if where else rows.visible_to(self.for_user)
        if rows.exists():
            self.fields["emergency"].queryset = rows
        else:
            del self.fields["emergency"]
