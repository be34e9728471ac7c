"""What the planner asks in a what-if, and what follows: for its own page and for the planning brief (D-13)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.households.eligibility import criteria_in_force
from portal.backoffice.views import get_visible_or_404, visible
from portal.jobs.models import Job
from programs_catalog.eligibility.rules import Condition, RuleError, dump, parse
from programs_catalog.eligibility.vocabulary import Kind
from programs_catalog.eligibility.words import Words, describe, phrase
from programs_catalog.models import Program

from . import budget, overlap, whatif
from .models import UnitCost

JOB = "dashboards.whatif"


class WhatIfForm(forms.Form):
    """One field for each condition of a program's criteria; as it stands, it asks what the program asks today."""

    def __init__(self, rule, data=None, **kwargs):
        self.rule = rule
        super().__init__(data, **kwargs)
        self.parts = [(leaf, self._fields_for(leaf)) for leaf in whatif.leaves(rule)]
        if not any(leaf.condition.fact.name == "decile" for leaf, _names in self.parts):
            self.fields["desil"] = forms.IntegerField(
                label=_("Besides: welfare decile at most"), required=False, min_value=1, max_value=10
            )

    def _fields_for(self, leaf: whatif.Leaf) -> list[str]:
        """Make the fields of one condition; their names. A condition without numbers or choices can only be left out."""
        fact, value, op = leaf.condition.fact, leaf.condition.value, leaf.condition.op
        label, name, made = {"fact": capfirst(str(fact.label))}, f"k{leaf.path}", {}
        number = {"required": False, "min_value": 0, "max_value": 999_999_999}
        if fact.name == "decile":
            number |= {"min_value": 1, "max_value": 10}
        elif fact.name == "age":
            number |= {"max_value": 120}
        if fact.kind is Kind.NUMBER and op == "between":
            made[f"{name}a"] = forms.IntegerField(
                label=_("%(fact)s from") % label, initial=value[0], **number
            )
            made[f"{name}b"] = forms.IntegerField(label=_("%(fact)s to") % label, initial=value[1], **number)
        elif fact.kind is Kind.NUMBER:
            words = _("%(fact)s at least") if op == ">=" else _("%(fact)s at most")
            made[name] = forms.IntegerField(label=words % label, initial=value, **number)
        elif fact.kind is Kind.CHOICE:
            made[name] = forms.MultipleChoiceField(
                label=label["fact"],
                choices=list(fact.values.items()),
                initial=list(value),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields |= made
        self.fields[f"x{leaf.path}"] = forms.BooleanField(label=_("leave this condition out"), required=False)
        return list(made)

    @property
    def rows(self):
        """Leaf, words, fields and the box that drops the condition, for the template."""
        for leaf, names in self.parts:
            yield (
                leaf,
                capfirst(phrase(leaf.condition)),
                [self[name] for name in names],
                self[f"x{leaf.path}"],
            )

    def clean(self):
        data = super().clean()
        for leaf, names in self.parts:
            for name in names:
                if (
                    not data.get(f"x{leaf.path}")
                    and name not in self.errors
                    and data.get(name) in (None, "", [])
                ):
                    self.add_error(name, _("Fill this in, or leave the condition out."))
            if len(names) == 2 and not data.get(f"x{leaf.path}"):
                low, high = data.get(names[0]), data.get(names[1])
                if low is not None and high is not None and low > high:
                    self.add_error(names[1], _("The end lies below the beginning."))
        if self.errors:
            return data
        try:
            self.new_rule = whatif.changed(self.rule, *self._changes(data))
        except RuleError as error:
            raise forms.ValidationError(str(error)) from error
        return data

    def differences(self) -> list[tuple[str, str]]:
        """What was changed, in words: (as it is, as it would be); '' where there is nothing."""
        if not self.is_valid():
            return []
        values, extra = self._changes(self.cleaned_data)
        found = []
        for leaf, _names in self.parts:
            if leaf.path not in values:
                continue
            now, value = capfirst(phrase(leaf.condition)), values[leaf.path]
            then = "" if value is None else capfirst(phrase(_with(leaf, value)))
            if now != then:
                found.append((now, then))
        return found + [("", capfirst(phrase(parse(one)))) for one in extra]

    def _changes(self, data) -> tuple[dict, list[dict]]:
        values: dict[str, object] = {}
        for leaf, names in self.parts:
            if data.get(f"x{leaf.path}"):
                values[leaf.path] = None
            elif len(names) == 2:
                values[leaf.path] = [data[names[0]], data[names[1]]]
            elif names:
                values[leaf.path] = data[names[0]]
        extra = [{"fact": "decile", "op": "<=", "value": data["desil"]}] if data.get("desil") else []
        return values, extra


def _with(leaf: whatif.Leaf, value) -> Condition:
    """The condition of a leaf with another value."""
    data = dump(leaf.condition) | {"value": value}
    return parse({"member": data}).rule if leaf.about_member else parse(data)


@dataclass(frozen=True)
class Line:
    """One area, or all: the effect and what everybody eligible would cost, now and then, in rupiah a year."""

    effect: whatif.Effect
    amount: Decimal | None

    @property
    def before(self) -> Decimal | None:
        return None if self.amount is None else self.effect.before * self.amount

    @property
    def after(self) -> Decimal | None:
        return None if self.amount is None else self.effect.after * self.amount

    @property
    def change(self) -> Decimal | None:
        return self.effect.budget(self.amount)


@dataclass(frozen=True)
class Result:
    """What follows in an area: by the areas below and in all, on a day, at a unit cost."""

    rows: list[Line]
    whole: Line
    cost: UnitCost | None
    day: dt.date
    old_words: Words
    #: None where nothing is asked any more
    new_words: Words | None


def is_of_what_if(name: str) -> bool:
    """Whether a name of an address belongs to the what-if, not to the planner's page."""
    return name in ("program", "hitung", "desil", "hasil") or name[:2] in ("k0", "x0")


class Asked:
    """What an address asks: a program, its criteria as they might be, one area. Http404 for what does not exist."""

    def __init__(self, user, code: str, get: QueryDict):
        self.user, self.code, self.get = user, code, get

    @cached_property
    def criteria(self) -> dict:
        return criteria_in_force()

    @cached_property
    def program(self) -> Program | None:
        chosen = self.get.get("program", "")
        if not chosen:
            return None
        if not chosen.isdigit() or int(chosen) not in self.criteria:
            raise Http404
        return Program.objects.get(pk=int(chosen))

    @cached_property
    def form(self) -> WhatIfForm:
        rule = self.criteria[self.program.pk].rule
        return WhatIfForm(rule, self.get if "hitung" in self.get else None)

    @property
    def too_large(self) -> bool:
        """Whether the register of the area is too large to be waited for."""
        return overlap.households_of([self.code]).get(self.code, 0) > whatif.AT_ONCE

    @cached_property
    def result(self) -> Result | None:
        """None where nothing valid is asked, or where a large area has not been counted in the background yet."""
        if self.program is None:
            return None
        if self.get.get("hasil"):
            return self._result_of_job()
        if not self.form.is_bound or not self.form.is_valid() or self.too_large:
            return None
        day = timezone.localdate()
        rows = whatif.effects(self.form.rule, self.form.new_rule, self.program.pk, self.code, day)
        return self._shown(rows, self.form.new_rule, day)

    def _shown(self, rows, new_rule, day: dt.date) -> Result:
        cost = budget.unit_costs(self.code, day.year).get(self.program.pk)
        amount = cost.amount if cost else None
        return Result(
            [Line(row, amount) for row in rows],
            Line(whatif.total(rows), amount),
            cost,
            day,
            describe(self.criteria[self.program.pk].rule),
            describe(new_rule) if new_rule is not None else None,
        )

    def _result_of_job(self) -> Result:
        jobs = visible(Job.objects.filter(kind=JOB, status=Job.Status.DONE), self.user)
        job = get_visible_or_404(jobs, self.get["hasil"])
        if job.args["code"] != self.code or job.args["program"] != self.program.pk:
            raise Http404
        rows = [whatif.Effect(*row) for row in job.result["rows"]]
        new_rule = parse(job.args["new"]) if job.args["new"] else None
        return self._shown(rows, new_rule, dt.date.fromisoformat(job.result["on"]))


def in_one_line(words: Words) -> str:
    """A rule's words one after the other."""
    return " ".join([words.text, *(in_one_line(part) for part in words.parts)])
