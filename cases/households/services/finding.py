"""Finding a person: by NIK or KK through the blind index, or by name within a village, spelling tolerated (H-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from portal.accounts.models import User
from portal.fields import decrypt_many, only_digits, validate_family_card_number, validate_nik
from portal.regions.models import Region

from ..models import Household, Person

#: below this a name is not a spelling of the other (0 to 100)
LIKE_ENOUGH = 70
MOST = 20
#: from here a name is the one asked for, and others are shown only this near to it
SURE, NEAR_A_SURE_ONE = 90, 15


@dataclass(frozen=True)
class Candidate:
    """A person who may be the one asked for; `score` is 100 for an exact number."""

    person: Person
    score: float = 100

    @property
    def household(self) -> Household:
        return self.person.household


def find_by_number(number: str, *, by: User) -> list[Candidate]:
    """Persons with this NIK, or members of the household with this KK number, as far as the user's area reaches.

    Raises ValidationError for what is neither, e.g. 15 digits.
    """
    digits = only_digits(number)
    errors = []
    for check in (validate_nik, validate_family_card_number):
        try:
            check(digits)
            break
        except ValidationError as error:
            errors.append(error)
    else:
        raise errors[0]
    persons = Person.objects.visible_to(by).select_related("household__region")
    found = list(persons.with_nik(digits)[:MOST])
    if not found:
        households = Household.objects.visible_to(by).with_family_card_number(digits)
        found = list(persons.filter(household__in=households, gone_on=None).order_by("-is_head", "pk")[:MOST])
    return [Candidate(person) for person in found]


def find_by_name(
    name: str, *, village: Region, by: User, age: int | None = None, tolerance: int = 5
) -> list[Candidate]:
    """Persons of a village whose name is spelled like this, the likeliest first; `age` in years, give or take `tolerance`.

    Names lie encrypted and nothing about them is indexed (docs/decisions/names.md), so the village's are opened and
    compared here; only the likeliest are then read as records.
    """
    wanted = wanted_name(name)
    here = Person.objects.visible_to(by).of_village(village.pk).filter(gone_on=None)
    if age is not None:
        here = here.filter(
            born_on__gt=_years_ago(age + tolerance + 1), born_on__lte=_years_ago(max(age - tolerance, 0))
        )
    # Cast, so that the column comes as it lies there: a village is opened in one go, and records are made of the likeliest.
    columns = [Cast("name", TextField()) if column == "name" else column for column in _COLUMNS]
    rows = list(here.order_by("pk").values_list(*columns))
    names = decrypt_many((row[_NAME] for row in rows), context=Person._meta.get_field("name").context)
    candidates = []
    for found, score, position in nearest(wanted, names, limit=MOST):
        row = rows[position]
        person = Person.from_db(here.db, _COLUMNS, (*row[:_NAME], found, *row[_NAME + 1 :]))
        person.household = Household.from_db(here.db, ("id", "region_id"), (person.household_id, village.pk))
        person.household.region = village
        candidates.append(Candidate(person, score))
    return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.person.pk))


def wanted_name(name: str) -> str:
    """A name as it is compared; ValidationError (`name`) below three letters."""
    wanted = default_process(name)
    if len(wanted) < 3:
        raise ValidationError({"name": _("Please type at least three letters of the name.")})
    return wanted


def nearest(wanted: str, names: Sequence[str], *, limit: int) -> list[tuple[str, float, int]]:
    """(name, likeness, position) of the names that may be a spelling of the wanted one, the likeliest first."""
    likeliest = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=default_process, score_cutoff=LIKE_ENOUGH, limit=limit
    )
    if likeliest and likeliest[0][1] >= SURE:
        # The name itself is there: what only resembles it from afar would hide it.
        likeliest = [row for row in likeliest if row[1] >= likeliest[0][1] - NEAR_A_SURE_ONE]
    return likeliest


#: what a list of candidates shows; what else somebody asks of a candidate is read then. In the model's own order
_COLUMNS = ("id", "household_id", "name", "sex", "born_on", "is_head")
_NAME = _COLUMNS.index("name")


def _years_ago(years: int) -> dt.date:
    """The latest birthday of somebody who is that many completed years old today."""
    today = timezone.localdate()
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)
