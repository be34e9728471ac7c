"""The desk's doors: one intake, bad input named at its field, and a neighbor who meets nothing anywhere."""

import io
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cases.casework import services
from cases.casework.models import Case, Referral
from cases.households.models import Household, Person, UpdateProposal, Visit
from portal.backoffice.admin import ADMINS
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN, BANTUL = "34.04", "34.02"


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def front(as_user):
    make.unit(SLEMAN)
    return as_user(make.officer("front_office", SLEMAN))


def find(client, **data):
    return client.post(reverse("casework:register"), data)


def intake(client, person, **data):
    url = reverse("casework:register_for", args=[person.pk])
    data = {
        "client_id": str(uuid.uuid4()), "kind": "need", "program": make.program().pk, "description": "Butuh KIS", **data,
    }  # fmt: skip
    return client.post(url, data)


@pytest.mark.rule("H-02")
@pytest.mark.parametrize("typed", ["{}", " {} ", "{} "])
def test_a_nik_leads_straight_to_the_person_and_never_into_an_address(front, typed):
    siti = make.person()
    answer = find(front, number=typed.format(siti.nik))
    assert answer.status_code == 302 and answer.url == reverse("casework:register_for", args=[siti.pk])
    assert siti.nik not in answer.url


@pytest.mark.rule("H-02")
def test_a_family_card_number_lists_its_members(front):
    siti = make.person()
    make.person(siti.household, name="Budi Santoso", sex="m")
    page = find(front, number=siti.household.family_card_number).content.decode()
    assert "Siti Aminah" in page and "Budi Santoso" in page


@pytest.mark.rule("H-02")
@pytest.mark.parametrize("typed", ["Siti Aminah", "siti aminah", "Sitti Aminnah", "Aminah Siti"])
def test_a_name_is_found_in_its_village_whatever_the_spelling(front, typed):
    make.person(name="Siti Aminah")
    make.person(name="Bambang Irawan", sex="m")
    page = find(front, name=typed, village=make.CATURTUNGGAL).content.decode()
    assert "Siti Aminah" in page and "Bambang Irawan" not in page


@pytest.mark.rule("H-02")
def test_age_narrows_and_another_village_has_nobody(front):
    siti = make.person(name="Siti Aminah")
    asked = {"name": "Siti Aminah", "village": make.CATURTUNGGAL}

    def found(**more):
        return [row.person for row in find(front, **asked | more).context["candidates"]]

    assert found() == found(age=siti.age + 3) == [siti]
    assert found(age=8) == found(village=make.SINDUADI) == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"number": "340407570485000"}, "number"),
        ({"number": "34040757048500012"}, "number"),
        ({"name": "Siti"}, "village"),
        ({"name": "Siti", "village": "99.99.99.9999"}, "village"),
        ({"name": "Siti", "village": make.PANGGUNGHARJO}, "village"),
        ({}, "number"),
    ],
)
def test_bad_input_is_named_at_its_field(front, data, field):
    answer = find(front, **data)
    assert answer.status_code == 200 and list(answer.context["form"].errors) == [field]


def test_a_nik_of_15_digits_says_so(front):
    assert "15" in str(find(front, number="340407570485000").context["form"].errors["number"])


def test_an_old_prefix_is_a_warning_and_no_refusal(front):
    old = make.person(nik="3404655704850001")
    page = front.get(reverse("casework:register_for", args=[old.pk]))
    assert page.context["warnings"]
    assert intake(front, old).status_code == 302
    today = make.person()
    assert not front.get(reverse("casework:register_for", args=[today.pk])).context["warnings"]


def test_two_clicks_on_register_are_one_case(front):
    siti, token = make.person(), str(uuid.uuid4())
    first, second = intake(front, siti, client_id=token), intake(front, siti, client_id=token)
    assert first.url == second.url and Case.objects.count() == 1
    changed = intake(front, siti, client_id=token, description="Lain")
    assert changed.status_code == 409 and Case.objects.count() == 1


@pytest.mark.rule("C-13")
def test_the_same_matter_is_shown_before_it_is_saved_twice(front):
    siti = make.person()
    known = make.case(of=siti)
    page = front.get(reverse("casework:register_for", args=[siti.pk])).content.decode()
    assert known.number in page
    again = intake(front, siti)
    assert again.status_code == 200 and known.number in again.content.decode() and Case.objects.count() == 1
    assert intake(front, siti, not_double="on").status_code == 302
    assert Case.objects.count() == 2


