"""The language of officers' pages: chosen once, kept with the account, the same on every screen."""

import pytest
from django.conf import settings
from wagtail.users.models import UserProfile

from tests.casework import records as make

pytestmark = pytest.mark.django_db
CHOOSE = "/akun/bahasa/"


@pytest.fixture
def officer(client):
    user = make.officer("front_office", "34.04")
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return user


@pytest.mark.parametrize("address", ["/admin/", "/admin/keluhan/", "/akun/saya/"])
def test_an_officer_chooses_and_every_screen_follows(client, officer, address):
    assert 'lang="id"' in client.get(address).content.decode()[:200]
    answer = client.post(CHOOSE, {"language": "en", "next": address})
    assert answer.status_code == 302 and answer["Location"] == address
    page = client.get(address)
    assert 'lang="en"' in page.content.decode()[:200] and page["Content-Language"] == "en"
    assert UserProfile.objects.get(user=officer).preferred_language == "en"
    client.post(CHOOSE, {"language": "id"})
    assert 'lang="id"' in client.get(address).content.decode()[:200]


def test_before_the_sign_in_the_cookie_says_it(client):
    assert 'lang="id"' in client.get("/akun/masuk/").content.decode()[:200]
    client.post(CHOOSE, {"language": "en", "next": "/akun/masuk/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert 'lang="en"' in client.get("/akun/masuk/").content.decode()[:200]


@pytest.mark.parametrize("language", ["", "fr", "id-ID"])
def test_a_language_that_is_not_there_is_refused(client, officer, language):
    assert client.post(CHOOSE, {"language": language}).status_code == 400
    assert client.get(CHOOSE).status_code == 405


def test_the_choice_leads_nowhere_else(client, officer):
    answer = client.post(CHOOSE, {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/akun/saya/"


def test_the_home_page_is_never_stored(client, officer):
    assert "no-store" in client.get("/admin/")["Cache-Control"]
