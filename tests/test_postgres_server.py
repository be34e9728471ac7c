"""The embedded server itself, and that every app's tables and derived columns stand on it."""

import pytest
from django.db import connection

from portal.regions.models import Region
from portal.units.models import Unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_regions_and_derived_codes():
    assert connection.vendor == "postgresql"
    assert Region.objects.within(Region.objects.get(pk="34.04")).count() == 1 + 17 + 86
    unit = Unit.objects.create(kind="puskesos", name="Puskesos", region_id="34.04.07.2001")
    unit.refresh_from_db()
    assert (unit.province_code, unit.regency_code, unit.district_code, unit.village_code) == (
        "34",
        "34.04",
        "34.04.07",
        "34.04.07.2001",
    )


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits():
    Region.objects.filter(pk="34.04.07.2001").update(name="Changed")


@pytest.mark.django_db(transaction=True)
def test_is_gone_in_the_next():
    assert Region.objects.get(pk="34.04.07.2001").name != "Changed"