@pytest.mark.rule("H-03")
@pytest.mark.rule("C-12")
def test_somebody_not_in_the_register_is_recorded_and_joins_the_proposals(front):
    assert find(front, number=make.nik()).context["nothing_found"]
    number = make.nik()
    form = {
        "name": "Wagiyem",
        "sex": "f",
        "nik": number,
        "village": make.CATURTUNGGAL,
        "born_on": "1985-04-17",
    }
    answer = front.post(reverse("casework:record_profile"), form)
    person = Person.objects.get(name__isnull=False)
    assert answer.url == reverse("casework:register_for", args=[person.pk])
    assert person.household.source == "recorded"
    assert UpdateProposal.objects.get().kind == "new"
    twice = front.post(reverse("casework:record_profile"), form)
    assert "nik" in twice.context["form"].errors and Person.objects.count() == 1


@pytest.mark.rule("A-02")
def test_a_profile_of_another_regency_is_refused_at_the_field(front):
    form = {"name": "Wagiyem", "sex": "f", "village": make.PANGGUNGHARJO}
    answer = front.post(reverse("casework:record_profile"), form)
    assert "village" in answer.context["form"].errors and not Household.objects.exists()


@pytest.mark.rule("C-14")
@pytest.mark.parametrize("size", ["receipt_pdf", "receipt_80mm"])
def test_the_receipt_carries_letterhead_number_and_code_and_no_nik(front, size):
    siti = make.person()
    case = Case.objects.get(pk=intake(front, siti).url.rstrip("/").rsplit("/", 1)[-1])
    answer = front.get(reverse(f"casework:{size}", args=[case.pk]))
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1
    for expected in (case.number, case.lookup_code, "KABUPATEN SLEMAN", "/lacak/"):
        assert expected in text
    for secret in (siti.nik, siti.name, case.description):
        assert secret not in text


@pytest.mark.rule("C-27")
def test_one_touch_counts_a_visitor(front):
    page = front.get(reverse("casework:register"))
    token = page.context["form_token"]
    for _twice in range(2):
        front.post(reverse("casework:count_visit"), {"purpose": "information", "form_token": token})
    assert Visit.objects.get().purpose == "information"
    front.post(reverse("casework:count_visit"), {"purpose": "nonsense"})
    assert Visit.objects.count() == 1


@pytest.mark.rule("A-02")
@pytest.mark.rule("A-04")
@pytest.mark.parametrize("role", ["front_office", "back_office", "manager"])
def test_a_neighbor_meets_nothing_at_any_door(as_user, role):
    make.unit(BANTUL)
    case = make.case(referred=True)
    referral = case.referrals.get()
    client = as_user(make.officer(role, BANTUL))
    cases, referrals = ADMINS[Case], ADMINS[Referral]
    for admin, obj, text in ((cases, case, case.number), (referrals, referral, case.number)):
        lists = [
            admin.url("index"),
            admin.url("index") + f"?q={case.number[:5]}",
            admin.url("index") + "?export=csv",
        ]
        for url in lists:
            answer = client.get(url)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert text not in body.decode() and answer.status_code in (200, 403), url
        for name in ("inspect", "history", "edit", "delete", *admin.actions):
            if name in ("edit", "delete") and not admin.form_fields_known:
                continue
            url = admin.url(name, obj)
            assert client.get(url).status_code == 404, url
            if name in admin.actions:
                assert client.post(url, {"note": "x", "answer": "x"}).status_code == 404, url
    for name in ("receipt", "receipt_pdf", "receipt_80mm"):
        assert client.get(reverse(f"casework:{name}", args=[case.pk])).status_code == 404
    if role == "front_office":
        url = reverse("casework:register_for", args=[case.person_id])
        assert client.get(url).status_code == 404 and client.post(url, {}).status_code == 404
        found = client.post(reverse("casework:register"), {"number": case.person.nik})
        assert found.context["nothing_found"] and case.person.name not in found.content.decode()
    case.refresh_from_db()
    assert case.status == "referred" and referral.status == "waiting"


@pytest.mark.rule("A-04")
def test_the_desk_answers_its_referral_and_finds_no_case(as_user):
    case = make.case(referred=True)
    referral = case.referrals.get()
    client = as_user(make.officer("program_desk", SLEMAN, desk=referral.desk))
    page = client.get(ADMINS[Referral].url("inspect", referral))
    assert page.status_code == 200 and case.person.nik in page.content.decode()
    assert client.get(ADMINS[Case].url("inspect", case)).status_code == 404
    assert client.get(ADMINS[Case].url("index")).status_code == 403
    bad = client.post(ADMINS[Referral].url("refuse", referral), {"reason": "Kuota habis"})
    assert "reason_code" in bad.context["form"].errors
    done = client.post(
        ADMINS[Referral].url("approve", referral),
        {"reason": "Memenuhi.", "enrolled_from": timezone.localdate().isoformat()},
    )
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.status == "answered" and case.enrolment.valid_from == timezone.localdate()


