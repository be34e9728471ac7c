"""The planner's arithmetic, and the brief as page, PDF and sheet (D-12, D-13)."""

import datetime as dt
import io
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import load_workbook
from pypdf import PdfReader

from cases.casework.models import Case
from cases.households.models import Household
from portal.accounts.policies import may
from portal.regions.models import Region
from programs_catalog.models import Program, Provider, Sector
from reports.dashboards import budget, overlap, planning, reference, scorecard
from reports.dashboards.figures import Choice
from reports.dashboards.lists import Lists
from reports.dashboards.models import Indicator, IndicatorValue, UnitCost

from .test_facts import desk  # noqa: F401
from .test_lists import rows_behind
from .test_views import officer

pytestmark = pytest.mark.django_db
YEAR = {"first": "2026-01", "last": "2026-12"}


@pytest.fixture
def program(desk):  # noqa: F811
    user, unit = desk
    sector = Sector.objects.order_by("position").first() or Sector.objects.create(
        code="x", name="X", position=90
    )
    provider = Provider.objects.create(code="t-p", name="Dinas", level="regency", region_id="34.04")
    program = Program.objects.create(code="t-p", name="Bantuan", sector=sector, provider=provider)

    def need(number, region="34.04.07.2001", **changes):
        return Case.objects.create(
            number=f"n{number}", lookup_code="x", kind="need", channel="slrt", unit=unit, region_id=region, description="-",
            registered_by=user, program=program, opened_at=timezone.make_aware(dt.datetime(2026, 3, 5)), **changes,
        )  # fmt: skip

    for number in range(3):
        need(number)
    need(8, status="closed", outcome="refused", closed_at=timezone.now())
    need(9, region="34.02.01.2001")
    return program


def need_of(program, moment, number, **changes):
    """A need for a program in the village of the others, registered at another time."""
    like = Case.objects.get(number="n0")
    like.pk, like.client_id, like.number = None, uuid.uuid4(), number
    like.program, like.opened_at = program, timezone.make_aware(moment)
    for name, value in changes.items():
        setattr(like, name, value)
    like.save(force_insert=True)


@pytest.mark.rule("D-12", "D-13")
def test_what_was_left_open_in_years_before_still_waits_and_what_comes_later_does_not(client, program):
    reference.load(None)
    old = Program.objects.create(code="t-old", name="Lama", sector=program.sector, provider=program.provider)
    need_of(program, dt.datetime(2025, 11, 3), "old-1")
    need_of(old, dt.datetime(2019, 1, 1), "old-2")
    need_of(
        old, dt.datetime(2025, 5, 5), "old-3", status="closed", outcome="refused", closed_at=timezone.now()
    )
    need_of(program, dt.datetime(2027, 1, 1), "next-1")
    for _ in range(10):
        Household.objects.create(region_id="34.04.07.2001")
    overlap.take()
    UnitCost.objects.create(program=program, year=2026, amount=600_000, source="uji")
    choice = Choice(code="34.04", **YEAR)
    rows = {gap.program.code: gap for gap in budget.gaps(choice)}
    assert {code: (gap.needs, gap.refused) for code, gap in rows.items()} == {"t-p": (4, 1), "t-old": (1, 0)}
    assert rows["t-p"].budget == 2_400_000
    (score,) = planning.open_needs_score(choice, {}, "uji")
    assert score.value == 500
    assert planning.open_needs_below(choice, ["34.04.07"]) == {"34.04.07": 500}
    ranked = {row.name: row.shown_parts for row in planning.programs(choice, planning.program_weights())}
    assert {name: parts[0].value for name, parts in ranked.items()} == {program.label: 4, old.label: 1}
    assert ranked[old.label][2] is None and ranked[program.label][2].value == 25
    # Each of these numbers opens as many needs.
    manager = officer(client, "manager", "34.04")
    lists = Lists(manager, choice)
    assert (
        len(rows_behind(client, lists.cases_open()))
        == len(rows_behind(client, lists.cases_open("34.04.07")))
        == 5
    )
    page = client.get(reverse("planning"), {"wilayah": "34.04", "tahun": 2026, "bab": "semua"})
    links = [
        link.replace("&amp;", "&")
        for link in re.findall(r'href="(/admin/keluhan/[^"]+)"', page.content.decode())
    ]
    for one, number in ((program, 4), (old, 1)):
        found = [link for link in links if f"program={one.pk}&" in link and "shown_as=in_process" in link]
        assert len(found) == 2 and all(len(rows_behind(client, link)) == number for link in found)
    (of_level,) = [link for link in links if "level=regency" in link]
    assert len(rows_behind(client, of_level)) == page.context["open_needs"] == 5
    assert "tercatat sampai akhir 2026, tahun berapa pun" in page.content.decode()
    sheet = client.get(reverse("planning-xlsx"), {"wilayah": "34.04", "tahun": 2026}).content
    assert any(
        row[1] == old.label and row[3] == 1 and row[5] == "tercatat sampai akhir 2026, tahun berapa pun"
        for row in load_workbook(io.BytesIO(sheet)).active.values
    )


