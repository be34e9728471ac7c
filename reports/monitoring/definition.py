"""What an instrument asks: sections and questions as plain values, read from and written to JSON, checked as a whole.

A definition knows nothing of a database. An instrument version stores its JSON; forms, roll-ups, XLSForm files and
documents are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from . import expressions

KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")

TYPES = {
    "integer": gettext_lazy("Whole number"),
    "decimal": gettext_lazy("Number with decimals"),
    "money": gettext_lazy("Amount in rupiah"),
    "text": gettext_lazy("Short text"),
    "long_text": gettext_lazy("Long text"),
    "choice": gettext_lazy("One choice"),
    "choices": gettext_lazy("Several choices"),
    "yes_no": gettext_lazy("Yes or no"),
    "date": gettext_lazy("Date"),
    "table": gettext_lazy("Table of figures"),
    "calculation": gettext_lazy("Calculated figure"),
    "file": gettext_lazy("Evidence file"),
    "note": gettext_lazy("Note to the reader"),
}
NUMERIC = ("integer", "decimal", "money", "calculation")
ROLL_UPS = {
    "sum": gettext_lazy("Add up"),
    "none": gettext_lazy("Do not add up"),
    "calculate": gettext_lazy("Calculate again from the sums"),
}
#: rows of a table that the system knows by itself
ROW_SETS = {
    "sectors": gettext_lazy("The nine sectors"),
    "programs": gettext_lazy("Programs"),
    "months": gettext_lazy("The months of the quarter"),
    "kinds": gettext_lazy("Kinds of case"),
    "list": gettext_lazy("Rows of one's own"),
}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    label_en: str = ""

    def __str__(self):
        return in_language(self.label, self.label_en)


@dataclass(frozen=True)
class Column:
    """A numeric column of a table question."""

    key: str
    label: str
    label_en: str = ""
    source: str = ""

    def __str__(self):
        return in_language(self.label, self.label_en)


@dataclass(frozen=True)
class Question:
    """One question. `source` names an operational figure that fills it; `roll_up` says what upper tiers do with it."""

    key: str
    type: str
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    unit: str = ""
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[Choice, ...] = ()
    calculation: str = ""
    condition: str = ""
    constraint: str = ""
    constraint_message: str = ""
    source: str = ""
    roll_up: str = "sum"
    row_set: str = ""
    rows: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    #: the tiers that are asked; empty: all
    tiers: tuple[str, ...] = ()

    def __str__(self):
        return in_language(self.label, self.label_en)

    @property
    def hint(self) -> str:
        return in_language(self.help, self.help_en)

    @property
    def type_label(self) -> str:
        return str(TYPES.get(self.type, self.type))

    @property
    def is_numeric(self) -> bool:
        return self.type in NUMERIC

    @property
    def places(self) -> int:
        """Decimals shown."""
        return {"decimal": 2, "calculation": 1}.get(self.type, 0)

    def asked_of(self, tier: str) -> bool:
        return not self.tiers or not tier or tier in self.tiers


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    title_en: str = ""
    help: str = ""
    help_en: str = ""
    condition: str = ""
    questions: tuple[Question, ...] = ()

    def __str__(self):
        return in_language(self.title, self.title_en)

    @property
    def hint(self) -> str:
        return in_language(self.help, self.help_en)


@dataclass(frozen=True)
class Definition:
    sections: tuple[Section, ...] = ()
    _by_key: dict[str, Question] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self):
        self._by_key.update({question.key: question for question in self.questions()})

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def __getitem__(self, key: str) -> Question:
        return self._by_key[key]

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def for_tier(self, tier: str) -> Definition:
        """Without the questions that this tier is not asked, and without sections left empty."""
        sections = (
            replace(section, questions=tuple(q for q in section.questions if q.asked_of(tier)))
            for section in self.sections
        )
        return Definition(tuple(section for section in sections if section.questions))

    def extended_by(self, other: Definition) -> Definition:
        """The core with a region's own variables below it (M-02)."""
        return Definition(self.sections + other.sections)

    # -- JSON
    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Definition:
        return cls(tuple(_section(item) for item in data.get("sections", ())))

    def to_json(self) -> dict[str, Any]:
        return {"sections": [_plain(section) for section in self.sections]}

    # -- as a whole
    def problems(self, *, core: Definition | None = None, sources: frozenset[str] = frozenset()) -> list[str]:
        """What keeps this definition from being published, in sentences; an empty list means nothing does.

        `core` is the instrument it extends: its keys may be spoken of, not taken. `sources` are the known operational figures.
        """
        return list(_problems(self, core, sources))

    def calculated(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers with every calculation filled in, in the order of dependence."""
        values = dict(answers)
        for question in in_order(self):
            values[question.key] = expressions.number(expressions.evaluate(question.calculation, values))
        return values

    def relevant(self, answers: Mapping[str, Any]) -> set[str]:
        """Keys of the questions whose conditions, and whose section's, hold for these answers."""
        keys = set()
        for section in self.sections:
            if section.condition and not expressions.truth(section.condition, answers):
                continue
            keys |= {
                question.key
                for question in section.questions
                if not question.condition or expressions.truth(question.condition, answers)
            }
        return keys


def in_language(text: str, english: str) -> str:
    """The English text for readers of English, where there is one."""
    return english if english and (get_language() or "").startswith("en") else text


def in_order(definition: Definition) -> list[Question]:
    """Calculated questions, each after those it speaks of; ValueError for a circle."""
    pending = [
        question
        for question in definition.questions()
        if question.type == "calculation" and question.calculation
    ]
    keys, ordered = {question.key for question in pending}, []
    done: set[str] = set()
    while pending:
        ready = [
            question
            for question in pending
            if not (
                ({name.partition(".")[0] for name in expressions.references(question.calculation)} & keys)
                - done
            )
        ]
        if not ready:
            raise ValueError("calculations refer to each other in a circle")
        ordered += ready
        done |= {question.key for question in ready}
        pending = [question for question in pending if question.key not in done]
    return ordered


def _problems(definition: Definition, core: Definition | None, sources: frozenset[str]) -> Iterator[str]:
    known = {question.key for question in core.questions()} if core else set()
    keys: set[str] = set()
    if not any(definition.questions()):
        yield _("There is no question yet.")
    for section in definition.sections:
        if not section.title:
            yield _("Section %(key)s has no title.") % {"key": section.key}
    for question in definition.questions():
        name = question.label or question.key
        if not KEY.match(question.key):
            yield _("“%(name)s”: the key has small letters, digits and underscores only, at most 40.") % {
                "name": name
            }
        if question.key in keys or question.key in known:
            yield _("“%(name)s”: the key %(key)s is used twice.") % {"name": name, "key": question.key}
        keys.add(question.key)
        if not question.label:
            yield _("The question %(key)s has no text.") % {"key": question.key}
        if question.type not in TYPES:
            yield _("“%(name)s”: unknown type %(type)s.") % {"name": name, "type": question.type}
        if question.type in ("choice", "choices") and len({c.value for c in question.choices}) < max(
            2, len(question.choices)
        ):
            yield _("“%(name)s”: needs at least two different choices.") % {"name": name}
        if (
            question.minimum is not None
            and question.maximum is not None
            and question.minimum > question.maximum
        ):
            yield _("“%(name)s”: the smallest value lies above the largest.") % {"name": name}
        if question.type == "calculation" and not question.calculation:
            yield _("“%(name)s”: says not how it is calculated.") % {"name": name}
        if question.type == "table":
            if not question.columns:
                yield _("“%(name)s”: the table has no column.") % {"name": name}
            if question.row_set not in ROW_SETS or question.row_set == "list" and not question.rows:
                yield _("“%(name)s”: the table has no rows.") % {"name": name}
        for source in (question.source, *(column.source for column in question.columns)):
            if source and sources and source not in sources:
                yield _("“%(name)s”: no operational figure is called %(source)s.") % {
                    "name": name,
                    "source": source,
                }
    yield from _expression_problems(definition, keys | known)


def _expression_problems(definition: Definition, keys: set[str]) -> Iterator[str]:
    texts = [(section.title, section.condition) for section in definition.sections if section.condition]
    for question in definition.questions():
        texts += [
            (question.label, text)
            for text in (question.calculation, question.condition, question.constraint)
            if text
        ]
    broken = False
    for name, text in texts:
        try:
            unknown = {key for key in expressions.references(text) if key.partition(".")[0] not in keys}
        except expressions.ExpressionError as error:
            broken = True
            yield _("“%(name)s”: the expression “%(text)s” cannot be read: %(error)s.") % {
                "name": name,
                "text": text,
                "error": error,
            }
            continue
        for key in sorted(unknown):
            yield _("“%(name)s”: there is no question %(key)s.") % {"name": name, "key": key}
    if not broken:
        try:
            in_order(definition)
        except ValueError:
            yield _("Calculations refer to each other in a circle.")


# -- plain values to JSON and back -----------------------------------------------------------------------------------
def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Choice | Column | Question | Section):
        pairs = ((item.name, getattr(value, item.name)) for item in fields(value))
        defaults = {item.name: item.default for item in fields(value)}
        return {name: _plain(found) for name, found in pairs if found != defaults[name]}
    return value


def _section(data: Mapping[str, Any]) -> Section:
    data = dict(data)
    questions = tuple(_question(item) for item in data.pop("questions", ()))
    return Section(**_known(Section, data), questions=questions)


def _question(data: Mapping[str, Any]) -> Question:
    data = dict(data)
    for name in ("minimum", "maximum"):
        if data.get(name) not in (None, ""):
            data[name] = Decimal(str(data[name]))
        else:
            data.pop(name, None)
    for name, kind in (("choices", Choice), ("rows", Choice), ("columns", Column)):
        data[name] = tuple(kind(**_known(kind, item)) for item in data.get(name, ()))
    data["tiers"] = tuple(data.get("tiers", ()))
    return Question(**_known(Question, data))


def _known(kind, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(kind)}
    unknown = set(data) - names
    if unknown:
        raise ValueError(f"{kind.__name__}: unknown {', '.join(sorted(unknown))}")
    return dict(data)
