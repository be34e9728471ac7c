"""Finding a case of one's own list by the name of the person or of who reported it: somebody comes without the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from cases.households.models import Person
from cases.households.services import nearest, wanted_name
from portal.accounts.models import User
from portal.fields import decrypt_many
from portal.regions.models import Region

from ..models import Case

#: so many cases, the newest of the list, have their names opened; a region narrows the list
MOST_OPENED = 10_000
MOST_SHOWN = 50


@dataclass(frozen=True)
class FoundCases:
    """Cases whose names are spelled like the one asked for, the likeliest first; `all_read` is False for a longer list."""

    cases: list[Case]
    all_read: bool


def find_cases_by_name(name: str, *, by: User, region: Region | None = None) -> FoundCases:
    """Cases of the user's own list by a name; ValidationError (`name`) below three letters.

    Names lie encrypted and unindexed (docs/decisions/names.md): those of the newest cases are opened and compared
    here, by two queries however many there are. Anonymous cases are found by number alone.
    """
    wanted = wanted_name(name)
    mine = Case.objects.visible_to(by).visible_to(by, "read_personal").filter(is_anonymous=False)
    if region is not None:
        mine = mine.within(region)
    rows = list(
        mine.newest().values_list(
            "pk", Cast("person__name", TextField()), Cast("reporter_name", TextField())
        )[: MOST_OPENED + 1]
    )
    read = rows[:MOST_OPENED]
    keys, names = [], []
    for column, field in ((1, Person._meta.get_field("name")), (2, Case._meta.get_field("reporter_name"))):
        sealed = [row for row in read if row[column]]
        keys += [row[0] for row in sealed]
        names += decrypt_many((row[column] for row in sealed), context=field.context)
    # One case may be found by both of its names.
    found = list(
        dict.fromkeys(keys[position] for _n, _s, position in nearest(wanted, names, limit=2 * MOST_SHOWN))
    )
    cases = Case.objects.select_related("person", "program", "region").in_bulk(found[:MOST_SHOWN])
    return FoundCases([cases[key] for key in found[:MOST_SHOWN]], all_read=len(rows) <= MOST_OPENED)