def test_normalizing_runs_from_best_to_worst():
    assert planning.normalized({"a": 10, "b": 20, "c": 15}) == {"a": 0.0, "b": 1.0, "c": 0.5}
    assert planning.normalized({"a": 10, "b": 20}, higher_is_worse=False) == {"a": 1.0, "b": 0.0}
    assert planning.normalized({"a": 3, "b": 3}) == {"a": 0.0, "b": 0.0}
    assert planning.normalized({}) == {}


@pytest.mark.rule("D-13")
def test_rank_weighs_measures_and_names_what_is_missing():
    measures = {"p0": {"a": 1.0, "b": 0.0}, "ipm": {"a": 0.0, "b": 1.0, "c": 1.0}}
    names = {"a": "A", "b": "B", "c": "C"}
    even = planning.rank(measures, {"p0": 1, "ipm": 1}, names)
    assert [(row.code, row.score) for row in even] == [("c", 100.0), ("a", 50.0), ("b", 50.0)]
    assert even[0].missing == ("p0",)
    heavy = planning.rank(measures, {"p0": 3, "ipm": 1}, names)
    assert [row.code for row in heavy] == ["c", "a", "b"] and heavy[1].score == 75.0
    assert [row.place for row in even] == [1, 2, 2]
    # Without weights nothing is put in order, and what has no data has no place.
    close = planning.rank({"p0": {"a": 0.50001, "b": 0.50002}}, {"p0": 1}, {"a": "A", "b": "B"})
    assert [(row.score, row.place) for row in close] == [(50.0, 1), (50.0, 1)]
    unknown = planning.rank({"p0": {"a": 1.0}}, {"p0": 1, "ipm": 1, "p1": 0}, {"a": "A"})
    assert unknown[0].missing == ("ipm",)
    assert all(
        (row.score, row.place) == (0, None) for row in planning.rank(measures, {"p0": 0, "ipm": 0}, names)
    )
    assert [(row.code, row.place) for row in planning.rank(measures, {"p0": 1}, names)] == [
        ("a", 1),
        ("b", 2),
        ("c", None),
    ]


@pytest.mark.rule("D-13")
def test_scorecard_takes_the_newest_year_the_one_before_and_the_area_above():
    poverty = Indicator.objects.create(code="t0", name="Miskin", unit="persen")
    for region, year, value in (
        ("34.04", 2024, "8.0"),
        ("34.04", 2025, "7.5"),
        ("34", 2025, "11"),
        (None, 2025, "9"),
    ):
        IndicatorValue.objects.create(
            indicator=poverty, region_id=region, year=year, value=Decimal(value), source="uji"
        )
    (score,) = [row for row in scorecard.scores("34.04") if row.indicator == poverty]
    assert (score.year, score.value, score.before, score.above, score.better) == (
        2025,
        Decimal("7.5"),
        8,
        11,
        True,
    )
    (province,) = [row for row in scorecard.scores("34") if row.indicator == poverty]
    assert province.above == 9 and province.better is None


@pytest.mark.rule("D-13")
def test_open_needs_per_thousand_households_move_the_order(program):
    for village, number in (("34.04.07.2001", 10), ("34.02.01.2001", 10)):
        for _ in range(number):
            Household.objects.create(region_id=village)
    overlap.take()
    rows = planning.locations(Choice(code="34", **YEAR), {planning.OPEN_NEEDS: 1.0})
    assert rows[0].code == "34.04" and rows[0].score == 100
    assert {row.code: row.score for row in rows}["34.02"] == 0


@pytest.mark.rule("D-13")
def test_open_needs_count_for_the_villages_of_a_district_and_what_has_no_data_is_named(program):
    reference.load(None)
    for village, number in (("34.04.07.2001", 40), ("34.04.07.2002", 10)):
        for _ in range(number):
            Household.objects.create(region_id=village)
    rows = {
        row.code: row
        for row in planning.locations(Choice(code="34.04.07", **YEAR), planning.location_weights())
    }
    assert rows["34.04.07.2001"].score == 100 and rows["34.04.07.2002"].score == 0
    assert {"p0", "ipm"} <= set(rows["34.04.07.2001"].missing)
    assert planning.OPEN_NEEDS in rows["34.04.07.2003"].missing and rows["34.04.07.2003"].place is None


