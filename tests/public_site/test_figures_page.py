"""The page of open figures shows what the file holds, and hides what the file hides."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from cases.casework.models import Case
from reports.dashboards import facts, open_figures
from reports.dashboards.models import OpenCount
from tests.casework import records

pytestmark = pytest.mark.django_db
LAST = timezone.make_aware(dt.datetime(2026, 8, 5, 10))


@pytest.fixture
def counted(site, time_machine):
    """Forty needs and twelve questions of Sleman, three of Bantul, in a quarter that is over."""
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC))
    base = records.case()
    values = {f.attname: getattr(base, f.attname) for f in Case._meta.concrete_fields if not f.generated}
    wanted = (
        [("need", "34.04.07.2001")] * 40
        + [("question", "34.04.07.2001")] * 12
        + [("need", "34.02.01.2001")] * 3
    )
    for number, (kind, village) in enumerate(wanted):
        Case(
            **values
            | {
                "id": None, "number": f"f{number}", "client_id": uuid.uuid4(), "kind": kind, "region_id": village, "opened_at": LAST,
                "visit_id": None,
            }
        ).save(force_insert=True)  # fmt: skip
    facts.fold()
    open_figures.take()


def cells(text: str) -> list[dict[str, list[str]]]:
    """Each table of the page: name of the area to its figures."""
    tables = []
    for part in text.split('<div class="scroll"')[1:]:
        body = part.split("<tbody>")[1].split("</tbody>")[0]
        rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", body, re.S)
        tables.append(
            {re.sub("<[^>]+>", "", name): re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in rows}
        )
    tables.pop()  # the codes
    return tables


def test_every_number_of_the_page_is_one_of_the_file_and_small_ones_are_counted_together(client, counted):
    text = client.get("/data/keluhan/?periode=2026-Q3&wilayah=34").content.decode()
    (table,) = cells(text)
    assert table == {"Daerah Istimewa Yogyakarta": ["55"]}
    lines = client.get("/data/keluhan.csv").content.decode("utf-8-sig").splitlines()[1:]
    assert "2026-Q3;Triwulan III 2026;kabupaten/kota;34.02+34.04;Kabupaten Bantul dan Kabupaten Sleman (digabung);total;Semua keluhan;55" in lines  # fmt: skip
    assert not any(line.endswith((";3", ";52", ";40", ";12")) for line in lines)


def test_a_year_has_the_kinds_and_each_table_adds_up(client, counted):
    OpenCount.objects.all().update(quarter="2025-Q3")
    OpenCount.objects.create(quarter="2025-Q1", regency="32.04", kind="need", n=90)
    OpenCount.objects.create(quarter="2025-Q1", regency="32.04", kind="question", n=30)
    text = client.get("/data/keluhan/?periode=2025").content.decode()
    tables = cells(text)
    assert "Kebutuhan program" in text and "Tahun 2025" in text
    for table in tables:
        assert {row[-1] for row in table.values()} <= {"175", "120", "55"} and table["Indonesia"][-1] == "175"
    assert client.get("/data/keluhan/?periode=2025&wilayah=32").status_code == 200


def test_unknown_periods_and_places_do_not_exist(client, counted):
    for query in ("periode=2026-Q4", "periode=x", "wilayah=34.04", "wilayah=99"):
        assert client.get(f"/data/keluhan/?{query}").status_code == 404


def test_without_figures_the_page_says_so_and_the_list_of_data_leads_to_it(client, site):
    assert client.get("/data/keluhan/").status_code == 200
    assert "/data/keluhan/" in client.get("/data/").content.decode()
