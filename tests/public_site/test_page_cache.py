"""Cached pages: the same bytes, 304 for who has them, never for who is signed in, and gone the moment something is published."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs_catalog import freshness
from programs_catalog.models import Program
from programs_catalog.reference import load_catalog
from public_site import reference
from public_site.models import InfoPage
from tests.factories import UnitFactory, officer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def published():
    load_catalog()
    reference.load()


def queries(client, address: str) -> tuple[int, bytes]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured), response.content


@pytest.mark.parametrize(
    "address",
    ["/", "/program/kesehatan/", "/program/kesehatan/pis/", "/en/tentang/", "/lokasi/?wilayah=34.04"],
)
def test_the_second_visitor_gets_the_same_bytes_without_the_work(client, published, address):
    first, body = queries(client, address)
    second, again = queries(client, address)
    assert first > 2 and second <= 1 and body == again


def test_who_has_the_page_gets_304(client, published):
    etag = client.get("/program/")["ETag"]
    response = client.get("/program/", headers={"if-none-match": etag})
    assert response.status_code == 304 and response.content == b""
    assert client.get("/program/", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/lokasi/?wilayah=32.04&jenis=puskesos", "/program/kesehatan/pis/"])
def test_a_kept_page_travels_compressed_to_whoever_takes_it(client, published, address):
    plain = client.get(address)
    assert not plain.has_header("Content-Encoding") and "Accept-Encoding" in plain["Vary"]
    for _first_and_again in range(2):
        packed = client.get(address, headers={"accept-encoding": "gzip, deflate, br"})
        assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert packed["ETag"] != plain["ETag"]
    for tag in (packed["ETag"], plain["ETag"], f"W/{packed['ETag']}"):
        fresh = client.get(address, headers={"if-none-match": tag, "accept-encoding": "gzip"})
        assert fresh.status_code == 304 and fresh["ETag"] == packed["ETag"] and fresh.content == b""


def test_a_page_with_a_form_of_its_own_travels_as_it_is(client, published):
    page = client.get("/lacak/", headers={"accept-encoding": "gzip"})
    assert page.status_code == 200 and not page.has_header("Content-Encoding")


def test_the_interface_is_kept_and_answers_304_too(client, published):
    for address in ("/api/v1/pages?type=info", "/api/hsds/services?page=1"):
        first = client.get(address)
        assert first["Access-Control-Allow-Origin"] == "*"
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304


def test_publishing_a_program_clears_it(client, published):
    client.get("/program/kesehatan/pis/")
    program = Program.objects.get(code="pis")
    program.summary = "Ringkasan yang baru saja terbit."
    before = freshness.version()
    revision = program.save_revision()
    assert freshness.version() == before  # a draft clears nothing
    assert "baru saja terbit" not in client.get("/program/kesehatan/pis/").content.decode()
    revision.publish()
    assert "baru saja terbit" in client.get("/program/kesehatan/pis/").content.decode()


def test_publishing_a_page_and_moving_a_unit_clear_it(client, published):
    assert client.get("/tentang/").status_code == 200
    page = InfoPage.objects.get(slug="tentang", locale__language_code="id")
    page.lead = "Pengantar baru."
    page.save_revision().publish()
    assert "Pengantar baru." in client.get("/tentang/").content.decode()
    assert "SLRT Bantul" not in client.get("/lokasi/?wilayah=34.02").content.decode()
    UnitFactory(region_id="34.02", kind="slrt", name="SLRT Bantul", status="operating")
    assert "SLRT Bantul" in client.get("/lokasi/?wilayah=34.02").content.decode()


def test_forms_and_signed_in_officers_are_never_answered_from_the_cache(client, published):
    for address in ("/lacak/", "/cek-kelayakan/"):
        first, second = client.get(address), client.get(address)
        assert not first.has_header("ETag") and not second.has_header("ETag")
    client.force_login(officer("editor"))
    assert not client.get("/program/").has_header("ETag")


def test_an_unknown_query_key_is_not_kept(client, published):
    assert not client.get("/program/?q=kartu sehat").has_header("ETag")
    assert not client.get("/?x=1").has_header("ETag")
