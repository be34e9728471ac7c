"""Staff administration through the real doors."""

import datetime as dt

import pytest

from portal.accounts.roles import Role
from portal.regions.models import Region
from portal.staffing.figures import composition, cover, covers_of, topics_missing, training_gaps
from portal.staffing.models import (
    Appointment,
    Candidate,
    Officer,
    Position,
    Replacement,
    StipendAccount,
    Training,
    Vacancy,
)
from portal.staffing.services import vacancies
from portal.units.models import Unit
from tests.factories import (
    DISTRICT,
    OTHER_VILLAGE,
    REGENCY,
    VILLAGE,
    AppointmentFactory,
    OfficerFactory,
    UnitFactory,
    everything_attested,
    neighbor,
    officer,
)
from tests.portal.doors import page, post, sign_in

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()
DECREE = {
    "decree_number": "1/KEP",
    "decree_date": "2026-01-05",
    "decree_signatory": "Kepala",
    "decree_valid_from": "2026-01-05",
}
PERSON = {
    "region": REGENCY, "name": "Siti Aminah", "sex": "female", "birth_date": "1990-05-17", "nik": "3404 0757 0590 0001",
    "education": "3", "background": "community", "domicile": VILLAGE, "phone": "081234500001", "email": "siti@demo.example",
}  # fmt: skip


def ticked(position):
    return {f"criterion_{code}": "on" for code in everything_attested(Position.objects.get(pk=position))}


@pytest.mark.rule("S-02", "S-07", "S-12")
def test_an_officer_is_recorded_proposed_and_appointed_on_screen(client):
    unit, office = UnitFactory(), officer(Role.REGENCY_SOCIAL_OFFICE)
    post(client, officer(Role.FRONT_OFFICE), "/admin/petugas/create/", PERSON, 403)
    post(client, office, "/admin/petugas/create/", PERSON | {"nik": "3404071705900001"}, 200)
    post(client, office, "/admin/petugas/create/", PERSON | {"region": "34.02"}, 200)
    post(client, office, "/admin/petugas/create/", PERSON)
    person = Officer.objects.get()
    text = page(client, office, f"/admin/petugas/inspect/{person.pk}/")
    assert person.nik not in text and person.masked_nik in text
    page(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), f"/admin/petugas/inspect/{person.pk}/", 404)
    assert person.masked_nik not in page(
        client, officer(Role.REGENCY_HEAD), f"/admin/petugas/inspect/{person.pk}/"
    )
    found = page(client, office, "/admin/petugas/?q=3404075705900001")
    assert person.name in found
    choose = f"/admin/petugas/propose/{person.pk}/"
    post(client, office, choose, {"unit": unit.pk, "position": "facilitator", "area": DISTRICT}, 200)
    step = post(
        client, office, choose, {"unit": unit.pk, "position": "facilitator", "area": VILLAGE}
    ).headers["Location"]
    page(client, office, step)
    post(client, office, step, {}, 200)
    assert not Appointment.objects.exists()
    post(client, office, step, ticked("facilitator"))
    appointment = Appointment.objects.get()
    url = f"/admin/penunjukan/decree/{appointment.pk}/"
    post(client, officer(Role.MANAGER), url, DECREE, 403)
    post(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), url, DECREE, 404)
    post(client, office, url, DECREE)
    appointment.refresh_from_db()
    assert appointment.status == "active" and appointment.decree.issuer == "regency_social_office"
    page(client, office, f"/admin/unit/inspect/{unit.pk}/")


@pytest.mark.rule("S-14")
def test_everybody_reads_the_tasks_of_the_positions(client):
    for role in (Role.FACILITATOR, Role.PUSKESOS_FRONT_OFFICE):
        text = page(client, officer(role), "/admin/jabatan/inspect/facilitator/")
        assert "Pencatatan kebutuhan program" in text
    assert all(position.task_list for position in Position.objects.all())
    # They stand at the appointment too, and in the public directory for everybody.
    held = AppointmentFactory(in_office=True)
    assert "Pencatatan kebutuhan program" in page(
        client, officer(Role.MANAGER), f"/admin/penunjukan/inspect/{held.pk}/"
    )
    client.logout()
    public = client.get(f"/lokasi/slrt/{held.unit.region_id}/").content.decode()
    assert all(task in public for task in held.position.task_list)


