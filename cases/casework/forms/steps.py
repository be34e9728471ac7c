"""Forms of the steps of a case, from the supervisor's review to its end."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.households.models import Enrolment
from portal.backoffice.forms import ScopedForm
from programs_catalog.models import Program, ProgramDesk

from ..models import Case, Feedback
from .intake import ProgramField


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
        from ..services import desks_for

        self.case = case
        desks = desks_for(case).prefetch_related("programs__sector")
        if only_region:
            desks = desks.filter(region=only_region)
        pairs: list[tuple[ProgramDesk, Program | None]] = []
        about_register = case.concern == Case.Concern.REGISTER
        for desk in desks:
            if about_register:
                pairs.append((desk, None))
                continue
            programs = [program for program in desk.programs.all() if program.is_open]
            wanted = [program for program in programs if program.pk == case.program_id]
            # The program asked for stands first; the others of the desk are alternatives.
            pairs += [(desk, program) for program in [*wanted, *(p for p in programs if p not in wanted)]]
        pairs.sort(
            key=lambda pair: (
                pair[1] is None or pair[1].pk != case.program_id,
                -len(pair[0].region_id or ""),
                str(pair[1] or ""),
            )
        )
        self.fields["to"].depends = True
        self.pairs = {
            f"{desk.pk}:{program.pk if program else ''}": (desk, program) for desk, program in pairs
        }
        self.fields["to"].choices = [
            (key, f"{program.label if program else _('Data of the register')} – {desk}")
            for key, (desk, program) in self.pairs.items()
        ]
        first = next(iter(self.pairs), None)
        if first and (about_register or (pairs[0][1] is not None and pairs[0][1].pk == case.program_id)):
            self.fields["to"].initial = [first]

    # The boxes in two parts: the desks of the program asked for stand open, the alternatives are folded by sector.
    @property
    def wanted(self) -> list:
        return [box for box in self["to"] if self._is_wanted(box)]

    @property
    def others(self) -> dict[str, list]:
        groups: dict[str, list] = {}
        for box in self["to"]:
            if not self._is_wanted(box):
                program = self._pair_of(box)[1]
                groups.setdefault(str(program.sector) if program else "", []).append(box)
        return dict(sorted(groups.items()))

    @property
    def others_count(self) -> int:
        return sum(map(len, self.others.values()))

    @property
    def others_chosen(self) -> bool:
        chosen = self["to"].value() or []
        return any(str(box.data["value"]) in chosen for boxes in self.others.values() for box in boxes)

    def _pair_of(self, box) -> tuple[ProgramDesk, Program | None]:
        return self.pairs[str(box.data["value"])]

    def _is_wanted(self, box) -> bool:
        program = self._pair_of(box)[1]
        return program is None or program.pk == self.case.program_id

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
    close = forms.BooleanField(label=_("Close the case with this"), required=False)

    def __init__(self, *args, case: Case, can_close: bool = False, **kwargs):
        from ..services.fulfilling import REGIONAL

        kwargs["initial"] = {
            "program": case.program_id,
            "valid_from": timezone.localdate(),
            "close": True,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        programs = Program.objects.open().for_region(case.region)
        self.fields["program"].queryset = programs.filter(
            Q(pk=case.program_id) | Q(provider__level__in=REGIONAL)
        )
        if not can_close:
            del self.fields["close"]


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
