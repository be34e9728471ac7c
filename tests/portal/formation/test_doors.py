"""Journeys through the real doors: the applicant at /pembentukan/, every body at its desk."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.roles import Role
from portal.formation.enums import Item, StageForm
from portal.formation.models import FormationRequest, Pathway, PathwayVersion, StageRecord
from portal.formation.services import completions, versions
from portal.units.models import Unit
from tests.factories import UnitFactory, UserFactory, neighbor, officer
from tests.portal.doors import page, post, sign_in

from .desk import ANSWERS, PDF, REGENCY, VILLAGES, Bodies, filled, proposed, sent
from .test_journeys import GUIDELINE
from .test_pathways import as_data

pytestmark = pytest.mark.django_db
FILE = PDF + b"\n%%EOF"


def upload(name="dokumen.pdf"):
    return SimpleUploadedFile(name, FILE, content_type="application/pdf")


DECREE = {
    "decree_date": "2026-01-05",
    "decree_signatory": "Pejabat Berwenang",
    "decree_valid_from": "2026-01-05",
}


def answers(request: FormationRequest, bodies) -> dict:
    """What the body of the current stage types into its form."""
    stage, today = request.stage, str(dt.date.today() - dt.timedelta(days=1))
    data = {"note": ""}
    match stage.form:
        case StageForm.CRITERIA:
            data |= {
                "criteria": "Kemiskinan di atas rata-rata.",
                "announced_on": today,
                "announced_through": "Surat edaran",
            }
        case StageForm.STUDY:
            data |= {"studied_on": today, "team": "Tim teknis"}
        case StageForm.ASSESSMENT:
            data |= {"assessed_on": today, "team": "Dinas Sosial"}
        case StageForm.SOCIALIZATION:
            data |= {
                "held_on": today,
                "place": "Wonosari",
                "participants": "40",
                "province": "Dinas Sosial DIY",
            }
        case StageForm.FACILITATION:
            data |= {"facilitated_on": today, "what": "Rapat dengan para lurah."}
        case StageForm.PUSKESOS_LOCATIONS:
            data |= {"villages": list(VILLAGES)}
        case StageForm.GUIDANCE:
            data |= {"starts_on": today, "ends_on": today, "place": "Wonosari", "participants": "30"}
        case StageForm.APPOINTMENT:
            slrt = request.unit_kind == "slrt"
            one = proposed(
                request.unit, "manager" if slrt else "puskesos_coordinator", REGENCY if slrt else VILLAGES[0],
                bodies[Role.REGENCY_SOCIAL_OFFICE],
            )  # fmt: skip
            data |= {"appointments": [one.pk], "considered": "Diterima."}
    if stage.form in (StageForm.STUDY, StageForm.ASSESSMENT, StageForm.SOCIALIZATION):
        data |= {f"score_{c.pk}": "3" for c in completions.criteria_for(stage)} | {"result": "ready"}
    if stage.decree_issuer:
        data |= DECREE | {"decree_number": f"{stage.order}/{request.pk}/2026"}
    return data | {f"document_{number}": upload() for number, _title in enumerate(stage.documents)}


@pytest.mark.rule("F-01", "F-02", "F-03", "F-04", "F-06", "F-07", "F-08", "F-09", "F-10", "F-11", "F-12")
@pytest.mark.parametrize("pathway", GUIDELINE)
def test_a_unit_comes_into_being_through_the_doors(client, pathway):
    bodies = Bodies()
    slrt = Pathway.objects.get(pk=pathway).unit_kind == "slrt"
    code, head = (REGENCY, bodies[Role.REGENCY_HEAD]) if slrt else (VILLAGES[0], bodies[Role.VILLAGE_HEAD])
    # -- the applicant
    assert page(client, head, "/pembentukan/").count("/pembentukan/mulai/") == (3 if slrt else 1)
    post(client, head, f"/pembentukan/mulai/{pathway}/{code}/")
    request = FormationRequest.objects.get()
    home = f"/pembentukan/{request.pk}/"
    page(client, head, home)
    for item in request.items.all():
        page(client, head, f"{home}{item.kind}/")
        post(client, head, f"{home}{item.kind}/", ANSWERS[item.kind] | {"base_version": "0"})
        post(client, head, f"{home}{item.kind}/", {"what": "document", "title": "", "file": upload()})
    assert "disabled" in page(client, head, f"{home}periksa/")
    post(
        client,
        head,
        f"{home}surat/",
        {"signatory": "Endang", "reason": "Perlu.", "follows_standard": "on", "base_version": "0"},
    )
    assert "disabled" not in page(client, head, f"{home}periksa/")
    post(client, head, f"{home}periksa/")
    request.refresh_from_db()
    assert request.status == "running"
    assert sign_in(client, head).get(f"{home}surat.pdf").headers["Content-Type"] == "application/pdf"
    # -- every body
    while request.status == "running":
        stage, roles = request.stage, dict(GUIDELINE[pathway])[request.stage.code]
        url = f"/admin/pembentukan/stage/{request.pk}/"
        for role, user in bodies.by_role.items():
            if role not in roles:
                status = 403 if may_see(user, request) else 404
                page(client, user, url, status)
                post(client, user, url, {}, status)
        for user in bodies.by_role_elsewhere.values():
            page(client, user, url, 404)
        if stage.form == StageForm.VILLAGE_APPOINTMENTS:
            for location, chief in zip(
                request.puskesos.order_by("region"),
                (bodies[Role.VILLAGE_HEAD], bodies.second_village),
                strict=True,
            ):
                one = proposed(location.unit, "puskesos_coordinator", location.region_id, chief)
                at = f"/admin/lokasi-puskesos/appoint/{location.pk}/"
                assert "lokasi-puskesos" in page(client, chief, "/admin/").split("<main")[1]
                page(client, bodies[Role.REGENCY_HEAD], at, 403)
                post(
                    client,
                    chief,
                    at,
                    DECREE | {"decree_number": f"9/{location.pk}", "appointments": [one.pk]},
                )
        else:
            actor = bodies[sorted(roles)[-1]]
            assert "/admin/pembentukan/" in page(client, actor, "/admin/").split("<main")[1]
            page(client, actor, f"/admin/pembentukan/inspect/{request.pk}/")
            page(client, actor, url)
            empty = post(client, actor, url, {}, 200)
            assert empty.context["form"].errors or stage.form == StageForm.PLAN
            post(client, actor, url, answers(request, bodies))
        assert StageRecord.objects.filter(request=request, stage=stage).exists(), stage.code
        request = FormationRequest.objects.get(pk=request.pk)
    assert request.status == "completed"
    assert Unit.objects.get(kind="slrt" if slrt else "puskesos", region=code).status == "operating"
    page(client, head, home)


def may_see(user, request) -> bool:
    return FormationRequest.objects.visible_to(user).filter(pk=request.pk).exists()


@pytest.mark.rule("F-04")
def test_the_check_page_says_at_the_item_what_is_missing(client):
    bodies = Bodies()
    request = filled("regency", bodies, but=("budget",))
    head = bodies[Role.REGENCY_HEAD]
    text = page(client, head, f"/pembentukan/{request.pk}/periksa/")
    part = text.split('id="budget"')[1].split("</section>")[0]
    assert "note warn" in part and text.count("note warn") == 1
    post(client, head, f"/pembentukan/{request.pk}/periksa/")
    request.refresh_from_db()
    assert request.status == "draft"


def test_two_editors_see_each_others_text_instead_of_overwriting_it(client):
    bodies = Bodies()
    request, head, helper = filled("regency", bodies), bodies[Role.REGENCY_HEAD], UserFactory()
    post(client, head, f"/pembentukan/{request.pk}/delegasi/", {"username": helper.username})
    url = f"/pembentukan/{request.pk}/budget/"
    assert 'name="base_version" value="1"' in page(client, head, url)
    page(client, helper, url)
    post(client, head, url, ANSWERS["budget"] | {"amount": "777", "base_version": "1"})
    second = ANSWERS["budget"] | {"amount": "888", "base_version": "1"}
    shown = sign_in(client, helper).post(url, second)
    text = shown.content.decode()
    assert shown.status_code == 409 and "777" in text and 'value="888"' in text
    assert 'name="base_version" value="2"' in text
    script = sign_in(client, helper).post(url, second, headers={"X-Requested-With": "autosave"})
    assert script.status_code == 409 and request.items.get(kind="budget").data["amount"] == "777"
    # Having seen the other text, the helper may replace it.
    post(client, helper, url, second | {"base_version": "2"})
    assert request.items.get(kind="budget").data["amount"] == "888"
    fine = sign_in(client, helper).post(
        url, second | {"amount": "999", "base_version": "3"}, headers={"X-Requested-With": "autosave"}
    )
    assert fine.json() == {"version": 4}


@pytest.mark.rule("F-02")
def test_where_a_unit_operates_no_second_one_is_offered(client):
    head = Bodies()[Role.REGENCY_HEAD]
    assert "/pembentukan/mulai/" in page(client, head, "/pembentukan/")
    UnitFactory(region_id=REGENCY)
    assert "/pembentukan/mulai/" not in page(client, head, "/pembentukan/")


def test_other_peoples_requests_do_not_exist(client):
    bodies = Bodies()
    request = filled("regency", bodies)
    for user in (
        neighbor(Role.REGENCY_HEAD),
        bodies[Role.REGENCY_SOCIAL_OFFICE],
        bodies[Role.MINISTRY],
        UserFactory(),
    ):
        for part in ("", "budget/", "surat/", "periksa/", "surat.pdf"):
            page(client, user, f"/pembentukan/{request.pk}/{part}", 404)
        page(client, user, f"/pembentukan/berkas/{request.documents.first().pk}/", 404)
    client.logout()
    assert client.get(f"/pembentukan/{request.pk}/").status_code == 302
    assert client.get("/pembentukan/").status_code == 200
    assert client.get("/en/pembentukan/").status_code == 200
    assert (
        sign_in(client, bodies[Role.REGENCY_HEAD])
        .get(f"/pembentukan/berkas/{request.documents.first().pk}/")
        .status_code
        == 200
    )


@pytest.mark.rule("F-17")
def test_a_sent_request_is_read_by_its_applicant_and_written_by_nobody(client):
    bodies = Bodies()
    request = sent("regency", bodies)
    head = bodies[Role.REGENCY_HEAD]
    text = page(client, head, f"/pembentukan/{request.pk}/periksa/")
    assert ANSWERS[Item.BUDGET]["amount"] in text.replace(".", "") and "/budget/" not in text
    for part in ("budget", "surat"):
        address = f"/pembentukan/{request.pk}/{part}/"
        answer = sign_in(client, head).post(address, {"amount": "1", "base_version": "0"}, follow=True)
        assert answer.redirect_chain == [(f"/pembentukan/{request.pk}/periksa/", 302)]
        assert "tidak disimpan" in answer.content.decode()
        typed = client.post(address, {"amount": "1"}, headers={"X-Requested-With": "autosave"})
        assert typed.status_code == 409 and typed.json()["conflict"]
    request.items.get(kind=Item.BUDGET).refresh_from_db()
    assert request.items.get(kind=Item.BUDGET).data["amount"] == ANSWERS[Item.BUDGET]["amount"]


@pytest.mark.rule("F-11")
@pytest.mark.parametrize("name", ["decree_date", "decree_valid_from"])
def test_a_year_of_two_digits_is_a_slip_and_is_said_at_its_field(client, name):
    bodies = Bodies()
    request = sent("puskesos", bodies)
    while not request.stage.decree_issuer:
        page_of = f"/admin/pembentukan/stage/{request.pk}/"
        post(client, bodies[request.stage.body], page_of, answers(request, bodies))
        request.refresh_from_db()
    typed = answers(request, bodies) | {name: "0026-01-05"}
    answer = post(client, bodies[request.stage.body], f"/admin/pembentukan/stage/{request.pk}/", typed, 200)
    assert list(answer.context["form"].errors) == [name]


@pytest.mark.rule("F-17")
def test_the_applicant_sees_what_is_asked_and_why_a_request_was_refused(client):
    bodies = Bodies()
    request = sent("puskesos", bodies)
    office, head = bodies[Role.REGENCY_SOCIAL_OFFICE], bodies[Role.VILLAGE_HEAD]
    url = f"/admin/pembentukan/send-back/{request.pk}/"
    post(client, bodies[Role.REGENCY_HEAD], url, {"ask_budget": "x", "note": "y"}, 403)
    post(client, office, url, {"ask_budget": "", "note": ""}, 200)
    post(
        client,
        office,
        url,
        {
            "ask_budget": "Lampirkan APBDes",
            "ask_human_resources": "Nama koordinator",
            "note": "Belum lengkap.",
        },
    )
    text = page(client, head, f"/pembentukan/{request.pk}/")
    assert "Lampirkan APBDes" in text and "Nama koordinator" in text
    for number, words in enumerate(("Terlampir.", "Sumarni.")):
        post(client, head, f"/pembentukan/{request.pk}/diminta/{number}/", {"answer": words, "base": ""})
    post(client, head, f"/pembentukan/{request.pk}/periksa/", {"note": "Sudah."})
    request.refresh_from_db()
    assert request.status == "running"
    post(client, office, f"/admin/pembentukan/decline/{request.pk}/", {"reason": "Belum ada kantor."})
    assert "Belum ada kantor." in page(client, head, f"/pembentukan/{request.pk}/")


@pytest.mark.rule("F-05")
def test_the_ministry_opens_and_acknowledges_its_copy(client):
    bodies = Bodies()
    request = sent("province", bodies)
    page(client, bodies[Role.PROVINCIAL_SOCIAL_OFFICE], f"/admin/pembentukan/inspect/{request.pk}/")
    assert request.copies.get().opened_at is None
    page(client, bodies[Role.MINISTRY], f"/admin/pembentukan/inspect/{request.pk}/")
    assert request.copies.get().opened_by == bodies[Role.MINISTRY]
    post(
        client,
        bodies[Role.PROVINCIAL_SOCIAL_OFFICE],
        f"/admin/pembentukan/acknowledge/{request.pk}/",
        {},
        403,
    )
    post(client, bodies[Role.MINISTRY], f"/admin/pembentukan/acknowledge/{request.pk}/")
    assert request.copies.get().acknowledged_at


@pytest.mark.rule("F-15")
def test_the_ministry_proposes_a_region_at_its_desk(client):
    bodies = Bodies()
    row = {"region": REGENCY, "pathway": "ministry", "reason": "Data lengkap."}
    post(client, bodies[Role.NATIONAL_SECRETARIAT], "/admin/pembentukan-usul/", row, 403)
    post(client, bodies[Role.MINISTRY], "/admin/pembentukan-usul/", row)
    request = FormationRequest.objects.get()
    assert "Data lengkap." in page(client, bodies[Role.REGENCY_HEAD], f"/pembentukan/{request.pk}/")


def test_the_secretariat_edits_a_pathway_on_screen(client):
    seknas = officer(Role.NATIONAL_SECRETARIAT)
    current = Pathway.objects.get(pk="puskesos").current
    page(client, officer(Role.MANAGER), f"/admin/jalur-pembentukan/inspect/{current.pk}/")
    post(client, officer(Role.MINISTRY), f"/admin/jalur-pembentukan/new-version/{current.pk}/", {}, 403)
    post(client, seknas, f"/admin/jalur-pembentukan/new-version/{current.pk}/")
    draft = PathwayVersion.objects.get(status="draft")
    url = f"/admin/jalur-pembentukan/content/{draft.pk}/"
    shown = sign_in(client, seknas).get(url)
    form, formset = shown.context["form"], shown.context["formset"]
    data = {name: value for name, value in form.initial.items() if value is not False} | {
        "version_note": "Lebih cepat."
    }
    data |= {"stages-TOTAL_FORMS": len(formset), "stages-INITIAL_FORMS": len(formset.initial)}
    for number, row in enumerate(formset.initial):
        data |= {f"stages-{number}-{name}": value if value is not None else "" for name, value in row.items()}
    data["stages-1-time_limit_days"] = "7"
    data["base"] = shown.context["base"]
    # Somebody else saves the same draft meanwhile: nothing is overwritten unseen.
    versions.save_version(
        version=draft, facts={"basis": "Perdirjen 9/2026"}, stages=as_data(draft), by=seknas
    )
    refused = post(client, seknas, url, data, 200)
    draft.refresh_from_db()
    assert draft.basis == "Perdirjen 9/2026" and draft.stages.get(code="assessment").time_limit_days != 7
    data["base"] = refused.context["base"]
    post(client, seknas, url, data)
    assert draft.stages.get(code="assessment").time_limit_days == 7 and draft.stages.count() == 5
    page(client, seknas, f"/admin/jalur-pembentukan/publish/{draft.pk}/")
    post(client, seknas, f"/admin/jalur-pembentukan/publish/{draft.pk}/")
    assert Pathway.objects.get(pk="puskesos").current == draft
    page(client, seknas, url)
    post(client, seknas, url, data, 200)
