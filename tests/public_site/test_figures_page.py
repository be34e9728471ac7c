"""The page of open figures shows what the file holds, and hides what the file hides."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from cases.casework.models import Case
from reports.dashboards import facts, open_figures
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


def cells(text: str) -> dict[str, list[str]]:
    body = text.split("<tbody>")[-1]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", body, re.S)
    return {re.sub("<[^>]+>", "", name): re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in rows}


@pytest.mark.parametrize("province", ["", "34"])
def test_every_cell_of_the_page_is_the_cell_of_the_file(client, counted, province):
    address = f"/data/keluhan/?triwulan=2026-Q3{f'&wilayah={province}' if province else ''}"
    answer = client.get(address)
    assert answer.status_code == 200
    shown = cells(answer.content.decode())
    kinds = [*open_figures.KINDS, open_figures.TOTAL]
    checked = 0
    for quarter, code, name, kind, number in open_figures.figures():
        if quarter == "2026-Q3" and (
            code.startswith(province) and province or not province and len(code) == 2
        ):
            expected = "disembunyikan" if number == "hidden" else str(number).replace("<", "&lt;")
            assert shown[name][kinds.index(kind)] == expected, (code, kind)
            checked += 1
    assert checked >= len(kinds)


def test_a_small_regency_is_not_told_by_the_page_nor_by_its_charts(client, counted):
    text = client.get("/data/keluhan/?wilayah=34&triwulan=2026-Q3").content.decode()
    bantul = next(row for name, row in cells(text).items() if "Bantul" in name)
    assert not any(figure in ("3", "0") for figure in bantul)


def test_unknown_quarters_and_places_do_not_exist(client, counted):
    for query in ("triwulan=2026-Q4", "triwulan=x", "wilayah=34.04", "wilayah=99"):
        assert client.get(f"/data/keluhan/?{query}").status_code == 404


def test_without_figures_the_page_says_so_and_the_list_of_data_leads_to_it(client, site):
    assert client.get("/data/keluhan/").status_code == 200
    assert "/data/keluhan/" in client.get("/data/").content.decode()