@pytest.mark.rule("P-09", "S-08")
def test_a_vacancy_is_public_with_its_criteria_until_the_closing_date(client):
    unit, office = UnitFactory(), officer(Role.REGENCY_SOCIAL_OFFICE)
    row = {
        "unit": unit.pk, "position": "facilitator", "region": VILLAGE, "places": "1", "opens_on": str(TODAY),
        "closes_on": str(TODAY + dt.timedelta(days=14)), "how_to_apply": "Datang ke SLRT.",
    }  # fmt: skip
    post(
        client, office, "/admin/lowongan/create/", row | {"closes_on": str(TODAY - dt.timedelta(days=1))}, 200
    )
    post(client, office, "/admin/lowongan/create/", row | {"region": OTHER_VILLAGE}, 200)
    post(client, office, "/admin/lowongan/create/", row | {"position": "puskesos_coordinator"}, 200)
    post(client, office, "/admin/lowongan/create/", row)
    vacancy = Vacancy.objects.get()
    assert not Vacancy.objects.open().exists(), "a draft is not public"
    post(client, officer(Role.FACILITATOR), f"/admin/lowongan/publish/{vacancy.pk}/", {}, 404)
    post(client, officer(Role.PROVINCIAL_COORDINATOR), f"/admin/lowongan/publish/{vacancy.pk}/", {}, 403)
    post(client, office, f"/admin/lowongan/publish/{vacancy.pk}/")
    assert list(Vacancy.objects.open()) == [vacancy] and vacancy.criteria.count() == 11
    # Open to all: also who will not be chosen is recorded.
    url = f"/admin/lowongan/candidate/{vacancy.pk}/"
    person = {name: value for name, value in PERSON.items() if name != "region"}
    wrong = post(client, office, url, person | {"sex": "male"}, 200)
    assert list(wrong.context["form"].errors) == ["nik"]
    post(client, office, url, person)
    post(client, office, url, person, 200)
    slip = Candidate.objects.get(name="Siti Aminah")
    post(client, office, f"/admin/calon/edit/{slip.pk}/", person | {"education": "4"})
    post(client, office, f"/admin/calon/edit/{slip.pk}/", person)
    post(client, officer(Role.FACILITATOR), f"/admin/calon/edit/{slip.pk}/", person, 404)
    weak = person | {"nik": "3404075705900002", "education": "1", "name": "Kartini"}
    post(client, office, url, weak)
    strong, weak = Candidate.objects.get(name="Siti Aminah"), Candidate.objects.get(name="Kartini")
    post(client, office, f"/admin/calon/select/{weak.pk}/", ticked("facilitator"), 200)
    post(client, office, f"/admin/calon/decline/{weak.pk}/", {"note": ""}, 200)
    post(client, office, f"/admin/calon/decline/{weak.pk}/", {"note": "Pendidikan belum cukup."})
    post(client, office, f"/admin/calon/select/{strong.pk}/", ticked("facilitator"))
    vacancy.refresh_from_db()
    assert vacancy.status == "filled" and not Vacancy.objects.open().exists()
    assert Appointment.objects.get().officer.name == "Siti Aminah"


@pytest.mark.rule("P-09")
def test_a_vacancy_leaves_the_list_on_its_closing_date():
    unit = UnitFactory()
    row = {
        "unit": unit,
        "position_id": "facilitator",
        "region_id": VILLAGE,
        "how_to_apply": "x",
        "status": "published",
    }
    today = Vacancy.objects.create(opens_on=TODAY, closes_on=TODAY, **row)
    Vacancy.objects.create(
        opens_on=TODAY - dt.timedelta(days=9), closes_on=TODAY - dt.timedelta(days=1), **row
    )
    Vacancy.objects.create(
        opens_on=TODAY + dt.timedelta(days=1), closes_on=TODAY + dt.timedelta(days=9), **row
    )
    assert list(Vacancy.objects.open()) == [today]
    assert vacancies.close_expired() == 1 and vacancies.close_expired() == 0


