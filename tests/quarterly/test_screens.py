"""What people see: the quarter before, figures that cannot be, notes, warnings, progress, and what was said in every form."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.backoffice.forms import MoneyField
from portal.jobs.models import Job
from reports.quarterly import closing, services
from reports.quarterly.models import QuarterlyReport, Reminder
from reports.quarterly.oddities import odd
from reports.quarterly.presentation import Presentation
from tests.quarterly.places import (
    BANTUL,
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    NARRATIVE,
    PANGGUNGHARJO,
    SLEMAN,
    figures,
    moment,
    run_jobs,
)

pytestmark = pytest.mark.django_db


def page(action: str, report=None) -> str:
    return reverse(f"quarterly_quarterlyreport_modeladmin_{action}", args=[report.pk] if report else [])


def test_the_quarter_before_is_there_as_soon_as_it_was_sent(diy):
    diy.case(CATURTUNGGAL, "2026-07-05")
    diy.send(CATURTUNGGAL)
    later = services.open_cycle(quarter=diy.quarter.next())
    after = services.open_cycle(quarter=diy.quarter.next().next())
    report = QuarterlyReport.objects.get(cycle=later, region=CATURTUNGGAL)
    assert Presentation(report).before("received") == 1  # sent, and nobody has reviewed it
    # A quarter without a report is a gap in the line, not left out.
    last = QuarterlyReport.objects.get(cycle=after, region=CATURTUNGGAL)
    assert Presentation(last).charts["trend"].table.count("<tr>") >= 3
    assert "2026" in Presentation(last).charts["trend"].svg


@pytest.mark.rule("M-06")
def test_answers_are_a_share_of_what_waited_for_one(diy):
    diy.refer(diy.case(CATURTUNGGAL, "2026-07-05"), "2026-07-05", "2026-07-09")
    diy.refer(
        diy.case(CATURTUNGGAL, "2026-06-20"), "2026-06-20", "2026-07-10"
    )  # answers count where they fall
    diy.refer(diy.case(CATURTUNGGAL, "2026-05-02"), "2026-05-02", "2026-06-30 23:59")  # answered before
    back = diy.refer(diy.case(CATURTUNGGAL, "2026-05-03"), "2026-05-03")
    type(back).objects.filter(pk=back.pk).update(status="withdrawn", status_since=moment("2026-06-01"))
    report = diy.send(CATURTUNGGAL)
    of = figures(report)
    assert [of[key, ""] for key in ("waiting_before", "referred", "answered", "answer_rate")] == [
        1,
        1,
        2,
        100,
    ]
    shown = Presentation(report)
    assert odd(shown.row(shown.definition["answer_rate"])) == ""


def test_a_share_of_more_than_the_whole_is_odd_where_an_instrument_sets_no_limit(diy):
    shown = Presentation(diy.send(CATURTUNGGAL))
    row = replace(shown.row(shown.definition["answer_rate"]), value=Decimal(200), previous=None)
    assert "200" in odd(row)


@pytest.mark.rule("M-06")
def test_a_share_of_more_than_the_whole_is_refused_where_it_is_typed(diy, client):
    """Able facilitators above those in office, money spent above the budget: said at the field, nothing is kept."""
    diy.write(SLEMAN)
    client.force_login(diy.manager[SLEMAN])
    wrong = {"budget": "100", "spent": "250", "explanation-budget": "DPA.", "explanation-spent": "DPA."}
    answer = client.post(page("write", diy.report(SLEMAN)), NARRATIVE | wrong)
    assert answer.status_code == 200 and answer.context["form"]["spent"].value() == "250"
    assert answer.context["form"].errors["spent"] and "250" in str(answer.context["form"].errors["budget"])
    assert "spent" not in diy.report(SLEMAN).versions.get().answers
    right = client.post(page("write", diy.report(SLEMAN)), NARRATIVE | wrong | {"spent": "25"})
    assert right.status_code == 302
    assert figures(diy.report(SLEMAN))["spent_share", ""] == 25


@pytest.mark.rule("M-06")
def test_an_impossible_share_is_not_sent(diy):
    """However the figures came to be, nobody seals a share above the whole; the words say what it is made of."""
    report = diy.write(SLEMAN)
    version = report.versions.get()
    version.answers |= {"budget": "100", "spent": "250"}
    version.explanations |= {"budget": "DPA.", "spent": "DPA."}
    version.save()
    with pytest.raises(ValidationError) as refused:
        services.send_report(report=report, by=diy.manager[SLEMAN])
    assert "250" in str(refused.value.message_dict["spent_share"])
    assert diy.report(SLEMAN).status == "draft"


def test_a_percentage_changes_by_points(diy):
    shown = Presentation(diy.send(CATURTUNGGAL))
    row = shown.row(shown.definition["completion"])
    assert replace(row, value=Decimal("57.1"), previous=Decimal("50")).change == "+7,1 poin"
    assert replace(row, value=Decimal("0"), previous=Decimal("50")).change == "−50,0 poin"
    assert replace(row, unit="kasus", value=Decimal("60"), previous=Decimal("50")).change == "+20,0 %"


@pytest.mark.rule("M-06")
def test_the_dates_of_a_closed_quarter_stay(diy, client):
    diy.pass_on(CATURTUNGGAL, SLEMAN, DIY)
    diy.send(None)
    client.force_login(diy.secretariat)
    edit = reverse("quarterly_reportingcycle_modeladmin_edit", args=[diy.cycle.pk])
    form = client.get(edit).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    wrong = client.post(edit, sent | {"due_puskesos": "2027-12-31"})
    assert wrong.status_code == 200 and "due_dates_rise" not in wrong.content.decode()
    assert wrong.context["form"].errors
    closing.close_cycle(cycle=diy.cycle, by=diy.secretariat)
    run_jobs()
    before = str(type(diy.cycle).objects.values().get(pk=diy.cycle.pk))
    assert client.get(edit).status_code == 403
    assert client.post(edit, sent | {"due_puskesos": "2026-10-02"}).status_code == 403
    assert (
        edit
        not in client.get(
            reverse("quarterly_reportingcycle_modeladmin_inspect", args=[diy.cycle.pk])
        ).content.decode()
    )
    assert before == str(type(diy.cycle).objects.values().get(pk=diy.cycle.pk))


def test_a_quarter_that_is_not_over_is_sent_with_a_warning(diy, client, time_machine_at):
    client.force_login(diy.coordinator[CATURTUNGGAL])
    diy.write(CATURTUNGGAL)
    with time_machine_at("2026-08-23"):
        assert client.get(page("send_puskesos", diy.report(CATURTUNGGAL))).context["days_left"] == 38
    with time_machine_at("2026-10-01"):
        answer = client.get(page("send_puskesos", diy.report(CATURTUNGGAL)))
        assert answer.context["days_left"] == 0 and "belum berakhir" not in answer.content.decode()


@pytest.mark.rule("M-06")
def test_the_note_of_a_return_stands_above_the_report(diy, client):
    diy.send(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    assert client.get(page("inspect", diy.report(CATURTUNGGAL))).context["returned_with"] == ""
    services.return_report(report=diy.report(CATURTUNGGAL), note="Lengkapi hambatan.", by=diy.manager[SLEMAN])
    for action in ("inspect", "write"):
        words = client.get(page(action, diy.report(CATURTUNGGAL))).content.decode()
        assert 0 < words.index("Lengkapi hambatan.") < words.index("Uraian")


@pytest.mark.rule("M-06")
def test_many_reports_are_accepted_and_reminded_from_the_list(diy, client):
    for place in (CATURTUNGGAL, PANGGUNGHARJO):
        diy.send(place)
    rows = [str(diy.report(place).pk) for place in (CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO, SLEMAN)]
    client.force_login(diy.manager[SLEMAN])
    assert page("bulk_accept_puskesos") in client.get(page("index")).content.decode()
    client.post(page("bulk_accept_puskesos"), {"rows": rows})
    assert diy.report(CATURTUNGGAL).status == "sent"  # a page to confirm comes first
    client.post(page("bulk_accept_puskesos"), {"rows": rows, "confirmed": "1"})
    status = {
        place: diy.report(place).status for place in (CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO, SLEMAN)
    }
    assert status == {CATURTUNGGAL: "accepted", CONDONGCATUR: "draft", PANGGUNGHARJO: "sent", SLEMAN: "draft"}
    client.post(page("bulk_remind"), {"rows": rows, "confirmed": "1"})
    assert set(Reminder.objects.values_list("report__region_id", flat=True)) == {CONDONGCATUR, SLEMAN}
    assert client.post(page("bulk_accept_slrt"), {"rows": rows, "confirmed": "1"}).status_code == 403
    client.force_login(diy.coordinator[CATURTUNGGAL])
    for step in ("bulk_accept_puskesos", "bulk_remind"):
        assert client.post(page(step), {"rows": rows, "confirmed": "1"}).status_code == 403


def test_what_was_said_about_figures_stands_in_pdf_and_spreadsheet(diy, client):
    for day in range(1, 13):
        diy.case(CATURTUNGGAL, f"2026-07-{day:02d}")
    diy.send(CATURTUNGGAL)
    cycle = services.open_cycle(quarter=diy.quarter.next())
    report = QuarterlyReport.objects.select_related("cycle").get(cycle=cycle, region=CATURTUNGGAL)
    said = {"received": "Kantor pindah selama dua bulan.", "meetings": "Dua rapat belum dicatat."}
    services.save_answers(
        report=report, answers=NARRATIVE | {"meetings": "2"}, explanations=said, by=diy.author(CATURTUNGGAL)
    )
    services.send_report(report=report, by=diy.author(CATURTUNGGAL))
    client.force_login(diy.coordinator[CATURTUNGGAL])
    document = client.get(reverse("quarterly:pdf", args=[report.pk])).content
    text = " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(document)).pages).split())
    assert "Penjelasan angka" in text
    for words in said.values():
        assert words in text
    content = client.get(reverse("quarterly:xlsx", args=[report.pk])).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    head = [cell.value for cell in sheet[1]]
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    explained = {row["Angka"]: row for row in rows if row["Penjelasan"]}
    assert {row["Penjelasan"] for row in explained.values()} == set(said.values())
    received = explained["Diterima dalam triwulan"]
    assert received["Tidak lazim"] and received["Triwulan sebelumnya"] == 12
    assert explained["Rapat koordinasi"]["Hitungan dari catatan"] == 0


def test_a_count_that_runs_shows_how_far_it_is_with_and_without_scripts(diy, client):
    report = diy.report(SLEMAN)
    client.force_login(diy.manager[SLEMAN])
    assert client.post(page("build", report), {}).status_code == 302
    job = Job.objects.get(kind="quarterly.build")
    shown = client.get(page("inspect", report)).content.decode()
    # A script renews the part; without it the same part has a link to look again.
    assert "<progress" in shown and f'hx-get="{reverse("backoffice:job", args=[job.pk])}"' in shown
    assert "<noscript>" in shown and 'hx-trigger="every' in shown
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, total=4, progress=1)
    part = client.get(
        reverse("backoffice:job", args=[job.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert 'value="25"' in part and "<html" not in part
    # Others who see the report learn that it is being counted; a neighbor learns nothing.
    client.force_login(diy.provincial)
    assert "25 %" in client.get(page("inspect", report)).content.decode()
    assert client.get(reverse("backoffice:job", args=[job.pk])).status_code == 404
    client.force_login(diy.manager[BANTUL])
    assert client.get(page("inspect", report)).status_code == 404
    Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED, total=0, progress=0)
    run_jobs()
    client.force_login(diy.manager[SLEMAN])
    assert "<progress" not in client.get(page("inspect", report)).content.decode()


@pytest.mark.parametrize(
    "text", ["Rp 18.000.000", "Rp18.000.000", "18.000.000", "18000000", "Rp 18.000.000,-"]
)
def test_money_is_read_as_people_write_it(text):
    assert MoneyField(localize=True, decimal_places=0, max_digits=18).clean(text) == 18_000_000


def test_reports_wait_with_their_figures(diy):
    diy.case(CATURTUNGGAL, "2026-07-05")
    diy.write(CONDONGCATUR)
    begun = diy.report(CONDONGCATUR).versions.get()
    # Six places: three villages, two regencies, the province and the nation; one is being written already.
    assert services.fill_first(diy.cycle) == 6
    assert figures(diy.report(CATURTUNGGAL))["received", ""] == 1
    assert diy.report(CATURTUNGGAL).versions.get().filled_at and diy.report(CATURTUNGGAL).status == "draft"
    assert diy.report(CONDONGCATUR).versions.get().pk == begun.pk
    assert services.fill_first(diy.cycle) == 0
    diy.pass_on(CATURTUNGGAL)  # sent as version one, counted again at sending
    assert diy.report(CATURTUNGGAL).versions.count() == 1


def test_what_is_outside_the_sums_is_said_before_sending(diy, client):
    diy.pass_on(CATURTUNGGAL)
    diy.write(SLEMAN)
    client.force_login(diy.manager[SLEMAN])
    answer = client.get(page("send_slrt", diy.report(SLEMAN)))
    assert [(included, expected) for _tier, included, expected in answer.context["outside"]] == [(1, 2)]
    assert "1 dari 2" in answer.content.decode()
    diy.pass_on(CONDONGCATUR)
    diy.write(SLEMAN)
    assert client.get(page("send_slrt", diy.report(SLEMAN))).context["outside"] == []


def test_the_page_of_a_report_renews_itself_when_the_count_is_done(diy, client):
    report = diy.report(SLEMAN)
    client.force_login(diy.manager[SLEMAN])
    client.post(page("build", report), {})
    part = reverse("backoffice:job", args=[Job.objects.get(kind="quarterly.build").pk])
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page('inspect', report)}"}
    assert "HX-Refresh" not in client.get(part, headers=here).headers
    run_jobs()
    assert client.get(part, headers=here).headers["HX-Refresh"] == "true"
    elsewhere = here | {"HX-Current-URL": "http://testserver/admin/pekerjaan/"}
    assert "HX-Refresh" not in client.get(part, headers=elsewhere).headers


@pytest.mark.rule("M-03", "M-11")
def test_a_report_says_whether_it_went_as_planned_and_how_able_facilitators_are(diy):
    with pytest.raises(ValidationError) as refusal:
        diy.send(SLEMAN, as_planned="")
    assert "as_planned" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:  # more able ones than there are
        diy.send(SLEMAN, facilitators_able="3")
    assert "facilitators_able" in refusal.value.message_dict
    said = {
        "facilitators": "Dua fasilitator belum dicatat.",
        "data_updates": "Usulan di kertas.",
        "budget": "DPA.",
        "spent": "Buku kas.",
    }
    services.save_answers(
        report=diy.report(SLEMAN), explanations=said, by=diy.author(SLEMAN),
        answers=NARRATIVE | {"facilitators": "4", "facilitators_able": "3", "data_updates": "7", "budget": "100", "spent": "25"},
    )  # fmt: skip
    services.send_report(report=diy.report(SLEMAN), by=diy.author(SLEMAN))
    shown = Presentation(diy.report(SLEMAN))
    assert [shown.value(key) for key in ("able_share", "data_updates", "spent_share")] == [75, 7, 25]
