"""Conditions, limits and shares from what a designer chooses in lists, and back again; only the rest is typed as an expression."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .definition import Definition, Question
from .expressions import MAX_LENGTH, ExpressionError, Node, number, parse

SIGNS = {
    "=": gettext_lazy("is"),
    "!=": gettext_lazy("is not"),
    ">": gettext_lazy("is more than"),
    ">=": gettext_lazy("is at least"),
    "<": gettext_lazy("is less than"),
    "<=": gettext_lazy("is at most"),
    "includes": gettext_lazy("includes"),
    "excludes": gettext_lazy("does not include"),
    "answered": gettext_lazy("has been given"),
    "empty": gettext_lazy("has not been given"),
}
#: signs that compare with nothing
ALONE = {"answered": "!=", "empty": "="}
JOINS = {"and": gettext_lazy("all of these hold"), "or": gettext_lazy("at least one of these holds")}
#: conditions that the lists take
MAX_ROWS = 5


def key_of(text: str, taken: set[str] = frozenset()) -> str:
    """A key for a title: `Keluarga rawan` becomes `keluarga_rawan`, another one of it `keluarga_rawan_2`."""
    base = slugify(text).replace("-", "_").lstrip("_0123456789")[:36].rstrip("_") or "isian"
    found, count = base, 1
    while found in taken:
        count += 1
        found = f"{base}_{count}"
    return found


def condition(definition: Definition, when: str, sign: str, value: str) -> str:
    """`asked if “Siap?” is Ya` as an expression; ValidationError on `value` where the question has no such answer."""
    if not when:
        return ""
    question, value = definition[when], value.strip()
    if sign in ALONE:
        return f"${{{when}}} {ALONE[sign]} ''"
    if sign in ("includes", "excludes"):
        said = f"selected(${{{when}}}, '{_choice(question, value)}')"
        return said if sign == "includes" else f"not({said})"
    if question.type in ("choice", "choices", "yes_no"):
        return f"${{{when}}} {sign} '{_choice(question, value)}'"
    if question.is_numeric:
        plain = str(formats.sanitize_separators(value))
        if number(plain) is None:
            raise ValidationError(
                {"value": _("“%(question)s” is answered by a number.") % {"question": question}}
            )
        return f"${{{when}}} {sign} {number(plain):f}"
    if "'" in value:
        raise ValidationError({"value": _("Without quotation marks, please.")})
    return f"${{{when}}} {sign} '{value}'"


def _choice(question: Question, text: str) -> str:
    choices = [(c.value, (c.value, c.label, c.label_en)) for c in question.choices]
    if question.type == "yes_no":
        choices = [("true", ("true", "ya", "yes")), ("false", ("false", "tidak", "no"))]
    for value, names in choices:
        if text.lower() in [name.lower() for name in names]:
            return value
    known = ", ".join(
        names[1] if question.type != "yes_no" else names[1].capitalize() for _value, names in choices
    )
    raise ValidationError(
        {
            "value": _("“%(question)s” has no such answer; it has: %(choices)s.")
            % {"question": question, "choices": known}
        }
    )


def condition_parts(definition: Definition, text: str) -> tuple[str, str, str] | None:
    """(question, sign, value) of a condition that the lists can say; None for any other."""
    node = _read(text)
    return _parts(definition, node) if node else None


def conditions(definition: Definition, rows: Sequence[tuple[str, str, str]], join: str = "and") -> str:
    """Several conditions joined by `and` or `or`; ValidationError on `value_2` and so on for the row that does not fit."""
    said, problems = [], {}
    for place, (when, sign, value) in enumerate(rows, start=1):
        try:
            said.append(condition(definition, when, sign or "=", value))
        except ValidationError as problem:
            problems[row_field("value", place)] = problem.messages
    if problems:
        raise ValidationError(problems)
    text = f" {join} ".join(part for part in said if part)
    if len(text) > MAX_LENGTH:
        raise ValidationError({"join": _("These conditions are too long together; use fewer.")})
    return text


def row_field(name: str, number: int) -> str:
    """`when`, `when_2`, `when_3` ...: the fields of a row."""
    return name if number == 1 else f"{name}_{number}"


def conditions_parts(definition: Definition, text: str) -> tuple[str, list[tuple[str, str, str]]] | None:
    """(join, rows) of conditions that the lists can say; None for any other."""
    node = _read(text)
    if node is None:
        return None
    join = node.kind if node.kind in JOINS else "and"
    rows = [_parts(definition, leaf) for leaf in _flat(node, join)]
    return None if None in rows or len(rows) > MAX_ROWS else (join, rows)


def _flat(node: Node, join: str) -> list[Node]:
    return [leaf for part in node.parts for leaf in _flat(part, join)] if node.kind == join else [node]


def _parts(definition: Definition, node: Node) -> tuple[str, str, str] | None:
    refused = node.kind == "call" and node.value == "not"
    if refused:
        node = node.parts[0]
    if node.kind == "call" and node.value == "selected" and [p.kind for p in node.parts] == ["name", "text"]:
        sign = "excludes" if refused else "includes"
    elif refused:
        return None
    elif node.kind == "compare" and node.parts[0].kind == "name" and node.parts[1].kind in ("text", "number"):
        sign = node.value
    else:
        return None
    asked, given = node.parts
    if asked.value not in definition:
        return None
    alone = next((name for name, plain in ALONE.items() if plain == sign), "")
    if alone and given.kind == "text" and given.value == "":
        return asked.value, alone, ""
    question = definition[asked.value]
    if question.type == "yes_no":
        value = {"true": _("Yes"), "false": _("No")}.get(str(given.value), str(given.value))
    elif given.kind == "number":
        value = formats.localize_input(given.value.normalize() + 0)
    else:
        value = next((c.label for c in question.choices if c.value == given.value), str(given.value))
    return asked.value, sign, value


def at_most(key: str) -> str:
    """The answer must not exceed another figure."""
    return f". <= ${{{key}}}" if key else ""


def at_most_part(text: str) -> str:
    node = _read(text)
    fits = node is not None and node.kind == "compare" and node.value == "<="
    return node.parts[1].value if fits and [p.kind for p in node.parts] == ["self", "name"] else ""


def share(part: str, whole: str) -> str:
    """One figure in percent of another."""
    if bool(part) != bool(whole):
        raise ValidationError({"share_whole" if part else "share_part": _("Choose both figures.")})
    return f"${{{part}}} div ${{{whole}}} * 100" if part else ""


def share_parts(text: str) -> tuple[str, str]:
    node = _read(text)
    if (
        node is not None
        and node.kind == "arithmetic"
        and node.value == "*"
        and node.parts[1] == Node("number", 100)
    ):
        quotient = node.parts[0]
        if quotient.value == "div" and [p.kind for p in quotient.parts] == ["name", "name"]:
            return quotient.parts[0].value, quotient.parts[1].value
    return "", ""


def _read(text: str) -> Node | None:
    try:
        return parse(text) if text else None
    except ExpressionError:
        return None
