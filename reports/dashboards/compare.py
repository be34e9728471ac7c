"""Areas beside each other, and one period beside another: the same figures for each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from cases.casework.workflow import PublicStatus
from portal import charts
from portal.regions.models import Level, Region

from . import figures, overlap
from .areas import AreaView
from .facts import Count
from .forms import CompareForm
from .lists import Lists

#: columns that can be read beside each other
MOST = 6


@dataclass(frozen=True)
class Column:
    """One area in one period."""

    name: str
    period: str
    total: Count
    in_process: int
    finished: int
    refused: int
    women: int
    per_thousand: float | None
    #: where its numbers lead; none of a reader without rights
    lists: Lists | None = None

    @property
    def numbers(self) -> list[tuple[str, int, str]]:
        """All cases and those by status: word, number, and the address of its list ('' where it leads nowhere)."""
        parts = [(_("Cases"), self.total.n, {})] + [
            (str(status.label), n, {"status": status.value})
            for status, n in (
                (PublicStatus.IN_PROCESS, self.in_process),
                (PublicStatus.FINISHED, self.finished),
                (PublicStatus.REFUSED, self.refused),
            )
        ]
        return [
            (word, n, self.lists.cases(**narrower) if self.lists and n else "") for word, n, narrower in parts
        ]

    @property
    def women_list(self) -> str:
        return self.lists.cases(sex="f") if self.lists and self.women else ""


def months_in_words(choice: figures.Choice) -> str:
    """`Januari 2026 – Juni 2026`, or the one month."""
    words = [date_format(day, "F Y") for day in figures.first_days([choice.first, choice.last])]
    return words[0] if choice.first == choice.last else " – ".join(words)


def column(name: str, choice: figures.Choice, lists: Lists | None = None) -> Column:
    """The figures of one area and period."""
    split = figures.tally(choice, "status")
    counts = {status: split.get((status.value,), Count()) for status in PublicStatus}
    total = sum(counts.values(), Count())
    households = overlap.overlap(choice.code).households
    women = figures.tally(choice, "kind", "sex")
    return Column(
        name,
        months_in_words(choice),
        total,
        counts[PublicStatus.IN_PROCESS].n,
        counts[PublicStatus.FINISHED].n,
        counts[PublicStatus.REFUSED].n,
        sum(count.n for (_kind, sex), count in women.items() if sex == "f"),
        1000 * total.n / households if households else None,
        lists,
    )


class CompareView(AreaView, TemplateView):
    """Choose areas below one's own and two periods; the filters of the dashboard hold for all."""

    template_name = "dashboards/compare.html"

    def get_page_title(self):
        return _("Compare · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        below = []
        if self.area is None or self.area.level < Level.VILLAGE:
            level = Level(self.area.level + 1 if self.area else Level.PROVINCE)
            rows = Region.objects.current().within(self.area).at(level).order_by("pk")
            below = list(rows.values_list("pk", "name"))
        form = CompareForm(self.request.GET, code=self.code, areas=below)
        first, second = form.choices_of_periods()
        names = dict(below)
        chosen = [(self.code, self.area_name)] + [(code, names[code]) for code in form.areas()[: MOST - 1]]
        columns = [
            column(name, one, Lists(self.request.user, one))
            for code, name in chosen
            for period in (first, second)
            if period is not None
            for one in [replace(period, code=code)]
        ]
        return super().get_context_data(
            form=form,
            columns=columns,
            area=self.area,
            area_name=self.area_name,
            chart=_chart(columns),
            **kwargs,
        )


def _chart(columns: list[Column]) -> charts.Chart | None:
    """The states of handling beside each other."""
    if not any(one.total.n for one in columns):
        return None
    labels = [f"{one.name} {one.period}" for one in columns]
    return charts.stacked(
        _("Status of handling"),
        labels,
        [
            charts.Series(PublicStatus.IN_PROCESS.label, [one.in_process for one in columns]),
            charts.Series(PublicStatus.FINISHED.label, [one.finished for one in columns]),
            charts.Series(PublicStatus.REFUSED.label, [one.refused for one in columns]),
        ],
        unit=_("cases"),
    )
