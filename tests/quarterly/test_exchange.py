"""A closed quarter for other systems, held against the published forms of DHIS2 and of ADX (IHE QRPH).

DHIS2: the chapters "Data values" and "Complete data set registrations" of its web API. ADX: the schema that goes with
the profile of 2015 for documents of any jurisdiction; `adx.rng` says the same in words of our own.
"""

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from lxml import etree

from portal.ledger.workflow import WrongState
from reports.quarterly import closing, exchange
from tests.quarterly.places import (
    BANTUL,
    CATURTUNGGAL,
    CONDONGCATUR,
    DIY,
    SLEMAN,
    Province,
    figures,
    run_jobs,
)

pytestmark = pytest.mark.django_db
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("adx.rng")))
ADX = f"{{{exchange.ADX}}}"


@pytest.fixture
def diy():
    """A closed quarter: Caturtunggal accepted, Condongcatur sent and never accepted, the other villages silent."""
    province = Province()
    province.case(CATURTUNGGAL, "2026-07-05", "2026-07-09")
    province.case(CATURTUNGGAL, "2026-08-05", kind="need")
    province.pass_on(CATURTUNGGAL)
    province.send(CONDONGCATUR)
    province.pass_on(SLEMAN, DIY)
    province.send(None)
    return province


def close(province) -> None:
    closing.close_cycle(cycle=province.cycle, by=province.secretariat)
    run_jobs()
    province.cycle.refresh_from_db()


def doors(province) -> list[str]:
    names = ("dhis2", "dhis2_complete", "adx")
    return [reverse(f"quarterly:{name}", args=[province.cycle.pk]) for name in names]


def expected(province) -> dict[tuple[str, str, str], Decimal]:
    return {
        (code or "ID", key, item): value for code in (CATURTUNGGAL, SLEMAN, DIY, None)
        for (key, item), value in figures(province.report(code)).items() if value is not None
    }  # fmt: skip


@pytest.mark.rule("M-06")
def test_only_a_closed_quarter_leaves_and_only_by_the_hand_of_the_nation(diy, client):
    client.force_login(diy.secretariat)
    assert [client.get(door).status_code for door in doors(diy)] == [404, 404, 404]
    with pytest.raises(WrongState):
        list(exchange.dhis2_completeness(diy.cycle))
    close(diy)
    assert [client.get(door).status_code for door in doors(diy)] == [200, 200, 200]
    client.force_login(diy.provincial)
    assert [client.get(door).status_code for door in doors(diy)] == [403, 403, 403]
    client.logout()
    assert [client.get(door).status_code for door in doors(diy)] == [302, 302, 302]


def test_figures_leave_as_a_data_value_set(diy, client):
    close(diy)
    client.force_login(diy.secretariat)
    answer = client.get(doors(diy)[0])
    assert answer["Content-Type"] == "application/json"
    sent = json.loads(answer.getvalue())
    # The form for values of many places: names are codes; data set and date of completion would speak of one place.
    assert {name: sent[name] for name in sent if name != "dataValues"} == {
        "idScheme": "code", "dataElementIdScheme": "code", "orgUnitIdScheme": "code", "categoryOptionComboIdScheme": "code",
    }  # fmt: skip
    always, also = {"dataElement", "period", "orgUnit", "value"}, {"categoryOptionCombo"}
    for value in sent["dataValues"]:
        assert always <= set(value) <= always | also
        assert value["period"] == "2026Q3" and all(isinstance(part, str) and part for part in value.values())
        assert re.fullmatch(r"-?\d+(\.\d+)?", value["value"]), value
    rows = {
        (v["orgUnit"], v["dataElement"], v.get("categoryOptionCombo", "")): v["value"]
        for v in sent["dataValues"]
    }
    assert len(rows) == len(sent["dataValues"])
    assert {place: Decimal(value) for place, value in rows.items()} == expected(diy)
    assert rows["34.04", "received", ""] == "2"


def test_complete_and_approved_are_two_facts(diy, client):
    close(diy)
    client.force_login(diy.secretariat)
    sent = json.loads(client.get(doors(diy)[1]).getvalue())
    assert set(sent) == {"dataSetIdScheme", "orgUnitIdScheme", "completeDataSetRegistrations"}
    rows = sent["completeDataSetRegistrations"]
    for row in rows:
        assert set(row) == {"dataSet", "period", "organisationUnit", "date", "completed"}
        assert row["period"] == "2026Q3" and row["completed"] is True
        dt.date.fromisoformat(row["date"])
    # Condongcatur has sent and was not accepted: complete here, without a figure there.
    assert {row["organisationUnit"] for row in rows} == {CATURTUNGGAL, CONDONGCATUR, SLEMAN, DIY, "ID"}
    assert diy.report(CONDONGCATUR).status == "missed"
    figures_of = {v["orgUnit"] for v in json.loads(client.get(doors(diy)[0]).getvalue())["dataValues"]}
    assert figures_of == {CATURTUNGGAL, SLEMAN, DIY, "ID"}
    assert len({row["organisationUnit"] for row in rows}) == len(rows)
    one = json.loads(client.get(doors(diy)[1] + "?jenjang=slrt").getvalue())["completeDataSetRegistrations"]
    assert [row["organisationUnit"] for row in one] == [SLEMAN]
    assert one[0]["date"] == diy.report(SLEMAN).first_sent_on.isoformat()
    assert BANTUL not in {row["organisationUnit"] for row in rows}


def test_figures_leave_as_adx(diy, client):
    close(diy)
    client.force_login(diy.secretariat)
    answer = client.get(doors(diy)[2])
    assert answer["Content-Type"] == "application/adx+xml"
    root = etree.fromstring(answer.getvalue())
    SCHEMA.assertValid(root)
    groups = root.findall(f"{ADX}group")
    assert {g.get("orgUnit") for g in groups} == {CATURTUNGGAL, SLEMAN, DIY, "ID"}
    assert {g.get("period") for g in groups} == {"2026-07-01/P3M"}
    assert {g.get("dataSet") for g in groups} == {exchange.DATA_SET}
    found = {}
    for group in groups:
        for value in group:
            named = set(value.attrib) - {"dataElement", "value"}
            assert named <= {"kinds", "sectors", "programs", "months", "row"} and len(named) <= 1
            item = value.get(named.pop()) if named else ""
            found[group.get("orgUnit"), value.get("dataElement"), item] = Decimal(value.get("value"))
    assert found == expected(diy)


@pytest.mark.parametrize(
    "broken",
    [
        lambda root: root.attrib.pop("exported"),
        lambda root: root.set("exported", "kemarin"),
        lambda root: root[0].attrib.pop("orgUnit"),
        lambda root: root[0].set("period", "2026Q3"),
        lambda root: root[0].set("period", "2026-07-01"),
        lambda root: root[0][0].attrib.pop("dataElement"),
        lambda root: root[0][0].set("value", "12,5"),
        lambda root: root[0].append(etree.SubElement(root, f"{ADX}group")),
        lambda root: root.remove(root[0]),
    ],
)
def test_the_schema_refuses_what_the_profile_refuses(broken):
    root = etree.fromstring(
        f'<adx xmlns="{exchange.ADX}" exported="2026-11-23T10:00:00+07:00"><group orgUnit="34" period="2026-07-01/P3M">'
        '<dataValue dataElement="a" value="1" row="x"/></group></adx>'
    )
    SCHEMA.assertValid(root)
    broken(root)
    assert not SCHEMA.validate(root)
