"""Every figure of the dashboard of a simulated province against SQL of its own, written without the product's code."""

import datetime as dt
import json
import tomllib
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from portal.accounts.models import User
from portal.operations.loading import load
from portal.operations.simulate import plan as plans
from portal.operations.simulate import run
from portal.units.models import Room, Unit
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
    unit = Unit.objects.filter(kind="slrt").earliest("pk")
    for kind, condition, there in (("front_office", "good", True), ("back_office", "heavy_damage", True), ("meeting", "good", False)):  # fmt: skip
        Room.objects.create(unit=unit, kind=kind, condition=condition, is_present=there)
    client.force_login(
        User.objects.get(username="sim.korprov.34"), backend="portal.accounts.backends.RoleBackend"
    )
    return client.get(
        reverse("dashboard"), {"wilayah": "34", "dari": "2026-01", "sampai": "2026-11", "bab": "semua"}
    ).context


def cases(where: str = "", *args, period: str = PERIOD, source: str = "casework_case c") -> dict:
    """What a group of cases must show: how many, where they stand, and the average days of those that have ended."""
    found = rows(
        f"SELECT c.status, c.outcome, c.opened_at, c.closed_at, c.paused_for FROM {source} WHERE {period} {where}",
        *args,
    )
    states = Counter(
        "in_process" if status != "closed" else "refused" if outcome == "refused" else "finished"
        for status, outcome, *_times in found
    )
    took = [
        closed - opened - (wait if isinstance(wait, dt.timedelta) else dt.timedelta(microseconds=wait))
        for _status, _outcome, opened, closed, wait in found
        if closed is not None
    ]
    days = sum(took, dt.timedelta()).total_seconds() / len(took) / 86400 if took else None
    return {
        "n": len(found), "mean_days": pytest.approx(days, rel=1e-4) if days else None,
        **{state: states[state] for state in ("in_process", "finished", "refused")},
    }  # fmt: skip


def same(shown, expected: dict, states=None) -> None:
    """The count of the page (and the states beside it) is what the cases say."""
    assert (shown.n, shown.mean_days) == (expected["n"], expected["mean_days"])
    if states is not None:
        for state in ("in_process", "finished", "refused"):
            shown_there = states[state] if hasattr(states, "keys") else getattr(states, state)
            assert shown_there == expected[state], state


# -- who seems eligible: the published criteria, read and answered here without the product's engine ------------------------
DAY = dt.date(2026, 11, 23)


def answer(rule: dict, known: dict, members: list[dict]) -> bool | None:
    """Whether a rule holds for a family (or one member of it); None where the register does not say enough."""
    if "member" in rule:
        return any_of(answer(rule["member"], one, []) for one in members)
    for mode in ("all", "any", "none"):
        if mode in rule:
            answers = [answer(part, known, members) for part in rule[mode]]
            if mode == "all":
                return False if False in answers else None if None in answers else True
            found = any_of(answers)
            return found if mode == "any" or found is None else not found
    value, asked = known.get(rule["fact"]), rule["value"]
    if value is None or value == "":
        return None
    if rule["op"] == "between":
        return asked[0] <= value <= asked[1]
    asked = asked if isinstance(asked, list) or rule["op"] in (">=", "<=", "is") else [asked]
    return {
        ">=": lambda: value >= asked,
        "<=": lambda: value <= asked,
        "is": lambda: value is asked,
        "in": lambda: value in asked,
        "not_in": lambda: value not in asked,
        "includes": lambda: bool(value & set(asked)),
        "excludes": lambda: not value & set(asked),
        "within": lambda: any(value == code or value.startswith(f"{code}.") for code in asked),
    }[rule["op"]]()


def any_of(answers) -> bool | None:
    answers = list(answers)
    return True if True in answers else None if None in answers else False


def read(value) -> dict:
    return json.loads(value) if isinstance(value, str) else value


def published() -> dict[str, dict]:
    """The rule of each program that holds on the day, from the files of the catalog."""
    rules = {}
    for file in sorted((settings.BASE_DIR / "fixtures/reference/programs").glob("*.toml")):
        for program in tomllib.loads(file.read_text(encoding="utf-8"))["program"]:
            for version in sorted(program.get("rules", []), key=lambda one: str(one["from"])):
                if str(version["from"]) <= str(DAY) <= str(version.get("until", DAY)):
                    rules[program["code"]] = version["rule"]
    return rules


