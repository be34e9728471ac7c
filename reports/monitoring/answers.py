"""Answers to a definition: read from forms and files, kept as JSON, checked against ranges, choices and constraints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from . import expressions
from .definition import Definition, Question, Section
from .evidence import evidence_url, files_in
from .sources import is_asked


def clean_answers(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the definition asks, in JSON's own types: numbers as text, dates as ISO text; empty answers left out."""
    kept: dict[str, Any] = {}
    for question in definition.questions():
        if not is_asked(question):
            continue
        value = answers.get(question.key)
        if question.type == "table":
            value = _clean_table(question, value)
        elif question.type in ("integer", "decimal", "money"):
            number = expressions.number(value)
            value = None if number is None else format(number.normalize(), "f")
        elif question.type == "file":
            value = [dict(one) for one in files_in(value)]
        elif question.type == "choices":
            value = [str(item) for item in value or []]
        elif question.type == "yes_no":
            value = {"true": True, "false": False, "yes": True, "no": False}.get(str(value).lower())
        elif isinstance(value, dt.date):
            value = value.isoformat()
        elif value is not None:
            value = str(value).strip()
        if value not in (None, "", [], {}):
            kept[question.key] = value
    return kept


def _clean_table(question: Question, value: Any) -> dict[str, dict[str, str]]:
    open_columns = {column.key for column in question.columns if not column.source}
    kept: dict[str, dict[str, str]] = {}
    for item, row in (value or {}).items():
        numbers = {
            key: format(number.normalize(), "f")
            for key, number in (
                (key, expressions.number(raw)) for key, raw in row.items() if key in open_columns
            )
            if number is not None
        }
        if numbers:
            kept[str(item)] = numbers
    return kept


