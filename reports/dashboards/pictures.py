"""The dashboard's charts; one without any figure is left out, because an empty axis says nothing."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.casework.workflow import PublicStatus
from portal import charts
from programs_catalog.models import Sector

from .facts import Count
from .figures import first_days, month_list


def charts_of(choice, months, last_year, by_status, sector_counts) -> dict[str, charts.Chart]:
    """The charts of a choice by name, in the order of the page."""
    names = month_list(choice)
    earlier = [f"{int(month[:4]) - 1}{month[4:]}" for month in names]
    answer = {}
    if any(months.values()) and len(names) > 1:
        answer["months"] = charts.line(
            _("Cases registered per month"),
            [date_format(month, "M y") for month in first_days(names)],
            [
                charts.Series(_("Chosen period"), [months.get(month, Count()).n for month in names]),
                charts.Series(_("A year before"), [last_year.get(month, Count()).n for month in earlier]),
            ],
            unit=_("cases"),
        )
    if by_status:
        answer["status"] = charts.donut(
            _("Status of handling"),
            [status.label for status in PublicStatus],
            [by_status.get((status.value,), Count()).n for status in PublicStatus],
            unit=_("cases"),
        )
    sectors = [
        (str(sector), sector_counts[sector.pk].n)
        for sector in Sector.objects.all()
        if sector_counts[sector.pk].n
    ]
    if sectors:
        sectors.sort(key=lambda item: -item[1])
        answer["sectors"] = charts.bar(
            _("Cases by kind of program"),
            [name for name, _n in sectors],
            [n for _name, n in sectors],
            unit=_("cases"),
        )
    return answer
