"""The budget gap: needs by the unit cost of their own area, up to the planned year (D-12, D-13)."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.dashboards import budget, reference
from reports.dashboards.figures import Choice
from reports.dashboards.models import UnitCost

from .test_facts import desk  # noqa: F401
from .test_planning import YEAR, need_of, program  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db


@pytest.mark.rule("D-12", "D-13")
def test_gap_is_open_needs_times_the_closest_unit_cost(program):  # noqa: F811
    UnitCost.objects.create(program=program, year=2025, amount=500_000, source="lama")
    UnitCost.objects.create(program=program, year=2026, amount=600_000, source="nasional")
    (gap,) = budget.gaps(Choice(code="34.04", **YEAR))
    assert (gap.needs, gap.refused, gap.served, gap.budget) == (3, 1, 0, 1_800_000)
    UnitCost.objects.create(program=program, region_id="34.04", year=2024, amount=700_000, source="perbup")
    assert budget.gaps(Choice(code="34.04", **YEAR))[0].budget == 2_100_000
    assert budget.gaps(Choice(code="34.02", **YEAR))[0].budget == 600_000
    # Each need costs what it costs in its own area: the nation is the sum of its parts.
    for code in ("34", ""):
        (gap,) = budget.gaps(Choice(code=code, **YEAR))
        assert gap.budget == 2_100_000 + 600_000 and (gap.lowest, gap.highest) == (600_000, 700_000)
        assert {(share.needs, share.cost.source) for share in gap.shares} == {(3, "perbup"), (1, "nasional")}


@pytest.mark.rule("D-12", "D-13")
def test_an_area_costs_the_sum_of_its_parts_down_to_a_village_with_a_cost_of_its_own(program):  # noqa: F811
    make = UnitCost.objects.create
    need_of(program, dt.datetime(2026, 4, 4), "v-2", region_id="34.04.07.2002")
    need_of(program, dt.datetime(2026, 4, 4), "v-3", region_id="34.04.06.2001")
    need_of(program, dt.datetime(2026, 4, 4), "v-4", region_id="34.04")
    make(program=program, region_id="34.04.07.2002", year=2026, amount=9_000_000, source="desa")
    make(program=program, region_id="34.04.07", year=2026, amount=1_000_000, source="kecamatan")
    make(program=program, region_id="34.04.07", year=2030, amount=5, source="nanti")

    def cost_of(code):
        return budget.total(budget.gaps(Choice(code=code, **YEAR)))

    (gap,) = budget.gaps(Choice(code="34.04", **YEAR))
    assert (gap.needs, gap.uncosted, gap.budget) == (6, 2, 3_000_000 + 9_000_000) and gap.cost is None
    make(program=program, region_id="34", year=2025, amount=100_000, source="provinsi")
    assert cost_of("34.04.07") == cost_of("34.04.07.2001") + cost_of("34.04.07.2002") == 12_000_000
    # One need names no district: it counts with the cost of the regency.
    assert cost_of("34.04") == cost_of("34.04.07") + cost_of("34.04.06") + 100_000 == 12_200_000
    assert cost_of("34") == cost_of("34.04") + cost_of("34.02") == 12_300_000 == cost_of("")


@pytest.mark.rule("D-13")
def test_page_and_brief_name_each_unit_cost_where_areas_have_their_own(client, program):  # noqa: F811
    reference.load(None)
    for region, amount, source in (("34.04", 700_000, "Perbup Sleman"), ("34", 600_000, "Pergub DIY")):
        UnitCost.objects.create(program=program, region_id=region, year=2026, amount=amount, source=source)
    officer(client, "provincial_planning", "34")
    query = {"wilayah": "34", "tahun": 2026, "bab": "anggaran"}
    page = " ".join(client.get(reverse("planning"), query).content.decode().split())
    assert "Rp600.000 – Rp700.000" in page and "Perbup Sleman" in page and "Pergub DIY" in page
    assert "Rp2.700.000" in page
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(reverse("planning-pdf"), query).content)).pages)  # fmt: skip
    assert "Rp2.700.000" in text and "Perbup Sleman (2026)" in text
    rows = list(load_workbook(io.BytesIO(client.get(reverse("planning-xlsx"), query).content)).active.values)
    costs = {row[1]: row[3] for row in rows if row[0] == "Biaya satuan per tahun"}
    assert set(costs.values()) == {600_000, 700_000} and any("Sleman" in name for name in costs)
    assert [row[5] for row in rows if row[3] == 2_700_000][0] == "Perbup Sleman; Pergub DIY"


@pytest.mark.rule("D-12", "D-13")
def test_a_cost_of_a_later_year_than_the_planned_one_is_neither_taken_nor_used(client, program, time_machine):  # noqa: F811
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    for year, amount in ((2026, 600_000), (2027, 700_000), (2031, 900_000)):
        UnitCost.objects.create(program=program, year=year, amount=amount, source="uji")
    assert budget.gaps(Choice(code="34.04", **YEAR))[0].cost.amount == 700_000
    officer(client, "regency_planning", "34.04")
    fields = {"program": program.pk, "region": "34.04", "year": 3000, "amount": -1, "source": "SK"}
    form = client.post("/admin/biaya-satuan/create/", fields).context["form"]
    assert form.errors.keys() == {"year", "amount"} and "2027" in form.errors["year"][0]
    UnitCost.objects.create(program=program, region_id="34.04", year=2026, amount=1, source="SK")
    again = client.post("/admin/biaya-satuan/create/", fields | {"year": 2026, "amount": 5}).context["form"]
    assert "sudah ada" in str(again.errors)


@pytest.mark.rule("D-12")
def test_a_program_without_a_cost_has_no_budget_instead_of_zero(program):  # noqa: F811
    (gap,) = budget.gaps(Choice(code="34.04", **YEAR))
    assert gap.budget is None
    assert budget.total([gap]) == 0
