"""Who an SLRT and a Puskesos consist of, and who of them is missing."""

import pytest

from portal.accounts.roles import Role
from portal.staffing.figures import positions_missing
from portal.staffing.models import Appointment, Position
from portal.units.models import Unit
from tests.factories import AppointmentFactory, UnitFactory, officer

pytestmark = pytest.mark.django_db
SECRETARIAT = {"manager", "supervisor", "facilitator", "front_office", "back_office"}
PUSKESOS = {"puskesos_responsible", "puskesos_coordinator", "puskesos_front_office", "puskesos_back_office"}
VILLAGE = "34.04.07.2001"
AREA = {"supervisor": "34.04.07", "facilitator": VILLAGE}


def codes(unit) -> set[str]:
    return {position.pk for position in positions_missing(unit)}


def fill(unit, positions):
    for code in positions:
        area = AREA.get(code, unit.region_id)
        AppointmentFactory(in_office=True, unit=unit, position_id=code, region_id=area)


@pytest.fixture
def slrt():
    return UnitFactory(kind=Unit.Kind.SLRT, region_id="34.04")


@pytest.fixture
def puskesos():
    return UnitFactory(kind=Unit.Kind.PUSKESOS, region_id=VILLAGE)


@pytest.mark.rule("K-05")
def test_a_secretariat_has_five_positions_and_names_those_nobody_holds(slrt):
    assert set(Position.objects.filter(unit_kind="slrt").values_list("pk", flat=True)) == SECRETARIAT
    assert codes(slrt) == SECRETARIAT
    fill(slrt, SECRETARIAT - {"back_office"})
    assert codes(slrt) == {"back_office"}
    # Proposed is not in office.
    AppointmentFactory(unit=slrt, position_id="back_office", region_id="34.04")
    assert codes(slrt) == {"back_office"}


@pytest.mark.rule("K-05")
def test_who_leaves_is_missing_again_and_another_units_officer_does_not_count(slrt):
    fill(slrt, SECRETARIAT)
    assert codes(slrt) == set()
    Appointment.objects.filter(unit=slrt, position_id="manager").update(status="ended", ends_on="2026-01-31")
    fill(UnitFactory(kind=Unit.Kind.SLRT, region_id="34.02"), {"manager"})
    assert codes(slrt) == {"manager"}


@pytest.mark.rule("K-06")
def test_a_puskesos_has_a_responsible_a_coordinator_and_two_offices(puskesos):
    assert set(Position.objects.filter(unit_kind="puskesos").values_list("pk", flat=True)) == PUSKESOS
    assert codes(puskesos) == PUSKESOS
    fill(puskesos, {"puskesos_responsible", "puskesos_coordinator"})
    assert codes(puskesos) == {"puskesos_front_office", "puskesos_back_office"}
    # The person responsible is the village head; a post of the secretariat fills none of the Puskesos.
    assert Position.objects.get(pk="puskesos_responsible").role == Role.VILLAGE_HEAD


@pytest.mark.rule("K-05", "K-06")
@pytest.mark.parametrize(("kind", "lacking"), [("slrt", "back_office"), ("puskesos", "puskesos_back_office")])
def test_the_units_page_says_who_is_missing(client, kind, lacking, request):
    unit = request.getfixturevalue(kind)
    fill(unit, (SECRETARIAT if kind == "slrt" else PUSKESOS) - {lacking})
    client.force_login(officer(Role.REGENCY_SOCIAL_OFFICE))
    page = client.get(f"/admin/unit/inspect/{unit.pk}/").content.decode()
    name = str(Position.objects.get(pk=lacking))
    assert f"Tidak ada yang menjabat: {name}</p>" in page or f": {name}</p>" in page
