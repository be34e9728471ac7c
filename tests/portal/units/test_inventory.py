"""What a unit has, kind by kind as the guideline lists it: rooms, equipment, money, partners, agreements."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal.accounts.roles import Role
from portal.units.models import Agreement, Equipment, Funding, Partner
from portal.units.standard import EQUIPMENT, ROOMS, lacks
from tests.factories import SectorFactory, UnitFactory, neighbor, officer
from tests.portal.doors import page, post

pytestmark = pytest.mark.django_db
FIRST_FIVE = ("name_board", "information_board", "waiting_room", "front_office", "back_office")
DEVICES = ("tablet", "supervisor_laptop", "manager_laptop", "computer", "dashboard", "server")


@pytest.mark.rule("K-07", "K-08")
def test_rooms_and_devices_are_those_of_the_guideline():
    assert {"slrt": (*FIRST_FIVE, "manager_room", "meeting_room"), "puskesos": FIRST_FIVE} == ROOMS
    assert EQUIPMENT["slrt"] == DEVICES


@pytest.mark.rule("K-08")
@pytest.mark.parametrize("kind", DEVICES)
def test_each_device_is_recorded_and_its_absence_shown(client, kind):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    url, label = f"/admin/unit/facilities/{unit.pk}/", str(Equipment.Kind(kind).label)
    post(client, by, url, {f"quantity_{kind}": "0"})
    assert label in [str(lack.what) for lack in lacks(unit)]
    post(client, by, url, {f"quantity_{kind}": "2", f"working_{kind}": "3"}, 200)
    post(client, officer(Role.FRONT_OFFICE), url, {f"quantity_{kind}": "9"}, 403)
    post(client, by, url, {f"quantity_{kind}": "2", f"working_{kind}": "2"})
    item = unit.equipment.get()
    assert (item.kind, item.quantity, item.working) == (kind, 2, 2)
    assert label not in [str(lack.what) for lack in lacks(unit)]
    assert label.lower() in page(client, by, f"/admin/unit/inspect/{unit.pk}/").lower()


SOURCES = ("apbn", "apbd_province", "apbd_regency", "village", "other")
USES = (
    "operations_slrt", "operations_puskesos", "stipend_manager", "stipend_supervisor", "stipend_facilitator", "stipend_puskesos",
    "facilities", "other",
)  # fmt: skip


@pytest.mark.rule("K-09")
def test_money_is_recorded_by_each_source_and_use_of_the_guideline_and_no_other(client):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    url = f"/admin/unit/funding/{unit.pk}/"
    row = {"year": "2026", "budgeted": "1000", "spent": "400"}
    for number, use in enumerate(USES):
        post(client, by, url, row | {"source": SOURCES[number % len(SOURCES)], "use": use})
    assert set(Funding.objects.values_list("use", flat=True)) == set(USES)
    assert set(Funding.objects.values_list("source", flat=True)) == set(SOURCES)
    for wrong in ({"source": "pinjaman", "use": "other"}, {"source": "apbn", "use": "hadiah"}):
        assert post(client, by, url, row | wrong, 200).context["form"].errors
    assert Funding.objects.count() == len(USES)
    text = page(client, by, f"/admin/unit/inspect/{unit.pk}/")
    for one in Funding.objects.all():
        assert one.get_source_display() in text and one.get_use_display() in text


@pytest.mark.rule("K-10")
@pytest.mark.parametrize("kind", ["religious", "business", "volunteers", "ngo", "women_humanitarian", "psks"])
def test_a_partner_is_of_one_of_six_kinds_with_its_agreement_and_the_needs_it_serves(client, kind):
    unit, by, today = UnitFactory(), officer(Role.MANAGER), timezone.localdate()
    url, sector = f"/admin/unit/partner/{unit.pk}/", SectorFactory()
    post(client, by, url, {"name": "Mitra", "kind": "perorangan"}, 200)
    post(client, by, url, {"name": "Mitra", "kind": kind, "sectors": [sector.pk]})
    partner = Partner.objects.get()
    assert (partner.kind, list(partner.sectors.all())) == (kind, [sector])
    row = {
        "kind": "moa", "title": "Nota kesepahaman", "partner": partner.pk, "valid_from": str(today - dt.timedelta(days=9)),
        "valid_until": str(today + dt.timedelta(days=9)),
    }  # fmt: skip
    post(client, by, f"/admin/unit/agreement/{unit.pk}/", row)
    assert list(Agreement.objects.in_force(today)) == [partner.agreements.get()]
    assert not Agreement.objects.in_force(today + dt.timedelta(days=10)).exists()
    text = page(client, by, f"/admin/unit/inspect/{unit.pk}/")
    assert partner.get_kind_display() in text and "Nota kesepahaman" in text


@pytest.mark.rule("K-11")
@pytest.mark.parametrize("kind", ["moa", "cooperation", "expansion_plan", "sustainability_plan"])
def test_agreements_and_plans_are_kept_with_dates_and_document(client, kind):
    unit, by = UnitFactory(), officer(Role.MANAGER)
    url = f"/admin/unit/agreement/{unit.pk}/"
    row = {
        "kind": kind,
        "title": "Naskah",
        "number": "1/PKS/2026",
        "valid_from": "2026-01-01",
        "valid_until": "2028-12-31",
    }
    paper = b"%PDF-1.4 naskah\n%%EOF"
    wrong = row | {"file": SimpleUploadedFile("naskah.pdf", b"MZ program")}
    assert "file" in post(client, by, url, wrong, 200).context["form"].errors
    post(
        client,
        by,
        url,
        row | {"file": SimpleUploadedFile("naskah.pdf", paper, content_type="application/pdf")},
    )
    kept = Agreement.objects.get()
    assert (kept.kind, kept.valid_from, kept.valid_until) == (
        kind,
        dt.date(2026, 1, 1),
        dt.date(2028, 12, 31),
    )
    address = f"/admin/perjanjian/document/{kept.pk}/"
    client.force_login(by)
    assert b"".join(client.get(address).streaming_content) == paper
    page(client, neighbor(Role.MANAGER), address, 404)
