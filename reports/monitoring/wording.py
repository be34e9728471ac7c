"""Conditions and calculations in words, for readers who do not write them."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from .definition import Choice, Definition, Question
from .expressions import ExpressionError, Node, parse

_SIGNS = {"!=": "≠", "<=": "≤", ">=": "≥", "*": "×", "div": "÷", "-": "−"}
#: how tightly a step binds: what binds less is set in brackets
_BINDING = {"or": 1, "and": 2, "compare": 3, "arithmetic": 4}


def in_words(text: str, definition: Definition) -> str:
    """`${as_planned} = 'no'` as `“Was it done as planned?” = No`; the expression itself where it cannot be read."""
    try:
        return _Words(definition).of(parse(text))
    except ExpressionError:
        return text


def in_short(question: Question, definition: Definition) -> list[str]:
    """What a reader should know of a question: its type, whether it must be answered, where it comes from, its limits."""
    said = [question.type_label]
    if question.required:
        said.append(_("must be answered"))
    if question.source or any(column.source for column in question.columns):
        said.append(_("filled from operations"))
    limits = [("≥", question.minimum), ("≤", question.maximum)]
    said += [f"{sign} {_number(limit)}" for sign, limit in limits if limit is not None]
    if question.calculation:
        said.append(in_words(question.calculation, definition))
    if question.constraint:
        said.append(_("allowed only if %(what)s") % {"what": in_words(question.constraint, definition)})
    if question.condition:
        said.append(_("asked only if %(what)s") % {"what": in_words(question.condition, definition)})
    return said


def _number(value: Decimal) -> str:
    return formats.number_format(int(value) if value == int(value) else value.normalize(), use_l10n=True)


class _Words:
    def __init__(self, definition: Definition):
        self.definition = definition

    def question(self, node: Node) -> Question | None:
        name = str(node.value).partition(".")[0]
        return self.definition[name] if node.kind == "name" and name in self.definition else None

    def of(self, node: Node, within: int = 0) -> str:
        step = {"and": self.both, "or": self.either}.get(node.kind) or getattr(self, node.kind)
        text = step(node)
        return f"({text})" if 0 < _BINDING.get(node.kind, 9) < within else text

    # -- leaves --------------------------------------------------------------------------------------------------------
    def number(self, node: Node) -> str:
        return _number(node.value)

    def text(self, node: Node) -> str:
        return node.value or _("empty")

    def truth(self, node: Node) -> str:
        return _("Yes") if node.value else _("No")

    def self(self, _node: Node) -> str:
        return _("this answer")

    def name(self, node: Node) -> str:
        question = self.question(node)
        if question is None:
            return str(node.value)
        column = next((c for c in question.columns if node.value == f"{question.key}.{c.key}"), None)
        return f"“{question}: {column}”" if column else f"“{question}”"

    # -- steps ---------------------------------------------------------------------------------------------------------
    def both(self, node: Node) -> str:
        return f" {_('and')} ".join(self.of(part, _BINDING["and"]) for part in node.parts)

    def either(self, node: Node) -> str:
        left, right = node.parts
        if all(self.is_equality(part) for part in self.flat(node)):
            first, *rest = self.flat(node)
            if all(part.parts[0] == first.parts[0] for part in rest):
                also = [self.value(part.parts[0], part.parts[1]) for part in rest]
                return f" {_('or')} ".join([self.compare(first), *also])
        return f" {_('or')} ".join(self.of(part, _BINDING["or"]) for part in (left, right))

    def flat(self, node: Node) -> list[Node]:
        return [leaf for part in node.parts for leaf in self.flat(part)] if node.kind == "or" else [node]

    @staticmethod
    def is_equality(node: Node) -> bool:
        return node.kind == "compare" and node.value == "=" and node.parts[0].kind == "name"

    def compare(self, node: Node) -> str:
        left, right = node.parts
        binding = _BINDING["compare"]
        return f"{self.of(left, binding)} {_SIGNS.get(node.value, node.value)} {self.value(left, right)}"

    def value(self, asked: Node, given: Node) -> str:
        """What is compared with a question, in the words of its choices."""
        question = self.question(asked)
        if question is not None and given.kind == "text":
            return self.choice(question, given.value)
        return self.of(given, _BINDING["compare"])

    def choice(self, question: Question, value: str) -> str:
        if question.type == "yes_no" and value in ("true", "false"):
            return _("Yes") if value == "true" else _("No")
        found: Choice | None = next((c for c in question.choices if c.value == value), None)
        return str(found) if found else value or _("empty")

    def arithmetic(self, node: Node) -> str:
        left, right = node.parts
        product = node.value in ("*", "div", "mod")
        loose = [part.kind == "arithmetic" and part.value in ("+", "-") and product for part in node.parts]
        loose[1] |= right.kind == "arithmetic" and node.value in ("-", "div", "mod")
        one, other = (
            f"({self.of(part)})" if bracket else self.of(part, _BINDING["arithmetic"])
            for part, bracket in zip((left, right), loose, strict=True)
        )
        return f"{one} {_SIGNS.get(node.value, node.value)} {other}"

    def call(self, node: Node) -> str:
        name, parts = node.value, node.parts
        said = [self.of(part) for part in parts]
        if name == "if":
            words = {"condition": said[0], "yes": said[1], "no": said[2]}
            return _("%(yes)s if %(condition)s, otherwise %(no)s") % words
        if name == "selected":
            words = {"question": said[0], "choice": self.value(parts[0], parts[1])}
            return _("%(question)s includes %(choice)s") % words
        if name == "not":
            return _("not (%(what)s)") % {"what": said[0]}
        if name == "round":
            return _("%(what)s, rounded") % {"what": said[0]}
        if name in ("int", "number"):
            return said[0]
        titles = {
            "sum": _("sum of %(what)s"),
            "min": _("smallest of %(what)s"),
            "max": _("largest of %(what)s"),
            "count": _("number of answers to %(what)s"),
            "coalesce": _("first answered of %(what)s"),
        }
        return titles[name] % {"what": ", ".join(said)}
