"""A unit's page: the services that it offers itself (C-26), its partners (K-10), its region's name and logo."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from portal.backoffice.admin import ADMINS
from portal.units.models import Agreement, Partner, Unit
from programs_catalog import services
from programs_catalog.models import Program, Provider, Sector
from public_site import moderation
from public_site.models import RegionLook
from tests.factories import ProviderFactory, UnitFactory, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_units(site, settings):
    settings.MFA_REQUIRED = False
    UnitFactory(region_id="34.02", kind="slrt", name="SLRT Bantul", status="operating")


def page(client, code: str, kind: str = "slrt") -> str:
    return client.get(f"/lokasi/{kind}/{code}/").content.decode()


def own_service(region: str) -> Program:
    return Program(
        code="jemput-warga", name="Jemput Warga", sector=Sector.objects.get(pk="kesehatan"),
        provider=ProviderFactory(region_id=region, level=Provider.Level.REGENCY), region_id=region,
        summary="Petugas menjemput warga sakit.",
    )  # fmt: skip


@pytest.mark.rule("C-26")
def test_a_unit_offers_a_service_of_its_own_once_an_editor_has_published_it(client):
    manager = officer("manager")
    service = services.save_draft(program=own_service("34.04"), by=manager)
    services.propose(program=service, by=manager)
    assert "Jemput Warga" not in page(client, "34.04")
    (waiting,) = moderation.waiting_for(officer("editor", region=""))
    moderation.approve(state=waiting.state, by=officer("editor", region=""))
    assert "Jemput Warga" in page(client, "34.04")
    assert "Jemput Warga" not in page(client, "34.02")
    assert "Jemput Warga" in client.get("/program/kesehatan/?wilayah=34.04.07").content.decode()


@pytest.mark.rule("C-26")
def test_no_unit_offers_for_another_region_for_the_nation_or_past_the_editor(client):
    manager = officer("manager")
    for region in ("34.02", None):
        with pytest.raises(PermissionDenied):
            services.save_draft(program=own_service(region), by=manager)
    service = services.save_draft(program=own_service("34.04"), by=manager)
    with pytest.raises(PermissionDenied):
        services.publish(program=service, by=manager)
    with pytest.raises(PermissionDenied):
        services.save_draft(program=Program.objects.get(code="pis"), by=manager)


@pytest.mark.rule("K-10")
def test_partners_are_shown_while_an_agreement_is_in_force_and_without_their_contact(client):
    today = timezone.localdate()
    unit = Unit.objects.get(kind="slrt", region_id="34.04")
    for name, first, last in (
        ("LAZ Berlaku", -10, 10),
        ("LAZ Berakhir", -20, -1),
        ("LAZ Nanti", 5, None),
        ("LAZ Tanpa Perjanjian", None, None),
    ):
        partner = Partner.objects.create(unit=unit, name=name, kind="religious", contact="Pak Rahasia")
        partner.sectors.add("kesehatan")
        if first is not None:
            Agreement.objects.create(
                unit=unit, partner=partner, kind="moa", title="Nota", valid_from=today + dt.timedelta(first),
                valid_until=None if last is None else today + dt.timedelta(last),
            )  # fmt: skip
    text = page(client, "34.04")
    assert "LAZ Berlaku" in text and "Pak Rahasia" not in text
    for name in ("LAZ Berakhir", "LAZ Nanti", "LAZ Tanpa Perjanjian"):
        assert name not in text
    assert "LAZ Berlaku" not in page(client, "34.02")


def logo(size=(60, 40)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), content_type="image/png")


def test_a_region_has_its_name_and_logo_on_its_own_pages_alone(client, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    client.force_login(officer("editor", region="34.04"), backend="portal.accounts.backends.RoleBackend")
    create = ADMINS[RegionLook].url("create")
    sent = {"region": "34.04", "name": "SLRT Sembada", "upload": logo()}
    answer = client.post(create, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    other = client.post(create, {"region": "34.02", "name": "SLRT Lain", "upload": logo()})
    assert other.context["form"].errors["region"]
    wrong = SimpleUploadedFile("logo.png", b"not a picture", content_type="image/png")
    refused = client.post(create, {"region": "34.04", "name": "SLRT", "upload": wrong})
    assert refused.context["form"].errors["upload"] and RegionLook.objects.count() == 1
    client.logout()
    for address in ("/lokasi/slrt/34.04/", "/lokasi/?wilayah=34.04.07", "/program/?wilayah=34.04"):
        text = client.get(address).content.decode()
        assert "SLRT Sembada" in text and 'class="region-logo"' in text, address
    for address in ("/", "/lokasi/?wilayah=34.02", "/program/"):
        assert "SLRT Sembada" not in client.get(address).content.decode(), address
