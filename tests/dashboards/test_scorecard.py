"""The poverty scorecard: sub-indices that can be recomputed by hand, and every number's way to its source (D-13)."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from cases.casework.models import Case
from cases.households.models import Household
from portal.accounts.policies import may
from reports.dashboards import budget, overlap, planning, reference
from reports.dashboards.areas import LINES
from reports.dashboards.figures import Choice
from reports.dashboards.models import Dimension, Indicator, IndicatorValue, UnitCost
from reports.dashboards.scorecard import scorecard

from .test_facts import desk  # noqa: F401
from .test_lists import rows_behind
from .test_planning import YEAR, program  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db


def record(indicator: str, region: str | None, value: str, year: int = 2025):
    return IndicatorValue.objects.create(
        indicator_id=indicator, region_id=region, year=year, value=Decimal(value), source=f"BPS {year}"
    )


@pytest.fixture
def recorded():
    """Sleman: poverty 12 of 30, gap 1.5 of 6, stunting 10 of 40, development 76 between 90 and 55."""
    reference.load(None)
    record("p0", "34.04", "12")
    record("p0", "34.04", "13", 2024)
    record("p1", "34.04", "1.5")
    record("stunting", "34.04", "10")
    record("ipm", "34.04", "76")
    record("p0", "34", "15")
    record("p1", "34", "3")


@pytest.mark.rule("D-13")
def test_sub_indices_are_weighted_means_between_the_limits(recorded):
    card = scorecard("34.04")
    parts = {part.dimension.pk: part for part in card.parts}
    # 12/30 = 40 twice and 1.5/6 = 25 once; unemployment is not recorded, named, and leaves its weight out.
    assert parts["income"].value == pytest.approx((2 * 40 + 25) / 3)
    assert [one.pk for one in parts["income"].missing] == ["unemployment"]
    assert parts["income"].above == pytest.approx((2 * 50 + 50) / 3)
    assert parts["health"].value == 25 and parts["health"].above is None
    assert parts["education"].value == pytest.approx(100 * (76 - 90) / (55 - 90))
    assert parts["housing"].value is None and len(parts["housing"].missing) == 2
    assert card.index == pytest.approx((35 + 25 + 40) / 3)
    assert card.scores[0].better is True


@pytest.mark.rule("D-13")
def test_weights_of_indicators_and_dimensions_move_the_index(recorded):
    heavy = scorecard("34.04", {"p0": 0, "p1": 1}, {"income": 3, "education": 0})
    parts = {part.dimension.pk: part for part in heavy.parts}
    assert parts["income"].value == 25
    assert heavy.index == pytest.approx((3 * 25 + 1 * 25) / 4)
    assert scorecard("34.04", {}, dict.fromkeys(["income", "health", "education"], 0)).index is None


@pytest.mark.rule("D-13")
def test_beyond_its_limits_an_index_stays_at_the_end_and_without_limits_it_is_not_counted(recorded):
    poverty = Indicator.objects.get(pk="p0")
    assert (poverty.index(45), poverty.index(0), poverty.index(None)) == (100, 0, None)
    Indicator.objects.filter(pk="p0").update(best=None, worst=None)
    card = scorecard("34.04")
    assert [score.indicator.pk for score in card.others] == ["p0"]
    assert next(part for part in card.parts if part.dimension.pk == "income").value == 25
    poverty.best, poverty.worst = 30, 0
    with pytest.raises(Exception, match="keliru|wrong side"):
        poverty.clean()


@pytest.mark.rule("D-13")
def test_the_page_shows_the_arithmetic_and_moves_with_the_weights(client, recorded):
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), {"wilayah": "34.04"}).content.decode()
    text = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "(2 × 40,0 + 1 × 25,0) ÷ 3 = 35,0" in text
    assert "(1 × 35,0 + 1 × 25,0 + 1 × 40,0) ÷ 3 = 33,3" in text
    assert "(12 − 0) ÷ (30 − 0) × 100" in text
    moved = client.get(reverse("planning"), {"wilayah": "34.04", "bobot-p0": "0", "dimensi-health": "2"})
    text = " ".join(re.sub("<[^>]+>", " ", moved.content.decode()).split())
    assert "(1 × 25,0) ÷ 1 = 25,0" in text and "(1 × 25,0 + 2 × 25,0 + 1 × 40,0) ÷ 4 = 28,8" in text
    # With scripts the answer to a moved weight brings the links and the other chapters along.
    assert 'hx-select-oob="#naskah,#tahun-keluhan,#bab,' in page
    wrong = client.get(reverse("planning"), {"wilayah": "34.04", "dimensi-health": "11"})
    assert "dimensi-health" in wrong.context["form"].errors


def test_units_are_in_the_readers_language(recorded):
    for indicator in Indicator.objects.all():
        assert indicator.measured_in == indicator.unit
        with translation.override("en"):
            assert indicator.measured_in == indicator.unit_en != ""


@pytest.mark.rule("D-13")
def test_moved_weights_go_from_chapter_to_chapter(client, recorded):
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), {"wilayah": "34.04", "bab": "lokasi", "bobot-p0": "0"})
    assert page.context["moved"] and list(page.context["shown"]) == ["lokasi"]
    assert len(page.context["ranked"]) == 17 > page.content.decode().count('data-label="Peringkat"') == LINES
    card = next(address for code, _name, address in page.context["chapter_links"] if code == "kartu")
    assert "(1 × 25,0) ÷ 1 = 25,0" in " ".join(re.sub("<[^>]+>", " ", client.get(reverse("planning") + card).content.decode()).split())  # fmt: skip
    whole = client.get(reverse("planning") + page.context["all_rows"]).content.decode()
    assert whole.count('data-label="Peringkat"') == 17
    # The budget knows no weights: they lie in its form unseen, and none can be put back there.
    budget = client.get(reverse("planning"), {"wilayah": "34.04", "bab": "anggaran", "bobot-p0": "0"})
    assert ("bobot-p0", "0") in budget.context["kept"] and not budget.context["moved"]
    as_set = client.get(f"{reverse('planning')}?{page.context['as_set']}")
    assert not as_set.context["moved"] and as_set.context["chapter"] == "lokasi"
    assert client.get(reverse("planning"), {"wilayah": "34.04", "bab": "nope"}).status_code == 404


@pytest.mark.rule("D-13")
def test_a_location_is_put_in_order_by_dimensions_and_its_points_add_up(program):  # noqa: F811
    reference.load(None)
    for district, (poverty, stunting, sanitation) in {
        "34.04.07": ("4", "30", "60"), "34.04.06": ("12", "10", "80"), "34.04.01": ("8", "20", "90"),
    }.items():  # fmt: skip
        for name, value in (("p0", poverty), ("stunting", stunting), ("sanitation", sanitation)):
            record(name, district, value)
    weights = dict.fromkeys(planning.location_weights(), 1.0)
    rows = {row.code: row for row in planning.locations(Choice(code="34.04", **YEAR), weights)}
    depok = rows["34.04.07"]
    assert depok.dimensions == {"income": 0, "health": 100, "housing": 100}
    assert depok.score == pytest.approx(200 / 3, abs=0.05) and depok.place == 1
    assert sum(part.points for part in depok.details) == pytest.approx(depok.score, abs=0.05)
    assert {part.measure: part.value for part in depok.details} == {"p0": 4, "stunting": 30, "sanitation": 60}
    assert planning.OPEN_NEEDS in depok.missing
    without = planning.locations(Choice(code="34.04", **YEAR), weights, {"health": 0, "housing": 0})
    assert without[0].code == "34.04.06" and without[0].score == 100


@pytest.mark.rule("D-13")
def test_each_number_opens_what_is_behind_it_as_far_as_rights_go(client, recorded, program):  # noqa: F811
    for _ in range(10):
        Household.objects.create(region_id="34.04.07.2001")
    overlap.take()
    cost = UnitCost.objects.create(program=program, year=2026, amount=600_000, source="Kemensos 2026")
    query = {"wilayah": "34.04", "tahun": 2026, "bab": "semua"}
    officer(client, "manager", "34.04")
    page = client.get(reverse("planning"), query).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/admin/[^"]+)"', page)]
    # Open needs and refused ones: the cases themselves, as many as the number says.
    (gap,) = budget.gaps(Choice(code="34.04", **YEAR))
    for status, number in (("in_process", gap.needs), ("refused", gap.refused)):
        found = [one for one in links if one.startswith("/admin/keluhan/") and f"shown_as={status}" in one and f"program={program.pk}" in one]  # fmt: skip
        assert found and all(len(rows_behind(client, one)) == number > 0 for one in found)
    # Recorded values and the unit cost: the records with source and year, also those of the areas above.
    for value in IndicatorValue.objects.all():
        assert f"/admin/nilai-indikator/inspect/{value.pk}/" in links, value
    assert f"/admin/biaya-satuan/inspect/{cost.pk}/" in links
    for link in links:
        if link.startswith(("/admin/nilai-indikator/", "/admin/biaya-satuan/")):
            assert client.get(link).status_code == 200, link
    client.logout()
    # Who may not read cases gets the bare number, and the sources all the same.
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), query).content.decode()
    assert "/admin/keluhan/?" not in page and f"/admin/biaya-satuan/inspect/{cost.pk}/" in page


@pytest.mark.rule("D-13")
def test_values_of_the_areas_above_are_read_and_not_changed_and_foreign_ones_do_not_exist(client, recorded):
    above, own = IndicatorValue.objects.get(region="34", indicator="p0"), IndicatorValue.objects.get(region="34.04", indicator="p1")  # fmt: skip
    foreign = record("p0", "34.02", "9")
    planner = officer(client, "regency_planning", "34.04")
    for value, reads, changes in ((above, True, False), (own, True, True), (foreign, False, False)):
        assert (may(planner, "view", value), may(planner, "change", value)) == (reads, changes)
        assert client.get(f"/admin/nilai-indikator/inspect/{value.pk}/").status_code == (
            200 if reads else 404
        )
        edit = 200 if changes else 403 if reads else 404
        assert client.get(f"/admin/nilai-indikator/edit/{value.pk}/").status_code == edit
    assert "3,0000" not in client.get("/admin/nilai-indikator/").content.decode()
    assert client.get("/admin/dimensi/").status_code == 200
    assert client.get("/admin/dimensi/edit/income/").status_code == 403
    client.logout()
    officer(client, "national_secretariat", None)
    assert client.get("/admin/dimensi/edit/income/").status_code == 200


def test_an_installation_without_dimensions_gets_them_and_one_with_its_own_keeps_them(recorded):
    Indicator.objects.filter(pk="p0").update(dimension="health", worst=50, best=0)
    Indicator.objects.filter(pk="p1").update(dimension=None, worst=None, best=None)
    Dimension.objects.filter(pk="income").update(weight=4)
    reference.load(None)
    assert (
        Indicator.objects.get(pk="p0").dimension_id == "health" and Indicator.objects.get(pk="p0").worst == 50
    )
    assert Indicator.objects.get(pk="p1").dimension_id == "income"
    assert Dimension.objects.get(pk="income").weight == 4


@pytest.mark.rule("D-13")
def test_the_budget_gap_is_split_by_who_runs_the_program(program):  # noqa: F811
    UnitCost.objects.create(program=program, year=2026, amount=600_000, source="uji")
    rows = budget.gaps(Choice(code="34.04", **YEAR))
    (payer,) = budget.by_level(rows)
    assert (payer.level.value, payer.programs, payer.needs, payer.budget) == ("regency", 1, 3, 1_800_000)
    waiting = Case.objects.filter(region__code__startswith="34.04.", program=program).exclude(status="closed")
    assert waiting.count() == payer.needs
