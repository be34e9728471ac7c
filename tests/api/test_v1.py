"""The API: regions for everybody, cases for officers of the area alone."""

import pytest

from cases.casework.models import Case
from tests.dashboards.test_facts import desk, make  # noqa: F401
from tests.dashboards.test_views import officer

pytestmark = pytest.mark.django_db


def test_regions_are_found_by_words_and_code(client):
    found = client.get("/api/v1/regions", {"q": "depok sleman", "level": 3}).json()
    assert found[0]["code"] == "34.04.07" and "Sleman" in found[0]["full_name"]
    assert client.get("/api/v1/regions/34.04.07.2001").json()["parent"] == "34.04.07"
    assert len(client.get("/api/v1/regions/34/children").json()) == 5
    for path, status in (
        ("/regions/99", 404),
        ("/regions/99/children", 404),
        ("/regions?q=a", 422),
        ("/regions?q=depok&level=7", 422),
    ):
        assert client.get("/api/v1" + path).status_code == status, path


@pytest.fixture
def two_cases(desk):  # noqa: F811
    import random

    here, there = make(desk, random.Random(1), "here"), make(desk, random.Random(1), "there")
    here.region_id, there.region_id = "34.04.07.2001", "34.02.01.2001"
    here.save()
    there.save()
    return here, there


@pytest.mark.rule("A-02", "A-04")
def test_an_officer_reads_the_cases_of_the_area_and_no_other(client, two_cases):
    here, there = two_cases
    officer(client, "front_office", "34.04")
    assert [row["id"] for row in client.get("/api/v1/cases").json()] == [here.pk]
    assert client.get(f"/api/v1/cases/{here.pk}").json()["number"] == here.number
    assert client.get(f"/api/v1/cases/{there.pk}").status_code == 404
    assert client.get("/api/v1/cases", {"before": here.pk}).json() == []
    assert client.get("/api/v1/cases", {"limit": 5000}).status_code == 422


@pytest.mark.rule("A-04", "A-06")
def test_without_a_session_or_the_right_there_is_no_case(client, two_cases):
    assert Case.objects.count() == 2
    assert client.get("/api/v1/cases").status_code == 401
    officer(client, "editor", None)
    assert client.get("/api/v1/cases").status_code == 403
    assert client.get(f"/api/v1/cases/{two_cases[0].pk}").status_code == 403


def test_answers_to_officers_are_stored_nowhere_and_the_root_leads_to_the_description(client, two_cases):
    officer(client, "front_office", "34.04")
    assert "no-store" in client.get("/api/v1/cases")["Cache-Control"]
    answer = client.get("/api/v1/")
    assert answer.status_code == 302 and client.get(answer["Location"]).status_code == 200
