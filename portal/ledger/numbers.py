"""Document numbers: gap-free per kind, region and year, written by a mask that the office may set."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.regions.models import Region, above_q

from .models import NumberMask, NumberSeries

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DEFAULT_MASK = "{number:05d}/{kind}/{code}/{roman}/{year}"
_PART = re.compile(r"\{(number(?::0\d+d)?|code|year|month|roman|kind)\}")


def next_number(kind: str, region: Region | None, *, on: dt.date | None = None) -> str:
    """Give the next number of an office, e.g. `00042/REG/34.04/XI/2026`.

    Call it inside the transaction that creates the numbered thing: if that rolls back, so does the number, and no gap
    is left. Other transactions on the same series wait until this one ends.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is given inside the transaction that uses it")
    day = on or timezone.localdate()
    key = {"kind": kind, "region_code": region.pk if region else "", "year": day.year}
    if not NumberSeries.objects.filter(**key).update(last=F("last") + 1):
        # First of its series: two may try at once; the unique key lets one create, both then count up.
        NumberSeries.objects.bulk_create([NumberSeries(**key)], ignore_conflicts=True)
        NumberSeries.objects.filter(**key).update(last=F("last") + 1)
    number = NumberSeries.objects.values_list("last", flat=True).get(**key)
    return format_number(mask_for(kind, region), number=number, kind=kind, region=region, day=day)


def mask_for(kind: str, region: Region | None) -> str:
    """The mask in force for an office: its own, else the closest above it, else the default."""
    masks = NumberMask.objects.filter(above_q(region.pk if region else ""), kind=kind)
    best = max(masks, key=lambda mask: len(mask.region_id or ""), default=None)
    return best.mask if best else DEFAULT_MASK


def check_mask(mask: str) -> None:
    """Raise ValueError unless the mask has the number, the year, and no unknown part."""
    rest = _PART.sub("", mask)
    if "{" in rest or "}" in rest or not re.search(r"\{number(:0\d+d)?\}", mask) or "{year}" not in mask:
        raise ValueError(
            "a mask holds {number} and {year}, and of other parts only {code} {month} {roman} {kind}"
        )


def format_number(mask: str, *, number: int, kind: str, region: Region | None, day: dt.date) -> str:
    check_mask(mask)
    return mask.format(
        number=number,
        kind=kind,
        code=region.pk if region else "00",
        year=day.year,
        month=f"{day.month:02d}",
        roman=_ROMAN[day.month - 1],
    )
