"""The picker: the field accepts only regions of the user; the endpoints are quick and tell the parents."""

import datetime as dt
import time

import pytest
from django import forms
from django.http import QueryDict
from django.urls import reverse

from portal.accounts.models import RoleAssignment, User
from portal.regions.forms import RegionField, bounds_of
from portal.regions.models import Level, Region
from portal.regions.search import search
from portal.regions.services import retire_region

pytestmark = pytest.mark.django_db


def officer(role="front_office", code="34.04", **kwargs):
    user = User.objects.create_user(f"{role}.{code}", name="Petugas")
    RoleAssignment.objects.create(user=user, role=role, region_id=code or None, **kwargs)
    return user


def form_for(user, data=None, **kwargs):
    class Form(forms.Form):
        region = RegionField(for_user=user, **kwargs)

    return Form(QueryDict(data) if data is not None else None)


@pytest.mark.rule("A-02")
def test_a_front_office_chooses_a_village_of_its_regency_and_of_no_other():
    user = officer()
    assert form_for(user, "region=34.04.07.2001").is_valid()
    foreign = form_for(user, "region=34.02.15.2004")
    assert foreign.errors["region"] == [
        "Panggungharjo, Sewon, Kabupaten Bantul, DI Yogyakarta berada di luar wilayah Anda."
    ]


@pytest.mark.rule("A-03")
def test_a_puskesos_chooses_its_village_and_not_the_next():
    user = officer("puskesos_coordinator", "34.04.07.2001")
    assert form_for(user, "region=34.04.07.2001").is_valid()
    assert "region" in form_for(user, "region=34.04.07.2002").errors


@pytest.mark.rule("A-07")
def test_a_province_reaches_its_province_and_the_secretariat_the_nation():
    province, nation = officer("provincial_coordinator", "34"), officer("national_secretariat", "")
    assert form_for(province, "region=34.02.15.2004").is_valid()
    assert "region" in form_for(province, "region=32.04.37.2019").errors
    assert form_for(nation, "region=32.04.37.2019").is_valid()


def test_an_expired_role_reaches_nothing():
    user = officer(valid_from=dt.date(2024, 1, 1), valid_until=dt.date(2025, 12, 31))
    assert bounds_of(user) == []
    assert "region" in form_for(user, "region=34.04.07.2001").errors


def test_only_roles_with_the_right_count_where_a_right_is_named():
    user = officer()
    RoleAssignment.objects.create(user=user, role="regency_head", region_id="34.02")
    user = User.objects.get(pk=user.pk)
    assert bounds_of(user) == ["34.02", "34.04"]
    assert bounds_of(user, "case.register") == ["34.04"]


@pytest.mark.parametrize("code", ["99.99.99.9999", "34.04.07.9999", "sleman", "34.04.07.2001'--", "x" * 500])
def test_an_unknown_code_is_refused_in_words(code):
    data = QueryDict(mutable=True)
    data["region"] = code
    message = form_for(None, data.urlencode()).errors["region"][0]
    assert message.startswith("Tidak ada wilayah dengan kode") and len(message) < 100


def test_a_region_of_the_wrong_level_is_refused_in_words():
    assert form_for(None, "region=34.04", level=Level.VILLAGE).errors["region"] == [
        "Pilih wilayah tingkat Desa/kelurahan; Kabupaten Sleman, DI Yogyakarta bertingkat Kabupaten/kota."
    ]
    assert form_for(None, "region=34.04", level=(Level.PROVINCE, Level.REGENCY)).is_valid()


def test_an_ended_region_is_refused_and_a_record_may_keep_showing_it():
    village = Region.objects.get(pk="34.04.07.2001")
    retire_region(region=village, last_day=dt.date(2026, 1, 31))
    assert "telah berakhir" in form_for(None, "region=34.04.07.2001").errors["region"][0]
    html = str(type(form_for(None))(initial={"region": village})["region"])
    assert '<option value="34.04.07.2001" selected>Caturtunggal</option>' in html


