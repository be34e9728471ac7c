"""The kit's doors over one kind of record: who finds what, who may do what, what it costs."""

import uuid

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


def test_many_rows_at_once_each_with_its_own_fate(as_user, officer, make_case):
    mine, done, elsewhere = make_case(), make_case(), make_case(region="34.02.01.2001")
    supervisor = officer("supervisor", "34.04.07")
    client = as_user(supervisor)
    client.post(desk.url("review", done.pk), {"note": ""})
    rows = [mine.pk, done.pk, elsewhere.pk, "abc'"]
    page = client.post("/admin/uji-kasus/massal/review/", {"rows": rows})
    assert page.status_code == 200 and {obj.pk for obj in page.context["objects"]} == {mine.pk, done.pk}
    sent = {"rows": rows, "confirmed": "1", "note": "baik", "form_token": page.context["form_token"]}
    for _ in range(2):
        assert client.post("/admin/uji-kasus/massal/review/", sent).status_code == 302
    said = [str(message) for message in client.get(desk.url("index")).context["messages"]]
    assert len(said) == 2 and any(done.number in text for text in said)
    [reviewed] = CASE_FLOW.log_of(mine).filter(move="review")
    assert CASE_FLOW.words_of(reviewed) == "baik"
    elsewhere.refresh_from_db()
    assert elsewhere.status == "registered"
    stranger = as_user(officer("front_office", "34.04"))
    assert stranger.post("/admin/uji-kasus/massal/review/", {"rows": [mine.pk]}).status_code == 403
    assert "massal" not in stranger.get(desk.url("index")).content.decode()


def test_filters_narrow_by_region_and_days_and_show_as_chips(as_user, officer, make_case):
    here, there = make_case(), make_case(region="34.04.08.2001")
    client = as_user(officer("front_office", "34.04"))
    page = client.get(
        desk.url("index"), {"region_1": "34", "region_2": "34.04", "region_3": "34.04.08", "kind": "need"}
    )
    content = page.content.decode()
    assert there.number in content and here.number not in content
    assert [chip["label"] for chip in page.context["chips"]] == ["Jenis", "Wilayah"]
    without_region = client.get(desk.url("index") + page.context["chips"][1]["url"])
    assert here.number in without_region.content.decode()
    assert page.context["chips"][1]["url"] == "?kind=need"
    page = client.get(desk.url("index"), {"opened_at_after": "2020-01-01", "opened_at_before": "2020-12-31"})
    assert (
        not page.context["table"] and page.context["chips"][0]["value"] == "1 Januari 2020 – 31 Desember 2020"
    )


def test_the_record_offers_only_what_would_work(as_user, officer, make_case):
    case = make_case()
    for role, region, offered in (
        ("supervisor", "34.04.07", {"review"}),
        ("back_office", "34.04", {"edit"}),
        ("front_office", "34.04", set()),
    ):
        client = as_user(officer(role, region))
        buttons = client.get(desk.url("inspect", case.pk)).context["buttons"]
        assert {button["url"].split("/")[3] for button in buttons} == offered
        for button in buttons:
            assert client.get(button["url"]).status_code == 200


def test_status_fields_never_stand_in_a_form():
    from cases.casework.models import Case
    from portal.backoffice.forms import ScopedModelForm

    class Wrong(ScopedModelForm):
        from django import forms as _forms

        status = _forms.CharField()

        class Meta:
            model = Case
            fields = ["kind"]

    with pytest.raises(TypeError, match="status"):
        Wrong(for_user=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_are_audited_and_speak_the_readers_language(as_user, officer, make_case, kind):
    import io

    from openpyxl import load_workbook

    from portal.ledger.models import AuditEntry

    case = make_case(number="=1+1")
    client = as_user(officer("manager", "34.04"))
    response = client.get(f"{desk.url('index')}?export={kind}")
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "csv":
        text = content.decode("utf-8-sig")
        assert "'=1+1" in text and text.splitlines()[0].split(";")[2] == "Wilayah"
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet["A2"].data_type == "s" and sheet["D2"].is_date
    entry = AuditEntry.objects.get(action="export", model="casework.case")
    assert entry.detail["columns"] and case.number not in str(entry.detail)
    assert (
        as_user(officer("front_office", "34.04")).get(f"{desk.url('index')}?export={kind}").status_code == 403
    )


def test_times_and_lines_are_shown_as_people_write_them():
    from datetime import time

    from django.utils import translation
    from django.utils.safestring import mark_safe

    from portal.backoffice.columns import show

    with translation.override("id"):
        assert show(time(9, 0)) == "09.00"
    assert show("Jawaban rujukan\n<b>Usulan</b>") == "Jawaban rujukan<br>&lt;b&gt;Usulan&lt;/b&gt;"
    assert show(mark_safe("<p>\n</p>")) == "<p>\n</p>"


def test_a_record_that_moved_on_meanwhile_is_said_at_the_form_and_nothing_typed_is_lost(
    as_user, officer, make_case
):
    case = make_case()
    client = as_user(officer("back_office", "34.04"))
    form = client.get(desk.url("edit", case.pk)).context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"description": "Butuh kursi roda"}
    type(case).objects.filter(pk=case.pk).update(description="selesai")
    token = str(uuid.uuid4())
    for _again in range(2):  # the form stays usable: its token was not spent
        page = client.post(desk.url("edit", case.pk), typed | {"form_token": token})
        assert page.status_code == 409
        assert "Keluhan ini sudah selesai." in page.content.decode()
        assert page.context["form"]["description"].value() == "Butuh kursi roda"
    case.refresh_from_db()
    assert case.description == "selesai"
    administrator = officer("", name="pengelola")
    type(administrator).objects.filter(pk=administrator.pk).update(is_superuser=True)
    gone = as_user(type(administrator).objects.get(pk=administrator.pk)).post(desk.url("delete", case.pk))
    assert gone.status_code == 409 and "Keluhan ini sudah selesai." in gone.content.decode()
    client = as_user(officer("back_office", "34.04"))
    type(case).objects.filter(pk=case.pk).update(description="Butuh jaminan kesehatan")
    assert client.post(desk.url("edit", case.pk), typed).status_code == 302
    case.refresh_from_db()
    assert case.description == "Butuh kursi roda"
