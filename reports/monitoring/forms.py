"""A definition made into a Django form; a half-filled form can be kept, completeness is asked when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.backoffice.forms import ScopedForm, dress

from .definition import Definition, Question
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
            self.initial.setdefault(question.key, self.answers.get(question.key))

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


def field_for(question: Question) -> forms.Field:
    """The form field of one question."""
    common = {"label": str(question), "help_text": _help(question), "required": question.required}
    limits = {"min_value": question.minimum, "max_value": question.maximum}
    if question.type == "integer":
        return forms.IntegerField(
            localize=True, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **limits, **common
        )
    if question.type in ("decimal", "money"):
        return forms.DecimalField(
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
    if question.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=5000, **common)
    return forms.CharField(max_length=300, **common)


def _help(question: Question) -> str:
    parts = [question.hint]
    if question.unit:
        parts.append(_("In %(unit)s.") % {"unit": question.unit})
    return " ".join(part for part in parts if part)
