"""The planning brief as an official paper, and the plan on paper (D-13)."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from openpyxl import load_workbook
from pypdf import PdfReader
from wagtail.users.models import UserProfile

from reports.dashboards import reference
from reports.dashboards.models import IndicatorValue, UnitCost

from .test_facts import desk  # noqa: F401
from .test_planning import program  # noqa: F401
from .test_views import officer

pytestmark = pytest.mark.django_db


@pytest.mark.rule("D-13")
def test_the_brief_is_indonesian_for_an_english_reader_too(client, program):  # noqa: F811
    reference.load(None)
    UnitCost.objects.create(program=program, year=2026, amount=600_000, source="uji")
    for district, value in (("34.04.07", "4.5"), ("34.04.06", "12.5")):
        IndicatorValue.objects.create(indicator_id="p0", region_id=district, year=2025, value=value, source="uji")  # fmt: skip
    IndicatorValue.objects.create(indicator_id="p0", region_id="34.04", year=2025, value="7.52", source="uji")
    query = {"wilayah": "34.04", "tahun": 2026}

    def brief():
        pdf = PdfReader(io.BytesIO(client.get(reverse("planning-pdf"), query).content))
        sheet = load_workbook(io.BytesIO(client.get(reverse("planning-xlsx"), query).content)).active
        return [page.extract_text() for page in pdf.pages], list(sheet.values)

    user = officer(client, "regency_planning", "34.04")
    indonesian = brief()
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    page = client.get(reverse("planning"), query).content.decode()
    assert 'lang="en"' in page and "Poverty scorecard" in page
    english = brief()
    assert english == indonesian
    text = " ".join(english[0])
    assert "7,52" in text and "Rp1.800.000" in text and "Priority of" not in text and "Poverty" not in text


def test_the_plan_on_paper_says_when_and_by_whom_and_sums_once(client, program, settings):  # noqa: F811
    officer(client, "regency_planning", "34.04")
    page = client.get(reverse("planning"), {"wilayah": "34.04", "bab": "semua"}).content.decode()
    today = date_format(timezone.localdate(), "j F Y")
    assert f'<p class="da-printed">Dicetak {today} oleh Petugas</p>' in page
    style = (settings.BASE_DIR / "reports/dashboards/static/dashboards/dashboards.css").read_text()
    in_print = style[style.index("@media print {") :].split("\n}")[0]
    assert ".da-printed { display: none; }" in style and ".da-printed { display: block;" in in_print
    assert "<tfoot>" in page and ".da-table tfoot { display: table-row-group; }" in in_print


@pytest.mark.rule("D-13")
def test_a_wrong_weight_shows_its_error_at_the_field_with_scripts_too_and_makes_no_paper(client):
    reference.load(None)
    officer(client, "regency_planning", "34.04")
    query = {"wilayah": "34.04", "bobot-p0": "-3"}
    page = client.get(reverse("planning"), {"wilayah": "34.04"}).content.decode()
    # A browser that checks the form itself would send nothing, and say nothing.
    assert re.search(r'<form class="da-filters da-weights" method="get" novalidate', page)
    (brought,) = re.findall(r'hx-select-oob="([^"]+)"', page)
    assert "#id_bobot-p0-galat" in brought.split(",") and '<p class="da-error" id="id_bobot-p0-galat"></p>' in page  # fmt: skip
    answer = client.get(reverse("planning"), query, headers={"HX-Request": "true"}).content.decode()
    assert re.search(r'<p class="da-error" id="id_bobot-p0-galat">[^<]+</p>', answer)
    for place in brought.split(","):
        assert answer.count(f'id="{place[1:]}"') == 1, place
    for name, wrong in (("bobot-p0", "-3"), ("bobot-program_waiting", "11"), ("tahun", "1900")):
        for paper in ("planning-pdf", "planning-xlsx"):
            sent_back = client.get(reverse(paper), {"wilayah": "34.04", name: wrong})
            assert sent_back.status_code == 302, (paper, name)
            page = client.get(sent_back.url)
            assert name in page.context["form"].errors and f'id="id_{name}-galat"' in page.content.decode()
