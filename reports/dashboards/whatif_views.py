"""The planner's what-if: move the criteria of a program, see who is gained and lost and what it costs (D-13)."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases.households.eligibility import criteria_in_force
from portal import spreadsheets
from portal.backoffice.job_views import RESULT_PAGES
from portal.backoffice.views import Crumb, get_visible_or_404, visible
from portal.jobs.models import Job
from portal.jobs.services import JobRun, handler, submit
from portal.ledger import audit
from programs_catalog.eligibility.rules import RuleError, dump, parse
from programs_catalog.eligibility.vocabulary import Kind
from programs_catalog.eligibility.words import Words, describe, phrase
from programs_catalog.models import Program

from . import overlap, planning, whatif
from .figures import Choice
from .lists import Lists
from .models import IndicatorValue
from .planning_views import PlanningArea

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


class WhatIfView(PlanningArea, TemplateView):
    """Choose a program, move its conditions, count."""

    template_name = "dashboards/whatif.html"

    def get_page_title(self):
        return _("What if · %(area)s") % {"area": self.area_name}

    def get_breadcrumbs(self):
        return [Crumb(_("Planning"), f"{reverse('planning')}?wilayah={self.code}")]

    @cached_property
    def criteria(self) -> dict:
        return criteria_in_force()

    @cached_property
    def program(self) -> Program | None:
        chosen = self.request.GET.get("program", "")
        if not chosen:
            return None
        if not chosen.isdigit() or int(chosen) not in self.criteria:
            raise Http404
        return Program.objects.get(pk=int(chosen))

    @cached_property
    def what_if(self) -> WhatIfForm:
        rule = self.criteria[self.program.pk].rule
        return WhatIfForm(rule, self.request.GET if "hitung" in self.request.GET else None)

    @property
    def too_large(self) -> bool:
        counted = overlap.households_of([self.code]).get(self.code, 0)
        return counted > whatif.AT_ONCE

    def get_context_data(self, **kwargs):
        programs = Program.objects.filter(pk__in=self.criteria).order_by("name")
        context = super().get_context_data(
            area=self.area, area_name=self.area_name, programs=programs, **kwargs
        )
        if self.program is None:
            return context
        asked = {
            name: values for name, values in self.request.GET.lists() if name not in ("wilayah", "hasil")
        }
        context |= {
            "program": self.program,
            "what_if": self.what_if,
            "query": self.request.GET.urlencode(),
            "lists": Lists(self.request.user, Choice(code=self.code, first="", last=""), asked),
        }
        if "hasil" in self.request.GET:
            return context | self._result_of_job()
        if not self.what_if.is_bound or not self.what_if.is_valid():
            return context
        if self.too_large:
            return context | {"too_large": True}
        day = timezone.localdate()
        rows = whatif.effects(self.what_if.rule, self.what_if.new_rule, self.program.pk, self.code, day)
        return context | self._shown(rows, self.what_if.new_rule, day)

    def render_to_response(self, context, **kwargs):
        if self.request.GET.get("unduh") != "xlsx" or "whole" not in context:
            return super().render_to_response(context, **kwargs)
        audit.record(
            audit.Action.EXPORT, IndicatorValue, by=self.request.user, what="what-if", area=self.code
        )
        head = [
            _("Area"), _("Eligible today"), _("Eligible then"), _("Gained"), _("Lost"), _("Lost, receive it now"),
            _("Budget today"), _("Budget then"), _("Change of the budget"),
        ]  # fmt: skip
        name = f"andai-{self.program.code}-{self.code or 'nasional'}-{context['counted_on']:%Y-%m-%d}.xlsx"
        return HttpResponse(
            spreadsheets.write_xlsx(sheet_rows(context, self.area_name), head),
            content_type=spreadsheets.CONTENT_TYPES["xlsx"],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _shown(self, rows, new_rule, day: dt.date) -> dict:
        cost = planning.unit_costs(self.code).get(self.program.pk)
        amount = cost.amount if cost else None
        whole = whatif.total(rows)
        return {
            "rows": [
                (row, row.budget(amount), amount and row.before * amount, amount and row.after * amount)
                for row in rows
            ],
            "whole": whole,
            "cost": cost,
            "budget": whole.budget(amount),
            "budget_before": amount and whole.before * amount,
            "budget_after": amount and whole.after * amount,
            "counted_on": day,
            "old_words": describe(self.criteria[self.program.pk].rule),
            "new_words": describe(new_rule) if new_rule is not None else None,
        }

    def _result_of_job(self) -> dict:
        jobs = visible(Job.objects.filter(kind=JOB, status=Job.Status.DONE), self.request.user)
        job = get_visible_or_404(jobs, self.request.GET["hasil"])
        if job.args["code"] != self.code or job.args["program"] != self.program.pk:
            raise Http404
        rows = [whatif.Effect(*row) for row in job.result["rows"]]
        new_rule = parse(job.args["new"]) if job.args["new"] else None
        return self._shown(rows, new_rule, dt.date.fromisoformat(job.result["on"]))

    def post(self, request):
        """Count a large area in the background."""
        if self.program is None or not self.what_if.is_valid():
            return self.get(request)
        job = submit(
            JOB,
            by=request.user,
            program=self.program.pk,
            code=self.code,
            new=dump(self.what_if.new_rule) if self.what_if.new_rule is not None else None,
            query=request.GET.urlencode(),
        )
        return HttpResponseRedirect(reverse("backoffice:job", args=[job.pk]))


def sheet_rows(context: dict, area_name: str):
    """The effect by area and in sum, then what was asked: criteria, unit cost and day."""

    def line(name, row, change, before, after):
        return [name, row.before, row.after, row.gained, row.lost, row.enrolled_lost, before, after, change]

    for row, change, before, after in context["rows"]:
        yield line(row.name, row, change, before, after)
    yield line(
        _("%(area)s in all") % {"area": area_name},
        context["whole"],
        context["budget"],
        context["budget_before"],
        context["budget_after"],
    )
    yield []
    yield [_("Program"), context["program"].label]
    yield [_("The program asks today"), in_one_line(context["old_words"])]
    new = context["new_words"]
    yield [_("Then it would ask"), in_one_line(new) if new else _("nothing; everybody would be eligible.")]
    if cost := context["cost"]:
        yield [_("Unit cost a year"), cost.amount, cost.source, cost.year]
    yield [_("Counted on"), context["counted_on"]]


def in_one_line(words: Words) -> str:
    """A rule's words one after the other."""
    return " ".join([words.text, *(in_one_line(part) for part in words.parts)])


@handler(JOB, label=gettext_lazy("What if a program asked something else"))
def count_what_if(run: JobRun) -> None:
    """Count the effect over a large area; counting twice gives the same."""
    day = timezone.localdate()
    program = run.args["program"]
    old = criteria_in_force(day)[program].rule
    new = parse(run.args["new"]) if run.args["new"] else None
    rows = whatif.effects_step_by_step(old, new, program, run.args["code"], day, run.advance)
    run.deliver(
        result={
            "on": day.isoformat(),
            "rows": [
                [row.code, row.name, row.before, row.after, row.both, row.enrolled_lost] for row in rows
            ],
        }
    )


RESULT_PAGES[JOB] = lambda job: f"{reverse('planning-whatif')}?{job.args['query']}&hasil={job.pk}"