def relevant_answers(
    definition: Definition, answers: Mapping[str, Any], figures: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The answers to questions whose conditions hold; an answer that hides another question hides its answer too.

    The screen hides what is not asked, but only as a help: this decides what counts.
    """
    kept = dict(answers)
    while True:
        relevant = definition.relevant({**kept, **(figures or {})})
        left = {key: value for key, value in kept.items() if key in relevant or key not in definition}
        if len(left) == len(kept):
            return kept
        kept = left


def answer_errors(
    definition: Definition, answers: Mapping[str, Any], figures: Mapping[str, Any] | None = None
) -> dict[str, list[str]]:
    """What is wrong or still missing, by question key; `figures` are values counted from operations."""
    known = {**answers, **(figures or {})}
    relevant = definition.relevant(known)
    errors: dict[str, list[str]] = {}
    for question in definition.questions():
        if question.key not in relevant or question.type in ("note",):
            continue
        value = known.get(question.key)
        found = list(_question_errors(definition, question, value, known))
        if found:
            errors[question.key] = found
    return errors


def entry_errors(
    definition: Definition, answers: Mapping[str, Any], figures: Mapping[str, Any] | None = None
) -> dict[str, list[str]]:
    """What cannot be, of what has been typed so far, by the question that was typed; what is missing is not yet wrong."""
    known = {**answers, **(figures or {})}
    relevant = definition.relevant(known)
    errors: dict[str, list[str]] = {}
    for question in definition.questions():
        if question.key not in relevant or known.get(question.key) in NOTHING:
            continue
        told = expressions.references(question.constraint) if question.constraint else frozenset()
        judged = (
            replace(question, constraint="") if any(known.get(_of(n)) in NOTHING for n in told) else question
        )
        at = next(iter(typed_behind(definition, question, answers)), "")
        if at:
            for text in _question_errors(definition, judged, known[question.key], known):
                errors.setdefault(at, []).append(text)
    return errors


def typed_behind(definition: Definition, question: Question, answers: Mapping[str, Any]) -> list[str]:
    """The typed answers that a figure is made of: itself, or for a calculated one those it speaks of, in their order."""
    if question.type != "calculation":
        return [question.key] if question.key in answers else []
    spoken = {_of(name) for name in expressions.references(question.calculation)} - {question.key}
    return [
        key
        for each in definition.questions()
        if each.key in spoken
        for key in typed_behind(definition, each, answers)
    ]


def _of(name: str) -> str:
    """The question of a name in an expression: the table of a column."""
    return name.partition(".")[0]


NOTHING = (None, "", [], {})


def _question_errors(definition: Definition, question: Question, value: Any, known: Mapping[str, Any]):
    if value in NOTHING:
        if question.required and question.type not in ("calculation",) and not question.source:
            yield _("“%(question)s” is not answered yet.") % {"question": question}
        return
    if question.type == "table":
        return
    if question.is_numeric:
        number = expressions.number(value)
        if number is None:
            yield _("“%(question)s” needs a number.") % {"question": question}
            return
        if question.type == "integer" and number != number.to_integral_value():
            yield _("“%(question)s” needs a whole number.") % {"question": question}
        yield from _outside(definition, question, number, known)
    if question.type in ("choice", "choices"):
        allowed = {choice.value for choice in question.choices}
        if not set(value if isinstance(value, list) else [value]) <= allowed:
            yield _("“%(question)s”: please choose from the list.") % {"question": question}
    if question.constraint and not expressions.truth(question.constraint, known, own=value):
        yield question.constraint_message or _("“%(question)s” does not fit the other answers.") % {
            "question": question
        }


def _outside(definition: Definition, question: Question, number: Decimal, known: Mapping[str, Any]):
    """A figure outside its limits; a calculated one is named with the figures that it comes from."""
    words = {"question": question, "now": show_number(number, question.places)}
    if question.type == "calculation":
        words["parts"] = "; ".join(
            f"{each} {show_number(expressions.number(known.get(each.key)))}"
            for each in definition.questions()
            if each.key in expressions.references(question.calculation)
        )
    if question.minimum is not None and number < question.minimum:
        text = _("“%(question)s” is at least %(number)s.")
        if question.type == "calculation":
            text = _(
                "“%(question)s” would be %(now)s, and it is at least %(number)s. It comes from: %(parts)s."
            )
        yield text % (words | {"number": show_number(question.minimum)})
    if question.maximum is not None and number > question.maximum:
        text = _("“%(question)s” is at most %(number)s.")
        if question.type == "calculation":
            text = _(
                "“%(question)s” would be %(now)s, and it is at most %(number)s. It comes from: %(parts)s."
            )
        yield text % (words | {"number": show_number(question.maximum)})


@dataclass(frozen=True)
class Shown:
    """A question with its answer in words, and its files as (name, where it opens)."""

    question: Question
    text: str
    files: tuple[tuple[str, str], ...] = ()


def shown_answers(definition: Definition, answers: Mapping[str, Any]) -> list[tuple[Section, list[Shown]]]:
    """What was answered, section by section, as people read it; questions that are not asked are left out."""
    relevant = definition.relevant(answers)
    found = []
    for section in definition.sections:
        rows = [
            Shown(
                question,
                show_answer(question, answers.get(question.key)),
                tuple((one["name"], evidence_url(one)) for one in files_in(answers.get(question.key))),
            )
            for question in section.questions
            if question.key in relevant and is_asked(question) and question.type != "table"
        ]
        if rows:
            found.append((section, rows))
    return found


def show_number(value: Decimal | int | None, places: int | None = None) -> str:
    """`1.234,5` in the reader's language; a dash for None."""
    if value is None:
        return "–"
    number = Decimal(value)
    if places is None:
        places = 0 if number == number.to_integral_value() else 2
    return formats.number_format(round(number, places), places, force_grouping=True)


def show_answer(question: Question, value: Any) -> str:
    """An answer as people read it."""
    if value in (None, "", [], {}):
        return "–"
    if question.is_numeric:
        text = show_number(expressions.number(value), None if question.type != "money" else 0)
        return f"Rp{text}" if question.type == "money" else text
    if question.type == "yes_no":
        return _("Yes") if value in (True, "true") else _("No")
    if question.type in ("choice", "choices"):
        labels = {choice.value: str(choice) for choice in question.choices}
        return ", ".join(labels.get(item, item) for item in (value if isinstance(value, list) else [value]))
    if question.type == "date":
        return formats.date_format(dt.date.fromisoformat(value), "j F Y")
    if question.type == "file":
        return ", ".join(one["name"] for one in files_in(value)) or "–"
    return str(value)
