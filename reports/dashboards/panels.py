"""The chapters of the dashboard: each has an address of its own and asks the database only for what it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from cases.casework.models import Case
from cases.casework.workflow import PublicStatus
from programs_catalog.models import Provider, Sector

from . import figures, gap, offices, parts, pictures, targeting
from .facts import Count


@dataclass(frozen=True)
class Chapter:
    """One page of the dashboard: its word in the address, its name, and the values that its template shows."""

    code: str
    name: str
    shows: tuple[str, ...]

    @property
    def template(self) -> str:
        return f"dashboards/chapters/{self.code}.html"


CHAPTERS = {
    one.code: one
    for one in (
        Chapter("ringkasan", _("Summary"), ("own_offices", "total", "in_process", "finished", "refused", "before", "change", "month_chart", "status_chart", "map", "month_rows")),
        Chapter("keluhan", _("Complaints"), ("kinds", "kind_labels", "concerns", "ppks", "ppks_chart")),
        Chapter("penanganan", _("Handling"), ("statuses", "areas", "kind_labels")),
        Chapter("program", _("Programs"), ("levels", "sectors", "sector_chart", "programs")),
        Chapter("akses", _("Access and overlap"), ("overlap",)),
        Chapter("kesenjangan", _("Service gap"), ("gap", "gap_areas", "targeting", "targeting_on", "proposals")),
        Chapter("kelembagaan", _("Offices and reports"), ("own_offices", "cover", "cycle", "cycle_is_before", "timeliness", "timeliness_below", "posts", "money", "money_year", "facilities")),
    )
}  # fmt: skip
#: what the screen on a wall shows
WALL = ("total", "in_process", "finished", "refused", "before", "change", "month_chart", "status_chart", "sector_chart", "map", "areas", "cover")  # fmt: skip


def panels(choice: figures.Choice, link, measure: str = "cases", chapters: Iterable[str] = CHAPTERS) -> dict:
    """The values of some chapters, computed once: plain values, finished charts, the map of one measure."""
    return values(choice, link, measure, *(name for code in chapters for name in CHAPTERS[code].shows))


def values(choice: figures.Choice, link, measure: str, *names: str, large: bool = False) -> dict:
    """Some of the values by name, with the choice; `large` for a screen across the room."""
    found = Found(choice, link, measure, large)
    return {"choice": choice} | {name: getattr(found, name) for name in names}


class Found:
    """The values of a choice, each counted when it is asked for and once."""

    def __init__(self, choice: figures.Choice, link, measure: str = "cases", large: bool = False):
        self.choice, self.link, self.measure, self.large = choice, link, measure, large

    # -- how many, how far
    @cached_property
    def by_status(self) -> dict[tuple, Count]:
        return figures.tally(self.choice, "status")

    @cached_property
    def total(self) -> Count:
        return sum(self.by_status.values(), Count())

    def _of(self, status: PublicStatus) -> Count:
        return self.by_status.get((status.value,), Count())

    @property
    def in_process(self) -> int:
        return self._of(PublicStatus.IN_PROCESS).n

    @property
    def finished(self) -> int:
        return self._of(PublicStatus.FINISHED).n

    @property
    def refused(self) -> int:
        return self._of(PublicStatus.REFUSED).n

    @property
    def statuses(self) -> list[tuple[PublicStatus, Count]]:
        return [(status, self._of(status)) for status in PublicStatus]

    @cached_property
    def before(self) -> Count:
        return sum(self._last_year.values(), Count())

    @property
    def change(self) -> float | None:
        return parts.change(self.total.n, self.before.n)

    @cached_property
    def _months(self) -> dict[str, Count]:
        return {month: count for (month,), count in figures.tally(self.choice, "month").items()}

    @cached_property
    def _last_year(self) -> dict[str, Count]:
        return {month: count for (month,), count in figures.tally(self.choice.year_before(), "month").items()}

    @property
    def month_rows(self):
        return parts.month_rows(self.choice, self._months, self._last_year)

    @property
    def month_chart(self):
        return pictures.months_chart(self.choice, self._months, self._last_year)

    @property
    def status_chart(self):
        return pictures.status_chart(self.by_status)

    # -- what it is about
    @property
    def kinds(self):
        return parts.kind_rows(figures.tally(self.choice, "kind", "sex"))

    @property
    def kind_labels(self):
        return [kind.label for kind in Case.Kind]

    @property
    def concerns(self):
        return parts.concern_rows(self.choice)

    @cached_property
    def ppks(self):
        return parts.ppks_rows(self.choice)

    @property
    def ppks_chart(self):
        return pictures.ppks_chart(self.ppks)

    # -- programs
    @property
    def levels(self):
        counts = figures.by_provider_level(self.choice)
        return [(Provider.Level(level), count) for level, count in counts.items()]

    @cached_property
    def _sector_counts(self):
        return figures.by_sector(self.choice)

    @property
    def sectors(self):
        return [(sector, self._sector_counts[sector.pk]) for sector in Sector.objects.all()]

    @property
    def sector_chart(self):
        return pictures.sectors_chart(self._sector_counts)

    @property
    def programs(self):
        return parts.program_rows(self.choice)

    # -- where
    @cached_property
    def areas(self):
        # A long list shows its first lines: those with the most to do.
        return sorted(parts.area_rows(self.choice, self.link), key=lambda row: (-row.total.n, row.code))

    @cached_property
    def _covers(self):
        return figures.coverage(self.choice.code)

    @property
    def cover(self):
        return parts.cover_rows(self.choice, self._covers, self.link)

    @property
    def own_offices(self):
        return parts.own_offices(self.choice.code)

    @property
    def map(self):
        covers = self._covers if self.measure == "cover" else {}
        return parts.map_of(self.choice, self.areas, covers, self.measure, self.large)

    # -- the register, and who gets what
    @property
    def overlap(self):
        return parts.overlap_rows(self.choice.code)

    @property
    def proposals(self):
        return parts.proposal_rows(self.choice)

    @property
    def targeting(self):
        return targeting.targeting(self.choice.code)

    @property
    def targeting_on(self):
        return targeting.counted_on(self.choice.code)

    @property
    def gap(self):
        return gap.by_program(self.choice)

    @property
    def gap_areas(self):
        return gap.by_area(self.choice)

    # -- the offices
    @property
    def money_year(self) -> int:
        return int(self.choice.last[:4])

    @cached_property
    def cycle(self):
        return offices.newest_due_cycle(self.choice.last)

    @property
    def cycle_is_before(self) -> bool:
        return offices.is_before(self.cycle, self.choice.first)

    @property
    def timeliness(self):
        return offices.timeliness(self.choice.code, self.cycle)

    @property
    def timeliness_below(self):
        return offices.timeliness_below(self.choice.code, self.cycle)

    @property
    def posts(self):
        return offices.posts(self.choice.code)

    @property
    def money(self):
        return offices.money(self.choice.code, self.money_year)

    @property
    def facilities(self):
        return offices.facilities(self.choice.code)
