"""Template filters of documents: dates, figures and tables in the official style. Library name: `pdf_format`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import formats, timezone

from portal.pdf import ROWS_PER_TABLE, copies_block, in_tables

register = template.Library()
DASH = "–"


@register.filter
def pdf_date(value) -> str:
    """`23 November 2026`, in the document's language; a date, a time, or text that is already written."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return formats.date_format(value, "j F Y") if isinstance(value, dt.date) else value or ""


@register.filter
def pdf_number(value, decimals=None) -> str:
    """`1.234,5`; a dash for None, so that the unknown is not read as zero."""
    if value is None or value == "":
        return DASH if value is None else ""
    if decimals is None:
        decimals = 0 if float(value) == int(value) else 1
    return formats.number_format(
        round(Decimal(str(value)), int(decimals)), int(decimals), force_grouping=True
    )


@register.filter
def pdf_percent(value) -> str:
    """A share between 0 and 1 as `12,5 %`."""
    return (
        pdf_number(value) if value is None or value == "" else f"{pdf_number(100 * Decimal(str(value)), 1)} %"
    )


@register.filter
def pdf_money(value) -> str:
    """`Rp1.234.567`."""
    return pdf_number(value) if value is None or value == "" else f"Rp{pdf_number(value, 0)}"


@register.filter
def pdf_cell(value, kind: str = "text") -> str:
    """One cell of `pdf/parts/table.html` by its column's kind: text, number, percent, money or date."""
    return {"number": pdf_number, "percent": pdf_percent, "money": pdf_money, "date": pdf_date}.get(
        kind, lambda v: DASH if v is None else v
    )(value)


@register.filter
def zipped(values, columns):
    """Pairs (column, value) for one row."""
    return list(zip(columns, values, strict=True))


register.filter("copies_block", copies_block)


@register.filter(name="in_tables")
def in_tables_filter(rows, size=ROWS_PER_TABLE):
    return list(in_tables(rows, int(size)))