def families() -> dict[int, tuple[str, dict, list[dict]]]:
    """Region, what is known of the family, and its members, by household."""
    found = {
        pk: (region, {**read(conditions), "decile": decile, "region": region, "receives": set()}, [])
        for pk, region, decile, conditions in rows(
            "SELECT id, region_id, decile, conditions FROM households_household"
        )
    }
    for pk, born, sex, conditions in rows(
        "SELECT household_id, born_on, sex, conditions FROM households_person"
    ):
        age = DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))
        found[pk][2].append({**read(conditions), "age": age, "sex": sex})
    for pk, code in rows(
        "SELECT e.household_id, p.code FROM households_enrolment e JOIN programs_catalog_program p ON p.id = e.program_id "
        "WHERE e.valid_from <= '2026-11-23' AND (e.valid_until IS NULL OR e.valid_until >= '2026-11-23')"
    ):
        found[pk][1]["receives"].add(code)
    return found


def targeted(rule: dict, code: str, among: dict) -> dict[str, int]:
    """The four numbers of a program over some families."""
    numbers = Counter()
    for _region, known, members in among.values():
        met, gets = answer(rule, known, members), code in known["receives"]
        numbers["eligible"] += met is True
        numbers["enrolled"] += gets
        numbers["both"] += met is True and gets
        numbers["enrolled_unmet"] += met is False and gets
    return numbers


