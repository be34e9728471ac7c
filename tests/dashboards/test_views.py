"""The dashboard's doors: one's own area and below, nothing beside it (A-06, A-07, D-14)."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.models import RoleAssignment, User
from portal.ledger.models import AuditEntry
from reports.dashboards.glossary import GLOSSARY

from .test_facts import desk, work_at_random  # noqa: F401

pytestmark = pytest.mark.django_db


def officer(client, role, region, **extra):
    user = User.objects.create_user(f"{role}-{region}", name="Petugas")
    RoleAssignment.objects.create(user=user, role=role, region_id=region, **extra)
    client.force_login(user)
    return user


@pytest.mark.rule("A-06", "A-07")
@pytest.mark.parametrize(
    ("role", "region", "inside", "outside"),
    [
        ("manager", "34.04", ["34.04", "34.04.07", "34.04.07.2001"], ["", "34", "34.02", "34.02.01"]),
        ("supervisor", "34.04.07", ["34.04.07", "34.04.07.2001"], ["34.04", "34.04.06"]),
        ("puskesos_coordinator", "34.04.07.2001", ["34.04.07.2001"], ["34.04.07.2002", "34.04.07"]),
        ("provincial_coordinator", "34", ["34", "34.04", "34.02.01"], ["", "32", "32.04"]),
        ("national_secretariat", None, ["", "32", "34.04.07.2001"], ["99", "nonsense", "34.99"]),
    ],
)
def test_each_level_sees_its_own_area_down_to_the_village(client, desk, role, region, inside, outside):  # noqa: F811
    work_at_random(desk, 4, steps=60)
    officer(client, role, region)
    for code in inside:
        assert client.get(reverse("dashboard"), {"wilayah": code}).status_code == 200, code
    for code in outside:
        for name, args in (("dashboard", ()), ("dashboard-wall", ()), ("dashboard-export", ("csv",))):
            assert client.get(reverse(name, args=args), {"wilayah": code}).status_code == 404, (name, code)


@pytest.mark.rule("A-06")
def test_the_dashboard_needs_a_log_in_and_a_role_that_has_figures(client):
    assert client.get(reverse("dashboard")).status_code == 302
    officer(client, "editor", None)
    for name, args in (
        ("dashboard", ()),
        ("dashboard-wall", ()),
        ("dashboard-glossary", ()),
        ("dashboard-export", ("csv",)),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_a_wrong_filter_says_so_at_its_field_and_shows_the_rest(client, desk):  # noqa: F811
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard"), {"dari": "2026-13", "jenis": "nonsense"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"dari", "jenis"}
    page = client.get(reverse("dashboard"), {"dari": "2026-05", "sampai": "2026-02"})
    assert page.context["form"].errors.keys() == {"sampai"}


def test_the_page_costs_the_same_queries_for_few_and_many_cases(client, desk, django_assert_max_num_queries):  # noqa: F811
    officer(client, "national_secretariat", None)
    work_at_random(desk, 5, steps=20)
    client.get(reverse("dashboard"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("dashboard"))
    work_at_random(desk, 6, steps=150)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("dashboard"))


def test_the_export_is_what_the_page_shows_and_is_written_down(client, desk):  # noqa: F811
    work_at_random(desk, 7, steps=80)
    officer(client, "provincial_coordinator", "34")
    page = client.get(reverse("dashboard"))
    answer = client.get(reverse("dashboard-export", args=["xlsx"]))
    lines = {tuple(row[:3]): row[3] for row in load_workbook(io.BytesIO(answer.content)).active.values}
    assert lines["Wilayah", "Semua", "Keluhan"] == page.context["total"].n > 0
    for kind, count, women, _men, _unknown in page.context["kinds"]:
        assert lines["Jenis", kind.label, "Keluhan"] == count.n
        assert lines["Jenis", kind.label, "Perempuan"] == women
    assert AuditEntry.objects.filter(action="export", detail__what="dashboard").count() == 1
    assert client.get(reverse("dashboard-export", args=["pdf"])).status_code == 404


def test_the_file_says_what_was_chosen_and_a_wrong_filter_gives_no_file(client, desk):  # noqa: F811
    officer(client, "provincial_coordinator", "34")
    address = reverse("dashboard-export", args=["csv"])
    answer = client.get(address, {"jenis": "need", "jk": "f"})
    assert "tersaring" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    assert "Saringan;Jenis;;" in text and "Saringan;Wilayah;;Daerah Istimewa Yogyakarta" in text
    for name, args in (("dashboard-export", ["csv"]), ("dashboard-wall", [])):
        wrong = client.get(reverse(name, args=args), {"program": "999999"})
        assert wrong.status_code == 302 and wrong["Location"].startswith(reverse("dashboard"))


@pytest.mark.rule("D-14")
def test_the_wall_renews_itself_and_has_no_controls(client, desk):  # noqa: F811
    officer(client, "provincial_coordinator", "34")
    wall = client.get(reverse("dashboard-wall"))
    assert wall["Refresh"] == "60"
    assert b"<form" not in wall.content and b"<script" not in wall.content


def test_the_glossary_explains_every_figure(client):
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard-glossary")).content.decode()
    assert GLOSSARY and page.count("<dt>") == len(GLOSSARY)
