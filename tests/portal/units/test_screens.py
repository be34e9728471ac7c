"""The screens of a unit, through the real doors."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.roles import Role
from portal.backoffice.admin import ADMINS
from portal.regions.models import Level
from portal.staffing import reference as positions
from portal.staffing.models import Position
from portal.units import reference
from portal.units.models import (
    Agreement,
    CoordinationBody,
    Decision,
    Funding,
    Meeting,
    Partner,
    ProvincialCoordinator,
    Unit,
)
from portal.units.standard import lacks
from tests.casework import records
from tests.factories import VILLAGE, UnitFactory, neighbor, officer
from tests.portal.doors import page, post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["inspect", "edit", "facilities", "funding", "partner", "agreement", "meeting", "compare", "close"],
)
def test_every_page_of_a_unit_opens_inside_and_does_not_exist_outside(client, address):
    unit = UnitFactory()
    url = f"/admin/unit/{address}/{unit.pk}/"
    assert unit.name in page(client, officer(Role.REGENCY_SOCIAL_OFFICE), url)
    page(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), url, 404)
    if address not in ("inspect", "compare"):
        page(client, officer(Role.FRONT_OFFICE), url, 403)


@pytest.mark.rule("K-07", "K-08")
def test_rooms_and_equipment_are_recorded_and_what_is_missing_is_shown(client):
    unit = UnitFactory(kind="puskesos", region_id=VILLAGE)
    by = officer(Role.PUSKESOS_COORDINATOR)
    assert sum(str(lack.subject) == str(lacks(unit)[0].subject) for lack in lacks(unit)) == 5
    url = f"/admin/unit/facilities/{unit.pk}/"
    post(client, by, url, {"room_name_board": "yes", "quantity_computer": "1", "working_computer": "2"}, 200)
    rooms = {
        f"room_{kind}": "yes" for kind in ("name_board", "information_board", "waiting_room", "front_office")
    }
    post(
        client, by, url, rooms | {"room_back_office": "no", "quantity_computer": "2", "working_computer": "1"}
    )
    assert unit.rooms.filter(is_present=True).count() == 4 and unit.equipment.get().working == 1
    # Who is missing among the people stands beside it: tests/portal/staffing/test_standard.py.
    left = [str(lack.what) for lack in lacks(unit) if str(lack.subject) != "Petugas"]
    assert left == [unit.rooms.get(kind="back_office").get_kind_display(), str(dt.date.today().year)]
    assert left[0] in page(client, by, f"/admin/unit/inspect/{unit.pk}/")
    # The standard of a Puskesos has five rooms, that of an SLRT seven.
    slrt = UnitFactory()
    assert sum(str(lack.subject) == str(lacks(slrt)[0].subject) for lack in lacks(slrt)) == 7


@pytest.mark.rule("K-09")
def test_funding_is_recorded_per_year_by_source_and_use_once(client):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    url = f"/admin/unit/funding/{unit.pk}/"
    row = {"year": "2026", "source": "apbd_regency", "use": "operations_slrt", "budgeted": "250000000"}
    post(client, by, url, row)
    post(client, by, url, row, 200)
    post(client, by, url, row | {"use": "stipend_facilitator", "budgeted": "-1"}, 200)
    post(client, by, url, row | {"use": "stipend_facilitator", "source": "apbn", "budgeted": "143.000"})
    assert Funding.objects.get(source="apbn").budgeted == 143_000
    assert Funding.objects.count() == 2
    post(client, officer(Role.FRONT_OFFICE), url, row | {"year": "2025"}, 403)
    post(client, neighbor(Role.MANAGER), url, row | {"year": "2025"}, 404)
    assert Funding.objects.count() == 2
    edit = f"/admin/pendanaan/edit/{Funding.objects.first().pk}/"
    page(client, by, edit)
    page(client, neighbor(Role.MANAGER), edit, 404)


@pytest.mark.rule("K-10", "K-11")
def test_partners_and_agreements(client):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    post(client, by, f"/admin/unit/partner/{unit.pk}/", {"name": "BAZNAS Sleman", "kind": "religious"})
    partner = Partner.objects.get()
    assert not partner.receives_referrals
    url = f"/admin/unit/agreement/{unit.pk}/"
    row = {
        "kind": "cooperation",
        "title": "Kerja sama BAZNAS",
        "partner": partner.pk,
        "valid_from": "2026-01-01",
    }
    post(client, by, url, row | {"valid_until": "2025-01-01"}, 200)
    post(client, by, url, row | {"valid_until": "2028-12-31"})
    post(
        client,
        by,
        url,
        row | {"kind": "sustainability_plan", "title": "Rencana keberlanjutan", "partner": ""},
    )
    assert Agreement.objects.in_force(dt.date(2027, 1, 1)).count() == 2
    assert Agreement.objects.in_force(dt.date(2029, 1, 1)).count() == 1
    foreign = Partner.objects.create(unit=UnitFactory(region_id="34.02"), name="Lain", kind="ngo")
    post(client, by, url, row | {"partner": foreign.pk}, 200)


@pytest.mark.rule("K-01", "K-02", "K-03")
def test_the_centre_has_its_teams_and_an_overdue_meeting_is_shown(client):
    reference.load()
    reference.load()
    steering = CoordinationBody.objects.get(kind="steering_team")
    assert steering.members.count() == 10 and steering.members.filter(part="chair").count() == 1
    team = CoordinationBody.objects.get(kind="coordination_team")
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    page(client, seknas, f"/admin/lembaga-koordinasi/inspect/{team.pk}/")
    url = f"/admin/lembaga-koordinasi/meeting/{team.pk}/"
    held = {"title": "Rapat koordinasi", "agenda": "Perluasan", "was_held": "on"}
    post(client, seknas, url, held | {"date": "2099-01-01"}, 200)
    post(client, seknas, url, held | {"date": str(dt.date.today() - dt.timedelta(days=100))})
    assert team.meeting_is_overdue()
    assert "rapat koordinasi" in page(client, seknas, "/admin/").lower() or "coordination meetings" in page(
        client, seknas, "/admin/"
    )
    post(
        client,
        seknas,
        url,
        held | {"date": str(dt.date.today() - dt.timedelta(days=10)), "title": "Rapat kedua"},
    )
    assert not team.meeting_is_overdue()
    meeting = Meeting.objects.latest("date")
    post(
        client,
        seknas,
        f"/admin/rapat/decision/{meeting.pk}/",
        {"text": "Susun pedoman", "due_on": "2026-01-01"},
    )
    assert list(Decision.objects.overdue()) == [Decision.objects.get()]
    page(client, officer(Role.REGENCY_PLANNING), f"/admin/rapat/inspect/{meeting.pk}/", 404)


@pytest.mark.rule("K-04", "S-18")
def test_the_provincial_coordinator_is_proposed_by_the_province_and_confirmed_by_the_ministry(client):
    office, ministry = officer(Role.PROVINCIAL_SOCIAL_OFFICE), officer(Role.MINISTRY)
    row = {
        "region": "34",
        "name": "Sasangka",
        "background": "civil_servant",
        "proposal_number": "1/X",
        "proposed_on": "2026-01-05",
    }
    for other in (ministry, officer(Role.NATIONAL_SECRETARIAT), officer(Role.PROVINCIAL_COORDINATOR)):
        post(client, other, "/admin/koordinator-provinsi/create/", row, 403)
    post(client, office, "/admin/koordinator-provinsi/create/", row | {"region": "32"}, 200)
    post(client, office, "/admin/koordinator-provinsi/create/", row)
    proposal = ProvincialCoordinator.objects.get()
    url = f"/admin/koordinator-provinsi/confirm/{proposal.pk}/"
    decree = {
        "decree_number": "7/HUK/2026",
        "decree_date": "2026-02-01",
        "decree_signatory": "Menteri",
        "decree_valid_from": "2026-02-01",
    }
    for other in (office, officer(Role.NATIONAL_SECRETARIAT)):
        post(client, other, url, decree, 403)
    post(client, ministry, url, decree)
    proposal.refresh_from_db()
    assert proposal.status == "confirmed" and proposal.decree.number == "7/HUK/2026"
    second = ProvincialCoordinator.objects.create(
        region_id="34", name="B", background="proposed", proposal_number="2", proposed_on="2026-03-01"
    )
    post(
        client,
        ministry,
        f"/admin/koordinator-provinsi/confirm/{second.pk}/",
        decree | {"decree_number": "8"},
        200,
    )


@pytest.mark.rule("F-12")
def test_a_unit_is_listed_from_its_location_on_and_leaves_when_it_closes(client):
    unit, by = UnitFactory(status="forming"), officer(Role.REGENCY_SOCIAL_OFFICE)
    assert not Unit.objects.listed().exists()
    Unit.objects.update(status="located")
    assert Unit.objects.listed().count() == 1
    url = f"/admin/unit/close/{unit.pk}/"
    post(client, by, url, {"note": ""}, 200)
    post(client, by, url, {"note": "Digabung"})
    assert not Unit.objects.listed().exists()


def test_comparison_costs_the_same_for_two_and_for_many_neighbors(django_assert_num_queries):
    from portal.units.comparison import compare

    unit = UnitFactory()
    UnitFactory(region_id="34.01")
    with CaptureQueriesContext(connection) as two:
        assert len(compare(unit, year=2026)) == 2
    for code in ("34.02", "34.03", "34.71"):
        UnitFactory(region_id=code)
    with django_assert_num_queries(len(two)):
        assert len(compare(unit, year=2026)) == 5


def test_the_calendar_feed_opens_with_its_key_alone(client):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    Meeting.objects.create(
        unit=unit,
        date=dt.date.today() + dt.timedelta(days=3),
        starts_at=dt.time(9),
        title="Rapat bulanan",
        agenda="x",
    )
    from portal.units.calendar import token_of

    text = client.get(f"/kalender/{token_of(by)}.ics").content.decode()
    assert "BEGIN:VCALENDAR" in text and "Rapat bulanan" in text
    zones = {part.split(":")[0] for part in text.split("TZID=")[1:]}
    assert zones and all(f"BEGIN:VTIMEZONE\r\nTZID:{zone}" in text for zone in zones)
    assert (
        "Rapat bulanan"
        not in client.get(f"/kalender/{token_of(neighbor(Role.MANAGER))}.ics").content.decode()
    )
    assert client.get(f"/kalender/{token_of(by)}x.ics").status_code == 404
    assert "/kalender/" in page(client, by, "/admin/kalender/")


@pytest.mark.rule("K-01")
@pytest.mark.parametrize(
    ("kind", "code", "exists"),
    [
        ("steering_team", "34", False),
        ("tkpk", "34", True),
        ("coordination_secretariat", "34", True),
        ("coordination_secretariat", "34.04", False),
        ("tkpk", "34.04", True),
        ("coordination_team", "34.04", False),
    ],
)
def test_a_body_exists_only_at_its_level(client, kind, code, exists):
    by = officer(Role.PROVINCIAL_SOCIAL_OFFICE)
    row = {"kind": kind, "region": code, "name": "Lembaga uji"}
    post(client, by, "/admin/lembaga-koordinasi/create/", row, 302 if exists else 200)
    assert CoordinationBody.objects.filter(kind=kind, region=code).exists() == exists


@pytest.mark.rule("K-01")
def test_services_exist_in_regencies_and_villages_and_supervisors_in_districts():
    assert Unit(kind="slrt").level == Level.REGENCY and Unit(kind="puskesos").level == Level.VILLAGE
    positions.load()
    assert Position.objects.get(pk="supervisor").area_level == Level.DISTRICT


@pytest.mark.rule("K-10")
def test_a_partner_in_the_catalog_receives_referrals_at_its_desk(client):
    unit = UnitFactory()
    service = records.program("baznas-bantuan", "non_government")
    desk = records.desk(service)
    url = f"/admin/unit/partner/{unit.pk}/"
    row = {
        "name": "BAZNAS Sleman",
        "kind": "religious",
        "provider": service.provider_id,
        "sectors": [service.sector_id],
    }
    post(client, officer(Role.FRONT_OFFICE), url, row, 403)
    post(client, officer(Role.MANAGER), url, row)
    partner = Partner.objects.get()
    assert partner.receives_referrals and list(partner.sectors.all()) == [service.sector]
    referral = records.case(about=service, referred=True).referrals.get()
    assert referral.desk == desk and referral.desk.provider == partner.provider


def test_what_closes_a_unit_is_the_last_of_its_buttons():
    unit = UnitFactory()
    buttons = ADMINS[Unit].buttons(unit, officer(Role.REGENCY_SOCIAL_OFFICE))
    assert [button["style"] for button in buttons].index("danger") == len(buttons) - 1 > 3
