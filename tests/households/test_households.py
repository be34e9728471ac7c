"""A family's page, what is recorded on it, and the way of proposals to the register (H-03 to H-07, A-08)."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from cases.households import services
from cases.households.models import Enrolment, Household, Person, Recommendation, UpdateProposal, Visit
from cases.households.services.proposals import changes_of
from portal.backoffice.admin import ADMINS
from portal.ledger.letters import letter_code
from portal.ledger.models import AuditEntry
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN = "34.04"


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def facilitator(db):
    make.unit(SLEMAN)
    return make.officer("facilitator", make.CATURTUNGGAL)


def url(name, *args):
    return reverse(f"households:{name}", args=args)


def open_household(client, household):
    return client.post(
        url("household", household.pk), {"purpose": "verification", "words": "kunjungan 3404075704850001"}
    )


# -- reading for a purpose ----------------------------------------------------------------------------------------------
@pytest.mark.rule("A-08")
def test_a_family_outside_the_daily_list_opens_for_a_purpose_that_the_audit_keeps(as_user, facilitator):
    siti = make.person()
    client = as_user(facilitator)
    asked = client.get(url("household", siti.household_id)).content.decode()
    assert siti.name not in asked and siti.household.address not in asked
    assert not AuditEntry.objects.filter(model="households.household").exists()
    assert open_household(client, siti.household).status_code == 302
    entry = AuditEntry.objects.get(model="households.household")
    assert (entry.action, entry.actor) == (
        "read",
        facilitator.username,
    ) and "3404075704850001" not in entry.purpose
    assert siti.name in client.get(url("household", siti.household_id)).content.decode()


@pytest.mark.rule("A-08", "H-02")
def test_a_look_up_by_name_is_on_record_without_the_name(as_user, facilitator):
    siti, client = make.person(name="Siti Aminah"), as_user(facilitator)
    asked = {"village": make.CATURTUNGGAL}
    assert siti.name in client.post(url("find"), asked | {"name": "Siti Amina"}).content.decode()
    client.post(url("find"), asked | {"name": "Zulkarnain"})
    entry = AuditEntry.objects.get(model="regions.region")
    assert (entry.actor, entry.region_code, entry.detail) == (
        facilitator.username,
        make.CATURTUNGGAL,
        {"count": 1},
    )
    assert "Siti" not in entry.purpose


@pytest.mark.rule("A-08")
def test_without_words_another_purpose_opens_nothing(as_user, facilitator):
    siti = make.person()
    client = as_user(facilitator)
    answer = client.post(url("household", siti.household_id), {"purpose": "other", "words": ""})
    assert answer.status_code == 200 and siti.name not in answer.content.decode()


@pytest.mark.rule("A-08")
def test_a_family_with_a_case_in_hand_is_on_the_daily_list(as_user):
    case = make.case()
    supervisor = as_user(make.officer("supervisor", "34.04.07"))
    assert case.person.name in supervisor.get(url("household", case.household_id)).content.decode()
    back = as_user(make.officer("back_office", SLEMAN))
    assert "purpose" in back.get(url("household", case.household_id)).context["form"].fields


@pytest.mark.rule("A-03")
@pytest.mark.parametrize("page", ["household", "propose", "enrol", "visit"])
def test_a_neighbors_family_does_not_exist(as_user, facilitator, page):
    foreign = make.person(village=make.PANGGUNGHARJO)
    client = as_user(facilitator)
    for answer in (
        client.get(url(page, foreign.household_id)),
        client.post(url(page, foreign.household_id), {"purpose": "visit"}),
    ):
        assert answer.status_code == 404


def test_oversight_has_no_door_to_families(as_user):
    siti = make.person()
    client = as_user(make.officer("provincial_coordinator", "34"))
    assert client.get(url("household", siti.household_id)).status_code == 404
    assert client.get(url("find")).status_code == 403


# -- the four things -----------------------------------------------------------------------------------------------------
@pytest.mark.rule("H-05")
def test_the_page_offers_the_four_things_to_those_who_record(as_user, facilitator):
    siti = make.person()
    client = as_user(facilitator)
    open_household(client, siti.household)
    page = client.get(url("household", siti.household_id)).content.decode()
    for name, args in (
        ("households:propose", [siti.household_id]),
        ("households:enrol", [siti.household_id]),
        ("casework:register_for", [siti.pk]),
        ("households:visit", [siti.household_id]),
    ):
        assert reverse(name, args=args) in page


@pytest.mark.rule("H-05")
def test_a_change_is_proposed_and_the_registers_value_stays(as_user, facilitator):
    siti = make.person(occupation="buruh")
    client = as_user(facilitator)
    open_household(client, siti.household)
    page = url("propose_for", siti.household_id, siti.pk)
    form = client.get(page).context["form"]
    data = {name: field.initial or "" for name, field in form.fields.items()} | {
        "occupation": "pedagang", "kind": "change", "born_on": "1985-04-17"
    }  # fmt: skip
    assert client.post(page, data).status_code == 302
    proposal = UpdateProposal.objects.get()
    assert changes_of(proposal) == {"occupation": ["buruh", "pedagang"]}
    siti.refresh_from_db()
    assert siti.occupation == "buruh"
    nothing = client.post(page, data | {"occupation": "buruh"})
    assert nothing.status_code == 200 and UpdateProposal.objects.count() == 1


@pytest.mark.rule("H-07")
def test_participation_is_recorded_once_with_program_period_and_source(facilitator):
    siti, pis = make.person(), make.program()
    record = {
        "household": siti.household,
        "person": siti,
        "program": pis,
        "source": "reported",
        "by": facilitator,
    }
    row = services.record_enrolment(valid_from=dt.date(2025, 1, 1), **record)
    assert (row.program, row.source, row.recorded_by) == (pis, "reported", facilitator)
    for wrong in (dt.date(2025, 2, 1), timezone.localdate() + dt.timedelta(days=1)):
        with pytest.raises(ValidationError):
            services.record_enrolment(valid_from=wrong, **record)
    with pytest.raises(PermissionDenied):
        services.record_enrolment(
            valid_from=dt.date(2025, 1, 1), **record | {"by": make.officer("facilitator", make.SINDUADI)}
        )
    assert Enrolment.objects.count() == 1


@pytest.mark.rule("H-09")
def test_a_visit_is_recorded_once_for_the_same_id(facilitator):
    siti = make.person()
    known = {
        "unit": make.unit(SLEMAN), "place": "home", "purpose": "outreach", "household": siti.household,
        "client_id": "6f1c2a52-4d84-4f36-9d0a-3f4c7b1e9f11", "programs_explained": True, "by": facilitator,
    }  # fmt: skip
    first, again = services.record_visit(**known), services.record_visit(**known)
    assert first.pk == again.pk and first.in_register is True
    with pytest.raises(PermissionDenied):
        services.record_visit(**known | {"client_id": None, "by": make.officer("facilitator", make.SINDUADI)})
    assert Visit.objects.count() == 1


@pytest.mark.rule("H-04")
def test_without_nik_a_letter_of_recommendation_is_printed_under_one_number(as_user, facilitator):
    nobody = make.person(nik="", name="Mbah Karso")
    client = as_user(facilitator)
    open_household(client, nobody.household)
    for _twice in range(2):
        answer = client.get(url("recommendation", nobody.household_id, nobody.pk))
        assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    letter = Recommendation.objects.get()
    assert letter.number in text and "Mbah Karso" in text and "Kependudukan dan Pencatatan Sipil" in text
    # Anybody checks it by its code, and reads nothing of the person.
    code = letter_code("K", letter.pk)
    assert code in text
    checked = client.get(f"/verifikasi/{code}/").content.decode()
    assert letter.number in checked and letter.unit.name in checked and "Mbah Karso" not in checked


@pytest.mark.rule("H-04")
@pytest.mark.parametrize(
    ("role", "region", "kind"),
    [("front_office", SLEMAN, "slrt"), ("puskesos_front_office", make.CATURTUNGGAL, "puskesos")],
)
def test_the_letter_is_on_the_paper_of_the_office_where_the_family_stands(as_user, role, region, kind):
    make.unit(SLEMAN), make.unit(make.CATURTUNGGAL)
    nobody, user = make.person(nik=""), make.officer(role, region)
    client = as_user(user)
    open_household(client, nobody.household)
    answer = client.get(url("recommendation", nobody.household_id, nobody.pk))
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    letter = Recommendation.objects.get()
    assert letter.unit.kind == kind and letter.unit.name in text and user.name in text
    page = client.get(url("visit", nobody.household_id)).content.decode()
    assert f"Keluarga {nobody.name}" in page and f"keluarga {nobody.household_id}<" not in page


@pytest.mark.rule("H-03")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"nik": "340407570485000"}, "nik"),
        ({"name": "X"}, "name"),
        ({"sex": "?"}, "sex"),
        ({"village": "34.04"}, "village"),
    ],
)
def test_a_profile_with_bad_data_is_refused_whole(facilitator, wrong, field):
    from portal.regions.models import Region

    data = {"village": make.CATURTUNGGAL, "name": "Wagiyem", "sex": "f", "nik": make.nik()} | wrong
    with pytest.raises(ValidationError) as problem:
        services.record_profile(**data | {"village": Region.objects.get(pk=data["village"])}, by=facilitator)
    assert field in problem.value.error_dict
    assert not Household.objects.exists() and not Person.objects.exists()


# -- proposals -------------------------------------------------------------------------------------------------------------
def proposal_of(facilitator, **changes):
    siti = make.person(occupation="buruh")
    changes = changes or {"occupation": "pedagang"}
    return services.propose_change(household=siti.household, person=siti, changes=changes, by=facilitator)


@pytest.mark.rule("H-06")
@pytest.mark.rule("C-22")
def test_supervisor_reviews_manager_forwards_and_the_outcome_comes_back(facilitator):
    proposal = proposal_of(facilitator)
    supervisor, manager = make.officer("supervisor", "34.04.07"), make.officer("manager", SLEMAN)
    for wrong in (facilitator, manager):
        with pytest.raises(PermissionDenied):
            services.review_proposal(proposal=proposal, by=wrong)
    services.review_proposal(proposal=proposal, by=supervisor)
    with pytest.raises(PermissionDenied):
        services.forward_proposals(proposals=[proposal], by=supervisor)
    services.forward_proposals(proposals=[proposal], by=manager)
    services.accept_proposal(proposal=proposal, by=make.officer("back_office", SLEMAN))
    proposal.person.refresh_from_db()
    proposal.refresh_from_db()
    assert proposal.status == "accepted" and proposal.exported_at
    assert proposal.person.occupation == "pedagang"


@pytest.mark.rule("H-06")
def test_a_refusal_of_the_register_says_why_and_changes_nothing(facilitator):
    proposal = proposal_of(facilitator)
    services.review_proposal(proposal=proposal, by=make.officer("supervisor", "34.04.07"))
    manager = make.officer("manager", SLEMAN)
    services.forward_proposals(proposals=[proposal], by=manager)
    with pytest.raises(ValidationError):
        services.refuse_proposal(proposal=proposal, reason=" ", by=manager)
    services.refuse_proposal(proposal=proposal, reason="NIK tidak padan.", by=manager)
    proposal.refresh_from_db()
    proposal.person.refresh_from_db()
    assert (proposal.status, proposal.reason) == ("refused", "NIK tidak padan.")
    assert proposal.person.occupation == "buruh"


@pytest.mark.rule("H-06")
def test_forwarding_hands_out_the_file_once_and_marks_every_row(as_user, facilitator):
    proposal = proposal_of(facilitator, occupation="=1+1")
    services.review_proposal(proposal=proposal, by=make.officer("supervisor", "34.04.07"))
    client = as_user(make.officer("manager", SLEMAN))
    token = client.get(url("forward")).context["form_token"]
    answer = client.post(url("forward"), {"form_token": token})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[1][0] == proposal.pk and rows[1][3] == proposal.person.nik
    assert rows[1][9] == "Pekerjaan: =1+1", "the register's desk reads words, not names of columns"
    assert not any(str(cell or "").startswith("=") for cell in rows[1])
    assert client.post(url("forward"), {"form_token": token}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == "forwarded"
    assert as_user(make.officer("manager", "34.02")).get(url("forward")).context["forwarded"] == 0


def test_the_proposals_page_shows_the_change_and_no_number(as_user, facilitator):
    other = make.nik()
    proposal = proposal_of(facilitator, nik=other, occupation="pedagang")
    page = as_user(make.officer("supervisor", "34.04.07")).get(
        ADMINS[UpdateProposal].url("inspect", proposal)
    )
    text = page.content.decode()
    assert "pedagang" in text and other not in text and proposal.person.nik not in text


@pytest.mark.rule("H-06")
def test_every_field_of_a_proposal_is_called_by_its_indonesian_name(facilitator):
    from cases.households.changes import shown_changes

    siti, other = make.person(occupation="buruh"), make.nik()
    new = {
        "name": "Siti Aminah Rahayu", "nik": other, "sex": "m", "born_on": "1985-04-18", "relation": "spouse",
        "occupation": "pedagang", "phone": "081234567890",
    }  # fmt: skip
    person = services.propose_change(household=siti.household, person=siti, changes=new, by=facilitator)
    home = services.propose_change(
        household=siti.household,
        changes={"address": "Jl. Baru 2", "condition:house": "unfit"},
        by=facilitator,
    )
    lines = [str(change) for row in (person, home) for change in shown_changes(row)]
    assert [line.partition(":")[0] for line in lines] == [
        "Nama sesuai kartu", "NIK", "Jenis kelamin", "Tanggal lahir", "Hubungan dengan kepala keluarga", "Pekerjaan", "Nomor ponsel",
        "Alamat", "Keadaan rumah",
    ]  # fmt: skip
    text = " ".join(lines)
    assert (
        "laki-laki" in text.lower()
        and "18 April 1985" in text
        and "spouse" not in text
        and "unfit" not in text
    )
    assert other not in text and other in " ".join(str(c) for c in shown_changes(person, numbers=True))
