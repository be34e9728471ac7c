"""The dashboard's doors: one's own area and below, nothing beside it (A-06, A-07, D-14)."""

import io
import re
from urllib.parse import parse_qs

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal.accounts.models import RoleAssignment, User
from portal.ledger.models import AuditEntry
from portal.units.models import Unit
from reports.dashboards.areas import ALL, LINES
from reports.dashboards.glossary import GLOSSARY
from reports.dashboards.panels import CHAPTERS

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
    asked = {}
    for chapter in (*CHAPTERS, ALL):
        with django_assert_max_num_queries(62 if chapter == ALL else 35) as few:
            client.get(reverse("dashboard"), {"bab": chapter})
        asked[chapter] = len(few)
    # A chapter asks for what it shows, not for the others.
    assert all(asked[chapter] < asked[ALL] * 0.7 for chapter in CHAPTERS), asked
    work_at_random(desk, 6, steps=150)
    for chapter, count in asked.items():
        with django_assert_max_num_queries(count):
            client.get(reverse("dashboard"), {"bab": chapter})


CONTENTS = {
    "D-01": ("kelembagaan", "cakupan"),
    "D-02": ("program", "tingkat"),
    "D-03": ("program", "sektor"),
    "D-04": ("penanganan", "status"),
    "D-05": ("penanganan", "wilayah"),
    "D-08": ("keluhan", "ppks"),
    "D-09": ("kesenjangan", "usulan"),
    "D-10": ("akses", "akses"),
    "D-12": ("kesenjangan", "celah"),
    "H-08": ("kesenjangan", "sasaran"),
    "M-05": ("kelembagaan", "kantor"),
}


@pytest.mark.rule(
    "D-01", "D-02", "D-03", "D-04", "D-05", "D-06", "D-07", "D-08", "D-09", "D-10", "D-11", "D-12", "H-08"
)
@pytest.mark.parametrize(
    ("role", "region"),
    [
        ("national_secretariat", None),
        ("provincial_coordinator", "34"),
        ("manager", "34.04"),
        ("supervisor", "34.04.07"),
        ("puskesos_coordinator", "34.04.07.2001"),
    ],
)
def test_every_level_has_every_content_in_its_chapter(client, desk, role, region):  # noqa: F811
    """From the centre to the village; a village has no areas below it, and says so."""
    work_at_random(desk, 8, steps=40)
    officer(client, role, region)
    everything = client.get(reverse("dashboard"), {"bab": "semua"}).content.decode()
    for rule, (chapter, anchor) in CONTENTS.items():
        page = client.get(reverse("dashboard"), {"bab": chapter}).content.decode()
        if (rule, region) == ("D-05", "34.04.07.2001"):
            assert "tidak mempunyai wilayah di bawahnya" in page and 'id="wilayah"' not in page
            continue
        assert page.count(f'id="{anchor}"') == everything.count(f'id="{anchor}"') == 1, (rule, chapter)
        others = [one for one in CHAPTERS if one != chapter]
        elsewhere = client.get(reverse("dashboard"), {"bab": others[0]}).content.decode()
        assert f'id="{anchor}"' not in elsewhere, rule
        # Average handling time stands with its unit wherever handling is counted (D-06).
        if rule in ("D-02", "D-03", "D-04", "D-08"):
            assert "hari kalender" in page


