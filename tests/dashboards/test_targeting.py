"""Inclusion and exclusion errors against a count household by household (H-08, D-12), and proposals (D-09)."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from cases.households.eligibility import criteria_in_force, facts_of
from cases.households.models import Household
from programs_catalog.eligibility.blocks import stream_of
from programs_catalog.eligibility.evaluation import Answer, evaluate
from programs_catalog.eligibility.rules import parse
from programs_catalog.models import Criteria
from reports.dashboards import gap, overlap, targeting
from reports.dashboards.figures import Choice
from tests.households.test_eligibility import TODAY, catalog, households  # noqa: F401

from .test_views import officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_of_the_data(time_machine):
    """A village is counted as of the day that it is."""
    time_machine.move_to(f"{TODAY}T12:00:00+07:00")


@pytest.mark.rule("H-08", "D-12")
@pytest.mark.parametrize("area", ["", "34", "34.04", "34.04.07", "34.04.07.2001"])
def test_targeting_equals_a_count_household_by_household(catalog, area):  # noqa: F811
    households(catalog, count=50, seed=9)
    targeting.take(TODAY)
    here = [h for h in Household.objects.all() if h.region_id.startswith(area)]
    rules = {one.program_id: one.rule for one in criteria_in_force(TODAY).values()}
    found = {one.program.pk: one for one in targeting.targeting(area)}
    checked = 0
    for program, rule in rules.items():
        facts = [facts_of(h, TODAY) for h in here]
        answers = [evaluate(rule, one).answer for one in facts]
        code = next(p.code for p in catalog if p.pk == program)
        gets = [code in one.household["receives"] for one in facts]
        exclusion = sum(a is Answer.MET and not g for a, g in zip(answers, gets, strict=True))
        inclusion = sum(a is Answer.UNMET and g for a, g in zip(answers, gets, strict=True))
        if program in found:
            assert (found[program].exclusion, found[program].inclusion) == (exclusion, inclusion), code
            checked += exclusion + inclusion
        else:
            assert exclusion == inclusion == 0
    assert checked > 0


@pytest.fixture
def poor_only(catalog):  # noqa: F811
    """A program that asks one thing, a decile of at most four, so that plain SQL can ask it too."""
    program = catalog[0]
    program.criteria.all().delete()
    block = Criteria._meta.get_field("conditions").stream_block
    conditions = block.to_python(stream_of(parse({"all": [{"fact": "decile", "op": "<=", "value": 4}]})))
    Criteria.objects.create(program=program, conditions=conditions, valid_from=dt.date(2026, 1, 1))
    households(catalog, count=120, seed=12)
    return program


@pytest.mark.rule("H-08", "D-12")
@pytest.mark.parametrize("area", ["", "34", "34.04", "34.04.07", "34.04.07.2001"])
def test_targeting_and_gap_equal_plain_sql(poor_only, area):
    """Eligible and not enrolled, enrolled and not eligible: counted by SQL that knows nothing of the engine."""
    targeting.take(TODAY)
    overlap.take(TODAY)
    gets = (
        "EXISTS (SELECT 1 FROM households_enrolment e WHERE e.household_id = h.id AND e.program_id = %s"
        " AND e.valid_from <= %s AND (e.valid_until IS NULL OR e.valid_until >= %s))"
    )

    def count(condition: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM households_household h WHERE h.region_id LIKE %s AND {condition}",
                [f"{area}%"] + [poor_only.pk, TODAY, TODAY] * condition.count("EXISTS"),
            )
            return cursor.fetchone()[0]

    row = next(one for one in targeting.targeting(area) if one.program == poor_only)
    assert row.eligible == count("h.decile <= 4") > 0
    assert row.enrolled == count(gets)
    assert row.exclusion == count(f"h.decile <= 4 AND NOT {gets}")
    assert row.inclusion == count(f"h.decile > 4 AND {gets}")
    line = next(
        one
        for one in gap.by_program(Choice(code=area, first="2026-01", last="2026-12"))
        if one.code == str(poor_only.pk)
    )
    assert (line.eligible, line.served) == (row.eligible, row.enrolled)
    assert line.unserved == row.exclusion


@pytest.mark.rule("H-08")
def test_the_errors_of_another_area_are_not_told(client, poor_only):
    targeting.take(TODAY)
    officer(client, "manager", "34.02")
    assert client.get(reverse("dashboard"), {"wilayah": "34.04"}).status_code == 404
    query = f"?wilayah=34.04&isi=keliru&program={poor_only.pk}"
    assert client.get(reverse("dashboard-households") + query).status_code == 404
    client.logout()
    # Who plans gets the number and not the families behind it.
    officer(client, "regency_planning", "34.04")
    assert client.get(reverse("dashboard"), {"wilayah": "34.04"}).status_code == 200
    assert client.get(reverse("dashboard-households") + query).status_code == 403


def test_unknown_is_no_error(catalog):  # noqa: F811
    Household.objects.create(region_id="34.04.07.2001")
    targeting.take(TODAY)
    assert all(one.inclusion == 0 for one in targeting.targeting("34.04"))


def test_taking_again_for_another_day_replaces_the_count(catalog):  # noqa: F811
    households(catalog, count=10)
    assert targeting.take(TODAY) > 0
    targeting.take(TODAY + dt.timedelta(days=400))
    assert targeting.taken_on() == TODAY + dt.timedelta(days=400)


@pytest.mark.rule("D-09", "H-08")
def test_the_dashboard_shows_targeting_and_proposals_of_the_area_only(client, catalog):  # noqa: F811
    households(catalog, count=20)
    targeting.take()
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard"), {"bab": "kesenjangan"})
    assert page.context["targeting"] == targeting.targeting("34.04")
    assert sum(n for _value, _label, n in page.context["proposals"]) == 0 and page.context["proposals"]
