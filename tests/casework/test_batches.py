"""Answers by batch and by spreadsheet: checked whole, written whole (C-19); what is late climbs one level at a time (C-21)."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from cases.casework import service_times
from cases.casework.models import Case, LocalHoliday, Referral, ServiceTime
from cases.casework.reference import load as load_reference
from cases.casework.services.watching import escalate
from portal.backoffice.admin import ADMINS
from portal.ledger.models import Transition
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN = "34.04"


@pytest.fixture
def desk_client(client):
    def of(referral):
        user = make.officer("program_desk", SLEMAN, desk=referral.desk)
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return of


def sheet(*rows):
    book = Workbook()
    book.active.append(["Rujukan", "Jawaban", "Kode alasan", "Alasan", "Peserta sejak", "Ditelaah sampai"])
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("jawaban.xlsx", out.getvalue())


def upload(client, file):
    return client.post(reverse("casework:upload_answers"), {"file": file})


@pytest.mark.rule("C-19")
def test_the_download_goes_back_as_answers(desk_client):
    first, second, third = (make.case(referred=True).referrals.get() for _i in range(3))
    client = desk_client(first)
    answer = client.get(reverse("casework:download_referrals"))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in rows} == {first.pk, second.pk, third.pk}
    # Who is meant stands beside the columns to fill in, the whole NIK nowhere.
    assert first.case.person.nik not in str(rows) and first.case.person.masked_nik in str(rows)
    assert first.case.person.name in str(rows)
    # The very file that was downloaded, filled in, is what goes back.
    today, book = timezone.localdate(), load_workbook(io.BytesIO(content))
    lines = {line[0].value: line for line in book.active.iter_rows(min_row=2)}
    for referral, cells in (
        (first, ("setuju", "", "Memenuhi", today, None)),
        (second, ("tolak", str(Referral.Reason.QUOTA.label), "Habis", None, None)),
        (third, ("telaah", "", "Verifikasi", None, f"{today + dt.timedelta(days=7):%d/%m/%Y}")),
    ):
        for cell, value in zip(lines[referral.pk][1:], cells, strict=False):
            cell.value = value
    filled = io.BytesIO()
    book.save(filled)
    done = upload(client, SimpleUploadedFile("rujukan-menunggu.xlsx", filled.getvalue()))
    assert done.status_code == 302, done.context and done.context.get("findings")
    assert set(Referral.objects.values_list("status", flat=True)) == {"approved", "refused", "studied"}
    third.refresh_from_db()
    assert third.study_until == today + dt.timedelta(days=7)
    assert Case.objects.get(pk=first.case_id).enrolment.valid_from == today


@pytest.mark.rule("C-19", "C-21")
def test_a_study_ends_within_three_times_the_time_for_an_answer(desk_client):
    referral = make.case(referred=True).referrals.get()
    latest = service_times.latest_study_day(referral)
    client = desk_client(referral)
    url = f"/admin/rujukan/study/{referral.pk}/"
    for day in (latest + dt.timedelta(days=1), dt.date(2099, 1, 1)):
        answer = client.post(url, {"study_until": day.isoformat(), "reason": "Verifikasi."})
        assert answer.status_code == 200 and answer.context["form"].errors["study_until"]
    referral.refresh_from_db()
    assert referral.status == "waiting"
    assert client.post(url, {"study_until": latest.isoformat(), "reason": "Verifikasi."}).status_code == 302
    referral.refresh_from_db()
    assert referral.status == "studied" and timezone.localdate(referral.due_at) == latest


@pytest.mark.parametrize("name", ["jawaban.xlsx", "jawaban.csv"])
def test_a_program_under_a_spreadsheets_name_is_refused(desk_client, name):
    client = desk_client(make.case(referred=True).referrals.get())
    answer = upload(client, SimpleUploadedFile(name, b"MZ\x90\x00" + bytes(range(256)) * 8))
    assert answer.status_code == 200 and answer.context["form"].errors["file"]
    assert Referral.objects.get().status == "waiting"


@pytest.mark.rule("C-19")
@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("{}", "mungkin", "", "x"), "Jawaban"),
        (("{}", "setuju", "", ""), "Alasan"),
        (("{}", "tolak", "malas", "x"), "Kode alasan"),
        (("{}", "telaah", "", "x"), "Ditelaah sampai"),
        (("999999", "setuju", "", "x"), "Rujukan"),
        (("=1+1", "setuju", "", "x"), "Rujukan"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_is_written(desk_client, row, column):
    good, bad = (make.case(referred=True).referrals.get() for _i in range(2))
    client = desk_client(good)
    cells = [cell.format(bad.pk) if isinstance(cell, str) else cell for cell in row]
    answer = upload(client, sheet((good.pk, "setuju", "", "Memenuhi", None, None), (*cells, None, None)))
    assert {(finding.row, finding.column) for finding in answer.context["findings"]} == {(3, column)}
    assert set(Referral.objects.values_list("status", flat=True)) == {"waiting"}


@pytest.mark.rule("A-04")
def test_a_referral_of_another_desk_is_not_answered_by_spreadsheet(desk_client):
    mine = make.case(referred=True).referrals.get()
    pip = make.program("pip", sector="pendidikan")
    other = make.case(referred=True, about=pip).referrals.get()
    answer = upload(desk_client(mine), sheet((other.pk, "setuju", "", "x", None, None)))
    assert answer.context["findings"][0].column == "Rujukan"
    other.refresh_from_db()
    assert other.status == "waiting"


def test_a_batch_answers_each_by_itself(desk_client):
    first, second = (make.case(referred=True).referrals.get() for _i in range(2))
    client = desk_client(first)
    url = ADMINS[Referral].bulk_url("approve")
    data = {"rows": [first.pk, second.pk], "confirmed": "1", "reason": "Memenuhi."}
    assert client.post(url, {"rows": [first.pk, second.pk]}).status_code == 200
    assert client.post(url, data).status_code == 302
    assert set(Referral.objects.values_list("status", flat=True)) == {"approved"}


@pytest.mark.rule("C-22")
def test_bulk_review_reaches_only_the_own_district(client):
    mine, foreign = make.case(), make.case(village=make.SINDUADI)
    client.force_login(make.officer("supervisor", "34.04.07"), backend="portal.accounts.backends.RoleBackend")
    client.post(
        ADMINS[Case].bulk_url("review"), {"rows": [mine.pk, foreign.pk], "confirmed": "1", "note": ""}
    )
    mine.refresh_from_db(), foreign.refresh_from_db()
    assert (mine.status, foreign.status) == ("reviewed", "registered")


@pytest.mark.rule("C-22")
def test_the_thousandth_case_is_reviewed_in_bulk_like_the_first_and_the_list_stays_filtered(client):
    case = make.case()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = 1041999 WHERE name = 'casework_case'"
            if connection.vendor == "sqlite"
            else "SELECT setval(pg_get_serial_sequence('casework_case', 'id'), 1041999)"
        )
    late = make.case()
    assert late.pk > 1_000_000 > case.pk
    client.force_login(make.officer("supervisor", "34.04.07"), backend="portal.accounts.backends.RoleBackend")
    url, filters = ADMINS[Case].url("index"), "status=registered&kind=need"
    page = client.get(f"{url}?{filters}").content.decode()
    keys = re.findall(r'name="rows" value="([^"]+)"', page)
    assert keys == [str(late.pk), str(case.pk)]
    back = re.search(r'name="back" value="([^"]*)"', page)[1].replace("&amp;", "&")
    bulk = ADMINS[Case].bulk_url("review")
    asked = client.post(bulk, {"rows": keys, "back": back})
    assert f'name="back" value="{back}"'.replace("&", "&amp;") in asked.content.decode()
    assert asked.context["cancel_url"] == f"{url}?{back}"
    assert set(re.findall(r'name="rows" value="([^"]+)"', asked.content.decode())) == set(keys)
    assert client.post(bulk, {"rows": [], "back": back}).url == f"{url}?{back}"
    # An address of elsewhere in place of the filters is a filter that nothing declares.
    assert client.post(bulk, {"rows": [], "back": "//evil.example/"}).url.startswith(f"{url}?")
    answer = client.post(bulk, {"rows": keys, "back": back, "confirmed": "1", "note": ""})
    assert answer.url == f"{url}?{back}"
    assert set(Case.objects.values_list("status", flat=True)) == {"reviewed"}


@pytest.mark.rule("C-21")
def test_what_is_late_and_what_is_about_to_be_late_are_lists_of_their_own(client):
    cases = {name: make.case() for name in ("late", "soon", "later")}
    now = timezone.now()
    for name, hours in (("late", -1), ("soon", 40), ("later", 60)):
        Case.objects.filter(pk=cases[name].pk).update(due_at=now + dt.timedelta(hours=hours))
    for role, region in (("supervisor", "34.04.07"), ("manager", SLEMAN), ("back_office", SLEMAN)):
        client.force_login(make.officer(role, region), backend="portal.accounts.backends.RoleBackend")
        home = client.get("/admin/").content.decode()
        for name in ("late", "soon"):
            url = f"{ADMINS[Case].url('index')}?{name}=true"
            assert url in home, (role, name)
            assert [row["object"] for row in client.get(url).context["table"]] == [cases[name]]


# -- service times ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("C-21")
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23", 3, "2026-11-26"),
        ("2026-11-20", 1, "2026-11-23"),  # over a weekend
        ("2026-12-23", 1, "2026-12-28"),  # joint leave, Christmas, a weekend
        ("2026-11-21", 0, "2026-11-23"),  # registered on a Saturday
    ],
)
def test_working_days_leave_out_weekends_and_holidays(start, days, due):
    assert service_times.add_working_days(dt.date.fromisoformat(start), days) == dt.date.fromisoformat(due)


@pytest.mark.rule("C-21")
def test_an_offices_own_time_and_holiday_count_for_its_area_alone():
    load_reference()
    ServiceTime.objects.create(stage="registered", kind="need", region_id=SLEMAN, working_days=1)
    assert service_times.working_days_for("need", "registered", make.CATURTUNGGAL) == 1
    assert service_times.working_days_for("need", "registered", make.PANGGUNGHARJO) == 3
    assert service_times.working_days_for("grievance", "referral", make.PANGGUNGHARJO) == 10
    LocalHoliday.objects.create(region_id=SLEMAN, day="2026-11-24", name="Hari Jadi")
    monday = timezone.make_aware(dt.datetime(2026, 11, 23, 9))
    assert service_times.due_after(monday, 1, make.CATURTUNGGAL).date() == dt.date(2026, 11, 25)
    assert service_times.due_after(monday, 1, make.PANGGUNGHARJO).date() == dt.date(2026, 11, 24)


@pytest.mark.rule("C-21")
def test_what_is_late_climbs_one_level_at_a_time_and_an_answer_ends_it():
    load_reference()
    case = make.case(referred=True)
    referral = case.referrals.get()
    late = referral.due_at
    assert escalate(late - dt.timedelta(hours=1)).referrals == 0
    for week, level in ((0, 1), (1, 2), (2, 3), (5, 3)):
        at = late + dt.timedelta(days=7 * week, hours=1)
        first, again = escalate(at).referrals, escalate(at).referrals
        referral.refresh_from_db()
        assert referral.escalation == level and again == 0 and first == (week < 3)
    assert Transition.objects.filter(model="casework.referral", move="escalate").count() == 3
    assert referral in Referral.objects.visible_to(make.officer("national_secretariat"), "monitor").overdue(
        at
    )


@pytest.mark.rule("C-21")
def test_a_long_silence_still_climbs_one_level_a_run():
    load_reference()
    case = make.case()
    at = case.due_at + dt.timedelta(days=90)
    for level in (1, 2, 3):
        escalate(at)
        case.refresh_from_db()
        assert case.escalation == level


@pytest.mark.rule("H-04")
def test_a_case_that_waits_for_papers_is_never_late_but_reminds():
    load_reference()
    case = make.case(of=make.person(nik=""), pause_reason="no_nik")
    done = escalate(timezone.now() + dt.timedelta(days=15))
    assert (done.cases, done.reminders) == (0, 1)
    assert escalate(timezone.now() + dt.timedelta(days=16)).reminders == 0
    case.refresh_from_db()
    assert case.status == "paused" and case.escalation == 0
