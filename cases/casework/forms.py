"""Forms of the case desk: each offers and accepts only what lies in the officer's area."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.households.forms import FindHouseholdForm
from cases.households.models import Enrolment, Person
from portal.backoffice.forms import ScopedForm
from portal.fields import FamilyCardNumberFormField, NikFormField
from portal.regions.forms import RegionField
from programs_catalog.models import Program, ProgramDesk

from .models import Case, Feedback, Referral
from .workflow import Kind


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
    phone = forms.CharField(label=_("Mobile number"), required=False, max_length=20)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].narrow(self.for_user)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}


class RegisterForm(ScopedForm):
    """What it is about. Which fields count follows from the kind; the service checks it."""

    open_choices = ("program",)

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose.")},
    )
    program = ProgramField(label=_("Program"), required=False)
    concern = forms.ChoiceField(
        label=_("What the grievance is about"),
        choices=[("", _("Please choose")), *Case.Concern.choices],
        required=False,
    )
    description = forms.CharField(
        label=_("What the family says"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
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
    reporter_phone = forms.CharField(label=_("Mobile number for notices"), required=False, max_length=20)
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
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        where = person.household.region if person else region
        self.fields["program"].queryset = Program.objects.open().for_region(where)
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
        self.fields["reporter_phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}


class NoteForm(ScopedForm):
    """A step with a remark that may stay empty."""

    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class ReasonForm(ScopedForm):
    """A step that must say why."""

    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class AnswerForm(ScopedForm):
    """Words for the family."""

    answer = forms.CharField(
        label=_("Answer to the family"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=_("The family reads these words on the public page; no names of other people, no numbers."),
    )


class MinutesForm(AnswerForm):
    meeting = forms.CharField(label=_("Meeting"), required=False, max_length=200)
    field_order = ["meeting", "answer"]


class PauseForm(ScopedForm):
    reason = forms.ChoiceField(
        label=_("The case waits because"), choices=Case.PauseReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class DeskChoices(forms.ModelMultipleChoiceField):
    """Desks with the program they answer for; the pair is the choice."""


class ReferForm(ScopedForm):
    """To which desks: suggestions first, several side by side possible."""

    to = forms.MultipleChoiceField(
        label=_("Refer to"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Several desks can be asked side by side; each answers on its own."),
    )
    note = forms.CharField(
        label=_("Note to the program"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args, case: Case, only_region: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        from .services import desks_for

        desks = desks_for(case).prefetch_related("programs")
        if only_region:
            desks = desks.filter(region=only_region)
        pairs: list[tuple[ProgramDesk, Program | None]] = []
        for desk in desks:
            programs = [program for program in desk.programs.all() if program.is_open]
            wanted = [program for program in programs if program.pk == case.program_id]
            # The program asked for stands first; the others of the desk are alternatives.
            pairs += [(desk, program) for program in [*wanted, *(p for p in programs if p not in wanted)]]
            if case.concern == Case.Concern.REGISTER:
                pairs.append((desk, None))
        pairs.sort(
            key=lambda pair: (
                pair[1] is None or pair[1].pk != case.program_id,
                -len(pair[0].region_id or ""),
                str(pair[1] or ""),
            )
        )
        self.pairs = {
            f"{desk.pk}:{program.pk if program else ''}": (desk, program) for desk, program in pairs
        }
        self.fields["to"].choices = [
            (key, f"{program.label if program else _('Data of the register')} – {desk}")
            for key, (desk, program) in self.pairs.items()
        ]
        first = next(iter(self.pairs), None)
        if first and pairs[0][1] is not None and pairs[0][1].pk == case.program_id:
            self.fields["to"].initial = [first]

    def chosen(self) -> list[tuple[ProgramDesk, Program | None]]:
        return [self.pairs[key] for key in self.cleaned_data["to"]]


class TellForm(ScopedForm):
    """That the family was told (C-20)."""

    method = forms.ChoiceField(label=_("How"), choices=Feedback.Method.choices, widget=forms.RadioSelect)
    told_at = forms.DateTimeField(label=_("When"))
    note = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )
    close = forms.BooleanField(label=_("Close the case with this"), required=False)

    def __init__(self, *args, can_close: bool = False, **kwargs):
        kwargs["initial"] = {
            "told_at": timezone.localtime().replace(second=0, microsecond=0),
            "close": True,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        if not can_close:
            del self.fields["close"]


class EnrolForm(ScopedForm):
    """The proof that a need is finished: participation in the program or in an alternative one (C-10)."""

    open_choices = ("program",)

    program = ProgramField(label=_("Program"))
    valid_from = forms.DateField(label=_("Takes part since"))
    source = forms.ChoiceField(
        label=_("Who says so"),
        choices=[(value, label) for value, label in Enrolment.Source.choices if value != "register"],
        widget=forms.RadioSelect,
        initial="desk",
    )

    def __init__(self, *args, case: Case, **kwargs):
        kwargs["initial"] = {
            "program": case.program_id,
            "valid_from": timezone.localdate(),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = Program.objects.open().for_region(case.region)


class DoubleForm(ScopedForm):
    number = forms.CharField(
        label=_("Registration number of the other case"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SolvedForm(ScopedForm):
    solved = forms.ChoiceField(
        label=_("Was it solved, says the family?"),
        choices=[("yes", _("Yes, it is solved")), ("no", _("No, not yet"))],
        widget=forms.RadioSelect,
    )


class ResubmitForm(ReasonForm):
    description = forms.CharField(
        label=_("What the family says"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )
    field_order = ["description", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("What was completed")


class DeskAnswerForm(ScopedForm):
    """The program's answer: one of three, always with a reason (C-19)."""

    reason = forms.CharField(
        label=_("Reason in words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class ApproveForm(DeskAnswerForm):
    enrolled_from = forms.DateField(
        label=_("Enrolled since"),
        required=False,
        help_text=_("Give the day when the person is enrolled already. Leave empty if that comes later."),
    )
    field_order = ["reason", "enrolled_from"]

    def __init__(self, *args, can_enrol: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_enrol:
            del self.fields["enrolled_from"]


class RefuseForm(DeskAnswerForm):
    reason_code = forms.ChoiceField(
        label=_("Reason"), choices=Referral.Reason.choices, widget=forms.RadioSelect
    )
    field_order = ["reason_code", "reason"]


class StudyForm(DeskAnswerForm):
    study_until = forms.DateField(label=_("Answer follows until"))
    field_order = ["study_until", "reason"]

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {
            "study_until": timezone.localdate() + dt.timedelta(days=14),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
