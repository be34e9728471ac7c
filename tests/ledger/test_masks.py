"""Masks: what may stand in one, and that two offices can never write the same number."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger.masks import DEFAULT_MASK, LONGEST, check_mask, format_number
from portal.ledger.models import NumberMask

DAY = dt.date(2026, 11, 23)


def test_the_default_mask():
    check_mask(DEFAULT_MASK)
    assert (
        format_number(DEFAULT_MASK, number=42, kind="REG", code="34.04", day=DAY) == "00042/REG/34.04/XI/2026"
    )


def test_the_nation_is_written_00():
    written = format_number("{number}/{code}/{year}", number=1, kind="REG", code="", day=DAY)
    assert written == "1/00/2026"


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        ("{number}/{code}", "missing_part"),
        ("{code}/{year}", "missing_part"),
        ("{number}/{year}", "missing_part"),  # two regencies would both write 1/2026
        ("", "missing_part"),
        ("{number}/{code}/{year}/{user}", "unknown_part"),
        ("{number}/{code}/{year}/{number.__class__}", "unknown_part"),
        ("{number:5000d}/{code}/{year}", "unknown_part"),
        ("{number}/{code}/{year}/{", "unknown_part"),
        ("{number}{code}/{year}", "no_separator"),
        ("A1{number}/{code}/{year}", "no_separator"),
        ("=1+{number}/{code}/{year}", "character"),
        ("-{number}/{code}/{year}", "character"),
        ("{number}/{code}/{year}\n", "character"),
        ("{number}/{code}/{year}/" + "X" * 40, "long"),
    ],
)
def test_a_mask_that_cannot_work_is_refused(mask, code):
    with pytest.raises(ValidationError) as refusal:
        check_mask(mask)
    assert refusal.value.code == code


@pytest.mark.django_db
def test_the_form_says_so_beside_the_field():
    mask = NumberMask(kind="REG", region_id="34.04", mask="{number}/{year}")
    with pytest.raises(ValidationError) as refusal:
        mask.full_clean()
    assert "mask" in refusal.value.message_dict
    NumberMask(kind="REG", region_id="34.04", mask="{number:04d}/SLRT/{code}/{roman}/{year}").full_clean()


codes = st.sampled_from(["", "34", "34.04", "34.02", "34.04.07", "34.04.07.2001", "34.04.07.2002"])
numbers = st.tuples(st.integers(1, 999_999_999), codes, st.integers(2020, 2040))
masks = st.sampled_from(
    [
        DEFAULT_MASK,
        "{number}/{code}/{year}",
        "{code}-{number:03d}-{year}",
        "SLRT {year}.{number}.{code}",
        "{year}/{month}/{code}/{number:06d}",
    ]
)


@given(masks, numbers, numbers)
def test_different_offices_numbers_and_years_never_read_the_same(mask, one, other):
    written = [
        format_number(mask, number=number, kind="REG", code=code, day=dt.date(year, 5, 4))
        for number, code, year in (one, other)
    ]
    assert (written[0] == written[1]) == (one == other)
    assert len(written[0]) <= LONGEST
