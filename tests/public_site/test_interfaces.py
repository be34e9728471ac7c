"""The interfaces: pages as data, the browsable description, and no request that makes the server fail."""

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from public_site.content_api import TYPES, PageDetail
from public_site.models import InfoPage, NoticeIndexPage, NoticePage, SitePage
from public_site.views.interface_words import sentences
from tests.factories import officer

pytestmark = pytest.mark.django_db
PAGES = "/api/v1/pages"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


def pages(client, **asked) -> dict:
    return client.get(PAGES, asked | {"per_page": 100}).json()


def test_every_page_type_of_the_site_is_given_out():
    assert set(TYPES.values()) == set(SitePage.__subclasses__())


def test_pages_are_listed_by_type_and_language_and_read_with_their_blocks(client, site):
    everything = pages(client)
    assert everything["total_items"] == len(everything["contents"]) > 20
    legal = pages(client, type="legal_basis", language="id")["contents"]
    assert [page["title"] for page in legal] == ["Dasar hukum"]
    one = client.get(f"{PAGES}/{legal[0]['id']}").json()
    PageDetail.model_validate(one)
    titles = [row["title"] for group in one["fields"]["groups"] for row in group["value"]["regulations"]]
    assert any("Nomor 15 Tahun 2018" in title for title in titles)
    assert one["translations"] == ["http://testserver/en/dasar-hukum/"]
    about = pages(client, type="info", language="id", search="tentang")["contents"][0]
    body = client.get(f"{PAGES}/{about['id']}").json()["body"]
    assert {"type", "value"} == set(body[0]) and "linktype=" not in str(body)


def test_a_draft_and_a_private_page_are_not_given_out(client, site):
    before = pages(client)["total_items"]
    page = InfoPage.objects.get(slug="tentang", locale__language_code="id")
    page.title = "Judul draf"
    page.save_revision()
    draft = NoticePage(title="Draf", slug="draf", phase="recovery", live=False)
    NoticeIndexPage.objects.get(locale__language_code="id").add_child(instance=draft)
    titles = [row["title"] for row in pages(client)["contents"]]
    assert "Judul draf" not in titles and "Draf" not in titles and len(titles) == before
    assert client.get(f"{PAGES}/{draft.pk}").status_code == 404
    page.view_restrictions.create(restriction_type="login")
    assert client.get(f"{PAGES}/{page.pk}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?page=0", 422), ("?page=99", 404), ("?per_page=101", 422), ("?type=x", 422), ("?language=fr", 422),
        ("?color=red", 422), ("/0", 404), ("/99999999999999999999", 404),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused(client, site, asked, status):
    assert client.get(PAGES + asked).status_code == status


def test_pages_are_read_only_open_to_every_origin_and_limited(client, site, monkeypatch):
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(PAGES).status_code == 405
    assert client.get(PAGES)["Access-Control-Allow-Origin"] == "*"
    monkeypatch.setattr("public_site.content_api.LIMIT", 2)
    assert [client.get(f"{PAGES}?search=a").status_code for _attempt in range(4)][-1] == 429


@pytest.mark.parametrize("address", ["/api/", "/en/api/"])
def test_the_description_is_browsable_and_names_every_address(client, site, address):
    text = client.get(address).content.decode()
    for name in ("/api/hsds/openapi.json", "/api/v1/openapi.json"):
        document = client.get(name).json()
        assert document["openapi"].startswith("3.1") and document["paths"]
        for path, methods in document["paths"].items():
            assert path in text and all(each["operationId"] in text for each in methods.values())
    assert "<script" not in text.split("<main")[1]


@pytest.fixture
def on_this_connection():
    """Requests without a network run on the test's own connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("document", "role", "least"),
    [("/api/hsds/", "", 13), ("/api/v1/", "", 7), ("/api/v1/", "front_office", 7)],
)
def test_no_request_makes_the_server_fail(client, site, on_this_connection, document, role, least):
    headers = {}
    if role:  # cases are read by officers alone
        client.force_login(officer(role), backend="portal.accounts.backends.RoleBackend")
        name = django_settings.SESSION_COOKIE_NAME
        headers = {"Cookie": f"{name}={client.cookies[name].value}"}
    described = schemathesis.openapi.from_wsgi(f"{document}openapi.json", WSGIHandler())
    asked = 0
    for result in described.get_all_operations():

        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=result.ok().as_strategy())
        def ask(case):
            cache.clear()
            case.call_and_validate(headers=headers, checks=[not_a_server_error, response_schema_conformance])

        ask()
        asked += 1
    assert asked >= least


@pytest.mark.parametrize(
    "address", ["/api/hsds/nope", "/api/hsds/nope/", "/api/v1/nope", "/api/v2/regions", "/api/nope", "/api/hsds/services/x/y"]
)  # fmt: skip
def test_an_unknown_address_of_an_interface_is_answered_as_data(client, site, address):
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 404 and answer["Content-Type"].startswith("application/json")
        assert set(answer.json()) == {"detail"} and answer["Access-Control-Allow-Origin"] == "*"


def test_an_address_with_a_stroke_too_many_names_the_right_one(client, site):
    answer = client.get("/api/hsds/services/")
    assert answer.status_code == 404 and "/api/hsds/services?" in answer.json()["detail"]
    assert client.get("/api/hsds").headers["Location"] == "/api/hsds/"


def test_the_page_says_every_sentence_of_the_documents_in_indonesian(client, site):
    """The documents for programs stay English; whoever reads the page reads Indonesian."""
    text = client.get("/api/").content.decode()
    for name in ("/api/hsds/openapi.json", "/api/v1/openapi.json"):
        document = client.get(name).json()
        assert "Programs" in client.get("/api/hsds/openapi.json").json()["info"]["description"]
        said = {document["info"].get("description", "")}
        for methods in document["paths"].values():
            for each in methods.values():
                said |= {each.get("summary", ""), each.get("description", "")}
                said |= {answer["description"] for answer in each["responses"].values()}
        said |= {
            each.get("description", "").split("\n\n")[0]
            for each in document["components"]["schemas"].values()
        }
        for sentence in said - {"", "OK"}:
            assert sentence in sentences(), sentence
            assert f">{sentence}<" not in text, sentence
