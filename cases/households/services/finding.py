"""Finding a person: by NIK or KK through the blind index, or by name within a village, spelling tolerated (H-02)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from portal.accounts.models import User
from portal.fields import only_digits, validate_family_card_number, validate_nik
from portal.regions.models import Region

from ..models import Household, Person

#: below this a name is not a spelling of the other (0 to 100)
LIKE_ENOUGH = 70
MOST = 20


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

    Names lie encrypted, so the village's are read and compared here: some 500 at most.
    """
    wanted = default_process(name)
    if len(wanted) < 3:
        raise ValidationError({"name": _("Please type at least three letters of the name.")})
    persons = (
        Person.objects.visible_to(by)
        .of_village(village.pk)
        .filter(gone_on=None)
        .select_related("household__region")
        .defer("nik", "phone", "household__address", "household__family_card_number")
    )
    scored = []
    for person in persons:
        if age is not None and (person.age is None or abs(person.age - age) > tolerance):
            continue
        score = fuzz.WRatio(wanted, default_process(person.name))
        if score >= LIKE_ENOUGH:
            scored.append(Candidate(person, score))
    scored.sort(key=lambda candidate: (-candidate.score, candidate.person.pk))
    return scored[:MOST]
