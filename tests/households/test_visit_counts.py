"""Visits per unit and month, with what people came for, as the officers of the area see them."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.households.models import Visit
from tests.casework import records as make

pytestmark = pytest.mark.django_db
SLEMAN, BANTUL = "34.04", "34.02"


@pytest.fixture
def visits(time_machine):
    """Two months of the SLRT of Sleman, one visit of a Puskesos there, one of Bantul, one of the year before."""
    time_machine.move_to(dt.datetime(2026, 6, 10, 9, tzinfo=timezone.get_default_timezone()))
    for region, day, purpose, times in (
        (SLEMAN, dt.datetime(2026, 4, 30, 23, 30), "need", 2),
        (SLEMAN, dt.datetime(2026, 5, 1, 0, 30), "need", 1),
        (SLEMAN, dt.datetime(2026, 5, 20, 10), "information", 3),
        (make.CATURTUNGGAL, dt.datetime(2026, 5, 20, 10), "letter", 1),
        (BANTUL, dt.datetime(2026, 5, 20, 10), "data", 1),
        (SLEMAN, dt.datetime(2025, 12, 31, 23, 59), "other", 1),
    ):
        for _time in range(times):
            Visit.objects.create(
                region_id=region,
                unit=make.unit(region),
                place="counter",
                purpose=purpose,
                at=timezone.make_aware(day),
                by=make.officer("front_office", SLEMAN),
            )


def enter(client, user):
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


def shown(page) -> list[tuple]:
    return [
        (name, {str(label): count for label, count in counts if count}, total)
        for _unit, name, counts, total in page.context["rows"]
    ]


@pytest.mark.rule("C-27", "A-02")
def test_visits_are_counted_per_unit_with_what_people_came_for(client, visits):
    desk = enter(client, make.officer("manager", SLEMAN))
    page = desk.get(reverse("households:visit_counts"))
    need, information, letter = (str(Visit.Purpose(code).label) for code in ("need", "information", "letter"))
    assert shown(page) == [
        (make.unit(SLEMAN).name, {need: 3, information: 3}, 6),
        (make.unit(make.CATURTUNGGAL).name, {letter: 1}, 1),
    ]
    assert page.context["total_of_all"] == 7 and "Bantul" not in page.content.decode()
    before = desk.get(reverse("households:visit_counts"), {"tahun": "2025"})
    assert [total for *_rest, total in shown(before)] == [1]


@pytest.mark.rule("C-27", "A-02")
def test_a_unit_is_opened_month_by_month_and_a_foreign_one_is_not(client, visits):
    desk = enter(client, make.officer("manager", SLEMAN))
    page = desk.get(reverse("households:visit_counts"), {"unit": make.unit(SLEMAN).pk})
    assert [(name, total) for name, _counts, total in shown(page)] == [("April 2026", 2), ("Mei 2026", 4)]
    for unit in (make.unit(BANTUL).pk, "0", "x", "9" * 40):
        page = desk.get(reverse("households:visit_counts"), {"unit": unit, "tahun": "1", "hal": "x"})
        assert page.context["one"] is None and "Bantul" not in page.content.decode()


@pytest.mark.rule("C-27", "A-02")
def test_the_file_has_a_row_for_each_unit_and_month(client, visits):
    desk = enter(client, make.officer("manager", SLEMAN))
    answer = desk.get(reverse("households:visit_counts_export"), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert [(row[0], row[2], row[-1]) for row in rows[1:]] == [
        (SLEMAN, "2026-04", "2"),
        (SLEMAN, "2026-05", "4"),
        (make.CATURTUNGGAL, "2026-05", "1"),
    ]


@pytest.mark.rule("C-27", "A-04")
def test_a_program_desk_meets_no_visits(client, visits):
    desk = enter(client, make.officer("program_desk", SLEMAN, desk=make.desk()))
    for name in ("visit_counts", "visit_counts_export"):
        assert desk.get(reverse(f"households:{name}")).status_code == 403


def test_counting_asks_the_database_equally_often_for_one_unit_and_for_all(
    client, visits, django_assert_max_num_queries
):
    desk = enter(client, make.officer("manager", SLEMAN))
    desk.get(reverse("households:visit_counts"))
    with django_assert_max_num_queries(14):
        desk.get(reverse("households:visit_counts"))
