"""The screens, through the browser's door: seen inside, absent outside, refused without the right; files for others."""

import io
from decimal import Decimal

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from reports.quarterly import closing
from tests.factories import officer
from tests.quarterly.places import BANTUL, CATURTUNGGAL, DIY, NARRATIVE, SLEMAN, Province, figures, run_jobs

pytestmark = pytest.mark.django_db
INDEX = "quarterly_quarterlyreport_modeladmin_{}"


@pytest.fixture
def diy():
    province = Province()
    province.case(CATURTUNGGAL, "2026-07-05", "2026-07-09")
    province.case(CATURTUNGGAL, "2026-08-05", kind="need")
    return province


def page(action: str, report=None) -> str:
    return reverse(INDEX.format(action), args=[report.pk] if report else [])


@pytest.mark.rule("M-04", "M-06")
def test_a_quarter_walks_through_the_doors(diy, client):
    """Villages send, the regency returns one and builds on the others, province and nation follow, the nation closes."""
    village = diy.report(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    assert client.get(page("index")).status_code == 200
    assert client.get(page("write", village)).status_code == 200
    answer = client.post(page("write", village), {
            **NARRATIVE, "meetings": "2", "explanation-meetings": "Dua rapat belum dicatat.",
            "budget": "12.000.000", "explanation-budget": "DPA baru terbit.",
        })  # fmt: skip
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    version = diy.report(CATURTUNGGAL).versions.get()
    assert version.answers["budget"] == "12000000" and figures(diy.report(CATURTUNGGAL))["received", ""] == 2
    form = client.get(page("send_puskesos", village))
    seen = form.context["form"].initial["seen"]
    assert "Kepala Desa Caturtunggal" in form.content.decode()
    assert client.post(page("send_puskesos", village), {"seen": seen, "checked": "on"}).status_code == 302
    assert diy.report(CATURTUNGGAL).status == "sent"

    client.force_login(diy.manager[SLEMAN])
    assert client.post(page("return_puskesos", village), {"note": "Lengkapi hambatan."}).status_code == 302
    client.force_login(diy.coordinator[CATURTUNGGAL])
    client.post(page("write", village), NARRATIVE | {"obstacles": "Jaringan."})
    seen = client.get(page("send_puskesos", village)).context["form"].initial["seen"]
    client.post(page("send_puskesos", village), {"seen": seen, "checked": "on"})
    client.force_login(diy.manager[SLEMAN])
    assert client.post(page("accept_puskesos", village)).status_code == 302
    diy.case(SLEMAN, "2026-08-20")
    assert client.post(page("build", diy.report(SLEMAN))).status_code == 302
    run_jobs()
    assert figures(diy.report(SLEMAN))["received", ""] == 3

    for code in (SLEMAN, DIY, None):
        client.force_login(diy.author(code))
        client.post(page("write", diy.report(code)), NARRATIVE)
        address = page(f"send_{diy.report(code).tier}", diy.report(code))
        client.post(address, {"seen": client.get(address).context["form"].initial["seen"], "checked": "on"})
        if code:
            client.force_login(diy.reviewer(code))
            client.post(page(f"accept_{diy.report(code).tier}", diy.report(code)))
    assert diy.report(None).status == "accepted" and figures(diy.report(None))["received", ""] == 3
    client.force_login(diy.secretariat)
    assert (
        client.post(reverse("quarterly_reportingcycle_modeladmin_close", args=[diy.cycle.pk])).status_code
        == 302
    )
    run_jobs()
    diy.cycle.refresh_from_db()
    assert diy.cycle.status == "closed"
    shown = client.get(page("inspect", diy.report(None))).content.decode()
    assert "Panggungharjo" not in shown and "DIY" not in shown  # only the province stands directly below


def test_figures_that_changed_while_one_looked_are_shown_again(diy, client):
    client.force_login(diy.coordinator[CATURTUNGGAL])
    village = diy.report(CATURTUNGGAL)
    client.post(page("write", village), NARRATIVE)
    seen = client.get(page("send_puskesos", village)).context["form"].initial["seen"]
    diy.case(CATURTUNGGAL, "2026-09-09")
    again = client.post(page("send_puskesos", village), {"seen": seen, "checked": "on"})
    assert again.status_code == 200 and diy.report(CATURTUNGGAL).status == "draft"
    assert again.context["form"].data["seen"] != seen
    assert (
        client.post(
            page("send_puskesos", village), {"seen": again.context["form"].data["seen"], "checked": "on"}
        ).status_code
        == 302
    )


@pytest.mark.parametrize(
    "door",
    [
        "inspect",
        "write",
        "send_puskesos",
        "accept_puskesos",
        "return_puskesos",
        "build",
        "remind",
        "correct",
        "pdf",
        "xlsx",
        "figure",
    ],
)
def test_the_neighbor_finds_no_door(diy, client, door):
    report = diy.send(CATURTUNGGAL)
    address = {
        "pdf": lambda: reverse("quarterly:pdf", args=[report.pk]),
        "xlsx": lambda: reverse("quarterly:xlsx", args=[report.pk]),
        "figure": lambda: reverse("quarterly:figure", args=[report.pk, "received"]),
    }.get(door, lambda: page(door, report))()
    assert client.get(address).status_code == 302  # to the sign-in
    client.force_login(diy.manager[BANTUL])
    assert client.get(address).status_code == 404
    assert client.post(address, {"note": "x"}).status_code in (404, 405)
    client.force_login(officer("editor", ""))
    assert client.get(address).status_code in (403, 404)


@pytest.mark.parametrize("door", ["write", "send_puskesos", "accept_puskesos", "build", "remind", "correct"])
def test_inside_without_the_right_is_refused(diy, client, door):
    report = diy.report(CATURTUNGGAL)
    client.force_login(officer("village_head", CATURTUNGGAL))
    assert client.get(page("inspect", report)).status_code == 200
    assert client.get(page(door, report)).status_code == 403


def test_a_figure_opens_to_its_cases_and_to_the_reports_below(diy, client):
    diy.pass_on(CATURTUNGGAL)
    diy.send(SLEMAN)
    client.force_login(diy.manager[SLEMAN])
    shown = client.get(reverse("quarterly:figure", args=[diy.report(SLEMAN).pk, "received"])).context
    assert [(report.region_id, value) for report, value in shown["contributions"]][0] == (
        CATURTUNGGAL,
        Decimal(2),
    )
    shown = client.get(
        reverse("quarterly:figure", args=[diy.report(CATURTUNGGAL).pk, "kinds.received"]), {"baris": "need"}
    )
    assert len(shown.context["records"]) == 1
    for bad in ("nothing", "kinds.nothing"):
        assert client.get(reverse("quarterly:figure", args=[diy.report(SLEMAN).pk, bad])).status_code == 404
    # The Ministry sees the report, not the cases.
    client.force_login(officer("ministry", ""))
    shown = client.get(reverse("quarterly:figure", args=[diy.report(CATURTUNGGAL).pk, "received"])).context
    assert shown["records"] == [] and shown["hidden"] == 2


def test_pdf_and_spreadsheet_say_the_same(diy, client):
    report = diy.send(CATURTUNGGAL)
    client.force_login(diy.coordinator[CATURTUNGGAL])
    answer = client.get(reverse("quarterly:pdf", args=[report.pk]))
    assert answer["Content-Type"] == "application/pdf"
    text = "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "Triwulan III 2026" in text and "Seratus keluarga terlayani." in text and report.number in text
    answer = client.get(reverse("quarterly:xlsx", args=[report.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = {row[1].value: row[4].value for row in sheet.iter_rows(min_row=2)}
    assert cells["Diterima dalam triwulan"] == 2


@pytest.mark.rule("M-05")
def test_the_board_and_the_home_page_show_what_waits(diy, client):
    client.force_login(diy.coordinator[CATURTUNGGAL])
    assert "Laporan" in client.get("/admin/").content.decode() or client.get("/admin/").status_code == 200
    client.force_login(diy.manager[SLEMAN])
    diy.send(CATURTUNGGAL)
    board = client.get(reverse("quarterly:board"), {"kuartal": "2026-Q3", "jenjang": "puskesos"})
    assert [line.tier for line in board.context["lines"]] == ["puskesos", "slrt"]
    from reports.quarterly import waiting

    assert (
        waiting.to_review(diy.manager[SLEMAN]).count() == 1
        and waiting.to_review(diy.manager[BANTUL]).count() == 0
    )
    assert waiting.overdue(diy.manager[SLEMAN]).count() == 1
    client.force_login(officer("editor", ""))
    assert client.get(reverse("quarterly:board")).status_code == 403


@pytest.mark.rule("M-06")
def test_a_cell_of_a_table_is_corrected_on_screen(diy, client):
    diy.pass_on(CATURTUNGGAL, SLEMAN, BANTUL, DIY)
    diy.send(None)
    closing.close_cycle(cycle=diy.cycle, by=diy.secretariat)
    run_jobs()
    client.force_login(diy.secretariat)
    report = diy.report(CATURTUNGGAL)
    form = client.get(page("correct", report)).context["form"]
    name = "figure-kinds.received--need"
    assert form.fields[name].initial == 1 and "figure-kinds.received--nothing" not in form.fields
    values = {n: form[n].value() for n in form.fields if form[n].value() is not None}
    answer = client.post(page("correct", report), values | {name: "4", "reason": "Tiga kasus luput."})
    assert answer.status_code == 302, answer.context["form"].errors
    assert [
        figures(diy.report(code), diy.report(code).version)["kinds.received", "need"]
        for code in (CATURTUNGGAL, SLEMAN, DIY, None)
    ] == [4, 4, 4, 4]
