"""The public look-up: one answer for an unknown number and a wrong code, nothing in an address, a limit on attempts."""

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def ask(client, number: str, code: str):
    return client.post("/lacak/", {"nomor": number, "kode": code})


def shown(response) -> str:
    return response.content.decode().split("<main")[1].split("<form")[0]


@pytest.mark.rule("P-14")
def test_unknown_number_and_wrong_code_get_the_same_answer(client, site, registered_case):
    unknown = ask(client, "PENDAFTARAN/TIDAK/ADA", "AAAA-BBBB")
    wrong = ask(client, registered_case.number, "AAAA-BBBB")
    assert unknown.status_code == wrong.status_code == 200
    assert shown(unknown) == shown(wrong)
    assert "Nomor dan kode tidak cocok" in shown(unknown)
    assert registered_case.number not in shown(wrong)


@pytest.mark.rule("P-14")
def test_number_and_code_show_the_steps_and_no_person(client, site, registered_case):
    response = ask(client, registered_case.number, registered_case.lookup_code)
    text = response.content.decode()
    assert registered_case.number in text and "Dalam proses" in text
    assert registered_case.person.name not in text and registered_case.registered_by.name not in text
    assert "no-store" in response["Cache-Control"]


def test_after_twenty_attempts_the_visitor_waits(client, site):
    for _attempt in range(20):
        assert ask(client, "X", "Y").status_code == 200
    response = ask(client, "X", "Y")
    assert response.status_code == 429 and "Terlalu banyak percobaan" in response.content.decode()


def test_an_empty_form_says_what_is_missing(client, site):
    text = ask(client, "", "").content.decode()
    assert "Isikan nomor pendaftaran" in text and "Isikan kode lacak" in text