@pytest.mark.rule("S-09", "S-10", "S-11", "S-12", "S-13")
def test_a_replacement_from_resignation_to_notice_on_screen(client):
    office = officer(Role.REGENCY_SOCIAL_OFFICE)
    leaving = AppointmentFactory(in_office=True)
    post(
        client,
        office,
        f"/admin/penunjukan/resign/{leaving.pk}/",
        {"resigned_on": str(TODAY), "reason": "resigned"},
    )
    replacement = Replacement.objects.get()
    base = "/admin/pergantian"
    assert "bo-stat" in page(client, office, "/admin/").split("<main")[1]
    page(client, office, f"{base}/inspect/{replacement.pk}/")
    page(client, neighbor(Role.REGENCY_SOCIAL_OFFICE), f"{base}/inspect/{replacement.pk}/", 404)
    page(client, officer(Role.PROVINCIAL_COORDINATOR), f"{base}/appoint/{replacement.pk}/", 403)
    new = AppointmentFactory(position=leaving.position, region=leaving.region, unit=leaving.unit)
    post(client, office, f"{base}/appoint/{replacement.pk}/", {"successor": new.pk}, 200)
    post(client, office, f"/admin/penunjukan/decree/{new.pk}/", DECREE)
    post(client, office, f"{base}/appoint/{replacement.pk}/", {"successor": new.pk})
    post(client, office, f"{base}/write-notice/{replacement.pk}/", {}, 200)
    account = {
        "source": "apbn",
        "bank": "bri",
        "number": "0123456789",
        "holder": new.officer.name,
        "opened_on": str(TODAY),
    }
    url = f"/admin/petugas/account/{new.officer.pk}/"
    post(client, office, url, account, 200)
    post(client, office, url, account | {"bank": "bni", "holder": "Orang Lain"}, 200)
    post(client, office, url, account | {"bank": "bni"})
    assert "0123456789" not in page(client, office, f"/admin/petugas/inspect/{new.officer.pk}/")
    post(client, office, f"{base}/write-notice/{replacement.pk}/")
    assert (
        sign_in(client, office).get(f"{base}/notice/{replacement.pk}/").headers["Content-Type"]
        == "application/pdf"
    )
    page(client, officer(Role.PROVINCIAL_COORDINATOR), f"{base}/notice/{replacement.pk}/", 403)
    post(
        client,
        office,
        f"{base}/notify/{replacement.pk}/",
        {"on": str(TODAY), "channel": "email", "proof": "surel"},
    )
    post(client, office, f"{base}/finish/{replacement.pk}/")
    replacement.refresh_from_db()
    assert replacement.status == "finished"
    assert StipendAccount.objects.get().number == "0123456789"


@pytest.mark.rule("S-15", "S-08", "S-16")
def test_cover_gender_locality_and_gaps_are_shown(client):
    unit, manager = UnitFactory(), officer(Role.MANAGER)
    AppointmentFactory(in_office=True, unit=unit, is_local=True)
    AppointmentFactory(in_office=True, unit=unit, region_id="34.04.07.2002", officer__sex="male")
    supervisors, facilitators = cover(Region.objects.get(pk=REGENCY))
    assert (supervisors.covered, supervisors.areas) == (0, 17)
    assert (facilitators.covered, facilitators.areas) == (2, 86)
    assert VILLAGE not in {area.pk for area in facilitators.without} and len(facilitators.without) == 84
    [row] = composition(REGENCY)
    assert (row.total, row.women, row.local, row.women_share) == (2, 1, 1, 50.0)
    gaps = training_gaps(REGENCY)
    assert len(gaps) == 5 and {gap.missing for gap in gaps} == {2}
    text = page(client, manager, "/admin/sdm/")
    assert "<svg" in text and "2 dari 86" in text
    assert facilitators.without[0].name in text and facilitators.without[-1].name in text
    missing = facilitators.without[0]
    assert (
        f"<title>{missing.name}: belum ada</title>" in text
        and f'href="/admin/lowongan/?region={missing.pk}"' in text
    )
    held = facilitators.officers[VILLAGE][0]
    assert f": {held.officer.name}</title>" in text and f"/admin/penunjukan/inspect/{held.pk}/" in text
    page(client, manager, f"/admin/lowongan/?region={missing.pk}")
    page(client, officer(Role.FACILITATOR), "/admin/sdm/", 403)
    page(client, manager, "/admin/sdm/?region=34.02", 404)


