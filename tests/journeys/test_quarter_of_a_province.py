"""A whole quarter of a province through the doors: villages send, one late, one returned, regencies and province are
reviewed, the nation closes; every figure equals a recount by plain SQL that knows nothing of our code (M-04 to M-06).
"""

import io
import itertools
import random
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from reports.quarterly.models import QuarterlyReport
from tests.factories import ProgramFactory, SectorFactory
from tests.quarterly.places import (
    BANTUL,
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    NARRATIVE,
    PANGGUNGHARJO,
    SLEMAN,
    Province,
    moment,
    run_jobs,
)

pytestmark = pytest.mark.django_db
PLACES = (CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO, SLEMAN, BANTUL)
STEP = "quarterly_quarterlyreport_modeladmin_{}"


@pytest.fixture
def diy():
    """A quarter of work: some cases begin before it, some end after it, some stay open."""
    province, draw = Province(), random.Random(20263)
    province.programs = [province.program, *(ProgramFactory(sector=SectorFactory()) for _n in range(3))]
    days = [f"2026-{month:02d}-{day:02d}" for month, day in itertools.product(range(6, 11), (2, 9, 17, 26))]
    for place in PLACES:
        for _n in range(draw.randint(12, 20)):
            opened = draw.randrange(len(days) - 1)
            ended = draw.choice(["", *days[opened + 1 :]])
            kind = draw.choice(["question", "suggestion", "grievance", "need"])
            outcome = "refused" if kind == "need" else draw.choice(["answered", "refused"])
            case = province.case(
                place, days[opened], ended, kind=kind, outcome=outcome, program=draw.choice([None, *province.programs]),
                channel=draw.choice(["facilitator", "puskesos"]), concern="quality" if kind == "grievance" else "",
            )  # fmt: skip
            if case.program and draw.random() < 0.6:
                answered = ended and draw.choice(["", ended])
                province.refer(case, days[opened], answered)
            if ended and draw.random() < 0.7:
                province.tell(case, ended)
    return province


class Doors:
    """What each officer does on screen, on a day."""

    def __init__(self, province, client):
        self.province, self.client = province, client

    def report(self, code) -> QuarterlyReport:
        return self.province.report(code)

    def _post(self, user, report, step, data, day):
        with time_machine.travel(moment(f"{day} 10:00"), tick=False):
            self.client.force_login(user)
            answer = self.client.post(reverse(STEP.format(step), args=[report.pk]), data)
        assert answer.status_code == 302, answer.context and answer.context["form"].errors
        return answer

    def send(self, code, day, **answers):
        report, user = self.report(code), self.province.author(code)
        self._post(user, report, "write", NARRATIVE | answers, day)
        with time_machine.travel(moment(f"{day} 11:00"), tick=False):
            self.client.force_login(user)
            form = self.client.get(reverse(STEP.format(f"send_{report.tier}"), args=[report.pk])).context[
                "form"
            ]
        sent = {"seen": form.initial["seen"], "checked": "on"}
        sent |= {name: "Benar adanya." for name in form.fields if name.startswith("explanation-")}
        self._post(user, report, f"send_{report.tier}", sent, day)

    def review(self, code, day, note=""):
        report = self.report(code)
        step = f"{'return' if note else 'accept'}_{report.tier}"
        self._post(self.province.reviewer(code), report, step, {"note": note}, day)


# -- the recount: plain SQL over the records alone ---------------------------------------------------------------------
START, END = moment("2026-07-01 00:00"), moment("2026-10-01 00:00")
CASES = "from casework_case c join units_unit u on u.id = c.unit_id left join programs_catalog_program p on p.id = c.program_id"
WITHIN = "u.region_id in ({})"
PLAIN = {
    "open_before": f"select count(*) {CASES} where {WITHIN} and c.opened_at < %s and (c.closed_at is null or c.closed_at >= %s)",
    "received": f"select count(*) {CASES} where {WITHIN} and c.opened_at >= %s and c.opened_at < %s",
    "closed": f"select count(*) {CASES} where {WITHIN} and c.closed_at >= %s and c.closed_at < %s",
    "open_after": f"select count(*) {CASES} where {WITHIN} and c.opened_at < %s and (c.closed_at is null or c.closed_at >= %s)",
    "visits": f"select count(*) {CASES} where {WITHIN} and c.opened_at >= %s and c.opened_at < %s and c.channel = 'facilitator'",
    "settled": f"select count(*) {CASES} where {WITHIN} and c.closed_at >= %s and c.closed_at < %s and c.outcome = 'answered'",
    "turned_down": f"select count(*) {CASES} where {WITHIN} and c.closed_at >= %s and c.closed_at < %s and c.outcome = 'refused'",
    **{
        key: "select count(*) from casework_referral r join casework_case c on c.id = r.case_id join units_unit u on u.id = c.unit_id "
        f"where {WITHIN} and r.{day} >= %s and r.{day} < %s{more}"
        for key, day, more in (
            ("referred", "referred_at", ""), ("answered", "answered_at", ""), ("approved", "answered_at", " and r.status = 'approved'"),
            ("refused", "answered_at", " and r.status = 'refused'"),
        )
    },
    "waiting_before": "select count(*) from casework_referral r join casework_case c on c.id = r.case_id join units_unit u on u.id = c.unit_id "
    f"where {WITHIN} and r.referred_at < %s and (r.answered_at is null or r.answered_at >= %s)",
    "told": "select count(*) from casework_feedback f join casework_case c on c.id = f.case_id join units_unit u on u.id = c.unit_id "
    f"where {WITHIN} and f.told_at >= %s and f.told_at < %s",
}  # fmt: skip
TABLES = {
    "kinds.received": f"select c.kind, count(*) {CASES} where {WITHIN} and c.opened_at >= %s and c.opened_at < %s group by 1",
    "kinds.closed": f"select c.kind, count(*) {CASES} where {WITHIN} and c.closed_at >= %s and c.closed_at < %s group by 1",
    "sectors.received": f"select coalesce(p.sector_id, 'none'), count(*) {CASES} where {WITHIN} and c.opened_at >= %s and c.opened_at < %s group by 1",
    "sectors.closed": f"select coalesce(p.sector_id, 'none'), count(*) {CASES} where {WITHIN} and c.closed_at >= %s and c.closed_at < %s group by 1",
    "programs.received": f"select coalesce(p.code, 'none'), count(*) {CASES} where {WITHIN} and c.opened_at >= %s and c.opened_at < %s group by 1",
}


