"""The small language of calculations and conditions: what XLSForm writes, without running anyone's code.

    ${received} > 0 and ${closed} <= ${received} + ${open_before}
    if(${received} > 0, ${closed} div ${received} * 100, 0)
    selected(${channels}, 'visit')          . >= 0        sum(${by_sector.received})

An unanswered question is None: arithmetic with it stays None, a comparison with it is false. Numbers are Decimal, so
the same answers give the same figures everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|\$\{(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?)\}"
    r"|(?P<word>[a-z][a-z\-]*)|(?P<op><=|>=|!=|[-+*=<>(),.]))",
    re.IGNORECASE,
)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_FUNCTIONS = {
    "if": 3, "selected": 2, "coalesce": (1, 9), "round": (1, 2), "sum": (1, 9), "min": (1, 9), "max": (1, 9), "not": 1, "count": 1,
    "int": 1, "number": 1,
}  # fmt: skip
MAX_LENGTH = 500


class ExpressionError(ValueError):
    """The expression cannot be read; the message says where."""


@dataclass(frozen=True)
class Node:
    """One step: its kind, its word, its parts."""

    kind: str
    value: Any = None
    parts: tuple[Node, ...] = ()


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """Read an expression; ExpressionError names the place that cannot be read."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"longer than {MAX_LENGTH} characters")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str):
        self.text, self.tokens, self.at, self.depth = text, [], 0, 0
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if not match:
                raise ExpressionError(f"cannot read from: {text[position : position + 20]}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()

    def peek(self, *values: str) -> bool:
        return (
            self.at < len(self.tokens)
            and self.tokens[self.at][1].lower() in values
            and self.tokens[self.at][0] in ("op", "word")
        )

    def take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ExpressionError("ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, value: str) -> None:
        kind, found = self.take()
        if kind != "op" or found != value:
            raise ExpressionError(f"expected {value} before: {found}")

    def whole(self) -> Node:
        if not self.tokens:
            raise ExpressionError("is empty")
        node = self.either()
        if self.at < len(self.tokens):
            raise ExpressionError(f"does not end before: {self.tokens[self.at][1]}")
        return node

    def either(self) -> Node:
        self.depth += 1
        if self.depth > 30:
            raise ExpressionError("nests too deep")
        node = self.both()
        while self.peek("or"):
            self.take()
            node = Node("or", None, (node, self.both()))
        self.depth -= 1
        return node

    def both(self) -> Node:
        node = self.comparison()
        while self.peek("and"):
            self.take()
            node = Node("and", None, (node, self.comparison()))
        return node

    def comparison(self) -> Node:
        node = self.total()
        if self.peek(*_COMPARISONS):
            _kind, sign = self.take()
            node = Node("compare", sign, (node, self.total()))
        return node

    def total(self) -> Node:
        node = self.product()
        while self.peek("+", "-"):
            _kind, sign = self.take()
            node = Node("arithmetic", sign, (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.single()
        while self.peek("*", "div", "mod"):
            _kind, sign = self.take()
            node = Node("arithmetic", sign.lower(), (node, self.single()))
        return node

    def single(self) -> Node:
        kind, value = self.take()
        if kind == "number":
            return Node("number", Decimal(value))
        if kind == "text":
            return Node("text", value[1:-1])
        if kind == "name":
            return Node("name", value)
        if kind == "op" and value == "-":
            return Node("arithmetic", "-", (Node("number", Decimal(0)), self.single()))
        if kind == "op" and value == ".":
            return Node("self")
        if kind == "op" and value == "(":
            node = self.either()
            self.expect(")")
            return node
        if kind == "word" and self.peek("("):
            return self.call(value.lower())
        if kind == "word" and value.lower() in ("true", "false"):
            return Node("truth", value.lower() == "true")
        raise ExpressionError(f"unexpected: {value}")

    def call(self, name: str) -> Node:
        if name not in _FUNCTIONS:
            if name in ("true", "false"):  # XLSForm writes true() and false()
                self.expect("(")
                self.expect(")")
                return Node("truth", name == "true")
            raise ExpressionError(f"unknown function: {name}")
        self.expect("(")
        parts = [self.either()]
        while self.peek(","):
            self.take()
            parts.append(self.either())
        self.expect(")")
        least, most = (_FUNCTIONS[name],) * 2 if isinstance(_FUNCTIONS[name], int) else _FUNCTIONS[name]
        if not least <= len(parts) <= most:
            raise ExpressionError(f"{name} takes {least}{f' to {most}' if most != least else ''} values")
        return Node("call", name, tuple(parts))


def references(text: str) -> frozenset[str]:
    """The questions an expression speaks of; a column of a table as `table.column`."""

    def walk(node: Node):
        if node.kind == "name":
            yield node.value
        for part in node.parts:
            yield from walk(part)

    return frozenset(walk(parse(text)))


def evaluate(text: str, answers: Mapping[str, Any], own: Any = None) -> Any:
    """The value of an expression for these answers; `own` is what `.` stands for."""
    return _value(parse(text), answers, own)


def truth(text: str, answers: Mapping[str, Any], own: Any = None) -> bool:
    return bool(evaluate(text, answers, own))


def number(value: Any) -> Decimal | None:
    """A number from an answer; None for no answer and for words."""
    if value is None or value == "" or isinstance(value, list | dict):
        return None
    if isinstance(value, bool):
        return Decimal(int(value))
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _value(node: Node, answers, own):
    if node.kind in ("number", "text", "truth"):
        return node.value
    if node.kind == "self":
        return own
    if node.kind == "name":
        return _answer(node.value, answers)
    if node.kind == "or":
        return any(_value(part, answers, own) for part in node.parts)
    if node.kind == "and":
        return all(_value(part, answers, own) for part in node.parts)
    if node.kind == "compare":
        return _compare(node.value, *(_value(part, answers, own) for part in node.parts))
    if node.kind == "arithmetic":
        return _arithmetic(node.value, *(number(_value(part, answers, own)) for part in node.parts))
    return _call(node, answers, own)


def _answer(name: str, answers):
    table, _dot, column = name.partition(".")
    value = answers.get(table)
    if not column:
        return value
    return [row.get(column) for row in value.values()] if isinstance(value, dict) else None


def _compare(sign: str, left, right) -> bool:
    if left is None or right is None or left == "" or right == "":
        # An unanswered question equals only the empty text, which is how XLSForm asks for "not answered".
        empty = (left in (None, "")) and (right in (None, ""))
        return empty if sign == "=" else (not empty if sign == "!=" and "" in (left, right) else False)
    left, right = (_spelt(value) for value in (left, right))
    one, other = number(left), number(right)
    if one is None or other is None:
        one, other = str(left), str(right)
    return {"=": one == other, "!=": one != other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]  # type: ignore[operator]  # fmt: skip


def _spelt(value):
    """Yes and no are compared as XLSForm writes them: 'true', 'false'."""
    return str(value).lower() if isinstance(value, bool) else value


def _arithmetic(sign: str, left, right):
    if left is None or right is None:
        return None
    if sign in ("div", "mod"):
        if right == 0:
            return None
        return left / right if sign == "div" else left % right
    return {"+": left + right, "-": left - right, "*": left * right}[sign]


def _call(node: Node, answers, own):
    name = node.value
    if name == "if":
        condition, yes, no = node.parts
        return _value(yes if _value(condition, answers, own) else no, answers, own)
    values = [_value(part, answers, own) for part in node.parts]
    if name == "selected":
        chosen = values[0] if isinstance(values[0], list) else str(values[0] or "").split()
        return str(values[1]) in [str(item) for item in chosen]
    if name == "not":
        return not values[0]
    if name == "coalesce":
        return next((value for value in values if value not in (None, "")), None)
    if name == "count":
        return Decimal(sum(1 for item in _flat(values) if item not in (None, "")))
    if name == "round":
        found, places = number(values[0]), int(number(values[1]) or 0) if len(values) > 1 else 0
        return None if found is None else found.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if name in ("int", "number"):
        found = number(values[0])
        return found if found is None or name == "number" else found // 1
    known = [found for found in map(number, _flat(values)) if found is not None]
    if not known:
        return Decimal(0) if name == "sum" else None
    return {"sum": sum, "min": min, "max": max}[name](known)


def _flat(values):
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value
