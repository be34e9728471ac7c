"""A definition made into a Django form; a half-filled form can be kept, completeness is asked when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.backoffice.files import UploadField
from portal.backoffice.forms import MoneyField, ScopedForm, dress

from .conditions import tree_of
from .definition import Definition, Question, Section
from .evidence import KINDS, MAX_FILES, Kept, files_in
from .sources import is_asked

SEPARATOR = "--"


class AnswersForm(ScopedForm):
    """The questions of a definition that people answer; counted and calculated ones are shown, not asked."""

    def __init__(
        self,
        *args,
        definition: Definition,
        answers: dict[str, Any] | None = None,
        items_of: Callable[[Question], list[tuple[str, str]]] = lambda question: [
            (row.value, str(row)) for row in question.rows
        ],
        **kwargs,
    ):
        self.definition, self.answers, self.items_of = definition, answers or {}, items_of
        super().__init__(*args, **kwargs)
        self._ask()
        dress(self)

    def _ask(self) -> None:
        for question in self.definition.questions():
            if not is_asked(question):
                continue
            if question.type == "table":
                for item, _label in self.items_of(question):
                    for column in question.columns:
                        if not column.source:
                            name = SEPARATOR.join((question.key, item, column.key))
                            self.fields[name] = forms.DecimalField(
                                label=str(column), localize=True, required=False, min_value=0
                            )
                            self.initial.setdefault(
                                name, (self.answers.get(question.key) or {}).get(item, {}).get(column.key)
                            )
                continue
            self.fields[question.key] = field_for(question)
            answer = self.answers.get(question.key)
            if question.type == "file":
                answer = [Kept(one) for one in files_in(answer)]
            self.initial.setdefault(question.key, answer)

    def full_clean(self):
        """Required questions may still be empty here: a report is written over days."""
        required = {name for name, field in self.fields.items() if field.required}
        for name in required:
            self.fields[name].required = False
        try:
            super().full_clean()
        finally:
            for name in required:
                self.fields[name].required = True

    def collected(self) -> dict[str, Any]:
        """The cleaned answers, tables gathered again."""
        answers: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            key, *rest = name.split(SEPARATOR)
            if rest:
                item, column = rest
                answers.setdefault(key, {}).setdefault(item, {})[column] = value
            else:
                answers[key] = value
        return answers

    def fields_of(self, question: Question):
        """Bound fields of one question, for the template."""
        return [self[name] for name in self.fields if name.split(SEPARATOR)[0] == question.key]

    def sections(self, *, everything: bool = False) -> list[Asked]:
        """The form in the order of the instrument; `everything` also gives what people do not answer (preview)."""
        found = []
        for section in self.definition.sections:
            questions = [
                AskedQuestion(question, self.fields_of(question), tree_of(question.condition))
                for question in section.questions
            ]
            questions = [one for one in questions if everything or one.fields or one.question.type == "note"]
            if any(one.fields for one in questions) or everything and questions:
                found.append(Asked(section, questions, tree_of(section.condition)))
        return found


@dataclass
class AskedQuestion:
    """One question as the page shows it; `condition` is what the script reads, '' where it is always asked."""

    question: Question
    fields: list[forms.BoundField]
    condition: str
    #: what belongs to it, shown when `beside_condition` holds
    beside: list[forms.BoundField] = field(default_factory=list)
    beside_condition: str = ""


@dataclass
class Asked:
    section: Section
    questions: list[AskedQuestion]
    condition: str


class EvidenceInput(forms.FileInput):
    """The files there are, a box at each to take it away, and room for more; on a phone the camera is offered too."""

    template_name = "monitoring/evidence_input.html"
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name) -> tuple[list, set[str]]:
        """(new files, keys of those to take away)."""
        several = (
            files.getlist(name) if hasattr(files, "getlist") else [files[name]] if files.get(name) else []
        )
        away = data.getlist(f"{name}-away") if hasattr(data, "getlist") else data.get(f"{name}-away", [])
        return several, set(away)

    def value_omitted_from_data(self, data, files, name):
        return False

    def format_value(self, value):
        return value or []


class EvidenceField(UploadField):
    """Files of evidence, checked by content; what is there already stays unless it is taken away."""

    widget = EvidenceInput

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs["multiple"] = True
        self.help_text = f"{self.help_text} {_('Up to %(count)s files.') % {'count': MAX_FILES}}"

    def bound_data(self, data, initial):
        return initial

    def has_changed(self, initial, data):
        return data is not None and any(data)

    def clean(self, data, initial=None):
        new, away = data if data is not None else ([], set())
        stay = [one for one in initial or [] if one.key not in away]
        if len(stay) + len(new) > MAX_FILES:
            raise forms.ValidationError(
                _("At most %(count)s files; take some away first.") % {"count": MAX_FILES}
            )
        return stay + [super(EvidenceField, self).clean(one) for one in new]


def field_for(question: Question) -> forms.Field:
    """The form field of one question."""
    common = {"label": str(question), "help_text": _help(question), "required": question.required}
    limits = {"min_value": question.minimum, "max_value": question.maximum}
    if question.type == "integer":
        return forms.IntegerField(
            localize=True, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **limits, **common
        )
    if question.type in ("decimal", "money"):
        kind = MoneyField if question.type == "money" else forms.DecimalField
        return kind(
            localize=True, max_digits=18, decimal_places=0 if question.type == "money" else 2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}), **limits, **common,
        )  # fmt: skip
    if question.type == "choice":
        choices = [(choice.value, str(choice)) for choice in question.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if question.type == "choices":
        choices = [(choice.value, str(choice)) for choice in question.choices]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if question.type == "yes_no":
        return forms.TypedChoiceField(
            choices=[("true", _("Yes")), ("false", _("No"))],
            widget=forms.RadioSelect,
            coerce=lambda v: str(v).lower() == "true",
            empty_value=None,
            **common,
        )
    if question.type == "date":
        return forms.DateField(**common)
    if question.type == "file":
        return EvidenceField(kinds=KINDS, **common)
    if question.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, **common)
    return forms.CharField(max_length=300, **common)


def _help(question: Question) -> str:
    parts = [question.hint]
    if question.unit:
        parts.append(_("In %(unit)s.") % {"unit": question.unit})
    return " ".join(part for part in parts if part)
