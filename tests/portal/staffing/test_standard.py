"""What a unit lacks in people, on its page and beside its neighbors."""

import pytest

from portal.accounts.roles import Role
from portal.units.comparison import COLUMNS, compare
from portal.units.models import Equipment
from portal.units.standard import lacks
from tests.factories import AppointmentFactory, UnitFactory, officer
from tests.portal.doors import page

pytestmark = pytest.mark.django_db


def said(unit, subject: str) -> set[tuple[str, str]]:
    return {(str(lack.what), str(lack.why)) for lack in lacks(unit) if str(lack.subject) == subject}


@pytest.mark.rule("K-05", "S-15")
def test_posts_nobody_holds_and_areas_without_an_officer_are_missing(client):
    unit = UnitFactory()
    assert len(said(unit, "Petugas")) == 5 and not said(unit, "Jangkauan")
    AppointmentFactory(in_office=True, unit=unit)
    AppointmentFactory(in_office=True, unit=unit, position_id="manager", region_id="34.04")
    assert len(said(unit, "Petugas")) == 3
    [(what, why)] = said(unit, "Jangkauan")
    assert what == "Fasilitator per desa/kelurahan" and "85 dari 86" in why
    assert "85 dari 86" in page(client, officer(Role.MANAGER), f"/admin/unit/inspect/{unit.pk}/")


@pytest.mark.rule("K-08")
def test_fewer_devices_than_officers_are_missing():
    unit = UnitFactory()
    for village in ("34.04.07.2001", "34.04.07.2002", "34.04.07.2003"):
        AppointmentFactory(in_office=True, unit=unit, region_id=village)
    device = Equipment.objects.create(unit=unit, kind="tablet", quantity=3, working=2)
    assert any(why == "2 berfungsi untuk 3 petugas" for _what, why in said(unit, "Peralatan"))
    device.working = 3
    device.save()
    assert not any("berfungsi untuk" in why for _what, why in said(unit, "Peralatan"))


@pytest.mark.rule("S-15")
def test_neighbors_are_compared_in_people_too(client):
    unit, other = UnitFactory(), UnitFactory(region_id="34.02")
    AppointmentFactory(in_office=True, unit=unit)
    rows = {row.unit.pk: row for row in compare(unit, year=2026)}
    assert len(COLUMNS) == 2
    assert rows[unit.pk].more == ("1", "1/86") and rows[other.pk].more == ("0", "0/75")
    assert rows[unit.pk].lacks == len(lacks(unit))
    text = page(client, officer(Role.MANAGER), f"/admin/unit/compare/{unit.pk}/")
    assert "1/86" in text and "Petugas menjabat" in text
