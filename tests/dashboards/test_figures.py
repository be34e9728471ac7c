"""Each figure against independent SQL, by facts, by cube and by the cases themselves."""

import random

import pytest
from django.db import connection

from cases.casework.models import Case
from programs_catalog.models import Program, Provider, Sector
from reports.dashboards import facts, figures
from reports.dashboards.figures import Choice

from .test_facts import desk, make, work_at_random  # noqa: F401

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01", "last": "2026-12"}
AREAS = ("", "34", "34.04", "34.04.07", "34.04.07.2001")

STATUS = "CASE WHEN status <> 'closed' THEN 'in_process' WHEN outcome = 'refused' THEN 'refused' ELSE 'finished' END"


@pytest.fixture
def worked(desk):  # noqa: F811
    work_at_random(desk, 21, steps=200)
    sector = Sector.objects.order_by("position").first() or Sector.objects.create(
        code="x", name="X", position=90
    )
    provider = Provider.objects.create(code="t-centre", name="K", level="centre")
    local = Provider.objects.create(code="t-local", name="D", level="regency", region_id="34.04")
    programs = [
        Program.objects.create(code=f"t-{p.level}", name="P", sector=sector, provider=p)
        for p in (provider, local)
    ]
    rnd = random.Random(5)
    for case in Case.objects.all():
        Case.objects.filter(pk=case.pk).update(program=rnd.choice([*programs, None]))
    facts.fold()
    for number in range(20):  # some not folded yet
        make(desk, rnd, f"late-{number}").save()
    return programs


def recount(where="1 = 1", group="status", **args):
    month = {
        "sqlite": "strftime('%%Y-%%m', opened_at, '+7 hours')",
        "postgresql": "to_char(opened_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM')",
    }[connection.vendor]
    column = {
        "status": STATUS,
        "kind": "kind",
        "sex": "subject_sex",
        "month": month,
        "concern": "concern",
        "ppks": "subject_group",
    }[group]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, count(*) FROM casework_case WHERE {where} GROUP BY 1", list(args.values())
        )
        return {(key,): n for key, n in cursor.fetchall()}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("dimension", ["status", "kind", "sex", "month", "concern", "ppks"])
@pytest.mark.rule("D-04", "D-05", "D-08")
def test_every_dimension_in_every_area_equals_plain_sql(worked, area, dimension):
    only = " AND concern <> ''" if dimension == "concern" else ""  # only grievances have one
    expected = recount(f"region_id LIKE %s{only}", dimension, a=f"{area}%")
    assert expected or area.count(".") == 3
    assert {
        key: count.n for key, count in figures.tally(Choice(code=area, **YEAR), dimension).items() if count.n
    } == expected


@pytest.mark.parametrize("area", AREAS)
def test_combined_filters_equal_plain_sql(worked, area):
    program = worked[0]
    choice = Choice(code=area, kind="need", sex="f", program=str(program.pk), **YEAR)
    expected = recount(
        "region_id LIKE %s AND kind = 'need' AND subject_sex = 'f' AND program_id = %s",
        "status",
        a=f"{area}%",
        p=program.pk,
    )
    assert {key: count.n for key, count in figures.tally(choice, "status").items() if count.n} == expected


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("dimension", ["concern", "ppks"])
@pytest.mark.rule("D-08")
def test_concerns_and_groups_obey_every_filter(worked, area, dimension):
    """Each filter alone and some together, whether a fact knows them or only the cases do."""
    program = worked[0]
    filters = [
        ({"kind": "grievance"}, "kind = 'grievance'"),
        ({"sex": "f"}, "subject_sex = 'f'"),
        ({"status": "refused"}, "status = 'closed' AND outcome = 'refused'"),
        ({"program": str(program.pk)}, f"program_id = {program.pk}"),
        ({"level": "centre"}, f"program_id = {program.pk}"),
        ({"kind": "grievance", "sex": "m", "status": "in_process"}, "kind = 'grievance' AND subject_sex = 'm' AND status <> 'closed'"),
        ({"program": str(program.pk), "sex": "f", "status": "in_process"}, f"program_id = {program.pk} AND subject_sex = 'f' AND status <> 'closed'"),
    ]  # fmt: skip
    found = 0
    for chosen, where in filters:
        only = " AND concern <> ''" if dimension == "concern" else ""
        expected = recount(f"region_id LIKE %s AND {where}{only}", dimension, a=f"{area}%")
        answer = figures.tally(Choice(code=area, **chosen, **YEAR), dimension)
        assert {key: count.n for key, count in answer.items() if count.n} == expected, chosen
        found += sum(expected.values())
    assert found or area.count(".") == 3
    # Needs are no grievances: they have no concern, and nothing may be read from the concerns in their place.
    assert not any(c.n for c in figures.tally(Choice(code=area, kind="need", **YEAR), "concern").values())


def test_no_other_question_is_answered_from_the_concerns():
    """They hold grievances only."""
    for chosen in ({"sex": "f"}, {"sex": "f", "program": "1"}, {"sex": "f", "program": "1", "status": "refused", "kind": "need"}):  # fmt: skip
        for by in ((), ("kind",), ("status", "program"), ("sex", "month")):
            assert figures.facet_for(Choice(**chosen, **YEAR), by) != "concern"
    assert figures.facet_for(Choice(sex="f", program="1", **YEAR), ("concern", "status")) == "concern"


@pytest.mark.rule("D-02", "D-03")
def test_complaints_by_level_and_sector_leave_out_no_case_with_a_program(worked):
    choice = Choice(**YEAR)
    with_program = Case.objects.exclude(program=None).count()
    levels = figures.by_provider_level(choice)
    assert sum(count.n for count in levels.values()) == with_program > 0
    assert levels["centre"].n == Case.objects.filter(program=worked[0]).count()
    assert sum(count.n for count in figures.by_sector(choice).values()) == with_program
    only_local = figures.tally(Choice(level="regency", **YEAR))
    assert only_local[()].n == Case.objects.filter(program=worked[1]).count()


@pytest.mark.parametrize("area", ["", "34"])
@pytest.mark.rule("D-07")
def test_areas_below_add_up_to_the_area(worked, area):
    whole = figures.tally(Choice(code=area, **YEAR))[()]
    below = figures.tally(Choice(code=area, **YEAR), "area")
    assert sum(below.values(), facts.Count()) == whole
    assert all(key.startswith(area) and len(key) > len(area) for (key,) in below)


@pytest.mark.rule("D-06")
def test_handling_time_below_a_regency_equals_that_of_the_facts(worked):
    by_facts = figures.tally(Choice(code="34.04", **YEAR))[()]
    by_cases = sum(figures.tally(Choice(code="34.04", **YEAR), "area").values(), facts.Count())
    assert by_cases == by_facts


def test_a_period_leaves_out_other_months(worked):
    assert (
        sum(c.n for c in figures.tally(Choice(first="2026-03", last="2026-03"), "month").values())
        == recount(group="month")[("2026-03",)]
    )


def test_an_unknown_dimension_is_refused():
    with pytest.raises(ValueError, match="name"):
        figures.tally(Choice(**YEAR), "name")


@pytest.mark.rule("D-01")
def test_coverage_counts_listed_units_only(desk):  # noqa: F811
    _user, unit = desk
    before = figures.coverage("")["34"]
    assert (before.regencies, before.villages) == (5, 438)
    assert before.with_slrt == 0
    type(unit).objects.filter(pk=unit.pk).update(status="operating")
    assert figures.coverage("")["34"].with_slrt == 1
    assert figures.coverage("34")["34.04"].with_slrt == 1
    assert set(figures.coverage("34.04")) >= {"34.04.07"}