@pytest.mark.rule("D-13")
def test_the_brief_takes_the_weights_of_the_screen_along(client, program):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), {"wilayah": "34.04", "bobot-p0": "9"}).content.decode()
    links = re.findall(r'href="(/admin/perencanaan/naskah[^"]+)"', page)
    assert len(links) == 2 and all("bobot-p0=9" in link for link in links)
    # With scripts the answer to a moved weight brings the links along.
    assert 'hx-select-oob="#naskah,' in page and page.index('id="naskah"') < page.index("naskah.pdf")
    nothing = client.get(
        reverse("planning"),
        {"wilayah": "34.04", "bab": "lokasi"} | {f"bobot-{key}": 0 for key in planning.location_weights()},
    )
    assert nothing.context["placed"] == [] and nothing.context["chart"] is nothing.context["map"] is None
    assert "Tidak ada yang ditimbang" in nothing.content.decode()


def test_reference_indicators_load_twice_and_keep_the_secretariats_weights():
    reference.load(None)
    Indicator.objects.filter(pk="p0").update(weight=7, name="?")
    reference.load(None)
    poverty = Indicator.objects.get(pk="p0")
    assert poverty.weight == 7 and poverty.name != "?"


@pytest.mark.rule("D-13")
def test_brief_as_page_pdf_and_sheet(client, program):
    reference.load(None)
    IndicatorValue.objects.create(
        indicator_id="p0", region_id="34.04", year=2025, value=Decimal("7.52"), source="uji"
    )
    UnitCost.objects.create(program=program, year=2026, amount=600_000, source="uji")
    for region in Region.objects.current().filter(level=3, pk__startswith="34.04."):
        IndicatorValue.objects.create(
            indicator_id="p0", region=region, year=2025, value=int(region.pk[-2:]), source="uji"
        )
    officer(client, "regency_planning", "34.04")
    query = {"wilayah": "34.04", "tahun": 2026}
    page = client.get(reverse("planning"), query)
    assert page.status_code == 200 and "7,52" in page.content.decode()
    pdf = client.get(reverse("planning-pdf"), query)
    reader = PdfReader(io.BytesIO(pdf.content))
    text = " ".join(part.extract_text() for part in reader.pages)
    assert len(reader.pages) <= 2
    assert "7,52" in text and "Rp600.000" in text and "Rp1.800.000" in text
    assert "PEMERINTAH KABUPATEN SLEMAN" in text and date_format(timezone.localdate(), "j F Y") in text
    assert "10 teratas dari 17" in text and "uji (2026)" in text
    rows = list(load_workbook(io.BytesIO(client.get(reverse("planning-xlsx"), query).content)).active.values)
    assert any(row[3] == 1_800_000 for row in rows)


@pytest.mark.rule("D-13")
def test_the_brief_marks_what_the_order_of_locations_lacks_as_the_page_does(client, program):
    reference.load(None)
    for district, value in (("34.04.07", 4), ("34.04.06", 12)):
        IndicatorValue.objects.create(indicator_id="p0", region_id=district, year=2025, value=value, source="uji")  # fmt: skip
    IndicatorValue.objects.create(indicator_id="ipm", region_id="34.04.07", year=2025, value=70, source="uji")
    for village, number in (("34.04.07.2001", 5), ("34.04.01.2001", 40)):
        for _ in range(number):
            Household.objects.create(region_id=village)
    overlap.take()
    officer(client, "regency_planning", "34.04")
    query = {"wilayah": "34.04", "tahun": 2026, "bab": "lokasi"}
    query |= {f"bobot-{key}": 0 for key in planning.location_weights()} | {"bobot-p0": 1, "bobot-ipm": 1, "bobot-open_needs": 1}  # fmt: skip
    page = client.get(reverse("planning"), query)
    rows = {row.code: row for row in page.context["placed"]}
    assert {code: (set(row.missing), row.few) for code, row in rows.items()} == {
        "34.04.07": (set(), 5), "34.04.06": ({"ipm", "open_needs"}, None), "34.04.01": ({"p0", "ipm"}, None),
    }  # fmt: skip
    assert "sedikit keluarga: 5" in page.content.decode()
    pdf = PdfReader(io.BytesIO(client.get(reverse("planning-pdf"), query).content))
    text = " ".join(" ".join(part.extract_text() for part in pdf.pages).split())
    assert len(pdf.pages) == 2
    human, needs = (str(Indicator.objects.get(pk=key)) for key in ("ipm", "open_needs"))
    (notes,) = re.findall(r"Tidak dihitung karena tidak ada data: (.+?)\. \(\*\) (.+?)\.", text)
    letters = {label: letter for letter, label in re.findall(r"\(([a-z])\) ([^;]+)", notes[0])}
    assert human in letters and needs in letters
    assert notes[1] == "kebutuhan terbuka per seribu dari kurang dari 30 keluarga"
    assert "Depok (*)" in text and f"({letters[human]}, {letters[needs]})" in text
    sheet = load_workbook(io.BytesIO(client.get(reverse("planning-xlsx"), query).content)).active
    lacks = {row[1]: row[3] for row in sheet.values if row[0] == "Prioritas lokasi: tidak ada data, tidak dihitung"}  # fmt: skip
    assert set(lacks) == {rows["34.04.06"].name, rows["34.04.01"].name}
    assert set(lacks[rows["34.04.06"].name].split("; ")) == {human, needs}
    assert any(row[0] == "Prioritas lokasi: sedikit keluarga" and row[3] == 5 for row in sheet.values)


