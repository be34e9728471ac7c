"""What if a program asked something else: the eligibility engine over the register, as it is and as it might be (D-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from cases.households.eligibility import REGISTER
from cases.households.models import Household
from portal.regions.models import COLUMN, Level, Region, level_of, within_q
from programs_catalog.eligibility import query
from programs_catalog.eligibility.rules import Condition, Member, Rule, dump, parse

from .targeting import running

#: households of an area up to which the answer is waited for; beyond, a job counts
AT_ONCE = 60_000


@dataclass(frozen=True)
class Leaf:
    """One condition with its place in the rule."""

    path: str
    condition: Condition
    about_member: bool
    #: stands in a `none` group: who meets it is shut out
    shuts_out: bool
    #: stands in an `any` group: another may be met in its place
    one_of_several: bool
    #: within such an `any` group it stands in an `all` group: it holds together with the conditions beside it
    together: bool = False


def leaves(
    rule: Rule,
    path: str = "0",
    about_member: bool = False,
    shuts_out: bool = False,
    one_of_several: bool = False,
    together: bool = False,
) -> Iterator[Leaf]:
    """Every condition of a rule, in its order."""
    if isinstance(rule, Condition):
        yield Leaf(path, rule, about_member, shuts_out, one_of_several, together)
    elif isinstance(rule, Member):
        yield from leaves(rule.rule, f"{path}-m", True, shuts_out, one_of_several, together)
    else:
        several = one_of_several or rule.mode == "any" and len(rule.parts) > 1
        joined = one_of_several and (together or rule.mode == "all" and len(rule.parts) > 1)
        for number, part in enumerate(rule.parts):
            yield from leaves(
                part,
                f"{path}-{number}",
                about_member,
                shuts_out ^ (rule.mode == "none"),
                several,
                joined and rule.mode != "any",
            )


def changed(rule: Rule, values: dict[str, object], extra: list[dict] | None = None) -> Rule | None:
    """The rule with other values at some places; None as a value drops the condition, and with the last one its group.

    `extra` are conditions that must hold besides. None when nothing is left; RuleError for values outside the vocabulary.
    """
    data = _changed(rule, values, "0")
    if extra:
        data = {"all": [*([data] if data else []), *extra]}
    return parse(data) if data else None


def _changed(rule: Rule, values: dict[str, object], path: str) -> dict | None:
    if isinstance(rule, Condition):
        if path not in values:
            return dump(rule)
        value = values[path]
        return None if value is None else dump(rule) | {"value": value}
    if isinstance(rule, Member):
        inner = _changed(rule.rule, values, f"{path}-m")
        return {"member": inner} if inner else None
    parts = [_changed(part, values, f"{path}-{number}") for number, part in enumerate(rule.parts)]
    kept = [part for part in parts if part]
    return {rule.mode: kept} if kept else None


@dataclass(frozen=True)
class Effect:
    """What a change of the criteria does in one area: households of the register that meet the old and the new."""

    code: str
    name: str
    before: int
    after: int
    both: int
    enrolled_lost: int

    @property
    def gained(self) -> int:
        return self.after - self.both

    @property
    def lost(self) -> int:
        return self.before - self.both

    def budget(self, unit_cost: Decimal | None) -> Decimal | None:
        """What the change costs a year if everybody eligible is served, in rupiah; negative where it saves."""
        return None if unit_cost is None else (self.after - self.before) * unit_cost

    def __add__(self, other: Effect) -> Effect:
        return Effect(
            self.code,
            self.name,
            self.before + other.before,
            self.after + other.after,
            self.both + other.both,
            self.enrolled_lost + other.enrolled_lost,
        )


def effects(old: Rule, new: Rule | None, program_id: int, code: str, day: dt.date) -> list[Effect]:
    """The effect in each area right below `code` (a village: in itself); four statements of the database.

    Without any condition left everybody is eligible.
    """
    level = level_of(code)
    below = Level(min(level + 1, Level.VILLAGE))
    was = query.met(old, REGISTER, day)
    will = query.met(new, REGISTER, day) if new is not None else query.ALWAYS
    counts: dict[str, list[int]] = {}
    for position, condition in enumerate((was, will, was & will, was & ~will & Q(running(program_id, day)))):
        rows = (
            Household.objects.filter(within_q(code)).filter(condition).order_by().values_list(COLUMN[below])
        )
        for area, n in rows.annotate(n=Count("pk")):
            counts.setdefault(area, [0, 0, 0, 0])[position] = n
    names = dict(Region.objects.filter(pk__in=counts).values_list("pk", "name"))
    return [Effect(area, names.get(area, area), *numbers) for area, numbers in sorted(counts.items())]


def effects_step_by_step(
    old: Rule,
    new: Rule | None,
    program_id: int,
    code: str,
    day: dt.date,
    tell: Callable[[int, int, str], None],
) -> list[Effect]:
    """The same for an area too large to wait for: regency by regency, telling how far it is."""
    region = Region.objects.get(pk=code) if code else None
    regencies = list(Region.objects.current().within(region).at(Level.REGENCY).order_by("pk"))
    sums: dict[str, Effect] = {}
    below = 2 if not code else 5
    names = dict(
        Region.objects.filter(pk__in={one.pk[:below] for one in regencies}).values_list("pk", "name")
    )
    for number, regency in enumerate(regencies):
        tell(number, len(regencies), str(regency))
        area = regency.pk[:below]
        whole = Effect(area, names[area], 0, 0, 0, 0)
        for part in effects(old, new, program_id, regency.pk, day):
            whole += part
        sums[area] = sums[area] + whole if area in sums else whole
    tell(len(regencies), len(regencies), "")
    return [one for one in sums.values() if one.before or one.after]


def total(rows: list[Effect]) -> Effect:
    whole = Effect("", "", 0, 0, 0, 0)
    for row in rows:
        whole += row
    return whole
