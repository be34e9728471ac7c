"""A rule in plain words, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .evaluation import Answer, Finding
from .rules import Condition, Group, Member, Rule
from .vocabulary import Kind


@dataclass(frozen=True)
class Words:
    """A line of words and, below a group's line, the lines of its parts."""

    text: str
    parts: tuple[Words, ...] = ()


def describe(rule: Rule) -> Words:
    """The whole rule as a line with parts."""
    if isinstance(rule, Group):
        if len(rule.parts) == 1 and rule.mode != "none":
            return describe(rule.parts[0])
        head = {
            "all": _("All of these:"),
            "any": _("At least one of these:"),
            "none": _("None of these:"),
        }[rule.mode]
        return Words(head, tuple(describe(part) for part in rule.parts))
    if isinstance(rule, Member):
        if (line := _one_line(rule.rule)) is not None:
            if not line:
                return Words(_("Open to every family."))
            return Words(_("A member of the family: %(conditions)s.") % {"conditions": line})
        return Words(_("A member of the family meets this:"), (describe(rule.rule),))
    return Words(capfirst(phrase(rule)) + ".")


def _one_line(rule: Rule) -> str | None:
    """The conditions on one member as one line, where there are only simple ones."""
    if isinstance(rule, Condition):
        return "" if _always_met(rule) else phrase(rule)
    if isinstance(rule, Group) and rule.mode == "all" and all(isinstance(p, Condition) for p in rule.parts):
        return "; ".join(phrase(part) for part in rule.parts if not _always_met(part))
    return None


def _always_met(condition: Condition) -> bool:
    """Nothing that counts things is below zero: such a condition only asks that the number is known."""
    return condition.fact.kind is Kind.NUMBER and condition.op == ">=" and condition.value <= 0


def phrase(condition: Condition) -> str:
    """One condition in a few words, beginning small."""
    fact, op, value = condition.fact, condition.op, condition.value
    if fact.kind is Kind.NUMBER:
        return _number(fact, op, value)
    if fact.kind is Kind.YES_NO:
        return str(fact.yes if value else fact.no)
    if fact.kind is Kind.CHOICE:
        names = _(" or ").join(str(fact.values[each]) for each in value)
        template = _("%(fact)s: %(names)s") if op == "in" else _("%(fact)s: not %(names)s")
        return template % {"fact": fact.label, "names": names}
    if fact.kind is Kind.CODES:
        names = _(" or ").join(program_names(value))
        template = _("already receives %(names)s") if op == "includes" else _("does not receive %(names)s")
        return template % {"names": names}
    return _("lives in %(names)s") % {"names": _(" or ").join(region_names(value))}


def _number(fact, op: str, value) -> str:
    unit = f" {fact.unit}" if fact.unit else ""
    if op == "between":
        if value[0] <= (1 if fact.name == "power" else 0):
            return _("%(fact)s up to %(upper)s%(unit)s") % {
                "fact": fact.label,
                "upper": value[1],
                "unit": unit,
            }
        return _("%(fact)s from %(lower)s to %(upper)s%(unit)s") % {
            "fact": fact.label, "lower": value[0], "upper": value[1], "unit": unit,
        }  # fmt: skip
    if fact.name == "power" and value == 0:
        return _("the house has no electricity of its own")
    if fact.name == "farm_land":
        return _("%(fact)s at most %(hectares)s hectares") % {"fact": fact.label, "hectares": value // 10000}
    template = (
        _("%(fact)s at least %(value)s%(unit)s") if op == ">=" else _("%(fact)s at most %(value)s%(unit)s")
    )
    return template % {"fact": fact.label, "value": value, "unit": unit}


@dataclass(frozen=True)
class Explained:
    """One condition in words with its answer."""

    answer: Answer
    words: Words


def explain(finding: Finding) -> list[Explained]:
    """Each of the conditions that must all be met, with what is known of it; the unmet first, then the unknown."""
    parts = finding.parts if isinstance(finding.rule, Group) and finding.rule.mode == "all" else (finding,)
    order = (Answer.UNMET, Answer.UNKNOWN, Answer.MET)
    lines = [Explained(part.answer, describe(part.rule)) for part in parts]
    return sorted(lines, key=lambda line: order.index(line.answer))


@dataclass(frozen=True)
class Reason:
    """Why a household meets a rule: a line of words, and which members it is about (places in its list of members)."""

    text: str
    members: tuple[int, ...] = ()


def reasons(finding: Finding) -> list[Reason]:
    """What of a household meets a rule, and nothing of what else would have met it; empty for a rule not met."""
    if finding.answer is not Answer.MET:
        return []
    rule = finding.rule
    if isinstance(rule, Group) and rule.mode != "none":
        return [reason for part in finding.parts for reason in reasons(part)]
    if isinstance(rule, Member):
        about: dict[str, list[int]] = {}
        for place, part in enumerate(finding.parts):
            if part.answer is Answer.MET:
                about.setdefault("; ".join(_phrases(part)), []).append(place)
        if set(about) == {""}:
            return [Reason(_("Open to every family."))]
        return [Reason(text, tuple(places)) for text, places in about.items()]
    if isinstance(rule, Group):
        return [Reason(_in_one_line(describe(rule)))]
    return [Reason(describe(rule).text)] if not _always_met(rule) else []


def _in_one_line(words: Words) -> str:
    return " ".join([words.text, *map(_in_one_line, words.parts)])


def _phrases(finding: Finding) -> list[str]:
    """The conditions that are met, each in a few words."""
    rule = finding.rule
    if isinstance(rule, Condition):
        return [] if _always_met(rule) else [phrase(rule)]
    if rule.mode == "none":
        return [_in_one_line(describe(rule))]
    return [text for part in finding.parts if part.answer is Answer.MET for text in _phrases(part)]


def program_names(codes: tuple[str, ...]) -> list[str]:
    """Short names of programs by code, the code where the catalog lacks it."""
    from ..models import Program

    known = {program.code: program for program in Program.objects.filter(code__in=codes)}
    return [known[code].acronym or str(known[code]) if code in known else code for code in codes]


def region_names(codes: tuple[str, ...]) -> list[str]:
    from portal.regions.models import Region

    known = {region.pk: str(region) for region in Region.objects.filter(pk__in=codes)}
    return [known.get(code, code) for code in codes]