def test_the_map_on_paper_names_the_first_where_not_all_find_room(client):
    reference.load(None)
    for code in Region.objects.current().filter(level=1).values_list("pk", flat=True):
        IndicatorValue.objects.create(indicator_id="p0", region_id=code, year=2025, value=int(code) % 30, source="uji")  # fmt: skip
    officer(client, "national_secretariat", None)
    text = PdfReader(io.BytesIO(client.get(reverse("planning-pdf")).content)).pages[0].extract_text()
    ranked = planning.locations(Choice(code="", **YEAR), planning.location_weights())
    first, last = (Region.objects.get(pk=ranked[place].code).short_name for place in (0, -1))
    # Once on the map and once in the table; the others stand on neither.
    assert text.count(first) == 2 and last not in text


def test_a_planner_sees_no_other_area_and_a_clerk_no_planning(client):
    officer(client, "regency_planning", "34.04")
    for name in ("planning", "planning-pdf", "planning-xlsx"):
        assert client.get(reverse(name), {"wilayah": "34.02"}).status_code == 404
    client.logout()
    officer(client, "front_office", "34.04")
    for name in ("planning", "planning-pdf", "planning-xlsx"):
        assert client.get(reverse(name)).status_code == 403


def test_a_wrong_weight_says_so_and_the_order_keeps_the_set_one(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), {"bobot-p0": "viel"})
    assert page.status_code == 200 and "bobot-p0" in page.context["form"].errors


@pytest.mark.rule("D-13")
def test_a_planner_reads_the_unit_costs_that_hold_in_the_area_and_changes_only_own_ones(client, program):
    reference.load(None)
    make = UnitCost.objects.create
    nation = make(program=program, year=2026, amount=900_000, source="Kemensos 2026")
    province = make(program=program, region_id="34", year=2025, amount=800_000, source="DIY 2025")
    own = make(program=program, region_id="34.04", year=2024, amount=700_000, source="Perbup 2024")
    other = make(program=program, region_id="34.02", year=2026, amount=600_000, source="Bantul 2026")
    planner = officer(client, "regency_planning", "34.04")
    page = client.get("/admin/biaya-satuan/").content.decode()
    assert all(words in page for words in ("Kemensos 2026", "DIY 2025", "Perbup 2024"))
    assert "Bantul 2026" not in page
    for cost, sees, changes in ((nation, 1, 0), (province, 1, 0), (own, 1, 1), (other, 0, 0)):
        assert may(planner, "view", cost) == bool(sees) and may(planner, "change", cost) == bool(changes)
        answer = client.get(f"/admin/biaya-satuan/edit/{cost.pk}/")
        assert answer.status_code == (200 if changes else 403 if sees else 404), cost
    plan = client.get(
        reverse("planning"), {"wilayah": "34.04", "tahun": 2026, "bab": "anggaran"}
    ).content.decode()
    assert "Perbup 2024, 2024" in plan and 'href="/admin/biaya-satuan/"' in plan


def test_admin_doors_of_the_planners_data(client):
    reference.load(None)
    inside = IndicatorValue.objects.create(
        indicator_id="p0", region_id="34.04", year=2025, value=7, source="uji"
    )
    outside = IndicatorValue.objects.create(
        indicator_id="p0", region_id="34.02", year=2025, value=9, source="uji"
    )
    officer(client, "regency_planning", "34.04")
    assert client.get("/admin/nilai-indikator/").status_code == 200
    for action in ("edit", "inspect", "history"):
        assert client.get(f"/admin/nilai-indikator/{action}/{inside.pk}/").status_code in (200, 403), action
        assert client.get(f"/admin/nilai-indikator/{action}/{outside.pk}/").status_code == 404, action
    foreign = {"indicator": "p0", "region": "34.02", "year": 2024, "value": "1", "source": "uji"}
    assert client.post("/admin/nilai-indikator/create/", foreign).context["form"].errors.keys() == {"region"}
    assert client.get("/admin/indikator/").status_code == 200
    assert client.get("/admin/indikator/edit/p0/").status_code == 403
