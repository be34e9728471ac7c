"""Overlap of programs against brute force over the rows (D-10, D-11)."""

import datetime as dt
import random
from collections import Counter
from itertools import combinations

import pytest
from django.urls import reverse

from cases.households.models import Enrolment, Household
from programs_catalog.models import Program, Provider, Sector
from reports.dashboards import overlap, parts
from reports.dashboards.areas import LINES

from .test_views import officer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


@pytest.fixture
def enrolled():
    sector = Sector.objects.order_by("position").first() or Sector.objects.create(
        code="x", name="X", position=90
    )
    provider = Provider.objects.create(code="t", name="K", level="centre")
    programs = [
        Program.objects.create(code=f"t{i}", name=f"P{i}", sector=sector, provider=provider) for i in range(6)
    ]
    rnd = random.Random(8)
    for _ in range(80):
        household = Household.objects.create(
            region_id=rnd.choice(["34.04.07.2001", "34.04.07.2002", "34.02.01.2001"])
        )
        for program in rnd.sample(programs, rnd.randint(0, 4)):
            start = DAY - dt.timedelta(days=rnd.randint(-30, 300))
            for _times in range(rnd.choice([1, 1, 2])):  # the same program may be recorded for two members
                end = rnd.choice([None, DAY, DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=9)])
                Enrolment.objects.create(
                    household=household,
                    program=program,
                    valid_from=min(start, end or start),
                    valid_until=end,
                    source="register",
                )
    return programs


def brute_force(prefix):
    receives = {h.pk: set() for h in Household.objects.filter(region__code__startswith=prefix)}
    for e in Enrolment.objects.filter(household__in=receives):
        if e.valid_from <= DAY and (e.valid_until is None or e.valid_until >= DAY):
            receives[e.household_id].add(e.program_id)
    return receives.values()


@pytest.mark.parametrize("area", ["", "34", "34.04", "34.04.07"])
@pytest.mark.rule("D-10", "D-11")
def test_overlap_equals_brute_force(enrolled, area):
    overlap.take(DAY)
    found, households = overlap.overlap(area), brute_force(area)
    assert found.households == len(households) > 0
    assert found.sets == Counter(tuple(sorted(programs)) for programs in households)
    assert found.singles() == Counter(p for programs in households for p in programs)
    assert found.pairs() == Counter(
        pair for programs in households for pair in combinations(sorted(programs), 2)
    )
    assert found.with_any == sum(1 for programs in households if programs)
    assert sum(found.by_number().values()) == found.households


@pytest.mark.rule("D-11")
def test_the_dashboard_names_pairs_and_sets_and_those_of_another_area_do_not_exist(client, enrolled):
    overlap.take(DAY)
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard"), {"wilayah": "34.04", "bab": "akses"})
    shown = page.context["overlap"]
    sets = Counter(tuple(sorted(programs)) for programs in brute_force("34.04") if len(programs) > 1)
    assert {tuple(map(int, keys.split(","))): n for _names, n, keys in shown["sets"]} == sets
    pairs = Counter(pair for programs in brute_force("34.04") for pair in combinations(sorted(programs), 2))
    for _first, _second, n, keys in shown["pairs"]:
        assert n == pairs[tuple(map(int, keys.split(",")))]
    names, n, _keys = shown["sets"][0]
    assert f"{names}</th><td>" in page.content.decode()
    assert client.get(reverse("dashboard"), {"wilayah": "34.02", "bab": "akses"}).status_code == 404


@pytest.mark.rule("D-10", "D-11")
def test_a_long_table_leads_to_all_its_lines_and_paper_and_files_hold_every_one(client, enrolled):
    overlap.take(DAY)
    officer(client, "provincial_coordinator", "34")
    asked = {"wilayah": "34", "bab": "akses"}
    pairs = Counter(pair for programs in brute_force("34") for pair in combinations(sorted(programs), 2))
    sets = Counter(tuple(sorted(programs)) for programs in brute_force("34") if len(programs) > 1)
    assert len(pairs) > LINES and len(sets) > LINES
    page = client.get(reverse("dashboard"), asked).content.decode()
    assert f"Tampilkan semua {len(pairs)} baris" in page and f"Tampilkan semua {len(sets)} baris" in page
    names = {program.pk: program.label for program in enrolled}
    words = {" + ".join(names[one] for one in key) for key in (*pairs, *sets)}
    assert sum(f">{word}</th>" in page for word in words) < len(words)
    for whole in (asked | {"bab": "semua"}, asked | {"baris": "semua"}):
        page = client.get(reverse("dashboard"), whole).content.decode()
        assert all(f">{word}</th>" in page for word in words)
    file = client.get(reverse("dashboard-export", args=["csv"]), asked).content.decode("utf-8-sig")
    lines = Counter(tuple(line.split(";")[:2]) for line in file.splitlines())
    for title, keys in (
        ("Akses program dan irisannya", pairs),
        ("Keluarga yang menerima tepat kelompok program ini", sets),
    ):
        assert all(lines[title, " + ".join(names[one] for one in key)] == 1 for key in keys), lines


@pytest.mark.rule("D-11")
def test_where_there_are_too_many_sets_the_page_says_how_many(enrolled):
    overlap.take(DAY)
    every = parts.overlap_rows("34")
    assert every["sets_in_all"] is None
    few = parts.overlap_rows("34", most=3)
    assert len(few["sets"]) == 3 and few["sets_in_all"] == len(every["sets"]) > 3


def test_a_village_is_counted_from_its_rows(enrolled, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    assert overlap.overlap("34.04.07.2001").sets == Counter(
        tuple(sorted(p)) for p in brute_force("34.04.07.2001")
    )


def test_taking_twice_gives_the_same_and_says_its_day(enrolled):
    assert overlap.taken_on() is None
    assert overlap.take(DAY) == overlap.take(DAY)
    assert overlap.taken_on() == DAY
    later = overlap.take(DAY + dt.timedelta(days=5))
    assert later and overlap.taken_on() == DAY + dt.timedelta(days=5)
