"""Lists that cost the same for one row and for a million: keyset pages with one row of lookahead, no COUNT, no OFFSET."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime

PAGE_SIZE = 50
#: so far the rows of a list are counted, where it says how many it has
MOST_COUNTED = 10_000


@dataclass
class Page:
    """One page of a list, and the tokens that lead on and back ('' where there is nothing)."""

    rows: list
    after: str = ""
    before: str = ""

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def paginate(
    queryset: models.QuerySet,
    ordering: tuple[str, ...],
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
) -> Page:
    """The page that follows (or precedes) a token, in an ordering of columns that are never null; the key comes last.

    A token that is not ours gives the first page.
    """
    ordering = with_key(queryset.model, ordering)
    back = bool(before)
    direction = tuple(_reverse(part) for part in ordering) if back else ordering
    rows = queryset.order_by(*direction)
    values = _decode(before or after, queryset.model, ordering)
    if values is not None:
        rows = rows.filter(_beyond(direction, values))
    else:
        back = False
        rows = queryset.order_by(*ordering)
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    started = values is not None
    return Page(
        found,
        after=_encode(found[-1], ordering) if found and (more or back) else "",
        before=_encode(found[0], ordering) if found and ((started and not back) or (back and more)) else "",
    )


def count_up_to(queryset: models.QuerySet, most: int = MOST_COUNTED) -> int:
    """How many rows there are; `most` + 1 where there are more, so that counting a nation costs no more than a page of it."""
    return queryset.order_by().values("pk")[: most + 1].count()


def with_key(model, ordering) -> tuple[str, ...]:
    """The ordering with the primary key at its end, in the direction of the first column."""
    ordering = tuple(ordering) or ("-pk",)
    keys = {"pk", model._meta.pk.name}
    if any(part.lstrip("-") in keys for part in ordering):
        return ordering
    return (*ordering, "-pk" if ordering[0].startswith("-") else "pk")


def _reverse(part: str) -> str:
    return part[1:] if part.startswith("-") else f"-{part}"


def _beyond(ordering, values) -> models.Q:
    """Rows strictly after the values. Every step keeps a plain bound on its column, so that an index can start there."""
    condition = models.Q()
    for part, value in reversed(list(zip(ordering, values, strict=True))):
        name = part.lstrip("-")
        way = "lt" if part.startswith("-") else "gt"
        strict = models.Q(**{f"{name}__{way}": value})
        condition = models.Q(**{f"{name}__{way}e": value}) & (strict | condition) if condition else strict
    return condition


def _encode(row, ordering) -> str:
    values = []
    for part in ordering:
        value = row.pk if part.lstrip("-") == "pk" else getattr(row, part.lstrip("-"))
        values.append(value.isoformat() if isinstance(value, date | datetime) else value)
    text = json.dumps([",".join(ordering), values], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(token: str, model, ordering) -> list | None:
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        signature, values = json.loads(text)
        if signature != ",".join(ordering) or len(values) != len(ordering):
            return None
        fields = [
            model._meta.pk if part.lstrip("-") == "pk" else model._meta.get_field(part.lstrip("-"))
            for part in ordering
        ]
        return [_python(field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, FieldDoesNotExist, ValidationError):
        return None  # an old bookmark or a typed token: start at the beginning


def _python(field, value):
    if isinstance(field, models.DateTimeField):
        value = parse_datetime(value)
    elif isinstance(field, models.DateField):
        value = parse_date(value)
    else:
        value = field.target_field.to_python(value) if field.is_relation else field.to_python(value)
    if value is None:
        raise ValueError(field.name)
    return value
