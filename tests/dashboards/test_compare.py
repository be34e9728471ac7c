"""Areas and periods beside each other: each column is what the dashboard of that area and period says."""

import pytest
from django.urls import reverse

from cases.casework.models import Case

from .test_facts import desk, work_at_random  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db


def counted(area: str, first: int, last: int, **more) -> int:
    rows = Case.objects.filter(region__code__startswith=area, opened_at__year=2026, **more)
    return rows.filter(opened_at__month__gte=first, opened_at__month__lte=last).count()


@pytest.mark.rule("D-05", "D-07")
def test_each_column_is_counted_anew_for_its_area_and_period(client, desk):  # noqa: F811
    work_at_random(desk, 41, steps=150)
    officer(client, "provincial_coordinator", "34")
    query = {
        "dari": "2026-01",
        "sampai": "2026-06",
        "dari2": "2026-07",
        "sampai2": "2026-12",
        "dengan": ["34.04", "34.02"],
    }
    page = client.get(reverse("dashboard-compare"), query)
    found = [(one.name, one.total.n, one.women) for one in page.context["columns"]]
    names = {"34": "Daerah Istimewa Yogyakarta", "34.04": "Kabupaten Sleman", "34.02": "Kabupaten Bantul"}
    expected = [
        (names[code], counted(code, *months), counted(code, *months, subject_sex="f"))
        for code in ("34", "34.04", "34.02")
        for months in ((1, 6), (7, 12))
    ]
    assert sorted(found) == sorted(expected)
    assert all(one.in_process + one.finished + one.refused == one.total.n for one in page.context["columns"])
    narrowed = client.get(reverse("dashboard-compare"), query | {"jenis": "need"}).context["columns"]
    assert narrowed[0].total.n == counted("34", 1, 6, kind="need")


def test_a_foreign_area_is_no_choice_and_a_foreign_page_is_none(client, desk):  # noqa: F811
    officer(client, "provincial_coordinator", "34")
    page = client.get(reverse("dashboard-compare"), {"dengan": ["32.04"]})
    assert "dengan" in page.context["form"].errors
    assert len(page.context["columns"]) == 1
    assert client.get(reverse("dashboard-compare"), {"wilayah": "32"}).status_code == 404


def test_a_foreign_area_says_so_and_takes_none_of_the_others_along(client, desk):  # noqa: F811
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard-compare"), {"wilayah": "34.04", "dengan": ["34.04.07", "34.02"]})
    assert page.status_code == 200
    assert page.context["form"].areas() == ["34.04.07"] and "dengan" in page.context["form"].errors


def test_its_numbers_open_their_lists_as_far_as_rights_go(client, desk):  # noqa: F811
    work_at_random(desk, 5, steps=60)
    query = {"wilayah": "34.04", "dari": "2026-01", "sampai": "2026-12"}
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard-compare"), query)
    (column,) = page.context["columns"]
    assert column.period == "Januari 2026 – Desember 2026"
    for _word, n, url in column.numbers:
        assert bool(url) == bool(n)
        if url:
            answer = client.get(url)
            assert answer.context["next_url"] or len(answer.context["page"]) == n
            assert url.replace("&", "&amp;") in page.content.decode()
    client.logout()
    officer(client, "regency_planning", "34.04")
    assert not any(
        url
        for _word, _n, url in client.get(reverse("dashboard-compare"), query).context["columns"][0].numbers
    )
