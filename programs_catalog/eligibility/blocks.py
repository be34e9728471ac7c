"""The editor's form for a rule: StreamField blocks made from the vocabulary, and the way between blocks and rules."""

from __future__ import annotations

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..widgets import CodesInput, split_codes
from .rules import Condition, Group, Member, Rule, RuleError, parse
from .vocabulary import FACTS, About, Fact, Kind

_NUMBER_OPS = ((">=", _("at least")), ("<=", _("at most")), ("between", _("from … to")))
_CHOICE_OPS = (("in", _("one of")), ("not_in", _("none of")))
_CODES_OPS = (("includes", _("receives one of")), ("excludes", _("receives none of")))
_MODES = (("all", _("all of these")), ("any", _("at least one of these")), ("none", _("none of these")))


class ConditionBlock(blocks.StructBlock):
    """The form of one condition; checks what was entered by reading it as a rule."""

    def clean(self, value):
        cleaned = super().clean(value)
        try:
            parse(plain(self.name, cleaned), self.meta.about)
        except RuleError as error:
            raise ValidationError(str(error)) from error
        return cleaned


class CodesBlock(blocks.FieldBlock):
    """Codes of programs or regions, chosen by name; kept as text with commas. Codes that nobody has are refused."""

    def __init__(self, kind: Kind, **kwargs):
        self.kind = kind
        self.field = forms.CharField(widget=CodesInput("program" if kind is Kind.CODES else "region"))
        super().__init__(**kwargs)

    def clean(self, value):
        value = super().clean(value)
        codes = split_codes(value)
        if self.kind is Kind.CODES:
            known = apps.get_model("programs_catalog.Program").objects.filter(code__in=codes)
            missing = set(codes) - set(known.values_list("code", flat=True))
            words = _("The catalog has no program with the code %(codes)s.")
        else:
            known = apps.get_model("regions.Region").objects.filter(pk__in=codes)
            missing = set(codes) - set(known.values_list("pk", flat=True))
            words = _("There is no region with the code %(codes)s.")
        if missing:
            raise ValidationError(words % {"codes": ", ".join(sorted(missing))})
        return value


def _block(fact: Fact) -> ConditionBlock:
    if fact.kind is Kind.NUMBER:
        fields = [
            ("op", blocks.ChoiceBlock(choices=_NUMBER_OPS, default="<=", label=_("comparison"))),
            ("value", blocks.IntegerBlock(label=_("number"))),
            ("upper", blocks.IntegerBlock(required=False, label=_("upper number (for “from … to”)"))),
        ]
    elif fact.kind is Kind.YES_NO:
        choices = (("yes", fact.yes), ("no", fact.no))
        fields = [("value", blocks.ChoiceBlock(choices=choices, label=_("condition")))]
    elif fact.kind is Kind.CHOICE:
        fields = [
            ("op", blocks.ChoiceBlock(choices=_CHOICE_OPS, default="in", label=_("comparison"))),
            ("values", blocks.MultipleChoiceBlock(choices=list(fact.values.items()), label=_("values"))),
        ]
    else:
        label = _("programs") if fact.kind is Kind.CODES else _("regions")
        fields = [("codes", CodesBlock(fact.kind, label=label))]
        if fact.kind is Kind.CODES:
            fields.insert(
                0, ("op", blocks.ChoiceBlock(choices=_CODES_OPS, default="excludes", label=_("comparison")))
            )
    return ConditionBlock(fields, label=capfirst(fact.label), about=fact.about)


def _leaves(about: About) -> list[tuple[str, blocks.Block]]:
    return [(fact.name, _block(fact)) for fact in FACTS.values() if fact.about is about]


def _group(parts) -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            ("mode", blocks.ChoiceBlock(choices=_MODES, default="any", label=_("of these conditions"))),
            ("parts", blocks.StreamBlock(parts, min_num=1, label=_("conditions"))),
        ],
        label=_("Group of conditions"),
    )


_IN_MEMBER = [*_leaves(About.MEMBER), ("group", _group(_leaves(About.MEMBER)))]
_MEMBER = (
    "member",
    blocks.StreamBlock(_IN_MEMBER, min_num=1, label=_("A member of the family who meets all of")),
)
_IN_GROUP = [*_leaves(About.HOUSEHOLD), _MEMBER]

CONDITION_BLOCKS = [*_IN_GROUP, ("group", _group([*_IN_GROUP, ("group", _group(_IN_GROUP))]))]


# -- blocks to rule ------------------------------------------------------------------------------------------------------
def plain(kind: str, value) -> dict:
    """One block's value as plain rule data."""
    if kind == "member":
        return {"member": {"all": [plain(child.block_type, child.value) for child in value]}}
    if kind == "group":
        return {value["mode"]: [plain(child.block_type, child.value) for child in value["parts"]]}
    fact = FACTS[kind]
    if fact.kind is Kind.NUMBER:
        between = value["op"] == "between"
        return {
            "fact": kind,
            "op": value["op"],
            "value": [value["value"], value["upper"]] if between else value["value"],
        }
    if fact.kind is Kind.YES_NO:
        return {"fact": kind, "op": "is", "value": value["value"] == "yes"}
    if fact.kind is Kind.CHOICE:
        return {"fact": kind, "op": value["op"], "value": list(value["values"])}
    codes = split_codes(value["codes"])
    return {"fact": kind, "op": value["op"] if fact.kind is Kind.CODES else "within", "value": codes}


def rule_of(stream) -> Rule:
    """The rule that a StreamField of conditions says: all of them."""
    return parse({"all": [plain(child.block_type, child.value) for child in stream]})


# -- rule to blocks ------------------------------------------------------------------------------------------------------
#: so many groups lie within each other at most: in the conditions, and in those of a member
DEEPEST, DEEPEST_IN_MEMBER = 2, 1


def stream_of(rule: Rule, deepest: int = DEEPEST) -> list[dict]:
    """Raw StreamField data for a rule, for loaders; RuleError for groups deeper than the blocks hold, which would be lost."""
    parts = rule.parts if isinstance(rule, Group) and rule.mode == "all" else (rule,)
    return [_raw(part, deepest) for part in parts]


def _raw(rule: Rule, deepest: int) -> dict:
    if isinstance(rule, Member):
        return {"type": "member", "value": stream_of(rule.rule, DEEPEST_IN_MEMBER)}
    if isinstance(rule, Group):
        if not deepest:
            raise RuleError(_("There are more groups within groups than the conditions can hold."))
        parts = [_raw(part, deepest - 1) for part in rule.parts]
        return {"type": "group", "value": {"mode": rule.mode, "parts": parts}}
    return {"type": rule.fact.name, "value": _raw_condition(rule)}


def _raw_condition(condition: Condition) -> dict:
    kind, value = condition.fact.kind, condition.value
    if kind is Kind.NUMBER:
        lower, upper = value if condition.op == "between" else (value, None)
        return {"op": condition.op, "value": lower, "upper": upper}
    if kind is Kind.YES_NO:
        return {"value": "yes" if value else "no"}
    if kind is Kind.CHOICE:
        return {"op": condition.op, "values": list(value)}
    return {"op": condition.op, "codes": ", ".join(value)}