@pytest.mark.rule("D-01", "D-02", "D-03", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10", "D-11", "D-12", "H-08", "M-05", "S-08", "S-15")  # fmt: skip
def test_each_figure_equals_plain_sql(page):
    case = f"FROM casework_case WHERE {PERIOD}"
    # D-04, D-06: status and handling time
    assert page["total"].n == one(f"SELECT count(*) {case}") > 100
    same(page["total"], cases(), page)
    year_before = "opened_at >= '2025-01-01 00:00' AND opened_at < '2025-11-30 17:00'"
    same(page["before"], cases(period=year_before))
    assert page["before"].n > 0
    assert page["change"] == pytest.approx(100 * (page["total"].n - page["before"].n) / page["before"].n)
    # D-04 month by month, by the clock of Jakarta
    opened = Counter(
        f"{at + dt.timedelta(hours=7):%Y-%m}" for (at,) in rows("SELECT opened_at FROM casework_case")
    )
    assert len(page["month_rows"]) == 11
    for day, now, before in page["month_rows"]:
        assert now.n == opened[f"{day:%Y-%m}"]
        assert before.n == opened[f"{day.year - 1}-{day:%m}"]
    # D-08: kinds by sex
    for kind, count, women, men, unknown in page["kinds"]:
        same(count, cases("AND kind = %s", kind.value))
        for sex, n in (("f", women), ("m", men), ("", unknown)):
            assert n == one(f"SELECT count(*) {case} AND kind = %s AND subject_sex = %s", kind.value, sex)
    # D-08: categories of grievances by what became of them; groups of people in need by kind
    assert len(page["concerns"]) == 5 and len(page["ppks"]) == 10
    for row in page["concerns"]:
        same(row.total, cases("AND kind = 'grievance' AND concern = %s", row.code), row)
    assert sum(row.total.n for row in page["concerns"]) > 20
    for row in page["ppks"]:
        same(row.total, cases("AND subject_group = %s", row.code))
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
    joined = "casework_case c JOIN programs_catalog_program p ON p.id = c.program_id JOIN programs_catalog_provider o ON o.id = p.provider_id"
    for level, count in page["levels"]:
        same(count, cases("AND o.level = %s", level.value, source=joined))
    for sector, count in page["sectors"]:
        same(count, cases("AND p.sector_id = %s", sector.pk, source=joined))
    assert len(page["programs"]) == one(f"SELECT count(DISTINCT program_id) {case}") <= 15
    for row in page["programs"]:
        same(row["total"], cases("AND program_id = %s", row["program"].pk), row)
    # D-01, D-05, D-07: each regency with its cover, its kinds, its states
    assert len(page["areas"]) == 5
    for area in page["areas"]:
        here = f"{case} AND region_id LIKE '{area.code}.%%'"
        same(area.total, cases("AND region_id LIKE %s", f"{area.code}.%"), area)
        for kind, n in area.kinds:
            assert n == one(f"SELECT count(*) {here} AND kind = %s", kind)
    assert len(page["cover"]) == 5
    for area in page["cover"]:
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
    assert sum(n for _status, _label, n in page["proposals"]) > 0
    for status, _label, n in page["proposals"]:
        assert n == one(
            "SELECT count(*) FROM households_updateproposal WHERE created_at >= '2025-12-31 17:00' AND status = %s", status
        )  # fmt: skip
    # D-10, D-11: access and overlap, household by household
    receives: dict[int, set[int]] = {}
    for household, program in rows(
        "SELECT household_id, program_id FROM households_enrolment WHERE valid_from <= '2026-11-23'"
    ):
        receives.setdefault(household, set()).add(program)
    assert page["overlap"]["households"] == one("SELECT count(*) FROM households_household") == 250
    assert page["overlap"]["with_any"] == len(receives)
    assert page["overlap"]["without"] == 250 - len(receives)
    labels = {p.pk: p.label for p in Program.objects.all()}
    assert page["overlap"]["singles"] and page["overlap"]["pairs"]
    for _label, n, program in page["overlap"]["singles"]:
        assert n == sum(1 for found in receives.values() if program in found)
    several = Counter(len(found) for found in receives.values())
    for number, n in page["overlap"]["by_number"]:
        assert n == (several[number] if number else 250 - len(receives)), number
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
    # H-08, D-12: who seems eligible, family by family
    everybody, rules = families(), published()
    codes = {p.pk: p.code for p in Program.objects.all()}
    numbers = {code: targeted(rule, code, everybody) for code, rule in rules.items()}
    assert len(page["targeting"]) > 10
    for row in page["targeting"]:
        expected = numbers.pop(row.program.code)
        assert (row.eligible, row.enrolled, row.both, row.enrolled_unmet) == tuple(
            expected[name] for name in ("eligible", "enrolled", "both", "enrolled_unmet")
        ), row.program.code
        assert row.exclusion == expected["eligible"] - expected["both"]
        assert row.inclusion == expected["enrolled_unmet"]
    # What is not shown has nothing to show.
    assert not any(value for of in numbers.values() for value in of.values())
    assert (
        sum(row.exclusion for row in page["targeting"]) > 0 < sum(row.inclusion for row in page["targeting"])
    )
    for row in page["gap"]:
        of = (
            targeted(rules[codes[int(row.code)]], codes[int(row.code)], everybody)
            if codes[int(row.code)] in rules
            else None
        )
        assert (row.eligible or 0, row.reached or 0) == ((of["eligible"], of["both"]) if of else (0, 0))
        assert row.unserved is None or row.unserved == of["eligible"] - of["both"]
    assert len(page["gap_areas"]) == 5
    for row in page["gap_areas"]:
        within = {pk: one for pk, one in everybody.items() if one[0].startswith(f"{row.code}.")}
        summed = sum((targeted(rule, code, within) for code, rule in rules.items()), Counter())
        assert (row.eligible, row.served, row.reached) == (
            summed["eligible"],
            summed["enrolled"],
            summed["both"],
        )
        need = cases("AND kind = 'need' AND region_id LIKE %s", f"{row.code}.%")
        assert (row.needs, row.waiting) == (need["n"], need["in_process"])
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
    # money by source, equipment by kind, rooms
    funds = rows(
        "SELECT source, sum(budgeted), sum(spent) FROM units_funding WHERE year = 2026 GROUP BY source"
    )
    assert sorted((row.budgeted, row.spent) for row in page["money"]) == sorted(
        (Decimal(str(budgeted)), Decimal(str(spent))) for _source, budgeted, spent in funds
    )
    devices = rows("SELECT kind, sum(quantity), sum(working) FROM units_equipment GROUP BY kind")
    standing = [*((there, usable) for _kind, there, usable in devices), (2, 1)]
    assert [(row.there, row.usable) for row in page["facilities"]][-1] == (2, 1)  # the rooms
    assert sorted((row.there, row.usable) for row in page["facilities"]) == sorted(standing)
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
