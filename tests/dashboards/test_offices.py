"""Reports in time by quarter and area, and where the gaps in staffing lead (M-05, S-15)."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.periods import Quarter
from portal.regions.models import Region
from portal.staffing.reference import load as load_positions
from portal.units.models import Unit
from reports.quarterly import services
from reports.quarterly.models import QuarterlyReport
from tests.quarterly.places import BANTUL, CATURTUNGGAL, CONDONGCATUR, DIY, LAST, SLEMAN, Province

from .test_lists import rows_behind
from .test_views import officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(time_machine):
    """Two quarters of DIY: the older came whole and in time, of the newer one village was punctual and one late."""
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    diy = Province(LAST)
    older = services.open_cycle(quarter=Quarter(2026, 2))
    for report in QuarterlyReport.objects.filter(cycle=older):
        QuarterlyReport.objects.filter(pk=report.pk).update(first_sent_on=report.due_on)
    for code, days in ((CATURTUNGGAL, 0), (CONDONGCATUR, 1)):
        QuarterlyReport.objects.filter(cycle=diy.cycle, region=code).update(
            first_sent_on=diy.cycle.due_puskesos + dt.timedelta(days=days)
        )
    return diy


def shown(client, **asked):
    return client.get(reverse("dashboard"), {"wilayah": DIY, "bab": "kelembagaan"} | asked)


@pytest.mark.rule("M-05")
def test_the_reports_are_those_of_the_newest_due_quarter_of_the_chosen_months(client, reported):
    officer(client, "provincial_coordinator", DIY)
    page = shown(client, dari="2026-01", sampai="2026-11")
    assert page.context["cycle"].quarter_code == "2026-Q3" and not page.context["cycle_is_before"]
    numbers = {
        one.tier: (one.expected, one.on_time, one.late, one.missing) for one in page.context["timeliness"]
    }
    assert numbers["puskesos"] == (3, 1, 1, 1)
    page = shown(client, dari="2026-01", sampai="2026-06")
    assert page.context["cycle"].quarter_code == "2026-Q2"
    assert all(one.on_time == one.expected > 0 for one in page.context["timeliness"])
    # The running quarter is due for nobody: the page shows the one before, and says so.
    page = shown(client, dari="2026-10", sampai="2026-11")
    assert page.context["cycle"].quarter_code == "2026-Q3" and page.context["cycle_is_before"]
    assert "Tidak ada triwulan pada bulan yang dipilih yang sudah jatuh tempo" in page.content.decode()
    page = shown(client, dari="2025-01", sampai="2025-03")
    assert page.context["cycle"] is None and not page.context["timeliness"]
    assert "sampai akhir bulan yang dipilih" in page.content.decode()


@pytest.mark.rule("M-05")
def test_the_areas_below_add_up_to_the_area_and_each_number_opens_its_reports(client, reported):
    officer(client, "provincial_coordinator", DIY)
    page = shown(client)
    below = {row.code: {one.tier: one for one in row.tiers} for row in page.context["timeliness_below"]}
    assert set(below) == {SLEMAN, BANTUL}
    # The least punctual stands first.
    assert [row.code for row in page.context["timeliness_below"]] == [BANTUL, SLEMAN]
    for line in page.context["timeliness"]:
        if line.tier in ("puskesos", "slrt"):
            for name in ("expected", "on_time", "late", "missing"):
                assert getattr(line, name) == sum(getattr(tiers[line.tier], name) for tiers in below.values())
    lists, checked = page.context["lists"], 0
    for code, tiers in below.items():
        for tier, line in tiers.items():
            for name in ("on_time", "late", "missing"):
                url = lists.reports("2026-Q3", tier=tier, waktu=name, area=code)
                assert len(rows_behind(client, url)) == getattr(line, name), url
                checked += getattr(line, name)
    assert checked > 3 and "waktu=on_time" in page.content.decode()
    file = client.get(reverse("dashboard-export", args=["csv"]), {"wilayah": DIY}).content.decode("utf-8-sig")
    assert f"{Region.objects.get(pk=BANTUL).name}: " in file


@pytest.mark.rule("S-15")
def test_areas_without_an_officer_open_the_overview_that_names_them(client, reported):
    load_positions()
    Unit.objects.filter(region__in=[SLEMAN, BANTUL]).update(status="operating")
    officer(client, "provincial_coordinator", DIY)
    regency = shown(client, wilayah=SLEMAN)
    without = {post.position.pk: post.without for post in regency.context["posts"] if post.without}
    assert without.keys() == {"supervisor", "facilitator"}
    overview = client.get(reverse("staffing_overview"), {"region": SLEMAN})
    assert {one["cover"].position.pk: len(one["without"]) for one in overview.context["covers"]} == without
    for position in without:
        assert f'href="/admin/sdm/?region={SLEMAN}#{position}"' in regency.content.decode()
        assert f'id="{position}"' in overview.content.decode()
    province = shown(client).content.decode()
    assert 'href="/admin/sdm/"' in province
    # The two pages count different areas, and both say so.
    assert "juga di tempat yang belum memiliki SLRT" in province
    assert "juga di tempat yang belum memiliki SLRT" in client.get("/admin/sdm/").content.decode()


@pytest.mark.rule("S-15", "A-06")
@pytest.mark.parametrize(
    ("role", "area"),
    [("supervisor", "34.04.07"), ("puskesos_coordinator", CATURTUNGGAL), ("regency_planning", SLEMAN), ("manager", SLEMAN)],
)  # fmt: skip
def test_a_gap_in_staffing_leads_only_where_its_reader_may_go(client, reported, role, area):
    officer(client, role, area)
    url = shown(client, wilayah=area).context["lists"].staffing("facilitator")
    answer = client.get(reverse("staffing_overview"), {"region": SLEMAN})
    assert bool(url) == (answer.status_code == 200), (url, answer.status_code)
