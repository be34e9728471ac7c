"""Inclusion and exclusion errors against a count household by household (H-08, D-12), and proposals (D-09)."""

import datetime as dt

import pytest
from django.urls import reverse

from cases.households.eligibility import criteria_in_force, facts_of
from cases.households.models import Household
from programs_catalog.eligibility.evaluation import Answer, evaluate
from reports.dashboards import targeting
from tests.households.test_eligibility import TODAY, catalog, households  # noqa: F401

from .test_views import officer

pytestmark = pytest.mark.django_db


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
