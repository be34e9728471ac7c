"""The kit's doors over one kind of record: who finds what, who may do what, what it costs."""

import pytest

from cases.casework.workflow import CASE_FLOW

from . import desk

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.backoffice.desk")]


@pytest.fixture
def case(make_case):
    return make_case()


def test_list_and_record_of_ones_own_region(as_user, officer, case):
    client = as_user(officer("front_office", "34.04"))
    assert case.number in client.get(desk.url("index")).content.decode()
    page = client.get(desk.url("inspect", case.pk))
    assert page.status_code == 200 and "Keluhan" in page.content.decode()


@pytest.mark.parametrize("door", ["inspect", "edit", "delete", "history", "review"])
@pytest.mark.rule("A-03")
def test_foreign_is_absent(as_user, officer, case, door):
    client = as_user(officer("front_office", "34.02"))
    assert client.get(desk.url(door, case.pk)).status_code == 404
    assert client.post(desk.url(door, case.pk), {}).status_code == 404
    assert case.number not in client.get(desk.url("index")).content.decode()


@pytest.mark.parametrize("door", ["edit", "delete", "review"])
def test_inside_without_the_right_is_refused(as_user, officer, case, door):
    client = as_user(officer("front_office", "34.04"))
    assert client.get(desk.url(door, case.pk)).status_code == 403
    assert client.post(desk.url(door, case.pk), {}).status_code == 403


def test_a_step_is_taken_once_for_two_clicks(as_user, officer, case):
    client = as_user(officer("supervisor", "34.04.07"))
    page = client.get(desk.url("review", case.pk))
    token = page.context["form_token"]
    first = client.post(desk.url("review", case.pk), {"note": "benar", "form_token": token})
    second = client.post(desk.url("review", case.pk), {"note": "benar", "form_token": token})
    assert first.status_code == second.status_code == 302 and first.url == second.url
    case.refresh_from_db()
    assert case.status == "reviewed"
    assert CASE_FLOW.log_of(case).filter(move="review").count() == 1
    again = client.post(desk.url("review", case.pk), {"note": "benar"})
    assert again.status_code == 409


def test_the_list_costs_the_same_for_one_row_and_fifty(
    as_user, officer, make_case, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(officer("front_office", "34.04"))
    make_case()
    client.get(desk.url("index"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(desk.url("index"))
    for _ in range(60):
        make_case()
    with CaptureQueriesContext(connection) as many:
        page = client.get(desk.url("index"))
    assert len(page.context["table"]) == 50
    assert len(one) == len(many)
    assert not any("COUNT(" in query["sql"] or "OFFSET" in query["sql"] for query in many)


@pytest.mark.parametrize("order", ["", "-opened_at", "number", "-number"])
def test_pages_show_every_row_once_and_lead_back(as_user, officer, make_case, order):
    for _ in range(120):
        make_case()
    client = as_user(officer("front_office", "34.04"))
    seen, address, pages = [], f"?o={order}", 0
    while address:
        context = client.get(desk.url("index") + address).context
        seen += [row["object"].pk for row in context["table"]]
        address, pages = context["next_url"], pages + 1
    assert pages == 3 and len(seen) == len(set(seen)) == 120
    back = client.get(desk.url("index") + context["previous_url"]).context
    assert [row["object"].pk for row in back["table"]] == seen[50:100]


def test_undeclared_lookups_are_ignored(as_user, officer, case):
    client = as_user(officer("front_office", "34.04"))
    for oracle in (
        "registered_by__password__startswith=zzz",
        "description=x",
        "person__name=x",
        "o=registered_by__password",
    ):
        assert case.number in client.get(f"{desk.url('index')}?{oracle}").content.decode()
    assert case.number not in client.get(f"{desk.url('index')}?kind=question").content.decode()
