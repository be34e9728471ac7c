"""The dashboard's charts; one without any figure is left out, because an empty axis says nothing."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.casework.workflow import PublicStatus
from portal import charts
from programs_catalog.models import Sector

from .facts import Count
from .figures import first_days, month_list

#: in a column of a page the words keep a size that can be read
WIDE = 420


def months_chart(choice, months, last_year) -> charts.Chart | None:
    """Cases per month beside those of a year before; one month is no line."""
    names = month_list(choice)
    if not any(months.values()) or len(names) < 2:
        return None
    earlier = [f"{int(month[:4]) - 1}{month[4:]}" for month in names]
    return charts.line(
        _("Cases registered per month"),
        [date_format(month, "M y") for month in first_days(names)],
        [
            charts.Series(_("Chosen period"), [months.get(month, Count()).n for month in names]),
            charts.Series(_("A year before"), [last_year.get(month, Count()).n for month in earlier]),
        ],
        unit=_("cases"),
        wide=WIDE,
    )


def status_chart(by_status) -> charts.Chart | None:
    """How far the cases are, as parts of a whole."""
    if not by_status:
        return None
    return charts.donut(
        _("Status of handling"),
        [status.label for status in PublicStatus],
        [by_status.get((status.value,), Count()).n for status in PublicStatus],
        unit=_("cases"),
        wide=WIDE,
    )


def sectors_chart(sector_counts) -> charts.Chart | None:
    """Cases by kind of program, the most first."""
    sectors = [(str(sector), sector_counts[sector.pk].n) for sector in Sector.objects.all()]
    sectors = sorted((row for row in sectors if row[1]), key=lambda row: -row[1])
    if not sectors:
        return None
    return charts.bar(
        _("Cases by kind of program"),
        [name for name, _n in sectors],
        [n for _name, n in sectors],
        unit=_("cases"),
        wide=WIDE,
    )


def ppks_chart(rows) -> charts.Chart | None:
    """Cases by the group of people in need, in the order of the table."""
    known = [row for row in rows if row.total.n]
    if not known:
        return None
    return charts.bar(
        _("Cases by group of people in need (PPKS)"),
        [row.label for row in known],
        [row.total.n for row in known],
        unit=_("cases"),
        wide=WIDE,
    )