def test_a_form_without_script_fills_one_select_after_the_other():
    user = officer("provincial_coordinator", "34")
    html = str(form_for(user)["region"])
    assert 'name="region_1"' in html and 'name="region_2"' in html and 'name="region_3"' not in html
    assert "Jawa Barat" not in html and "Kabupaten Bantul" in html
    half = form_for(user, "region_1=34&region_2=34.04")
    assert not half.is_valid()
    assert 'name="region_3"' in str(half["region"]) and ">Depok</option>" in str(half["region"])
    whole = form_for(user, "region_1=34&region_2=34.04&region_3=34.04.07&region_4=34.04.07.2001")
    assert whole.is_valid() and whole.cleaned_data["region"].pk == "34.04.07.2001"


def test_a_select_that_no_longer_fits_the_one_above_counts_for_nothing():
    stale = form_for(None, "region_1=32&region_2=34.04&region_3=34.04.07&region_4=34.04.07.2001")
    assert stale["region"].value() == "32" and not stale.is_valid()


def test_a_single_village_is_named_and_not_asked_for():
    html = str(form_for(officer("puskesos_coordinator", "34.04.07.2001"))["region"])
    assert '<input type="hidden" name="region" value="34.04.07.2001">' in html and "<select" not in html
    assert "Caturtunggal, Depok, Kabupaten Sleman" in html and "34.04.07.2002" not in html


def test_each_select_has_a_label_and_an_empty_choice_where_it_is_open():
    html = str(form_for(None)["region"])
    assert '<label for="id_region_1">Provinsi</label>' in html and "– pilih –" in html


# -- endpoints -----------------------------------------------------------------------------------------------------
def test_search_answers_json_with_the_parents(client):
    answer = client.get("/wilayah/", {"q": "catur", "level": "village", "within": "34.04", "format": "json"})
    results = {row["code"]: row for row in answer.json()["results"]}
    assert results["34.04.07.2001"]["full_name"] == "Caturtunggal, Depok, Kabupaten Sleman, DI Yogyakarta"
    assert {row["level"] for row in results.values()} == {"village"}
    assert all(code.startswith("34.04.") for code in results)


def test_children_and_provinces_are_listed(client):
    children = client.get("/wilayah/", {"parent": "34", "format": "json"}).json()["results"]
    assert len(children) == 5
    assert len(client.get("/wilayah/", headers={"accept": "application/json"}).json()["results"]) == 38


@pytest.mark.parametrize(
    "query", [{"level": "planet"}, {"within": "3404"}, {"parent": "x"}, {"q": "a", "bounds": "1"}]
)
def test_a_bad_question_gets_400_and_words(client, query):
    answer = client.get("/wilayah/", query | {"format": "json"})
    assert answer.status_code == 400 and answer.json()["error"]


def test_the_page_works_without_script(client):
    page = client.get("/wilayah/", {"q": "depok sleman"}).content.decode()
    assert "Depok, Kabupaten Sleman, DI Yogyakarta" in page
    assert "Caturtunggal" in client.get("/wilayah/", {"parent": "34.04.07"}).content.decode()
    assert "Tidak ada wilayah bernama" in client.get("/wilayah/", {"q": "zzzz"}).content.decode()


def test_the_selects_are_drawn_for_a_code_within_bounds(client):
    html = client.get(
        reverse("regions:selects"), {"name": "region", "code": "34.04.07", "levels": "4", "bounds": "34.04"}
    ).content.decode()
    assert 'name="region_4"' in html and "Caturtunggal" in html and "Bantul" not in html


@pytest.mark.parametrize("query", [{"name": "a b"}, {"name": '"><x'}, {"name": ""}])
def test_a_name_that_is_no_name_of_a_field_is_not_drawn(client, query):
    assert client.get(reverse("regions:selects"), query).status_code == 404


def test_a_search_costs_two_queries_for_one_row_and_for_twenty(client, django_assert_num_queries):
    for query in ("caturtunggal", "suka"):
        with django_assert_num_queries(2):
            client.get("/wilayah/", {"q": query, "format": "json"})


def test_the_slowest_search_over_all_villages_stays_quick():
    """Processor time under a wide bound, because the machine is shared; the bench prints the figure itself."""
    best = 9.0
    for _attempt in range(3):
        started = time.process_time()
        search("ma", level=Level.VILLAGE)
        best = min(best, time.process_time() - started)
    assert best < 0.15
