"""Changes to a draft definition, as pure functions: put, move and remove sections and questions; forms in text and back."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .building import key_of
from .definition import KEY, Choice, Column, Definition, Question, Section


def put_section(
    definition: Definition, section: Section, *, old_key: str = "", position: int | None = None
) -> Definition:
    """Add a section, or replace the one called `old_key`; `position` counts from 1."""
    if not KEY.match(section.key):
        raise ValidationError(
            {"key": _("Small letters, digits and underscores only, beginning with a letter.")}
        )
    others = [item for item in definition.sections if item.key != old_key]
    if any(item.key == section.key for item in others):
        raise ValidationError({"key": _("This key is used already.")})
    before = next((item for item in definition.sections if item.key == old_key), None)
    at = _place(
        position,
        len(others),
        [item.key for item in definition.sections].index(old_key) if before else len(others),
    )
    others.insert(at, replace(section, questions=before.questions if before else ()))
    return Definition(tuple(others))


def put_question(
    definition: Definition,
    section_key: str,
    question: Question,
    *,
    old_key: str = "",
    position: int | None = None,
) -> Definition:
    """Add a question to a section, or replace the one called `old_key`, in this section or from another."""
    if not KEY.match(question.key):
        raise ValidationError(
            {"key": _("Small letters, digits and underscores only, beginning with a letter.")}
        )
    if question.key in definition and question.key != old_key:
        raise ValidationError({"key": _("This key is used already.")})
    here = next((section for section in definition.sections if section.key == section_key), None)
    if here is None:
        raise ValidationError({"section": _("There is no such section.")})
    keys = [item.key for item in here.questions]
    was = keys.index(old_key) if old_key in keys else len(keys)
    without = remove_question(definition, old_key) if old_key else definition
    sections = []
    for section in without.sections:
        questions = list(section.questions)
        if section.key == section_key:
            questions.insert(_place(position, len(questions), was), question)
        sections.append(replace(section, questions=tuple(questions)))
    return Definition(tuple(sections))


def remove_question(definition: Definition, key: str) -> Definition:
    return Definition(
        tuple(
            replace(section, questions=tuple(q for q in section.questions if q.key != key))
            for section in definition.sections
        )
    )


def remove_section(definition: Definition, key: str) -> Definition:
    """Remove an empty section; one with questions is kept, lest they vanish with it."""
    if any(section.key == key and section.questions for section in definition.sections):
        raise ValidationError(_("This section still has questions; move or remove them first."))
    return Definition(tuple(section for section in definition.sections if section.key != key))


def _place(position: int | None, count: int, default: int) -> int:
    return min(max(default if position is None else position - 1, 0), count)


# -- choices, rows and columns as lines of text: `key | label | label in English` ------------------------------------------
def choices_text(choices: tuple[Choice, ...]) -> str:
    return "\n".join(" | ".join(part for part in (c.value, c.label, c.label_en) if part) for c in choices)


def choices_of(text: str) -> tuple[Choice, ...]:
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 1 and parts[0] and not KEY.match(parts[0]):
            # Words alone: the key is made from them.
            found.append(Choice(key_of(parts[0], {choice.value for choice in found}), parts[0]))
        elif parts[0]:
            found.append(
                Choice(
                    parts[0],
                    parts[1] if len(parts) > 1 and parts[1] else parts[0],
                    parts[2] if len(parts) > 2 else "",
                )
            )
    return tuple(found)


def columns_text(columns: tuple[Column, ...]) -> str:
    return "\n".join(" | ".join((c.key, c.label, c.source)).rstrip(" |") for c in columns)


def columns_of(text: str) -> tuple[Column, ...]:
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")] + ["", ""]
        if parts[0] and not parts[1] and not KEY.match(parts[0]):
            found.append(Column(key_of(parts[0], {column.key for column in found}), parts[0]))
        elif parts[0]:
            if not KEY.match(parts[0]):
                raise ValidationError(
                    _("“%(key)s”: small letters, digits and underscores only.") % {"key": parts[0]}
                )
            found.append(Column(parts[0], parts[1] or parts[0], source=parts[2]))
    return tuple(found)
