"""Who acts for whom is said where a stage is named; what must come first is said, with the way there."""

import pytest

from portal.accounts.models import RoleAssignment
from portal.accounts.roles import Role
from portal.formation.enums import Body, StageForm, deputies
from portal.formation.models import PathwayStage, StageRecord
from portal.formation.services import stages
from tests.portal.doors import page, post

from .desk import VILLAGES, Bodies, completion, proposed, sent

pytestmark = pytest.mark.django_db
OF_BODY = {
    "ministry": Role.NATIONAL_SECRETARIAT, "regency_head": Role.REGENCY_HEAD, "regency_government": Role.REGENCY_HEAD,
}  # fmt: skip


def brought_to(form: str, pathway: str, bodies: Bodies):
    request = sent(pathway, bodies)
    while request.stage.form != form:
        by = bodies[OF_BODY.get(request.stage.body, Role.PROVINCIAL_SOCIAL_OFFICE)]
        request = stages.complete_stage(
            request=request, stage=request.stage, by=by, completion=completion(request, bodies)
        )
    return request


@pytest.mark.rule("F-11")
def test_only_the_ministry_has_an_office_that_acts_in_its_name():
    assert {body: deputies(body) for body in Body.values if deputies(body)} == {
        "ministry": [Role.NATIONAL_SECRETARIAT]
    }
    assert PathwayStage(body=Body.REGENCY_HEAD).acting == ""


@pytest.mark.rule("F-06", "F-11")
def test_at_the_ministrys_stage_the_pages_say_who_acts_in_its_name_and_others_are_refused(client):
    bodies = Bodies()
    request = sent("ministry", bodies)
    assert request.stage.body == Body.MINISTRY
    words = "Sekretariat Nasional dapat bertindak atas nama: Kementerian Sosial."
    record, stage = (f"/admin/pembentukan/{name}/{request.pk}/" for name in ("inspect", "stage"))
    secretariat, province = bodies[Role.NATIONAL_SECRETARIAT], bodies[Role.PROVINCIAL_SOCIAL_OFFICE]
    for user, address in ((secretariat, record), (secretariat, stage), (province, record)):
        assert words in page(client, user, address)
    assert words in page(client, bodies[Role.REGENCY_HEAD], f"/pembentukan/{request.pk}/")
    page(client, province, stage, 403)
    post(client, province, f"/admin/pembentukan/decline/{request.pk}/", {"reason": "x"}, 403)
    request = stages.complete_stage(
        request=request, stage=request.stage, by=secretariat, completion=completion(request, bodies)
    )
    done = StageRecord.objects.get(request=request, by=secretariat)
    assert done.acted_as == "Sekretariat Nasional, atas nama: Kementerian Sosial"
    assert done.acted_as in page(client, province, record)


@pytest.mark.rule("F-07", "F-08")
def test_a_village_head_without_proposals_is_led_to_the_officers(client):
    bodies = Bodies()
    request = brought_to(StageForm.VILLAGE_APPOINTMENTS, "regency", bodies)
    head, place = bodies[Role.VILLAGE_HEAD], request.puskesos.get(region=VILLAGES[0])
    appoint = f"/admin/lokasi-puskesos/appoint/{place.pk}/"
    text = page(client, head, appoint)
    assert 'href="/admin/petugas/"' in text and "decree_number" not in text and place.unit.name in text
    post(client, head, appoint, {}, 200)  # the form itself refuses still
    proposed(place.unit, "puskesos_coordinator", VILLAGES[0], bodies[Role.REGENCY_SOCIAL_OFFICE])
    assert "decree_number" in page(client, head, appoint)


@pytest.mark.rule("F-07", "F-11")
def test_the_requests_page_names_the_villages_without_account_or_proposal(client):
    bodies = Bodies()
    request = brought_to(StageForm.VILLAGE_APPOINTMENTS, "regency", bodies)
    RoleAssignment.objects.filter(user=bodies.second_village).delete()
    place = request.puskesos.get(region=VILLAGES[0])
    proposed(place.unit, "puskesos_coordinator", VILLAGES[0], bodies[Role.REGENCY_SOCIAL_OFFICE])
    text = page(client, bodies[Role.PROVINCIAL_SOCIAL_OFFICE], f"/admin/pembentukan/inspect/{request.pk}/")
    assert text.count("belum memiliki akun") == 1
    assert text.count("1 petugas diusulkan") == 1 and text.count("belum ada petugas yang diusulkan") == 1


@pytest.mark.rule("F-10")
def test_the_office_that_appoints_is_led_to_the_officers_first(client):
    bodies = Bodies()
    request = sent("puskesos", bodies)
    office = bodies[Role.REGENCY_SOCIAL_OFFICE]
    for role in (Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_HEAD):
        request = stages.complete_stage(
            request=request, stage=request.stage, by=bodies[role], completion=completion(request, bodies)
        )
    assert request.stage.form == StageForm.APPOINTMENT
    url = f"/admin/pembentukan/stage/{request.pk}/"
    assert 'href="/admin/petugas/"' in page(client, office, url)
    proposed(request.unit, "puskesos_coordinator", VILLAGES[0], office)
    assert "considered" in page(client, office, url)
