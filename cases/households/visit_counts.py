"""Visits counted per unit and month, with what people came for (C-27): the numbers of the officer's own area."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from portal.backoffice.exports import ExportView
from portal.backoffice.views import BackofficeView, Crumb
from portal.units.models import Unit

from .models import Visit

PURPOSES = Visit.Purpose.choices
YEARS_BACK = 5
UNITS_AT_ONCE = 50


class CountedVisits:
    """The visits of a year that the user may see, by unit."""

    required_right = (Visit, "view")

    @property
    def year(self) -> int:
        this_year = timezone.localdate().year
        asked = self.request.GET.get("tahun", "")
        return int(asked) if asked in {str(this_year - back) for back in range(YEARS_BACK)} else this_year

    def visits(self):
        begin, end = (
            timezone.make_aware(dt.datetime(self.year, 1, 1)),
            timezone.make_aware(dt.datetime(self.year + 1, 1, 1)),
        )
        return Visit.objects.visible_to(self.request.user).filter(at__gte=begin, at__lt=end)

    def units(self):
        """Those with a visit in the year: asked unit by unit through its index, whatever the number of visits."""
        there = self.visits().order_by().filter(unit=OuterRef("pk"))
        return Unit.objects.filter(Exists(there)).order_by("region", "kind")

    def months(self, units) -> dict[tuple[int, dt.date], Counter]:
        """Visits by purpose, for each unit and month that had any."""
        rows: dict[tuple[int, dt.date], Counter] = {}
        for (unit, month, purpose), n in self.visits().filter(unit__in=units).counted().items():
            rows.setdefault((unit, month), Counter())[purpose] += n
        return rows


class VisitCountsView(CountedVisits, BackofficeView, TemplateView):
    """A row for each unit of the area; for one unit a row for each month."""

    template_name = "households/visit_counts.html"
    page_title = gettext_lazy("Visits per unit and month")

    def get_breadcrumbs(self):
        from portal.backoffice.admin import ADMINS

        return [Crumb(_("Visits"), ADMINS[Visit].url("index"))]

    def get_context_data(self, **kwargs):
        units, asked = self.units(), self.request.GET.get("unit", "")
        one = units.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None
        page = None if one else Paginator(units, UNITS_AT_ONCE).get_page(self.request.GET.get("hal"))
        shown = [one] if one else list(page)
        months = self.months(shown)
        if one:
            rows = [
                (None, _month(month), by_purpose) for (_unit, month), by_purpose in sorted(months.items())
            ]
        else:
            sums: dict[int, Counter] = {}
            for (unit, _day), by_purpose in months.items():
                sums.setdefault(unit, Counter()).update(by_purpose)
            rows = [(unit, unit.name, sums[unit.pk]) for unit in shown if unit.pk in sums]
        total = sum((by_purpose for _unit, _name, by_purpose in rows), Counter())
        this_year = timezone.localdate().year
        return super().get_context_data(
            one=one,
            year=str(self.year),
            years=[str(this_year - back) for back in range(YEARS_BACK)],
            purposes=[label for _code, label in PURPOSES],
            rows=[(unit, name, _labelled(by_purpose), by_purpose.total()) for unit, name, by_purpose in rows],
            total=_labelled(total),
            total_of_all=total.total(),
            previous_url=self._page_url(page.number - 1) if page and page.has_previous() else "",
            next_url=self._page_url(page.number + 1) if page and page.has_next() else "",
            **kwargs,
        )

    def _page_url(self, number: int) -> str:
        return f"{reverse('households:visit_counts')}?tahun={self.year}&hal={number}"


class VisitCountsExport(CountedVisits, ExportView):
    """The same as a file: a row for each unit and month."""

    export_name = gettext_lazy("visits per unit and month")

    def header(self):
        return [
            _("Code of the area"),
            _("Unit"),
            _("Month"),
            *(str(label) for _c, label in PURPOSES),
            _("Total"),
        ]

    def rows(self):
        units = self.units()
        for start in range(0, units.count(), UNITS_AT_ONCE):
            some = {unit.pk: unit for unit in units[start : start + UNITS_AT_ONCE]}
            order = {pk: place for place, pk in enumerate(some)}
            months = self.months(list(some))
            for key in sorted(months, key=lambda key: (order[key[0]], key[1])):
                unit, counted = some[key[0]], months[key]
                yield [unit.region_id, unit.name, f"{key[1]:%Y-%m}", *_line(counted), counted.total()]


def _line(by_purpose: Counter) -> list[int]:
    return [by_purpose[code] for code, _label in PURPOSES]


def _labelled(by_purpose: Counter) -> list[tuple[str, int]]:
    return [(label, by_purpose[code]) for code, label in PURPOSES]


def _month(day: dt.date) -> str:
    return formats.date_format(day, "F Y")
