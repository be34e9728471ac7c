"""How often one visitor may ask: each visitor for themselves, also behind a proxy."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from public_site.rates import too_many


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def asked(times, **headers):
    """Whether the last of so many requests was one too many, at three an hour."""
    request = RequestFactory().get("/lacak/", **headers)
    return [too_many("test", request, limit=3, seconds=3600) for _time in range(times)][-1]


def test_the_fourth_request_of_an_address_is_too_many():
    assert not asked(3, REMOTE_ADDR="192.0.2.1")
    assert asked(1, REMOTE_ADDR="192.0.2.1")
    assert not asked(1, REMOTE_ADDR="192.0.2.2")


def test_behind_a_proxy_each_visitor_counts_alone(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert asked(4, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")
    assert not asked(1, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.8")


def test_who_invents_a_forwarded_address_is_counted_by_the_one_that_the_proxy_saw(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        asked(1, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.9")
    assert asked(1, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.9")
