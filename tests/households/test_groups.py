"""The group of people in need (PPKS) that a case copies from the person on its day (D-08)."""

import datetime as dt

import pytest

from cases.households.groups import Group, group_of

TODAY = dt.date(2026, 11, 23)


def group(age=35, on=TODAY, sex="m", head=True, decile=8, house=(), **conditions):
    return group_of(
        sex=sex,
        born_on=None if age is None else dt.date(on.year - age, on.month, on.day),
        is_head=head,
        decile=decile,
        conditions=conditions,
        household_conditions=dict(house),
        on=on,
    )


@pytest.mark.rule("D-08")
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, Group.OTHER),
        ({"disability": "severe"}, Group.DISABLED),
        ({"disability": "mild", "age": 17}, Group.CHILD_DISABLED),
        ({"disability": "mild", "age": 18}, Group.DISABLED),
        ({"disability": "none"}, Group.OTHER),
        ({"orphan": True, "age": 12}, Group.ORPHAN),
        ({"orphan": True, "age": 18}, Group.OTHER),
        ({"schooling": "left", "age": 7}, Group.OUT_OF_SCHOOL),
        ({"schooling": "never", "age": 6}, Group.OTHER),
        ({"schooling": "enrolled", "age": 12}, Group.OTHER),
        ({"age": 60}, Group.ELDERLY),
        ({"age": 59}, Group.OTHER),
        ({"house": {"hit_by_disaster": True}}, Group.DISASTER),
        ({"sex": "f"}, Group.WOMAN_HEAD),
        ({"sex": "f", "head": False}, Group.OTHER),
        ({"decile": 4}, Group.POOR),
        ({"decile": 5}, Group.OTHER),
        ({"decile": None, "age": None}, Group.OTHER),
        # Who is in several counts once, in the first.
        ({"age": 70, "disability": "mild", "sex": "f", "decile": 1}, Group.DISABLED),
        ({"age": 70, "sex": "f", "decile": 1}, Group.ELDERLY),
        ({"sex": "f", "decile": 1}, Group.WOMAN_HEAD),
    ],
)
def test_each_person_counts_once_in_the_first_group_that_fits(known, expected):
    assert group(**known) == expected


def test_the_day_of_the_case_counts_not_today():
    born = dt.date(1966, 11, 24)
    known = {"sex": "m", "is_head": True, "decile": None, "conditions": {}, "household_conditions": {}}
    assert group_of(born_on=born, on=TODAY, **known) == Group.OTHER
    assert group_of(born_on=born, on=TODAY + dt.timedelta(days=1), **known) == Group.ELDERLY
