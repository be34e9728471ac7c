"""What is remarkable about a NIK is said, never a reason to refuse it."""

import datetime as dt

import pytest
from django.utils import translation

from portal.fields import validate_nik
from portal.regions.models import Region
from portal.regions.nik import nik_warnings

pytestmark = pytest.mark.django_db
GOOD = "3404075708900001"  # Depok, Sleman; a woman born on 17 August 1990


def test_a_nik_that_fits_has_no_warning():
    assert nik_warnings(GOOD, sex="f", born_on=dt.date(1990, 8, 17)) == []
    assert nik_warnings("3404071708900001", sex="m", born_on=dt.date(1990, 8, 17)) == []


def test_an_old_region_prefix_is_a_warning_and_no_refusal():
    nik = "3499995708900001"
    validate_nik(nik)
    with translation.override("id"):
        [warning] = nik_warnings(nik)
    assert "34.99.99" in warning and nik not in warning and "tidak" in warning


def test_a_district_that_has_ended_is_an_old_prefix():
    Region.objects.filter(pk="34.04.07").update(valid_to=dt.date(2020, 1, 1))
    assert len(nik_warnings(GOOD)) == 1


def test_a_date_of_birth_or_sex_that_does_not_agree():
    assert len(nik_warnings(GOOD, born_on=dt.date(1991, 8, 17))) == 1
    assert len(nik_warnings(GOOD, sex="m")) == 1
    assert len(nik_warnings("3499995708900001", sex="m", born_on=dt.date(1991, 8, 17))) == 3
