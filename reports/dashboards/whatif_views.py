"""The planner's what-if: move the criteria of a program, see who is gained and lost and what it costs (D-13)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from cases.households.eligibility import criteria_in_force
from portal import spreadsheets
from portal.backoffice.job_views import RESULT_PAGES
from portal.backoffice.views import Crumb
from portal.jobs.services import JobRun, handler, submit
from portal.ledger import audit
from programs_catalog.eligibility.rules import dump, parse
from programs_catalog.models import Program

from . import whatif
from .figures import Choice
from .lists import Lists
from .models import IndicatorValue
from .planning_views import PlanningArea
from .whatif_asked import JOB, Asked, Line, in_one_line, is_of_what_if


class WhatIfView(PlanningArea, TemplateView):
    """Choose a program, move its conditions, count; the result goes into the planning brief."""

    template_name = "dashboards/whatif.html"

    def get_page_title(self):
        return _("What if · %(area)s") % {"area": self.area_name}

    def get_breadcrumbs(self):
        return [Crumb(_("Planning"), f"{reverse('planning')}?{self.query(with_what_if=False)}")]

    def get_context_data(self, **kwargs):
        asked = self.asked
        programs = Program.objects.filter(pk__in=asked.criteria).order_by("name")
        context = super().get_context_data(
            area=self.area,
            area_name=self.area_name,
            programs=programs,
            kept=self.kept(lambda name: not is_of_what_if(name)),
            planning_query=self.query(with_what_if=False),
            **kwargs,
        )
        if asked.program is None:
            return context
        changed = {name: values for name, values in self.request.GET.lists() if is_of_what_if(name) and name != "hasil"}  # fmt: skip
        return context | {
            "program": asked.program,
            "what_if": asked.form,
            "query": self.request.GET.urlencode(),
            "lists": Lists(
                self.request.user,
                Choice(code=self.code, first="", last=""),
                changed,
                self.request.GET.urlencode(),
            ),
            "result": asked.result,
            "differences": asked.form.differences() if asked.result else [],
            "too_large": asked.result is None and asked.form.is_bound and asked.form.is_valid(),
        }

    def render_to_response(self, context, **kwargs):
        if self.request.GET.get("unduh") != "xlsx" or not context.get("result"):
            return super().render_to_response(context, **kwargs)
        audit.record(
            audit.Action.EXPORT, IndicatorValue, by=self.request.user, what="what-if", area=self.code
        )
        head = [
            _("Area"), _("Eligible today"), _("Eligible then"), _("Gained"), _("Lost"), _("Lost, receive it now"),
            _("Budget today"), _("Budget then"), _("Change of the budget"),
        ]  # fmt: skip
        name = (
            f"andai-{self.asked.program.code}-{self.code or 'nasional'}-{context['result'].day:%Y-%m-%d}.xlsx"
        )
        return HttpResponse(
            spreadsheets.write_xlsx(sheet_rows(self.asked, self.area_name), head),
            content_type=spreadsheets.CONTENT_TYPES["xlsx"],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def post(self, request):
        """Count a large area in the background."""
        if self.asked.program is None or not self.asked.form.is_valid():
            return self.get(request)
        new = self.asked.form.new_rule
        job = submit(
            JOB,
            by=request.user,
            program=self.asked.program.pk,
            code=self.code,
            new=dump(new) if new is not None else None,
            query=request.GET.urlencode(),
        )
        return HttpResponseRedirect(reverse("backoffice:job", args=[job.pk]))


def sheet_rows(asked: Asked, area_name: str):
    """The effect by area and in sum, then what was asked: criteria, unit cost and day."""

    def cells(name: str, line: Line):
        row = line.effect
        return [name, row.before, row.after, row.gained, row.lost, row.enrolled_lost, line.before, line.after, line.change]  # fmt: skip

    result = asked.result
    for line in result.rows:
        yield cells(line.effect.name, line)
    yield cells(_("%(area)s in all") % {"area": area_name}, result.whole)
    yield []
    yield [_("Program"), asked.program.label]
    yield [_("The program asks today"), in_one_line(result.old_words)]
    new = result.new_words
    yield [_("Then it would ask"), in_one_line(new) if new else _("nothing; everybody would be eligible.")]
    if cost := result.cost:
        yield [_("Unit cost a year"), cost.amount, cost.source, cost.year]
    yield [_("Counted on"), result.day]


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
