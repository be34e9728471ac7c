"""Open data: HSDS by the schemas' own rules, clear refusals, small cells hidden, feeds and files for machines."""

import csv
import datetime as dt
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from programs_catalog.models import Program
from public_site import hsds
from tests.factories import UnitFactory, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


LISTS = {
    "services": hsds.Service,
    "organizations": hsds.Organization,
    "locations": hsds.Location,
    "service_at_locations": hsds.ServiceAtLocation,
    "taxonomies": hsds.Taxonomy,
    "taxonomy_terms": hsds.TaxonomyTerm,
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_their_records_keep_the_schemas_rules(client, site, name):
    page = client.get(f"/api/hsds/{name}?per_page=100").json()
    assert page["total_items"] >= page["size"] == len(page["contents"]) > 0
    assert page["first_page"] is True and page["empty"] is False
    for row in page["contents"]:
        LISTS[name].model_validate(row)
        assert None not in row.values()
    first = page["contents"][0]
    assert client.get(f"/api/hsds/{name}/{first['id']}").json() == first


def test_ids_stay_and_filters_add_up(client, site):
    term = next(
        t for t in client.get("/api/hsds/taxonomy_terms").json()["contents"] if t["code"] == "kesehatan"
    )
    found = client.get(f"/api/hsds/services?taxonomy_term_id={term['id']}&per_page=100").json()
    assert {"Program Indonesia Sehat", "Imunisasi Rutin Lengkap"} <= {
        row["name"] for row in found["contents"]
    }
    assert hsds.identifier("service", "pis") in {row["id"] for row in found["contents"]}
    narrower = client.get(f"/api/hsds/services?taxonomy_term_id={term['id']}&search=imunisasi").json()
    assert 0 < narrower["total_items"] < found["total_items"]
    nothing = client.get("/api/hsds/services?search=xyzzy").json()
    assert nothing["empty"] is True and nothing["contents"] == []


def test_the_file_of_units_is_read_by_programs(client, site):
    unit = UnitFactory()
    values = {"phone": "+62274555004", "latitude": "-7.714220", "longitude": "110.357660", "address": "=1+1"}
    type(unit).objects.filter(pk=unit.pk).update(**values)
    text = client.get("/data/unit.csv").content.decode("utf-8-sig")
    [row] = [r for r in csv.DictReader(io.StringIO(text), delimiter=";") if r["region_code"] == unit.region_id and r["kind"] == unit.kind]  # fmt: skip
    assert (row["phone"], row["address"]) == ("+62274555004", "'=1+1") and row["is_demo"] in ("true", "false")
    assert float(row["latitude"]) == -7.71422 and float(row["longitude"]) == 110.35766
    page = client.get("/data/").content.decode()
    program = client.get("/data/program.csv").content.decode("utf-8-sig").splitlines()[0]
    for column in (*row, *program.split(";")):
        assert f"<code>{column}</code>" in page, "every column is explained"


def test_services_are_asked_for_in_short_without_their_lists_or_since_a_day(client, site):
    address = "/api/hsds/services"
    everything = client.get(f"{address}?per_page=100").json()
    short = client.get(f"{address}?minimal=true").json()
    assert short["total_pages"] == 1 and short["size"] == everything["total_items"]
    assert all(set(row) <= {"id", "last_modified"} and row["id"] for row in short["contents"])
    assert client.get(f"{address}?minimal=true&per_page=2").json()["size"] == 2
    plain = client.get(f"{address}?full=false").json()["contents"][0]
    assert "organization" in plain and "attributes" not in plain and "cost_options" not in plain
    assert client.get(f"{address}?full=true").json() == client.get(address).json()

    program = Program.objects.published().get(code="pis")
    Program.objects.published().update(last_published_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    Program.objects.filter(pk=program.pk).update(last_published_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    for since in ("2026-03-01", "2026-03-05T00:00:00Z", "2026-03-05T07:00:00%2B07:00"):
        found = client.get(f"{address}?modified_after={since}").json()["contents"]
        assert [row["id"] for row in found] == [hsds.identifier("service", "pis")], since
    assert client.get(f"{address}?modified_after=2026-03-06").json()["empty"] is True
    for edge in ("0001-01-01T00:00:00", "9999-12-31T23:59:59"):
        assert client.get(f"{address}?modified_after={edge}").status_code == 200
    assert client.get(f"{address}?modified_after=kemarin").status_code == 400


def test_a_unit_and_its_services_are_found_by_id_alone(client, site, django_assert_max_num_queries):
    for code in ("34.04.07.2001", "34.04.07.2002"):
        UnitFactory(kind="puskesos", region_id=code, status="operating")
    places = client.get("/api/hsds/service_at_locations").json()["contents"]
    assert len(places) == len({place["id"] for place in places}) == 3
    with django_assert_max_num_queries(24):
        for place in places:
            assert client.get(f"/api/hsds/service_at_locations/{place['id']}").json() == place
            assert (
                client.get(f"/api/hsds/locations/{place['location_id']}").json()["id"] == place["location_id"]
            )
    location = places[0]["location"]
    found = client.get(f"/api/hsds/organizations/{location['organization_id']}").json()
    assert found["name"] == location["name"]
    only = client.get(f"/api/hsds/locations?organization_id={location['organization_id']}").json()
    assert [row["id"] for row in only["contents"]] == [location["id"]]
    # A unit that is not there, a program that is not there, the right unit under the wrong kind of thing.
    for made in (("sal:pis", "slrt", "34.02"), ("sal:none", "slrt", "34.04"), ("unit", "slrt", "34.04")):
        address = f"/api/hsds/service_at_locations/{hsds.unit_identifier(*made)}"
        assert client.get(address).status_code == 404
    assert client.get(f"/api/hsds/locations/{location['organization_id']}").status_code == 404


@pytest.mark.rule("P-04")
def test_a_regional_service_is_offered_by_the_units_of_its_region_alone(client, site):
    UnitFactory(kind="slrt", region_id="34.02", status="operating")
    UnitFactory(kind="puskesos", region_id="34.04.07.2001", status="operating")
    service = hsds.identifier("service", "ngantar-paimah")
    page = client.get(f"/api/hsds/service_at_locations?service_id={service}").json()
    assert {place["location"]["external_identifier"] for place in page["contents"]} == {
        "34.04", "34.04.07.2001",
    }  # fmt: skip
    for place in page["contents"]:
        assert client.get(f"/api/hsds/service_at_locations/{place['id']}").status_code == 200
    elsewhere = hsds.unit_identifier("sal:ngantar-paimah", "slrt", "34.02")
    assert client.get(f"/api/hsds/service_at_locations/{elsewhere}").status_code == 404


def test_the_pages_of_organizations_hold_each_once(client, site):
    UnitFactory(kind="puskesos", region_id="34.04.07.2001", status="operating")
    total = client.get("/api/hsds/organizations").json()["total_items"]
    seen = []
    for number in range(1, -(-total // 7) + 1):
        page = client.get(f"/api/hsds/organizations?per_page=7&page={number}").json()
        seen += [row["id"] for row in page["contents"]]
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/hsds/services?page=0", 400), ("/api/hsds/services?page=x", 400), ("/api/hsds/services?page=9999", 404),
        ("/api/hsds/services?per_page=101", 400), ("/api/hsds/services?color=red", 400), ("/api/hsds/services/not-a-uuid", 400),
        ("/api/hsds/services/00000000-0000-0000-0000-000000000000", 404), ("/api/hsds/services?taxonomy_term_id=1", 400),
        ("/api/hsds/locations?page=2", 404), ("/api/hsds/?x=1", 400),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_in_words(client, site, address, status):
    response = client.get(address)
    assert response.status_code == status and response.json()["detail"]


def test_everyone_may_read_and_nobody_too_often(client, site, monkeypatch):
    response = client.get("/api/hsds/services")
    assert response["Access-Control-Allow-Origin"] == "*"
    monkeypatch.setattr("public_site.api.LIMIT", 2)
    statuses = [client.get("/api/hsds/?x").status_code for _attempt in range(3)]
    assert statuses[-1] == 429


def test_reading_only(client, site):
    assert client.post("/api/hsds/services").status_code == 405


def test_files_and_feeds(client, site):
    rows = list(
        csv.reader(io.StringIO(client.get("/data/program.csv").content.decode("utf-8-sig")), delimiter=";")
    )
    assert rows[0][0] == "code" and len(rows) > 30
    points = client.get("/data/unit.geojson").json()
    assert points["features"][0]["properties"]["name"] == "SLRT Kabupaten Sleman"
    longitude, latitude = points["features"][0]["geometry"]["coordinates"]
    assert 110 < longitude < 111 and -8 < latitude < -7
    package = zipfile.ZipFile(io.BytesIO(client.get("/data/hsds.zip").content))
    described = json.loads(package.read("datapackage.json"))
    assert {resource["path"] for resource in described["resources"]} == set(package.namelist()) - {
        "datapackage.json"
    }
    for address in ("/atom/pengumuman/", "/atom/cerita/", "/sitemap.xml"):
        ElementTree.fromstring(client.get(address).content)
    assert b"/en/program/kesehatan/pis/" in client.get("/sitemap.xml").content


def test_the_sitemap_names_each_page_in_both_languages(client, site):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    spoken = {
        url.findtext("s:loc", namespaces=names): {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", names)
        }
        for url in tree.findall("s:url", names)
    }
    pair = {"id": "http://testserver/program/", "en": "http://testserver/en/program/"}
    assert spoken[pair["id"]] == spoken[pair["en"]] == pair
    law = spoken["http://testserver/dasar-hukum/"]
    assert law == {"id": "http://testserver/dasar-hukum/", "en": "http://testserver/en/dasar-hukum/"}
    # Each names itself, and what it names names it.
    assert all(
        url in links.values() and all(spoken[other] == links for other in links.values())
        for url, links in spoken.items()
    )
    assert b"Sitemap:" in client.get("/robots.txt").content


@pytest.mark.rule("F-12")
def test_a_unit_that_is_being_formed_is_in_no_file(client, site):
    UnitFactory(region_id="34.02", kind="slrt", name="SLRT Bantul", status="forming")
    for address in ("/data/unit.csv", "/data/unit.geojson", "/api/hsds/locations", "/api/hsds/organizations"):
        assert b"SLRT Bantul" not in client.get(address).content


def test_officers_see_the_same_open_data(client, site):
    client.force_login(officer("editor"))
    assert client.get("/api/hsds/services").status_code == 200
