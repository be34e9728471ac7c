"""A case is found by name by who may read names, among the cases of their own list and no other."""

import pytest
from django.urls import reverse

from cases.casework.services import find_cases_by_name, finding
from portal.ledger.models import AuditEntry
from portal.regions.models import Region
from tests.casework import records as make

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.RoleBackend"


def case_of(name, **states):
    return make.case(of=make.person(name=name), **states)


@pytest.fixture
def page():
    return reverse("casework:find_by_name")


def found_by(client, page, role, region, name="Tumini"):
    client.force_login(make.officer(role, region), backend=BACKEND)
    answer = client.post(page, {"name": name})
    assert answer.status_code == 200
    return [row["object"].pk for row in answer.context["table"]]


@pytest.mark.rule("A-02", "A-03")
def test_a_name_is_found_with_another_spelling_in_ones_own_area_alone(client, page):
    here = case_of("Tumini Sulastri")
    case_of("Bambang Hartono")
    assert found_by(client, page, "puskesos_front_office", here.region_id) == [here.pk]
    assert found_by(client, page, "manager", "34.04", "Tumeni Sulastry") == [here.pk]
    assert found_by(client, page, "manager", "34.02") == []
    assert found_by(client, page, "manager", "34.04", "Zulkarnain") == []


def test_who_reported_it_is_found_too_and_a_case_stands_in_the_list_once():
    case = case_of("Tumini Sulastri", reporter_name="Tumini Sulastri")
    other = case_of("Bambang Hartono", reporter_name="Tumini S")
    found = find_cases_by_name("Tumini Sulastri", by=make.officer("manager", "34.04")).cases
    assert [one.pk for one in found][0] == case.pk and sorted(one.pk for one in found) == sorted(
        [case.pk, other.pk]
    )


@pytest.mark.rule("A-04", "A-07")
@pytest.mark.parametrize("role", ["program_desk", "provincial_coordinator", "national_secretariat"])
def test_oversight_and_desks_do_not_look_for_names(client, page, role):
    desk = case_of("Tumini Sulastri", referred=True).referrals.get().desk
    officer = {
        "program_desk": lambda: make.officer(role, "34.04", desk=desk),
        "provincial_coordinator": lambda: make.officer(role, "34"),
        "national_secretariat": lambda: make.officer(role),
    }[role]()
    client.force_login(officer, backend=BACKEND)
    assert client.get(page).status_code == client.post(page, {"name": "Tumini"}).status_code == 403


def test_anonymous_and_sensitive_cases_show_to_nobody_who_may_not_see_them():
    case_of("Tumini Sulastri", is_anonymous=True, kind="grievance")
    sensitive = case_of("Tumini Sulastri", is_sensitive=True)
    by_name = {
        role: [case.pk for case in find_cases_by_name("Tumini Sulastri", by=make.officer(role, region)).cases]
        for role, region in (("front_office", "34.04"), ("manager", "34.04"))
    }
    assert by_name == {"front_office": [], "manager": [sensitive.pk]}


@pytest.mark.rule("A-08")
def test_who_looked_is_on_record_without_the_name(client, page, caplog):
    case_of("Tumini Sulastri")
    assert found_by(client, page, "manager", "34.04")
    entry = AuditEntry.objects.filter(action="read", model="regions.region", object_id="34.04").get()
    assert entry.detail["count"] == 1 and "tumini" not in repr(vars(entry)).lower()
    assert "tumini" not in caplog.text.lower()


@pytest.mark.parametrize("name,words", [("Tu", "tiga huruf"), ("", "")])
def test_too_short_a_name_says_so_beside_the_field(client, page, name, words):
    client.force_login(make.officer("manager", "34.04"), backend=BACKEND)
    answer = client.post(page, {"name": name})
    assert words in str(answer.context["form"].errors["name"])


def test_it_takes_two_queries_and_opens_no_more_than_its_share(monkeypatch, django_assert_num_queries):
    old, new = case_of("Tumini Lama"), case_of("Tumini Baru")
    manager = make.officer("manager", "34.04")
    find_cases_by_name("Tumini", by=manager)
    with django_assert_num_queries(2):
        both = find_cases_by_name("Tumini", by=manager)
    assert {case.pk for case in both.cases} == {old.pk, new.pk} and both.all_read
    monkeypatch.setattr(finding, "MOST_OPENED", 1)
    newest = find_cases_by_name("Tumini", by=manager)
    assert [case.pk for case in newest.cases] == [new.pk] and not newest.all_read
    elsewhere = Region.objects.get(pk="34.04.01")
    assert not find_cases_by_name("Tumini", by=manager, region=elsewhere).cases


def test_the_list_leads_there_when_a_name_was_typed_into_its_box(client, page):
    client.force_login(make.officer("manager", "34.04"), backend=BACKEND)
    assert page in client.get("/admin/keluhan/?q=Tumini").content.decode()
    client.force_login(make.officer("provincial_coordinator", "34"), backend=BACKEND)
    assert page not in client.get("/admin/keluhan/?q=Tumini").content.decode()
