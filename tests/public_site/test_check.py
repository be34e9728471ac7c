"""The questions without a name: what fits, what may fit, what does not and why; nothing stored."""

import pytest
from django.contrib.sessions.models import Session

pytestmark = pytest.mark.django_db


def answer(client, **told):
    return client.post("/cek-kelayakan/", {"sendiri": "many", "bencana": "no", **told})


def names(response, group: str) -> set[str]:
    return {row.program.code for row in response.context["results"][group]}


def test_a_poor_family_with_a_pupil(client, site):
    response = answer(client, anggota=["primary"], desil="1")
    assert {"pkh", "sembako", "pip", "pis"} <= names(response, "met")
    assert {"asuransi-nelayan", "subsidi-pupuk", "kip-kuliah"} <= names(response, "unmet")
    assert "rutilahu" in names(response, "unknown")


def test_an_employee_in_the_family_excludes_from_pkh_with_the_reason(client, site):
    response = answer(client, anggota=["primary", "employee"], desil="1")
    assert "pkh" in names(response, "unmet")
    row = next(row for row in response.context["results"]["unmet"] if row.program.code == "pkh")
    assert [line.answer.value for line in row.lines].count("unmet") == 1


def test_without_a_decile_what_depends_on_it_stays_open(client, site):
    response = answer(client, anggota=["primary"])
    assert {"pkh", "pis"} <= names(response, "unknown")


def test_an_elderly_person_alone(client, site):
    response = answer(client, sendiri="one", anggota=["very_old"], desil="3")
    assert {"permakanan", "pkh"} <= names(response, "met")
    assert "permakanan" in names(answer(client, anggota=["very_old"], desil="3"), "unmet")


@pytest.mark.rule("P-04")
def test_regional_programs_are_checked_for_their_people(client, site):
    here = answer(client, desil="1", wilayah="34.04")
    assert "ngantar-paimah" in names(here, "met")
    elsewhere = answer(client, desil="1", wilayah="34.02")
    assert not any("ngantar-paimah" in names(elsewhere, group) for group in ("met", "unmet", "unknown"))


def test_nothing_is_stored_or_put_into_an_address(client, site, django_assert_num_queries):
    response = answer(client, anggota=["pregnant"], desil="1")
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    assert "sessionid" not in response.cookies and not Session.objects.exists()


def test_a_wrong_answer_is_refused_in_words(client, site):
    response = answer(client, anggota=["king"])
    assert response.status_code == 400 and "Perbaiki jawaban" in response.content.decode()
