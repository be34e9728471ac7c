"""The subject file: all about one person and nobody else, for a purpose, and its making is in the audit itself (A-08)."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from portal.ledger import audit
from portal.ledger.models import AuditEntry
from tests.casework import records as make

pytestmark = [pytest.mark.django_db, pytest.mark.rule("A-08")]


@pytest.fixture
def siti():
    make.unit("34.04")
    return make.person(make.household(conditions={"power": 450}), phone="081234567890")


@pytest.fixture
def front(client, siti):
    user = make.officer("front_office", "34.04")
    type(siti.household).objects.filter(pk=siti.household_id).update(recorded_by=user)
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def address(person):
    return reverse("households:subject_file", args=[person.household_id, person.pk])


def words(answer) -> str:
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_holds_what_is_on_record_and_who_looked(front, siti):
    case = make.case(of=siti, answered="approve", description="Atap rumah bocor sejak Januari.")
    neighbor = make.person(siti.household, name="Budi Santoso", sex="m")
    make.case(of=neighbor, about=make.program("lain"), description="Rahasia milik Budi.")
    audit.read(siti, by=make.officer("supervisor", "34.04.07"), purpose="Pemeriksaan petugas")
    answer = front.post(address(siti), {"purpose": "counter", "words": "diminta warga"})
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    text = words(answer)
    compact = text.replace(" ", "")
    for expected in (
        siti.name,
        siti.nik,
        "081234567890",
        case.number,
        "Atap rumah bocor",
        "Pemeriksaan petugas",
    ):
        assert expected.replace(" ", "") in compact, expected
    assert "diminta warga".replace(" ", "") in compact, "its own making stands in it"
    assert neighbor.nik not in compact and "Rahasia" not in text
    entry = AuditEntry.objects.filter(action="export", object_id=str(siti.pk)).get()
    assert "diminta warga" in entry.purpose and siti.nik not in entry.purpose


def test_without_a_purpose_nothing_is_made(front, siti):
    assert front.get(address(siti)).status_code == 200
    answer = front.post(address(siti), {})
    assert answer["Content-Type"].startswith("text/html") and answer.context["form"].errors["purpose"]
    assert not AuditEntry.objects.filter(action="export").exists()


@pytest.mark.parametrize(
    ("role", "region", "status"), [("front_office", "34.02", 404), ("desk", "34.04", 404)]
)
def test_others_have_no_such_page(client, siti, role, region, status):
    user = (
        make.officer("program_desk", region, desk=make.desk())
        if role == "desk"
        else make.officer(role, region)
    )
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    for answer in (client.get(address(siti)), client.post(address(siti), {"purpose": "counter"})):
        assert answer.status_code == status


def test_a_person_of_another_family_is_not_reached_through_this_one(front, siti):
    other = make.person()
    url = reverse("households:subject_file", args=[siti.household_id, other.pk])
    assert front.post(url, {"purpose": "counter"}).status_code == 404
