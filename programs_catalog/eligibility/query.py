"""A rule as a database condition over millions of households, with the same answer as `evaluate` gives for each.

The register lies on a higher floor, so the caller brings a `Mapping`: which column holds which fact. A fact without a
column is unknown for everyone.

    met(rule, mapping, today)    -> Q for households that meet the rule
    unmet(rule, mapping, today)  -> Q for those that certainly do not
    unknown(rule, mapping, today)-> Q for the rest

Every condition is two-valued in SQL (a null column makes neither `met` nor `unmet` true), so negation is safe.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping as ABCMapping
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, Model, OuterRef, Q

from .rules import Condition, Group, Member, Rule
from .vocabulary import About, Kind

NEVER = Q(pk__in=())
ALWAYS = ~NEVER


@dataclass(frozen=True)
class Column:
    """Where a fact lies: a field of the household, or of the member. `birth_date` turns a date into an age."""

    name: str
    birth_date: bool = False
    #: stored text -> value of the vocabulary, where the two differ
    values: ABCMapping[str, tuple] = field(default_factory=dict)


@dataclass(frozen=True)
class Codes:
    """Where a set of program codes lies: a model with a row per household and program, e.g. enrolments."""

    model: type[Model]
    household: str
    code: str
    #: which rows count on a day
    on: object = None


@dataclass(frozen=True)
class Mapping:
    """Which columns hold the facts of the vocabulary."""

    household: ABCMapping[str, Column | Codes]
    member: ABCMapping[str, Column]
    member_model: type[Model] | None = None
    #: the member's foreign key to the household
    member_link: str = "household"


def met(rule: Rule, mapping: Mapping, today: dt.date) -> Q:
    """Households that meet the rule."""
    return _condition(rule, mapping, today, True, About.HOUSEHOLD)


def unmet(rule: Rule, mapping: Mapping, today: dt.date) -> Q:
    """Households that certainly do not meet the rule."""
    return _condition(rule, mapping, today, False, About.HOUSEHOLD)


def unknown(rule: Rule, mapping: Mapping, today: dt.date) -> Q:
    """Households of which the register does not say enough."""
    return ~met(rule, mapping, today) & ~unmet(rule, mapping, today)


def _condition(rule: Rule, mapping: Mapping, today: dt.date, wanted: bool, about: About) -> Q:
    if isinstance(rule, Group):
        if rule.mode == "none":
            parts = [_condition(part, mapping, today, not wanted, about) for part in rule.parts]
            return reduce(and_ if wanted else or_, parts)
        parts = [_condition(part, mapping, today, wanted, about) for part in rule.parts]
        return reduce(and_ if (rule.mode == "all") is wanted else or_, parts)
    if isinstance(rule, Member):
        return _member(rule, mapping, today, wanted)
    columns = mapping.household if about is About.HOUSEHOLD else mapping.member
    column = columns.get(rule.fact.name)
    if column is None:
        return NEVER
    if isinstance(column, Codes):
        return _codes(rule, column, today, wanted)
    return _column(rule, column, today, wanted)


def _member(rule: Member, mapping: Mapping, today: dt.date, wanted: bool) -> Q:
    if mapping.member_model is None:
        return NEVER
    members = mapping.member_model._base_manager.filter(**{mapping.member_link: OuterRef("pk")})
    if wanted:
        return Q(Exists(members.filter(_condition(rule.rule, mapping, today, True, About.MEMBER))))
    # Certainly nobody: no member for whom it is not certainly unmet.
    return ~Q(Exists(members.exclude(_condition(rule.rule, mapping, today, False, About.MEMBER))))


def _codes(rule: Condition, column: Codes, today: dt.date, wanted: bool) -> Q:
    rows = column.model._base_manager.filter(
        **{column.household: OuterRef("pk"), f"{column.code}__in": rule.value}
    )
    if column.on is not None:
        rows = rows.filter(column.on(today))
    found = Q(Exists(rows))
    return found if (rule.op == "includes") is wanted else ~found


def _column(rule: Condition, column: Column, today: dt.date, wanted: bool) -> Q:
    name, kind = column.name, rule.fact.kind
    if kind is Kind.NUMBER:
        least, most = {">=": (rule.value, None), "<=": (None, rule.value)}.get(rule.op) or rule.value
        return _between(name, least, most, wanted, today if column.birth_date else None)
    # A key that a JSON column lacks compares to NULL, which `exclude` would take for neither: it must be known first.
    there = Q(**{f"{name}__isnull": False})
    if kind is Kind.YES_NO:
        return there & Q(**{name: rule.value is wanted})
    if kind is Kind.REGION:
        return _within(name, rule.value, wanted)
    stored = [text for value in rule.value for text in column.values.get(value, (value,))]
    inside = (rule.op == "in") is wanted
    # A blank choice is an unknown one.
    known = there & ~Q(**{name: ""})
    return there & Q(**{f"{name}__in": stored}) if inside else known & ~Q(**{f"{name}__in": stored})


def _between(name: str, least: int | None, most: int | None, wanted: bool, today: dt.date | None) -> Q:
    if today is not None:  # an age from a birth date: older is earlier
        low = Q(**{f"{name}__lte": years_before(today, least)}) if least is not None else None
        high = Q(**{f"{name}__gt": years_before(today, most + 1)}) if most is not None else None
        not_low = Q(**{f"{name}__gt": years_before(today, least)}) if least is not None else None
        not_high = Q(**{f"{name}__lte": years_before(today, most + 1)}) if most is not None else None
    else:
        low = Q(**{f"{name}__gte": least}) if least is not None else None
        high = Q(**{f"{name}__lte": most}) if most is not None else None
        not_low = Q(**{f"{name}__lt": least}) if least is not None else None
        not_high = Q(**{f"{name}__gt": most}) if most is not None else None
    parts = [part for part in ((low, high) if wanted else (not_low, not_high)) if part is not None]
    known = Q(**{f"{name}__isnull": False})
    return known & reduce(and_ if wanted else or_, parts)


def _within(name: str, codes: tuple[str, ...], wanted: bool) -> Q:
    inside = reduce(
        or_,
        [Q(**{name: code}) | Q(**{f"{name}__gt": f"{code}.", f"{name}__lt": f"{code}/"}) for code in codes],
    )
    if wanted:
        return inside
    # A household known only by a region above one of the codes may lie in it.
    above = [code[:length] for code in codes for length in (2, 5, 8) if length < len(code)]
    return Q(**{f"{name}__isnull": False}) & ~inside & ~Q(**{f"{name}__in": ["", *above]})


def years_before(day: dt.date, years: int) -> dt.date:
    """The last birth date of those who are at least so many years old on a day."""
    try:
        year = day.year - years
        return day.replace(year=year) if year >= 1 else dt.date.min
    except ValueError:  # 29 February in a common year
        return dt.date(day.year - years, 2, 28)


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Full years on a day; who is born on 29 February turns on 1 March in a common year."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


__all__ = ["Codes", "Column", "Mapping", "age_on", "met", "unknown", "unmet", "years_before"]
