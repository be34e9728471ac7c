"""Rules: conditions on facts, joined by all, any and none; read from plain data and checked against the vocabulary.

    {"all": [{"fact": "decile", "op": "<=", "value": 4},
             {"member": {"all": [{"fact": "age", "op": "between", "value": [6, 21]}]}}]}

`member` is met when at least one member of the household meets everything inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .vocabulary import FACTS, OPERATORS, About, Fact, Kind

_REGION_CODE = re.compile(r"^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$")


class RuleError(ValueError):
    """A rule that is not of the vocabulary; the message says where and why."""


@dataclass(frozen=True)
class Condition:
    """One fact compared with one value: number, pair of numbers, bool, or tuple of texts."""

    fact: Fact
    op: str
    value: int | bool | tuple


@dataclass(frozen=True)
class Group:
    """`all`, `any` or `none` of its parts."""

    mode: str
    parts: tuple[Rule, ...]


@dataclass(frozen=True)
class Member:
    """At least one member of the household meets the rule inside."""

    rule: Rule


Rule = Condition | Group | Member


def parse(data: dict, about: About = About.HOUSEHOLD) -> Rule:
    """Read a rule from plain data; RuleError for anything outside the vocabulary."""
    if not isinstance(data, dict):
        raise RuleError(_("A rule is a table, not %(text)s.") % {"text": repr(data)[:60]})
    for mode in ("all", "any", "none"):
        if set(data) == {mode}:
            if not isinstance(data[mode], list) or not data[mode]:
                raise RuleError(_("A group needs at least one condition."))
            return Group(mode, tuple(parse(part, about) for part in data[mode]))
    if set(data) == {"member"}:
        if about is About.MEMBER:
            raise RuleError(_("A member cannot have members."))
        return Member(parse(data["member"], About.MEMBER))
    if set(data) == {"fact", "op", "value"}:
        return _condition(data["fact"], data["op"], data["value"], about)
    raise RuleError(_("Unknown keys: %(keys)s.") % {"keys": ", ".join(sorted(map(str, data)))})


def _condition(name, op, value, about: About) -> Condition:
    fact = FACTS.get(name)
    if fact is None or fact.about is not about:
        raise RuleError(_("The vocabulary has no fact “%(name)s” here.") % {"name": name})
    if op not in OPERATORS[fact.kind]:
        raise RuleError(_("“%(name)s” cannot be compared with “%(op)s”.") % {"name": name, "op": op})
    return Condition(fact, op, _value(fact, op, value))


def _value(fact: Fact, op: str, value):
    wrong = RuleError(
        _("“%(value)s” is no value of “%(name)s”.") % {"value": str(value)[:60], "name": fact.name}
    )

    def whole(number):
        if isinstance(number, bool) or not isinstance(number, int):
            raise wrong
        return number

    if fact.kind is Kind.NUMBER:
        if op != "between":
            return whole(value)
        if not isinstance(value, list | tuple) or len(value) != 2 or whole(value[0]) > whole(value[1]):
            raise wrong
        return tuple(value)
    if fact.kind is Kind.YES_NO:
        if not isinstance(value, bool):
            raise wrong
        return value
    values = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not values or not all(isinstance(v, str) for v in values):
        raise wrong
    if fact.kind is Kind.CHOICE and not set(values) <= set(fact.values):
        raise wrong
    if fact.kind is Kind.REGION and not all(_REGION_CODE.match(v) for v in values):
        raise wrong
    return values


def dump(rule: Rule) -> dict:
    """The plain data of a rule; `parse(dump(rule)) == rule`."""
    if isinstance(rule, Group):
        return {rule.mode: [dump(part) for part in rule.parts]}
    if isinstance(rule, Member):
        return {"member": dump(rule.rule)}
    value = list(rule.value) if isinstance(rule.value, tuple) else rule.value
    return {"fact": rule.fact.name, "op": rule.op, "value": value}
