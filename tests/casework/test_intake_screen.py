"""The intake screen as its clerk meets it: what was said before, who is meant, which program, and no number in free words."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases.casework import services
from cases.casework.forms import ReferForm
from cases.casework.models import Case
from cases.households.services import find_by_name
from portal.backoffice.admin import ADMINS
from portal.ledger.models import AuditEntry
from portal.regions.models import Region
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN = "34.04"


@pytest.fixture
def as_user(client):
    def sign_in(role, region=SLEMAN, **more):
        make.unit(SLEMAN)
        client.force_login(make.officer(role, region, **more), backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


def family(head, child, address):
    """A child in the family of a head, by their names."""
    first = make.person(make.household(address=address), name=head)
    return make.person(first.household, name=child)


# -- said before? --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-13", "C-20")
def test_the_earlier_case_opens_and_the_family_is_told_from_the_intake_screen(as_user):
    case = make.case()
    front = as_user("front_office")
    page = front.get(reverse("casework:register_for", args=[case.person_id])).content.decode()
    opened, told = ADMINS[Case].url("inspect", case), ADMINS[Case].action_url("tell", case)
    assert f'href="{opened}"' in page and f'href="{told}"' in page
    assert front.get(opened).status_code == front.get(told).status_code == 200


# -- who is meant --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("H-02", "A-08")
def test_two_of_one_name_are_told_apart_by_family_and_address_and_who_looked_is_on_record(as_user):
    family("Slamet Riyanto", "Yuliana", "Dusun Krajan RT 02")
    family("Wagiyem", "Yuliana", "Dusun Karang RT 05")
    front = as_user("front_office")
    asked = {"name": "Yuliana", "village": make.CATURTUNGGAL}
    page = front.post(reverse("casework:register"), asked).content.decode()
    for words in ("Dusun Krajan RT 02", "keluarga Slamet Riyanto", "Dusun Karang RT 05", "keluarga Wagiyem"):
        assert words in page
    entry = AuditEntry.objects.get(model="regions.region")
    assert (entry.action, entry.detail) == ("read", {"count": 2}) and "Yuliana" not in entry.purpose


def test_nothing_typed_is_said_at_the_number_and_not_at_a_field_that_lies_folded(as_user):
    front = as_user("front_office")
    # The selects send the clerk's own regency although nobody has touched them.
    folded = {"village_1": "34", "village_2": "34.04", "village_3": ""}
    form = front.post(reverse("casework:register"), {"number": "", "name": "", **folded}).context["form"]
    assert set(form.errors) == {"number"}
    form = front.post(reverse("casework:register"), {"number": "", "name": "Siti", **folded}).context["form"]
    assert set(form.errors) == {"village"} and len(form.errors["village"]) == 1


@pytest.mark.rule("H-02")
def test_a_name_that_is_there_is_not_hidden_among_those_that_resemble_it():
    family("Ilham Maulana", "Yuliana", "RT 01")
    front, village = make.officer("front_office", SLEMAN), Region.objects.get(pk=make.CATURTUNGGAL)
    for typed in ("Yuliana", "Yulliana"):
        found = find_by_name(typed, village=village, by=front)
        assert [candidate.person.name for candidate in found] == ["Yuliana"], typed


@pytest.mark.rule("A-03", "A-05")
def test_an_officer_of_one_village_is_not_asked_for_it(as_user):
    family("Slamet Riyanto", "Yuliana", "RT 02")
    page = as_user("facilitator", make.CATURTUNGGAL).get(reverse("casework:register")).content.decode()
    assert f'<input type="hidden" name="village" value="{make.CATURTUNGGAL}">' in page
    assert "<select" not in page and "Caturtunggal, Depok, Kabupaten Sleman" in page
    page = as_user("front_office").get(reverse("casework:register")).content.decode()
    assert "<select" in page and 'name="village_4"' not in page.partition("village_3")[0]


# -- which program -------------------------------------------------------------------------------------------------------
def test_what_a_kind_asks_for_is_not_called_optional(as_user):
    siti = make.person()
    page = as_user("front_office").get(reverse("casework:register_for", args=[siti.pk])).content.decode()
    label = re.search(r'<label for="id_program">.*?</label>', page, re.S)[0]
    assert (
        "opsional" not in label
        and "opsional" in re.search(r'<label for="id_answer">.*?</label>', page, re.S)[0]
    )


@pytest.mark.rule("C-17")
def test_the_desks_of_the_program_stand_open_and_the_alternatives_are_folded(as_user):
    case = make.case(reviewed=True)
    desk, pip = make.desk(case.program), make.program("pip", sector="pendidikan")
    other = make.desk(pip)
    back = as_user("back_office")
    url = ADMINS[Case].action_url("propose", case)
    page = back.get(url)
    form = page.context["form"]
    assert [box.data["value"] for box in form.wanted] == [f"{desk.pk}:{case.program_id}"]
    assert {sector: [box.data["value"] for box in boxes] for sector, boxes in form.others.items()} == {
        "Pendidikan": [f"{other.pk}:{pip.pk}"]
    }
    text = page.content.decode()
    assert 'name="csrfmiddlewaretoken"' in text.partition("<fieldset")[0] and 'name="form_token"' in text
    assert text.count('name="to"') == 2 and not re.search(r'<details class="ci-more" open', text)
    # What was chosen among the folded ones comes back unfolded, with the error beside it; nothing is chosen for nobody.
    assert back.post(url, {"to": []}).context["form"].errors
    bad = back.post(url, {"to": [f"{other.pk}:{pip.pk}"], "note": "x" * 3000})
    assert re.search(r'<details class="ci-more" open', bad.content.decode())
    assert back.post(url, {"to": [f"{desk.pk}:{case.program_id}", f"{other.pk}:{pip.pk}"]}).status_code == 302
    assert case.referrals.count() == 2


def test_without_a_desk_for_the_program_the_page_says_so():
    case = make.case(reviewed=True)
    make.desk(make.program("pip", sector="pendidikan"))
    form = ReferForm(case=case, for_user=make.officer("back_office", SLEMAN))
    assert form.wanted == [] and form.others_count == 1


# -- free words ----------------------------------------------------------------------------------------------------------
@pytest.mark.rule("A-08")
def test_numbers_in_what_the_family_says_are_taken_out_before_they_are_kept(as_user):
    siti, token = make.person(), str(uuid.uuid4())
    front = as_user("front_office")
    fields = {
        "client_id": token, "kind": "need", "program": make.program().pk,
        "description": f"NIK saya {siti.nik}, telepon 081234567890, butuh KIS",
    }  # fmt: skip
    url = reverse("casework:register_for", args=[siti.pk])
    assert front.post(url, fields).status_code == 302
    case = Case.objects.get()
    assert siti.nik not in case.description and "081234567890" not in case.description
    assert case.description.endswith("butuh KIS")
    # The same form again is the same case still.
    assert front.post(url, fields).status_code == 302 and Case.objects.count() == 1
    services.send_back(case=case, note="Lengkapi.", by=make.officer("supervisor", "34.04.07"))
    services.resubmit_case(
        case=case, note="Ya", description=f"KK {siti.nik}", by=make.officer("front_office", SLEMAN)
    )
    case.refresh_from_db()
    assert siti.nik not in case.description
    with pytest.raises(ValidationError):
        services.register_case(
            kind="need", description=" ", person=siti, household=siti.household, by=case.registered_by
        )


# -- the record ----------------------------------------------------------------------------------------------------------
def test_the_page_of_a_case_says_each_thing_once_and_nothing_of_what_is_not(as_user):
    case = make.case()
    page = as_user("back_office").get(ADMINS[Case].url("inspect", case))
    labels = [row["label"] for section in page.context["sections"] for row in section["rows"]]
    assert len(labels) == len(set(labels))
    assert not [
        row for section in page.context["sections"] for row in section["rows"] if row["html"] in ("", "–")
    ]
    seen = as_user("provincial_coordinator", "34").get(ADMINS[Case].url("inspect", case)).context["sections"]
    assert {"Jenis", "Program"} <= {row["label"] for section in seen for row in section["rows"]}


# -- the receipt ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-14")
@pytest.mark.parametrize("anonymous", [True, False])
def test_who_took_a_sensitive_case_hands_out_its_receipt_and_opens_it_no_more(as_user, anonymous):
    siti, front = make.person(), as_user("front_office")
    fields = {
        "client_id": str(uuid.uuid4()), "kind": "grievance", "concern": "other", "program": make.program().pk,
        "description": "Petugas meminta uang.", "is_sensitive": "on",
    }  # fmt: skip
    if anonymous:
        url, fields = (
            reverse("casework:register_without"),
            fields | {"is_anonymous": "on", "village": make.CATURTUNGGAL},
        )
    else:
        url = reverse("casework:register_for", args=[siti.pk])
    answer = front.post(url, fields)
    case = Case.objects.get()
    receipt = reverse("casework:receipt", args=[case.pk])
    assert case.is_sensitive and answer.url == receipt
    page = front.get(receipt).content.decode()
    assert case.number in page and case.lookup_code in page
    record = ADMINS[Case].url("inspect", case)
    assert record not in page and front.get(record).status_code == 404
    papers = [reverse("casework:receipt_pdf", args=[case.pk])]
    assert all(front.get(paper)["Content-Type"] == "application/pdf" for paper in papers)
    # Another clerk, and the same one tomorrow, find nothing.
    for again in (
        make.officer("puskesos_front_office", make.CATURTUNGGAL),
        make.officer("front_office", SLEMAN),
    ):
        front.logout()
        front.force_login(again, backend="portal.accounts.backends.RoleBackend")
        assert front.get(receipt).status_code == front.get(papers[0]).status_code == 404


# -- somebody new --------------------------------------------------------------------------------------------------------
@pytest.mark.rule("H-03")
def test_what_was_typed_to_look_somebody_up_is_not_typed_again(as_user):
    front = as_user("front_office")
    asked = {
        "name": "Wagiyem Baru",
        "village_1": "34",
        "village_2": "34.04",
        "village_3": "34.04.07",
        "village_4": make.CATURTUNGGAL,
    }
    page = front.post(reverse("casework:register"), asked).content.decode()
    hidden = dict(
        re.findall(r'<input type="hidden" name="(prefill|number|name|village)" value="([^"]*)"', page)
    )
    assert hidden["village"] == make.CATURTUNGGAL
    form = front.post(reverse("casework:record_profile"), hidden | {"name": "Wagiyem Baru"}).content.decode()
    assert f'<option value="{make.CATURTUNGGAL}" selected>' in form and "Wagiyem Baru" in form
