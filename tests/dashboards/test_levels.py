"""Dashboard contents 1 to 8 and the proposals at each of the five levels, through the door, against plain counts."""

import datetime as dt

import pytest
from django.urls import reverse

from cases.casework.models import Case
from cases.households import services as register
from cases.households.models import UpdateProposal
from portal.regions.models import Level, Region
from portal.units.models import Unit
from programs_catalog.models import Provider
from reports.dashboards import facts
from tests.casework import records
from tests.factories import UnitFactory

from .test_facts import desk  # noqa: F401
from .test_figures import AREAS, worked  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db
VILLAGES = ("34.04.07.2001", "34.04.07.2002", "34.02.01.2001", "32.04.05.2001")


@pytest.fixture
def shown(client, worked, time_machine):  # noqa: F811
    """`shown(area)`: what the dashboard of an area says about 2026, on the last day of it."""
    time_machine.move_to(dt.datetime(2026, 12, 31, 5, tzinfo=dt.UTC))
    for code in VILLAGES[:3]:
        UnitFactory(kind=Unit.Kind.PUSKESOS, region_id=code, status="operating")
    UnitFactory(kind=Unit.Kind.SLRT, region_id="34.02", status="operating")
    for code in VILLAGES:
        siti = records.person(village=code, occupation="buruh")
        proposal = register.propose_change(
            household=siti.household,
            person=siti,
            changes={"occupation": "pedagang"},
            by=records.officer("facilitator", code),
        )
        if code == VILLAGES[0]:
            register.review_proposal(proposal=proposal, by=records.officer("supervisor", code[:8]))
    facts.fold()
    officer(client, "national_secretariat", None)

    def of(area: str):
        page = client.get(
            reverse("dashboard"), {"wilayah": area, "dari": "2026-01", "sampai": "2026-12", "bab": "semua"}
        )
        assert page.status_code == 200
        return page.context

    return of


@pytest.mark.rule("D-02", "D-03", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09")
@pytest.mark.parametrize("area", AREAS)
def test_each_content_at_each_level_equals_a_plain_count(shown, area):
    page = shown(area)
    here = Case.objects.filter(region__code__startswith=area)
    ended = [case for case in here if case.closed_at]
    assert page["total"].n == here.count() > 0
    # Status of handling, and how long it took.
    refused = sum(case.outcome == "refused" for case in ended)
    assert (page["in_process"], page["refused"]) == (here.exclude(status="closed").count(), refused)
    assert page["finished"] == len(ended) - refused
    days = [(case.closed_at - case.opened_at - case.paused_for) / dt.timedelta(days=1) for case in ended]
    assert page["total"].mean_days == (pytest.approx(sum(days) / len(days), rel=1e-4) if days else None)
    # National and regional programs, kinds of program, categories by sex.
    levels = {level.value: count.n for level, count in page["levels"]}
    assert levels == {
        level: here.filter(program__provider__level=level).count() for level in Provider.Level.values
    }
    for sector, count in page["sectors"]:
        assert count.n == here.filter(program__sector=sector).count()
    for kind, count, women, men, unknown in page["kinds"]:
        of_kind = here.filter(kind=kind)
        split = [of_kind.filter(subject_sex=sex).count() for sex in ("f", "m", "")]
        assert [women, men, unknown] == split and count.n == sum(split)
    # What grievances are about, and whom of the people in need they come from.
    for row in page["concerns"]:
        assert row.total.n == here.filter(kind="grievance", concern=row.code).count()
    for row in page["ppks"]:
        assert row.total.n == here.filter(subject_group=row.code).count()
    # Area by area: the level right below, and all of them together the whole.
    level = Level(len(area.split(".")) if area else 0)
    for row in page["areas"]:
        below = here.filter(region__code__startswith=row.code)
        assert row.total.n == below.count() == row.in_process + row.finished + row.refused
        assert dict(row.kinds) == {kind: below.filter(kind=kind).count() for kind in Case.Kind.values}
    if level < Level.VILLAGE:
        assert sum(row.total.n for row in page["areas"]) == here.count()
    # Proposals to change the register.
    proposals = {status: n for status, _label, n in page["proposals"]}
    found = UpdateProposal.objects.filter(region__code__startswith=area)
    assert sum(proposals.values()) == found.count() > 0
    assert proposals["reviewed"] == found.filter(status="reviewed").count()


@pytest.mark.rule("D-01")
@pytest.mark.parametrize("area", AREAS[:4])
def test_coverage_at_each_level_equals_a_plain_count(shown, area):
    covers = {row.code: row.cover for row in shown(area)["cover"]}
    assert covers
    for code, cover in covers.items():
        inside = Region.objects.current().filter(code__startswith=code)
        units = Unit.objects.listed().filter(region__code__startswith=code)
        assert cover.villages == inside.filter(level=Level.VILLAGE).count()
        assert cover.with_puskesos == units.filter(kind="puskesos").count()
        if len(code) <= 5:
            assert cover.with_slrt == units.filter(kind="slrt").count()
    assert sum(cover.with_puskesos for cover in covers.values()) == sum(
        code.startswith(area) for code in VILLAGES[:3]
    )


@pytest.mark.rule("D-14")
def test_the_wall_of_a_province_says_its_own_figures(client, shown):
    counted = Case.objects.filter(region__code__startswith="34").count()
    client.logout()
    officer(client, "provincial_coordinator", "34")
    wall = client.get(reverse("dashboard-wall"))
    assert wall.status_code == 200 and wall.context["total"].n <= counted
    assert wall.context["choice"].code == "34" and str(wall.context["total"].n) in wall.content.decode()
    assert client.get(reverse("dashboard-wall"), {"wilayah": "32"}).status_code == 404