@pytest.mark.rule("D-01")
def test_each_area_says_whether_it_has_its_own_office(client, desk):  # noqa: F811
    """A regency its SLRT, a village its Puskesos too; who is only being formed is no cover."""
    user, slrt = desk
    officer(client, "manager", "34.04")

    def offices(code):
        page = client.get(reverse("dashboard"), {"wilayah": code, "bab": "kelembagaan"})
        assert page.content.decode().count("da-mark") == len(page.context["own_offices"])
        return [(one.label, one.name, one.is_listed) for one in page.context["own_offices"]], page.context[
            "cover"
        ]

    assert offices("34.04")[0] == [("SLRT", slrt.name, False)]
    type(slrt).objects.filter(pk=slrt.pk).update(status="operating")
    assert offices("34.04")[0] == [("SLRT", slrt.name, True)]
    village = "34.04.07.2001"
    found, (cover,) = offices(village)
    assert found == [("Puskesos", "", False), ("SLRT", slrt.name, True)]
    assert (cover.code, cover.cover.with_puskesos, cover.cover.villages) == (village, 0, 1)
    Unit.objects.create(kind="puskesos", name="Puskesos Caturtunggal", region_id=village, status="operating")
    found, (cover,) = offices(village)
    assert found[0] == ("Puskesos", "Puskesos Caturtunggal", True) and cover.cover.with_puskesos == 1
    export = client.get(reverse("dashboard-export", args=["csv"]), {"wilayah": village}).content.decode(
        "utf-8-sig"
    )
    assert "Cakupan;Puskesos;" in export and "Puskesos Caturtunggal" in export


def test_filters_go_along_through_the_chapters_and_a_wrong_chapter_does_not_exist(client, desk):  # noqa: F811
    officer(client, "manager", "34.04")
    chosen = {"wilayah": "34.04.07", "jenis": "need", "dari": "2026-02", "baris": "semua"}
    page = client.get(reverse("dashboard"), chosen)
    addresses = [address for _code, _name, address in page.context["chapter_links"]]
    assert len(addresses) == len(CHAPTERS) + 1
    for address in addresses:
        asked = parse_qs(address[1:])
        assert (asked["wilayah"], asked["jenis"], asked["dari"]) == (["34.04.07"], ["need"], ["2026-02"])
        assert "baris" not in asked
        assert client.get(reverse("dashboard") + address).status_code == 200
    assert client.get(reverse("dashboard"), {"bab": "nonsense"}).status_code == 404


def test_a_long_table_shows_its_first_lines_and_leads_to_all(client, desk):  # noqa: F811
    work_at_random(desk, 9, steps=20)
    officer(client, "manager", "34.04")
    page = client.get(reverse("dashboard"), {"bab": "penanganan"})
    lines = page.content.count(b'<th scope="row"><a href="/admin/dasbor/?')
    assert lines == LINES < len(page.context["areas"]) == 17
    assert "Tampilkan semua 17 baris" in page.content.decode()
    whole = client.get(reverse("dashboard") + page.context["all_rows"])
    assert whole.content.count(b'<th scope="row"><a href="/admin/dasbor/?') == 17
    assert "Tampilkan semua" not in whole.content.decode()


def test_every_panel_says_how_it_is_computed(client, desk):  # noqa: F811
    """Each link leads to words that the glossary has."""
    work_at_random(desk, 10, steps=40)
    officer(client, "manager", "34.04")
    glossary = client.get(reverse("dashboard-glossary")).content.decode()
    for chapter in CHAPTERS:
        page = client.get(reverse("dashboard"), {"bab": chapter}).content.decode()
        panels = re.findall(r'<section class="da-panel".*?</section>', page, re.S)
        for panel in panels:
            assert "/admin/dasbor/keterangan/#" in panel, (chapter, panel[:200])
        for key in re.findall(r"/admin/dasbor/keterangan/#(\w+)", page):
            assert f'id="{key}"' in glossary, key


def test_the_export_is_what_the_page_shows_and_is_written_down(client, desk):  # noqa: F811
    work_at_random(desk, 7, steps=80)
    officer(client, "provincial_coordinator", "34")
    page = client.get(reverse("dashboard"), {"bab": "semua"})
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


@pytest.mark.rule("D-12")
@pytest.mark.parametrize("narrowed", [{"jenis": "grievance"}, {"status": "finished"}, {"jk": "f"}])
def test_the_gap_says_which_filters_do_not_act_on_it(client, desk, narrowed):  # noqa: F811
    officer(client, "manager", "34.04")
    words = "jenis dan status tidak berlaku di bagian ini"
    asked = {"wilayah": "34.04", "bab": "kesenjangan"}
    assert words in client.get(reverse("dashboard"), asked | narrowed).content.decode()
    assert words not in client.get(reverse("dashboard"), asked | {"tingkat": "centre"}).content.decode()
