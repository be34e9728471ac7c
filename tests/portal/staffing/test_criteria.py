"""The criteria of each position, one by one as the guideline lists them (II.D): required, or preferred."""

import pytest

from portal.regions.models import Level
from portal.staffing import reference
from portal.staffing.enums import Method
from portal.staffing.models import Position

pytestmark = pytest.mark.django_db
NATIONAL_AND_LOCAL = {"knows_programs", "computer", "interpersonal"}
#: position: least education (2 SMP, 3 SMA, 5 bachelor's degree), what blocks, what warns
LISTED = {
    "manager": (5, {"education", "knows_programs", "computer", "coordinates", "experience"}, {"asn"}),
    "facilitator": (
        2,
        {"education", "volunteer", "active", "no_forbidden_post", "knows_welfare", "computer", "interpersonal",
         "observes", "accompanies", "no_nepotism"},
        {"residence"},
    ),
    "supervisor": (
        3, {"education", "no_forbidden_post", *NATIONAL_AND_LOCAL, "accompanies", "no_nepotism"}, {"tksk_or_asn", "residence"}
    ),
    "puskesos_coordinator": (None, {"welfare_head", *NATIONAL_AND_LOCAL, "accompanies"}, set()),
    "puskesos_front_office": (2, {"education", *NATIONAL_AND_LOCAL, "observes", "residence", "no_nepotism"}, {"psks"}),
    "puskesos_back_office": (2, {"education", *NATIONAL_AND_LOCAL, "experience", "residence", "no_nepotism"}, {"psks"}),
    "front_office": (3, {"education", *NATIONAL_AND_LOCAL, "observes", "residence", "no_nepotism"}, set()),
    "back_office": (3, {"education", *NATIONAL_AND_LOCAL, "experience", "residence", "no_nepotism"}, set()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def loaded():
    reference.load()


@pytest.mark.parametrize(
    "position",
    [
        pytest.param("manager", marks=pytest.mark.rule("S-01")),
        pytest.param("facilitator", marks=pytest.mark.rule("S-02")),
        pytest.param("supervisor", marks=pytest.mark.rule("S-03")),
        pytest.param("puskesos_coordinator", marks=pytest.mark.rule("S-04")),
        pytest.param("puskesos_front_office", marks=pytest.mark.rule("S-05")),
        pytest.param("puskesos_back_office", marks=pytest.mark.rule("S-05")),
        pytest.param("front_office", marks=pytest.mark.rule("S-06")),
        pytest.param("back_office", marks=pytest.mark.rule("S-06")),
    ],
)
def test_each_criterion_of_the_guideline_stands_with_its_strength_and_no_other(position):
    least, required, preferred = LISTED[position]
    criteria = {one.code: one for one in Position.objects.get(pk=position).criteria.filter(is_active=True)}
    assert {code for code, one in criteria.items() if one.strength == "requirement"} == required
    assert {code for code, one in criteria.items() if one.strength == "preference"} == preferred
    assert least is None or criteria["education"].education == least


@pytest.mark.rule("S-02", "S-03", "S-05", "S-06")
@pytest.mark.parametrize(
    ("position", "level"),
    [
        ("facilitator", Level.VILLAGE), ("supervisor", Level.DISTRICT), ("puskesos_front_office", Level.REGENCY),
        ("puskesos_back_office", Level.REGENCY), ("front_office", Level.REGENCY), ("back_office", Level.REGENCY),
    ],
)  # fmt: skip
def test_who_must_live_near_lives_in_the_area_that_the_guideline_names(position, level):
    assert Position.objects.get(pk=position).criteria.get(code="residence").residence_level == level


@pytest.mark.rule("S-16")
def test_capacity_is_built_by_the_methods_of_the_guideline_over_so_many_topics_a_position():
    assert set(Method.values) == {
        "training", "tot", "guidance", "coaching", "internship", "workshop", "supervision",
    }  # fmt: skip
    counts = {position.pk: position.topics.count() for position in Position.objects.all()}
    wanted = {"manager": 7, "supervisor": 6, "facilitator": 5, "front_office": 4, "back_office": 4}
    assert {code: counts[code] for code in wanted} == wanted