@pytest.mark.rule("A-07")
def test_oversight_sees_where_a_case_stands_and_no_person(as_user):
    case = make.case(referred=True)
    client = as_user(make.officer("provincial_coordinator", "34"))
    page = client.get(ADMINS[Case].url("inspect", case)).content.decode()
    assert case.number in page
    for secret in (case.person.name, case.person.nik, case.description):
        assert secret not in page
    assert case.person.name not in client.get(ADMINS[Case].url("index")).content.decode()


@pytest.mark.parametrize("door", ["register", "count_visit", "record_profile"])
def test_without_a_role_or_an_account_there_is_no_intake(client, as_user, door):
    url = reverse(f"casework:{door}")
    assert client.post(url, {}).status_code == 302
    assert as_user(make.officer("manager", SLEMAN)).post(url, {}).status_code == 403


def test_the_list_costs_the_same_for_one_case_and_twenty(as_user, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make.case()
    client = as_user(make.officer("manager", SLEMAN))
    url = ADMINS[Case].url("index")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url)
    for _i in range(12):
        make.case()
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one)


def test_the_whole_story_through_the_doors(as_user):
    """Step 3 of the foundation's story, each step by a POST of the one whose turn it is."""
    make.unit(SLEMAN)
    siti, pis = make.person(), make.program()
    desk = make.desk(pis)
    front = make.officer("front_office", SLEMAN)
    answer = intake(as_user(front), siti)
    case = Case.objects.get()
    assert answer.url == reverse("casework:receipt", args=[case.pk])

    def step(user, name, obj, **data):
        response = as_user(user).post(ADMINS[type(obj)].url(name, obj), data)
        assert response.status_code == 302, response.content.decode()[:3000]

    step(make.officer("supervisor", "34.04.07"), "review", case, note="Layak.")
    step(
        make.officer("back_office", SLEMAN),
        "propose",
        case,
        to=[f"{desk.pk}:{pis.pk}"],
        note="Mohon diproses.",
    )
    step(make.officer("manager", SLEMAN), "refer", case, note="")
    referral = case.referrals.get()
    step(
        make.officer("program_desk", SLEMAN, desk=desk),
        "approve",
        referral,
        reason="Memenuhi.",
        enrolled_from=timezone.localdate().isoformat(),
    )
    page = as_user(front).get(ADMINS[Case].url("inform", case))
    initial = page.context["form"].initial["told_at"].strftime("%Y-%m-%dT%H:%M")
    step(front, "inform", case, method="phone", told_at=initial, close="on")
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "enrolled")


@pytest.mark.rule("A-02")
@pytest.mark.parametrize("page", ["inspect", "history"])
def test_oversight_sees_the_steps_and_not_the_officers_words(as_user, page):
    case = make.case()
    services.pause_case(
        case=case,
        reason="papers",
        note="menunggu pemeriksaan penyakit",
        by=make.officer("front_office", SLEMAN),
    )
    address = ADMINS[Case].url(page, case)
    for role, region, reads in (("front_office", SLEMAN, True), ("provincial_coordinator", "34", False)):
        answer = as_user(make.officer(role, region)).get(address)
        if answer.status_code == 403:
            assert not reads
            continue
        assert answer.status_code == 200 and "bo-timeline" in answer.content.decode()
        assert ("pemeriksaan penyakit" in answer.content.decode()) is reads


@pytest.mark.parametrize(
    "field", [{"phone": "abc"}, {"phone": "12"}, {"born_on": "1850-01-01"}, {"born_on": "2999-01-01"}]
)
def test_a_profile_with_what_cannot_be_is_refused_at_its_field(front, field):
    data = {"name": "Uji", "sex": "f", "village": make.CATURTUNGGAL, **field}
    page = front.post(reverse("casework:record_profile"), data)
    [name] = field
    assert page.status_code == 200 and name in page.context["form"].errors
    assert not Person.objects.exists()


@pytest.mark.parametrize("address", ["/admin/keluhan-baru/kunjungan/", "/admin/keluhan/massal/review/"])
def test_a_step_opened_as_a_page_leads_back(as_user, address):
    make.unit(SLEMAN)
    answer = as_user(make.officer("supervisor", "34.04.07")).get(address)
    assert answer.status_code in (302, 403)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/admin/")
