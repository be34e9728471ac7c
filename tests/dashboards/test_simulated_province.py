"""Every figure of the dashboard of a simulated province against SQL of its own, written without the product's code."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.urls import reverse

from portal.accounts.models import User
from portal.operations.loading import load
from portal.operations.simulate import plan as plans
from portal.operations.simulate import run
from programs_catalog.models import Program
from reports.dashboards.exports import export_rows

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2026, 11, 23)
PERIOD = "opened_at >= '2026-01-01 00:00' AND opened_at < '2026-11-23 12:00'"


def rows(sql: str, *args):
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def one(sql: str, *args):
    return rows(sql, *args)[0][0]


@pytest.fixture
def page(client, time_machine):
    """The dashboard of DI Yogyakarta, of its coordinator, over a small simulated province."""
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    load("reference", again=True, tell=lambda text: None)
    plan = plans.make(plans.Plan("34", 5, UNTIL, 1, households=250, cases=400))
    run.simulate(plan, tell=lambda text: None)
    client.force_login(
        User.objects.get(username="sim.korprov.34"), backend="portal.accounts.backends.RoleBackend"
    )
    return client.get(reverse("dashboard"), {"wilayah": "34", "dari": "2026-01", "sampai": "2026-11"}).context


ENDED = "SUM(CASE WHEN status = 'closed' AND outcome {} 'refused' THEN 1 ELSE 0 END)"


@pytest.mark.rule("D-01", "D-02", "D-03", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10", "D-11", "D-12", "M-05", "S-08", "S-15")  # fmt: skip
def test_each_figure_equals_plain_sql(page):
    case = f"FROM casework_case WHERE {PERIOD}"
    # D-04, D-06: status and handling time
    assert page["total"].n == one(f"SELECT count(*) {case}") > 100
    assert page["in_process"] == one(f"SELECT count(*) {case} AND status <> 'closed'")
    assert page["finished"] == one(f"SELECT {ENDED.format('<>')} {case}")
    assert page["refused"] == one(f"SELECT {ENDED.format('=')} {case}")
    ended = rows(f"SELECT opened_at, closed_at, paused_for {case} AND closed_at IS NOT NULL")
    paused = [
        value if isinstance(value, dt.timedelta) else dt.timedelta(microseconds=value)
        for _o, _c, value in ended
    ]
    seconds = sum(
        (closed - opened - wait).total_seconds()
        for (opened, closed, _p), wait in zip(ended, paused, strict=True)
    )
    assert page["total"].mean_days == pytest.approx(seconds / len(ended) / 86400, rel=1e-4)
    # D-08: kinds by sex
    for kind, count, women, men, unknown in page["kinds"]:
        assert count.n == one(f"SELECT count(*) {case} AND kind = %s", kind.value)
        for sex, n in (("f", women), ("m", men), ("", unknown)):
            assert n == one(f"SELECT count(*) {case} AND kind = %s AND subject_sex = %s", kind.value, sex)
    # D-08: categories of grievances by what became of them; groups of people in need by kind
    assert len(page["concerns"]) == 5 and len(page["ppks"]) == 10
    for row in page["concerns"]:
        about = f"{case} AND kind = 'grievance' AND concern = %s"
        assert row.total.n == one(f"SELECT count(*) {about}", row.code)
        assert row.in_process == one(f"SELECT count(*) {about} AND status <> 'closed'", row.code)
        assert row.finished == (one(f"SELECT {ENDED.format('<>')} {about}", row.code) or 0)
        assert row.refused == (one(f"SELECT {ENDED.format('=')} {about}", row.code) or 0)
    assert sum(row.total.n for row in page["concerns"]) > 20
    for row in page["ppks"]:
        assert row.total.n == one(f"SELECT count(*) {case} AND subject_group = %s", row.code)
        for kind, n in row.kinds:
            assert n == one(f"SELECT count(*) {case} AND subject_group = %s AND kind = %s", row.code, kind)
    # ... and the group is what the register says of the person on that day, reckoned here anew.
    people = rows(
        f"SELECT c.subject_group, p.born_on, p.sex, p.conditions, h.decile, h.conditions, c.opened_at {case.replace('casework_case', 'casework_case c JOIN households_person p ON p.id = c.person_id JOIN households_household h ON h.id = p.household_id')}"
    )
    for found, born, sex, life, decile, house, opened in people:
        life, house = (json.loads(v) if isinstance(v, str) else v for v in (life, house))
        day = opened + dt.timedelta(hours=7)
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        assert age >= 18 and not house.get(
            "hit_by_disaster"
        )  # heads of families come, and no disaster is simulated
        expected = (
            "disabled" if life["disability"] in ("mild", "severe")
            else "elderly" if age >= 60
            else "woman_head" if sex == "f"
            else "poor" if decile <= 4
            else "other"
        )  # fmt: skip
        assert found == expected
    assert len({row[0] for row in people}) == 5
    # D-02, D-03: programs by managing level and by sector
    joined = "FROM casework_case c JOIN programs_catalog_program p ON p.id = c.program_id JOIN programs_catalog_provider o ON o.id = p.provider_id"
    for level, count in page["levels"]:
        assert count.n == one(f"SELECT count(*) {joined} WHERE {PERIOD} AND o.level = %s", level.value)
    for sector, count in page["sectors"]:
        assert count.n == one(f"SELECT count(*) {joined} WHERE {PERIOD} AND p.sector_id = %s", sector.pk)
    for row in page["programs"]:
        assert row["total"].n == one(f"SELECT count(*) {case} AND program_id = %s", row["program"].pk)
    # D-01, D-05, D-07: each regency with its cover, its kinds, its states
    assert len(page["areas"]) == 5
    for area in page["areas"]:
        here = f"{case} AND region_id LIKE '{area.code}.%%'"
        assert area.total.n == one(f"SELECT count(*) {here} AND 1 = %s", 1)
        assert area.in_process == one(f"SELECT count(*) {here} AND status <> %s", "closed")
        for kind, n in area.kinds:
            assert n == one(f"SELECT count(*) {here} AND kind = %s", kind)
        assert area.cover.with_slrt == one(
            "SELECT count(*) FROM units_unit WHERE kind = 'slrt' AND region_id = %s", area.code
        )
        assert area.cover.with_puskesos == one(
            "SELECT count(*) FROM units_unit WHERE kind = 'puskesos' AND region_id LIKE %s", f"{area.code}.%"
        )
        assert area.cover.villages == one(
            "SELECT count(*) FROM regions_region WHERE level = 4 AND code LIKE %s", f"{area.code}.%"
        )
    # D-09
    assert sum(n for _status, _label, n in page["proposals"]) == one(
        "SELECT count(*) FROM households_updateproposal WHERE created_at >= '2025-12-31 17:00'"
    )
    # D-10, D-11: access and overlap, household by household
    receives: dict[int, set[int]] = {}
    for household, program in rows(
        "SELECT household_id, program_id FROM households_enrolment WHERE valid_from <= '2026-11-23'"
    ):
        receives.setdefault(household, set()).add(program)
    assert page["overlap"]["households"] == one("SELECT count(*) FROM households_household") == 250
    assert page["overlap"]["with_any"] == len(receives)
    labels = {p.pk: p.label for p in Program.objects.all()}
    for first, second, n, _keys in page["overlap"]["pairs"]:
        assert n == sum(1 for found in receives.values() if {first, second} <= {labels[p] for p in found})
    # D-12: needs and those served, by program
    for row in page["gap"]:
        assert row.needs == one(
            f"SELECT count(*) {case} AND kind = 'need' AND program_id = %s", int(row.code)
        )
        assert row.waiting == one(
            f"SELECT count(*) {case} AND kind = 'need' AND status <> 'closed' AND program_id = %s",
            int(row.code),
        )
        assert row.served == sum(1 for found in receives.values() if int(row.code) in found)
    for row in page["gap_areas"]:
        assert row.needs == one(
            f"SELECT count(*) {case} AND kind = 'need' AND region_id LIKE %s", f"{row.code}.%"
        )
    # M-05
    cycle = page["cycle"].pk
    for line in page["timeliness"]:
        report = "SELECT count(*) FROM quarterly_quarterlyreport WHERE cycle_id = %s AND tier = %s AND province_code = '34'"
        assert line.expected == one(report, cycle, line.tier) > 0
        assert line.on_time == one(f"{report} AND first_sent_on <= due_on", cycle, line.tier)
        assert line.late == one(f"{report} AND first_sent_on > due_on", cycle, line.tier)
        assert line.missing == one(
            f"{report} AND first_sent_on IS NULL AND due_on < '2026-11-23'", cycle, line.tier
        )
    # S-08, S-15
    for post in page["posts"]:
        post_sql = "FROM staffing_appointment a JOIN staffing_officer o ON o.id = a.officer_id WHERE a.status = 'active' AND a.position_id = %s"
        assert post.total == one(f"SELECT count(*) {post_sql}", post.position.pk)
        assert post.women == one(f"SELECT count(*) {post_sql} AND o.sex = 'female'", post.position.pk)
        assert post.local == one(f"SELECT count(*) {post_sql} AND a.is_local", post.position.pk)
        if post.ideal is not None:
            level = {"supervisor": 3, "facilitator": 4}[post.position.pk]
            assert post.ideal == one(
                "SELECT count(*) FROM regions_region WHERE level = %s AND code LIKE '34.%%'", level
            )
            assert (
                post.without
                == post.ideal - one(f"SELECT count(DISTINCT a.region_id) {post_sql}", post.position.pk)
                > 0
            )
    # money and equipment
    assert sum(row.budgeted for row in page["money"]) == one(
        "SELECT sum(budgeted) FROM units_funding WHERE year = 2026"
    )
    assert sum(row.usable for row in page["facilities"]) == one("SELECT sum(working) FROM units_equipment")
    # the file holds what the page shows
    lines = {(part, of, figure): value for part, of, figure, value in export_rows(page)}
    assert lines["Wilayah", "Semua", "Keluhan"] == page["total"].n
    for row in page["targeting"]:
        assert (
            lines[
                "Ketepatan sasaran program",
                row.program.label,
                "Berhak tetapi tidak menerima (exclusion error)",
            ]
            == row.exclusion
        )
    assert len({part for part, _of, _figure in lines}) >= 15
    # the map shows the table
    assert page["map"] is not None and page["map"].svg.count("<circle") == 5
