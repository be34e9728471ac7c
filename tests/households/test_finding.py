"""Finding a person by name within a village while every name lies encrypted (H-02)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.households.models import Person
from cases.households.services import find_by_name
from portal.fields import DecryptionError, decrypt_many, encrypt
from portal.regions.models import Region
from tests.casework import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.rule("H-02")]
NAME = Person._meta.get_field("name")


@pytest.fixture
def front():
    make.unit("34.04")
    return make.officer("front_office", "34.04")


def names(typed, front, village=make.CATURTUNGGAL, **more):
    found = find_by_name(typed, village=Region.objects.get(pk=village), by=front, **more)
    return [candidate.person.name for candidate in found]


@pytest.mark.parametrize("typed", ["Soetrisno", "sutrisna", "SUTRISNO", "Sutrino"])
def test_the_likeliest_spelling_comes_first(front, typed):
    for name in ("Wagiman", "Sutini", "Sutrisno", "Tri Handayani"):
        make.person(name=name)
    assert names(typed, front)[0] == "Sutrisno" and "Wagiman" not in names(typed, front)


def test_nobody_is_found_outside_the_officers_area_nor_among_those_who_left(front):
    make.person(name="Siti Aminah", village=make.PANGGUNGHARJO)
    gone = make.person(name="Siti Aminah")
    Person.objects.filter(pk=gone.pk).update(gone_on=timezone.localdate())
    assert names("Siti Aminah", front, village=make.PANGGUNGHARJO) == names("Siti Aminah", front) == []
    assert names("Siti Aminah", make.officer("front_office", "34.02"), village=make.PANGGUNGHARJO)
    with pytest.raises(ValidationError):
        names("Si", front)


@pytest.mark.parametrize("today", ["2027-02-28", "2028-02-29", "2028-03-01", "2026-12-31"])
def test_the_age_asked_for_counts_completed_years_on_every_day_of_the_calendar(front, today, time_machine):
    time_machine.move_to(dt.datetime.fromisoformat(f"{today}T05:00:00+00:00"), tick=False)
    day, home = dt.date.fromisoformat(today), make.person(name="Nobody At All").household
    for back in (*range(7, 12), 0):
        for days in (-1, 0, 1):
            try:
                born = day.replace(year=day.year - back)
            except ValueError:
                born = dt.date(day.year - back, 2, 28)
            born += dt.timedelta(days=days)
            make.person(home, name=f"Sri Rahayu {born:%Y%m%d}", born_on=born)
    make.person(home, name="Sri Rahayu without a date", born_on=None)
    everyone = [person for person in Person.objects.all() if person.name.startswith("Sri Rahayu")]
    for age in (0, 2, 9, 10):
        expected = sorted(
            person.name for person in everyone if person.age is not None and abs(person.age - age) <= 1 and person.age >= 0
        )  # fmt: skip
        assert sorted(names("Sri Rahayu", front, age=age, tolerance=1)) == expected, age


def test_a_village_costs_one_query_and_shows_the_likeliest_alone(front):
    home = make.person(name="Siti Aminah").household
    village = Region.objects.get(pk=make.CATURTUNGGAL)
    find_by_name("Siti Aminah", village=village, by=front)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert len(find_by_name("Siti Aminah", village=village, by=front)) <= 20
        return len(captured)

    few = queries()
    Person.objects.bulk_create(Person(household=home, name=f"Siti {n}", sex="f") for n in range(60))
    assert few == queries() == 1
    with CaptureQueriesContext(connection) as captured:
        [best, *_others] = find_by_name("Siti Aminah", village=village, by=front)
        person = best.person
        assert (person.name, person.sex, person.age is not None) == ("Siti Aminah", "f", True)
        assert person.household.region.name == village.name
    assert len(captured) == 1
    # The rest is there for who asks.
    assert person.nik == Person.objects.get(pk=person.pk).nik and best.household.family_card_number


def test_a_name_that_no_key_opens_stops_the_search_and_is_not_passed_over(front):
    siti = make.person(name="Siti Aminah")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE households_person SET name = %s WHERE id = %s",
            [encrypt("Siti Aminah", context="elsewhere"), siti.pk],
        )
    with pytest.raises(DecryptionError):
        names("Siti Aminah", front)


def test_many_are_opened_in_their_order_and_by_their_own_keys_alone():
    tokens = [encrypt(name, context=NAME.context) for name in ("Siti", "Budi", "Ayu")]
    assert decrypt_many(tokens, context=NAME.context) == ["Siti", "Budi", "Ayu"]
    assert decrypt_many([], context=NAME.context) == []
    for wrong in (f"zz.{tokens[0].partition('.')[2]}", tokens[0][:-4], "Siti"):
        with pytest.raises(DecryptionError) as problem:
            decrypt_many([*tokens, wrong], context=NAME.context)
        assert "Siti" not in str(problem.value)
