"""What a visitor sees when something breaks: words, in their language, without asking the database."""

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from portal.operations.views import server_error


def broken(request):
    raise ZeroDivisionError("secret detail")


def locked(request):
    raise OperationalError(
        "database is locked" if connection.vendor == "sqlite" else "the connection is lost"
    )


urlpatterns = [path("broken/", broken), path("locked/", locked)]
handler500 = server_error


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_an_error_of_ours(visitor):
    answer = visitor.get("/broken/")
    assert answer.status_code == 500
    assert "Terjadi kesalahan di pihak kami" in answer.content.decode()
    assert b"secret" not in answer.content
    assert "Retry-After" not in answer.headers


@pytest.mark.django_db
def test_while_the_database_is_away(visitor):
    answer = visitor.get("/locked/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Sebentar lagi kami kembali" in answer.content.decode()


def test_the_pages_ask_no_database_and_speak_english_too():
    """No `django_db` mark: a query would fail the test."""
    with translation.override("en"):
        page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.content.decode()