def recount(places) -> dict[tuple[str, str], Decimal]:
    marks, found = ", ".join(["%s"] * len(places)), {}
    bounds = {"open_before": [START, START], "waiting_before": [START, START], "open_after": [END, END]}
    with connection.cursor() as cursor:
        for key, sql in PLAIN.items():
            cursor.execute(sql.format(marks), [*places, *bounds.get(key, [START, END])])
            found[key, ""] = Decimal(cursor.fetchone()[0])
        for key, sql in TABLES.items():
            cursor.execute(sql.format(marks), [*places, START, END])
            found |= {(key, str(item)): Decimal(count) for item, count in cursor.fetchall()}
    return found


@pytest.mark.rule("M-04", "M-05", "M-06", "M-10")
def test_a_whole_quarter_of_a_province(diy, client):
    doors = Doors(diy, client)
    # Villages: one on time, one late, one on time but returned with a note and sent again.
    doors.send(CATURTUNGGAL, "2026-10-08", meetings="2", **{"explanation-meetings": "Belum dicatat."})
    doors.send(PANGGUNGHARJO, "2026-10-09")
    doors.send(CONDONGCATUR, "2026-10-13")
    doors.review(PANGGUNGHARJO, "2026-10-12", note="Lengkapi hambatan.")
    doors.send(PANGGUNGHARJO, "2026-10-14", obstacles="Sinyal lemah.")
    doors.review(CATURTUNGGAL, "2026-10-15", "")
    for code in (CONDONGCATUR, PANGGUNGHARJO):
        doors.review(code, "2026-10-15")
    assert [diy.report(code).punctuality for code in (CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO)] == [
        "on_time", "late", "on_time",
    ]  # fmt: skip
    assert diy.report(PANGGUNGHARJO).versions.count() == 2
    run_jobs()
    for code in (SLEMAN, BANTUL):
        doors.send(code, "2026-10-19")
        doors.review(code, "2026-10-22")
    doors.send(DIY, "2026-10-28")
    doors.review(DIY, "2026-11-02")
    doors.send(None, "2026-11-10")
    # The boards of province and nation say what happened.
    client.force_login(diy.provincial)
    board = client.get(reverse("quarterly:board"), {"kuartal": "2026-Q3", "jenjang": "puskesos"}).context
    line = next(line for line in board["lines"] if line.tier == "puskesos")
    assert (line.expected, line.on_time, line.late, line.missing, line.accepted) == (3, 2, 1, 0, 3)
    assert {area.region_code: area.late for area in board["areas"]} == {SLEMAN: 1, BANTUL: 0}
    # The nation closes.
    client.force_login(diy.secretariat)
    close = reverse("quarterly_reportingcycle_modeladmin_close", args=[diy.cycle.pk])
    assert client.post(close, {"note": ""}).status_code == 302
    run_jobs()
    diy.cycle.refresh_from_db()
    assert diy.cycle.status == "closed" and set(diy.cycle.reports.values_list("status", flat=True)) == {
        "closed"
    }
    # Every tier, figure by figure, against plain SQL.
    below = {
        CATURTUNGGAL: [CATURTUNGGAL], CONDONGCATUR: [CONDONGCATUR], PANGGUNGHARJO: [PANGGUNGHARJO],
        SLEMAN: [CATURTUNGGAL, CONDONGCATUR, SLEMAN], BANTUL: [PANGGUNGHARJO, BANTUL], DIY: list(PLACES), None: list(PLACES),
    }  # fmt: skip
    for code, places in below.items():
        plain = recount(places)
        stored = {
            (f.key, f.item): f.value
            for f in diy.report(code).version.figures.all()
            if f.key in PLAIN or f.key in TABLES and f.value
        }
        assert stored == plain, code
        assert plain["received", ""] > 0 and plain["closed", ""] > 0
    nation = {(f.key, f.item): f.value for f in diy.report(None).version.figures.all()}
    share = 100 * nation["closed", ""] / (nation["open_before", ""] + nation["received", ""])
    assert nation["completion", ""] == round(share, 2)
    assert nation["meetings", ""] == 2  # what one village typed has risen to the nation
    # The spreadsheet that the nation reads says the same.
    content = client.get(reverse("quarterly:xlsx", args=[diy.report(None).pk])).content
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True)
    shown = {row[1]: row[4] for row in rows if not row[2]}
    assert shown["Diterima dalam triwulan"] == nation["received", ""]
    # Copies were recorded at every tier, the Ministry's among them (M-10).
    for code in below:
        assert diy.report(code).version.copies.exists()
    # After it, nobody writes any more.
    client.force_login(diy.coordinator[CATURTUNGGAL])
    page = client.get(reverse(STEP.format("write"), args=[diy.report(CATURTUNGGAL).pk]))
    assert "impossible" in page.context and page.context["impossible"]
