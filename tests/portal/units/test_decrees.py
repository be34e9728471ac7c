"""Decrees and the letter of proposal leave their private store through the policy only."""

import pytest
from django.core.files.base import ContentFile

from portal.accounts.roles import Role
from portal.staffing import reference
from portal.units.models import ProvincialCoordinator
from tests.factories import AppointmentFactory, DecreeFactory, neighbor, officer

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.4 keputusan"


def with_file(**fields):
    decree = DecreeFactory(**fields)
    decree.file.save("sk.pdf", ContentFile(PAPER))
    return decree


def body_of(client, user, url: str):
    client.force_login(user)
    answer = client.get(url)
    return answer.status_code, b"".join(answer.streaming_content) if answer.status_code == 200 else b""


@pytest.mark.rule("S-10", "F-11")
def test_a_decree_is_handed_to_who_sees_its_region_and_does_not_exist_for_a_neighbor(client):
    decree = with_file()
    url = f"/admin/surat-keputusan/file/{decree.pk}/"
    assert body_of(client, officer(Role.REGENCY_SOCIAL_OFFICE), url) == (200, PAPER)
    assert body_of(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), url)[0] == 404
    assert body_of(client, officer(Role.FACILITATOR), url)[0] in (403, 404)
    client.logout()
    assert client.get(url).status_code == 302
    client.force_login(officer(Role.REGENCY_SOCIAL_OFFICE))
    page = client.get("/admin/surat-keputusan/").content.decode()
    assert decree.number in page
    assert f"/admin/surat-keputusan/file/{decree.pk}/" in client.get(f"/admin/surat-keputusan/inspect/{decree.pk}/").content.decode()  # fmt: skip


@pytest.mark.rule("S-10")
def test_the_page_of_an_appointment_offers_its_decree(client):
    reference.load()
    bare, kept = AppointmentFactory(in_office=True), AppointmentFactory(in_office=True, decree=with_file())
    office = officer(Role.REGENCY_SOCIAL_OFFICE)
    assert body_of(client, office, f"/admin/penunjukan/decree-file/{kept.pk}/") == (200, PAPER)
    assert body_of(client, office, f"/admin/penunjukan/decree-file/{bare.pk}/")[0] == 404
    assert body_of(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), f"/admin/penunjukan/decree-file/{kept.pk}/")[0] == 404  # fmt: skip
    client.force_login(office)
    assert "decree-file" in client.get(f"/admin/penunjukan/inspect/{kept.pk}/").content.decode()
    assert "decree-file" not in client.get(f"/admin/penunjukan/inspect/{bare.pk}/").content.decode()


@pytest.mark.rule("S-18")
def test_the_letter_that_proposes_a_coordinator_is_read_by_province_and_ministry(client):
    coordinator = ProvincialCoordinator.objects.create(
        region_id="34", name="Retno Wulandari", proposal_number="12/DIY", proposed_on="2026-03-02"
    )
    coordinator.proposal_file.save("usul.pdf", ContentFile(PAPER))
    url = f"/admin/koordinator-provinsi/proposal/{coordinator.pk}/"
    for role in (Role.MINISTRY, Role.PROVINCIAL_SOCIAL_OFFICE):
        assert body_of(client, officer(role), url) == (200, PAPER)
    assert body_of(client, officer(Role.PROVINCIAL_SOCIAL_OFFICE, "32"), url)[0] == 404
    assert body_of(client, officer(Role.MANAGER), url)[0] in (403, 404)
