"""The check of a letter: genuine ones are named without a person, anything else gets one answer (P-14)."""

import random

import pytest
from django.urls import reverse

from portal.ledger import letters
from tests.dashboards.test_facts import desk, make  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(desk):  # noqa: F811
    case = make(desk, random.Random(1), "00001/REG/34.04/XI/2026")
    case.lookup_code = "ABCD-2345"
    case.save()
    return case


@pytest.mark.parametrize("key", [1, 29, 30, 31, 899, 900, 10**9, 2**62])
def test_a_code_reads_back_and_no_other_sign_does(key):
    code = letters.letter_code("R", key)
    assert letters.read_code(code) == letters.read_code(f" {code.lower()} ") == ("R", key)
    for position, sign in enumerate(code):
        for other in "2Z":
            if sign not in (other, "-"):
                assert letters.read_code(code[:position] + other + code[position + 1 :]) is None


@pytest.mark.parametrize(
    "text", ["", "R", "R-", "R--", "R-2-22222222", "R-0-22222222", "X" * 500, "R-é-22222222", "../../etc"]
)
def test_any_other_text_is_no_code(text):
    assert letters.read_code(text) is None


@pytest.mark.rule("P-14")
def test_a_genuine_receipt_is_named_without_a_person(client, case):
    page = client.get(reverse("public_site:letter", args=[letters.letter_code("R", case.pk)]))
    said = page.content.decode()
    assert page.status_code == 200 and case.number in said and case.unit.name in said
    assert case.lookup_code not in said
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.rule("P-14")
def test_a_false_code_and_a_code_of_no_letter_get_the_same_answer(client, case):
    false = client.get(reverse("public_site:letter", args=["R-2-22222222"]))
    absent = client.get(reverse("public_site:letter", args=[letters.letter_code("R", case.pk + 77)]))
    assert false.status_code == absent.status_code == 404
    strip = lambda page: [line for line in page.content.decode().splitlines() if "verifikasi" not in line]  # noqa: E731
    assert strip(false) == strip(absent)
    assert "Tidak ada surat" in false.content.decode()


def test_the_form_leads_to_the_answer(client, case):
    code = letters.letter_code("R", case.pk)
    assert client.get(reverse("public_site:letters")).status_code == 200
    assert client.get(reverse("public_site:letters"), {"kode": f" {code} "})["Location"].endswith(
        f"/verifikasi/{code}/"
    )


def test_a_draft_report_is_no_letter(client):
    assert letters.issued_letter(letters.letter_code("T", 1)) is None
    assert letters.issued_letter(letters.letter_code("P", 1)) is None
    assert letters.issued_letter(letters.letter_code("Z", 1)) is None