@pytest.mark.rule("S-15", "S-08")
def test_the_province_sees_every_regency_with_an_slrt_and_each_one_closer(
    client, django_assert_max_num_queries
):
    unit = UnitFactory()
    UnitFactory(region_id="34.02")
    UnitFactory(region_id="34.01", status="forming")
    AppointmentFactory(in_office=True, unit=unit, is_local=True)
    AppointmentFactory(in_office=True, unit=unit, region_id="34.04.07.2002", officer__sex="male")
    AppointmentFactory(
        in_office=True, unit=unit, region_id="34.04.07.2002"
    )  # a second one covers nothing more
    places = list(Region.objects.filter(pk__in=("34.02", "34.04")))
    with django_assert_max_num_queries(4):
        bantul, sleman = covers_of(places)
    assert (sleman.districts, sleman.supervised, sleman.villages, sleman.facilitated) == (17, 0, 86, 2)
    assert (sleman.officers, sleman.women, sleman.local) == (3, 2, 1)
    assert (bantul.districts, bantul.facilitated, bantul.officers) == (17, 0, 0)
    province = officer(Role.PROVINCIAL_SOCIAL_OFFICE)
    text = page(client, province, "/admin/sdm/")
    assert "2/86" in text and "0/17" in text and "Kulon Progo" not in text
    assert "<svg" in page(client, province, "/admin/sdm/?region=34.04").split("<main")[1]
    page(client, province, "/admin/sdm/?region=32.04", 404)
    lines = page(client, province, "/admin/sdm/?format=csv").splitlines()
    assert len(lines) == 3 and "86;2" in lines[2].replace(",", ";")


@pytest.mark.rule("S-16")
def test_trainings_close_the_gaps_of_who_took_part(client):
    office = officer(Role.REGENCY_SOCIAL_OFFICE)
    held = AppointmentFactory(in_office=True)
    counts = {p.pk: p.topics.count() for p in Position.objects.all()}
    assert (counts["manager"], counts["supervisor"], counts["facilitator"], counts["front_office"]) == (
        7,
        6,
        5,
        4,
    )
    topics = [topic.pk for topic in held.position.topics.all()[:3]]
    row = {
        "title": "Bimtek fasilitator", "method": "guidance", "region": REGENCY, "topics": topics, "starts_on": "2026-02-01",
        "ends_on": "2026-02-03", "organizer": "Dinas Sosial",
    }  # fmt: skip
    post(client, office, "/admin/pelatihan/create/", row | {"ends_on": "2026-01-01"}, 200)
    post(client, office, "/admin/pelatihan/create/", row)
    training = Training.objects.get()
    post(client, office, f"/admin/pelatihan/participants/{training.pk}/", {"officers": [held.officer.pk]})
    assert len(topics_missing(held)) == 2
    assert sum(gap.missing for gap in training_gaps(REGENCY)) == 2
    stranger = OfficerFactory(region_id="34.02")
    post(client, office, f"/admin/pelatihan/participants/{training.pk}/", {"officers": [stranger.pk]}, 200)


@pytest.mark.rule("S-17")
def test_only_the_ministry_appoints_regional_assistants_who_then_see_their_region(client):
    from portal.staffing.models import Position as P
    from portal.staffing.services.appointments import appoint, propose
    from tests.factories import DecreeFactory, UserFactory

    seknas, ministry = officer(Role.NATIONAL_SECRETARIAT), officer(Role.MINISTRY)
    post_, region = P.objects.get(pk="regional_assistant"), Region.objects.get(pk=REGENCY)
    person = OfficerFactory(user=UserFactory())
    given = everything_attested(post_)
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        propose(
            officer=person,
            position=post_,
            unit=None,
            area=region,
            by=officer(Role.REGENCY_SOCIAL_OFFICE),
            attested=given,
        )
    appointment = propose(officer=person, position=post_, unit=None, area=region, by=seknas, attested=given)
    with pytest.raises(PermissionDenied):
        appoint(appointments=[appointment], decree=DecreeFactory(), by=officer(Role.REGENCY_SOCIAL_OFFICE))
    appoint(appointments=[appointment], decree=DecreeFactory(issuer="ministry", region_id=None), by=ministry)
    here, elsewhere = UnitFactory(), UnitFactory(region_id="34.02")
    assert set(Unit.objects.visible_to(person.user)) == {here}, elsewhere
