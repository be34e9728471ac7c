"""Document numbers: gap-free per kind, region and year, written by a mask that the office may set."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from portal.regions.models import Region, above_q

from .masks import DEFAULT_MASK, KINDS, format_number
from .models import NumberMask, NumberSeries


def next_number(kind: str, region: Region | None, *, on: dt.date | None = None) -> str:
    """Give the next number of an office, e.g. `00042/REG/34.04/XI/2026`.

    Call it inside the transaction that creates the numbered thing: if that rolls back, so does the number, and no gap
    is left. Other transactions on the same series wait until this one ends, so call it as late as possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is given inside the transaction that uses it")
    if kind not in KINDS:
        raise ValueError(f"{kind} is not among the kinds of numbers in masks.py")
    day = on or timezone.localdate()
    code = region.pk if region else ""
    # The mask first: the series is locked from the count to the end of the transaction.
    mask = mask_for(kind, region)
    number = _count_up(kind, code, day.year)
    if number is None:
        # First of its series: two may try at once; the unique key lets one create, both then count up.
        NumberSeries.objects.bulk_create(
            [NumberSeries(kind=kind, region_code=code, year=day.year)], ignore_conflicts=True
        )
        number = _count_up(kind, code, day.year)
    return format_number(mask, number=number, kind=kind, code=code, day=day)


def _count_up(kind: str, code: str, year: int) -> int | None:
    """Lock the series, count up and read the number in one statement; None where the series does not exist yet."""
    table = NumberSeries._meta.db_table
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET last = last + 1 "  # noqa: S608 - the table's name is our own
            "WHERE kind = %s AND region_code = %s AND year = %s RETURNING last",
            [kind, code, year],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def mask_for(kind: str, region: Region | None) -> str:
    """The mask in force for an office: its own, else the closest above it, else the default."""
    masks = NumberMask.objects.filter(above_q(region.pk if region else ""), kind=kind)
    best = max(masks, key=lambda mask: len(mask.region_id or ""), default=None)
    return best.mask if best else DEFAULT_MASK
