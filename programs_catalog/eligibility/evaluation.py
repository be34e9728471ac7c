"""What a rule says about one household: met, unmet or unknown, condition by condition.

The logic is Kleene's: unknown stays unknown unless the rest decides. A number may be known only as a range (an anonymous
visitor says "60 or older"); a comparison that the range leaves open is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .rules import Condition, Group, Member, Rule
from .vocabulary import Kind


class Answer(Enum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


MET, UNMET, UNKNOWN = Answer.MET, Answer.UNMET, Answer.UNKNOWN


@dataclass(frozen=True)
class Span:
    """A number known only to lie between two others, both included; None is open."""

    lower: int | None
    upper: int | None


@dataclass(frozen=True)
class Facts:
    """What is known of a household and of each member: fact name to value; a missing name is unknown.

    Numbers are int or Span, yes/no bool, choices text, `receives` a set of program codes, `region` a region code.
    """

    household: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]] = ()
    #: False when there may be members that nobody told about
    members_complete: bool = True


@dataclass(frozen=True)
class Finding:
    """The answer to one rule and to its parts: those of a group, or one for each known member of the household."""

    rule: Rule
    answer: Answer
    parts: tuple[Finding, ...] = field(default=())


def evaluate(rule: Rule, facts: Facts) -> Finding:
    """The finding for a household."""
    return _evaluate(rule, facts.household, facts)


def _evaluate(rule: Rule, known: Mapping[str, Any], facts: Facts) -> Finding:
    if isinstance(rule, Group):
        parts = tuple(_evaluate(part, known, facts) for part in rule.parts)
        answers = [part.answer for part in parts]
        return Finding(
            rule, _all(answers) if rule.mode == "all" else _any(answers, rule.mode == "none"), parts
        )
    if isinstance(rule, Member):
        parts = tuple(_evaluate(rule.rule, member, facts) for member in facts.members)
        answers = [part.answer for part in parts]
        if not facts.members_complete:
            answers.append(UNKNOWN)
        return Finding(rule, _any(answers, False), parts)
    return Finding(rule, _compare(rule, known.get(rule.fact.name)))


def _all(answers: list[Answer]) -> Answer:
    return UNMET if UNMET in answers else UNKNOWN if UNKNOWN in answers else MET


def _any(answers: list[Answer], negated: bool) -> Answer:
    answer = MET if MET in answers else UNKNOWN if UNKNOWN in answers else UNMET
    if negated:
        return {MET: UNMET, UNMET: MET, UNKNOWN: UNKNOWN}[answer]
    return answer


def _compare(condition: Condition, known: Any) -> Answer:
    if known is None:
        return UNKNOWN
    kind, op, value = condition.fact.kind, condition.op, condition.value
    if kind is Kind.NUMBER:
        return _compare_number(op, value, known)
    if kind is Kind.YES_NO:
        return MET if known is value else UNMET
    if kind is Kind.CHOICE:
        return MET if (known in value) is (op == "in") else UNMET
    if kind is Kind.CODES:
        return MET if bool(set(known) & set(value)) is (op == "includes") else UNMET
    return _within(value, known)


def _within(codes: tuple[str, ...], known: str) -> Answer:
    if any(known == code or known.startswith(f"{code}.") for code in codes):
        return MET
    # A visitor who told only the province may live in the regency that is asked for.
    return UNKNOWN if any(code.startswith(f"{known}.") for code in codes) or not known else UNMET


def _compare_number(op: str, value: int | tuple, known: int | Span) -> Answer:
    lower, upper = (known.lower, known.upper) if isinstance(known, Span) else (known, known)
    least, most = {">=": (value, None), "<=": (None, value)}.get(op) or value
    at_least, at_most = _not_below(lower, upper, least), _not_above(lower, upper, most)
    return _all([at_least, at_most])


def _not_below(lower: int | None, upper: int | None, least: int | None) -> Answer:
    if least is None or (lower is not None and lower >= least):
        return MET
    return UNMET if upper is not None and upper < least else UNKNOWN


def _not_above(lower: int | None, upper: int | None, most: int | None) -> Answer:
    if most is None or (upper is not None and upper <= most):
        return MET
    return UNMET if lower is not None and lower > most else UNKNOWN
