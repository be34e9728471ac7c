"""Every address, from the URL table: what is not on the public list sends a stranger to the sign-in, or does not exist."""

import re

import pytest
from django.urls import URLResolver, get_resolver

pytestmark = pytest.mark.django_db

#: addresses that anybody may open, by the beginning of their route
PUBLIC = {
    "": "home",
    "program/": "catalog",
    "lokasi/": "directory",
    "lacak/": "look-up of a case by number and code",
    "pembentukan/": "formation, explained; sending asks for the sign-in",
    "cek-kelayakan/": "eligibility check",
    "data/": "open data",
    "verifikasi/": "check of a letter",
    "lowongan/": "vacancies",
    "atom/": "feeds",
    "api/": "the interfaces, explained",
    "^api/": "an address that no interface has: 404 as data",
    "api/v1/": "open data of the API, and its description; each route says what it asks for",
    "api/hsds/": "open data in HSDS",
    "healthz": "health",
    "akun/": "sign-in and what belongs to it (allauth asks for the sign-in where it is needed)",
    "masuk/": "leads to the sign-in",
    "admin/login/": "leads to the sign-in",
    "admin/sprite/": "Wagtail's icons",
    "admin/jsi18n/": "Wagtail's words for scripts",
    "^(?:en/)?_util/login/$": "leads to the sign-in",
    "_util/": "Wagtail's password page of private pages",
    "documents/": "Wagtail's public documents; private collections ask",
    "^media/": "images of the site; only where the server itself hands them out",
    "static/": "style sheets",
    "sitemap.xml": "for search engines",
    "robots.txt": "for search engines",
    "wilayah/": "names of regions, for pickers",
    "kalender/": "a calendar at a secret address, for calendar programs that cannot sign in",
    "^((?:[\\w\\-]+/)*)$": "pages of the site; private pages ask",
}
#: what a route's parts are filled with, so that the address can be opened
SAMPLES = {
    "int": "1",
    "slug": "x",
    "str": "x",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "path": "x",
}


def routes():
    def walk(patterns, before=""):
        for entry in patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            else:
                yield route, entry

    return list(walk(get_resolver().url_patterns))


def address(route: str) -> str:
    """An address that a route matches, filled with samples."""
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: SAMPLES.get(part[1] or "str", "1"), route)
    while (simpler := re.sub(r"\(\?P<\w+>[^()]*\)|\((?!\?)[^()]*\)", "1", path)) != path:
        path = simpler
    path = re.sub(r"\(\?:[^()]*\)[?*]?", "", path)
    return "/" + re.sub(r"[\^$?*+]|\\(?=[./-])|\\[wdZ]", "", path)


ROUTES = routes()
GUARDED = [
    (route, entry) for route, entry in ROUTES if not any(route.startswith(start) for start in PUBLIC if start)
]
GUARDED = [(route, entry) for route, entry in GUARDED if route]


@pytest.mark.parametrize("start", [start for start in PUBLIC if start not in ("", "static/")])
def test_what_is_called_public_exists(start):
    """A row without a route would let a later route of that name be public unseen."""
    assert any(route.startswith(start) for route, _ in ROUTES)


def test_there_are_addresses_to_look_at():
    assert len(GUARDED) > 150 and any(route.startswith("admin/") for route, _ in GUARDED)


@pytest.mark.rule("A-06", "A-08")
@pytest.mark.parametrize("route", [route for route, _ in GUARDED])
def test_a_stranger_is_sent_to_the_sign_in(client, route):
    answer = client.get(address(route))
    if answer.status_code == 302:
        assert answer["Location"].startswith(("/akun/masuk/", "/masuk/", "/admin/login/")), answer["Location"]
    else:
        assert answer.status_code in (401, 403, 404, 405), (address(route), answer.status_code)


@pytest.mark.rule("A-06")
@pytest.mark.parametrize("route", [route for route, _ in GUARDED if route.startswith("admin/")])
def test_the_back_office_always_asks_for_the_sign_in_and_never_answers_a_stranger(client, route):
    """Also by POST: a form that only hides behind GET would take a stranger's answer."""
    answer = client.post(address(route), {})
    assert answer.status_code in (302, 401, 403, 404, 405), address(route)
    if answer.status_code == 302:
        assert answer["Location"].startswith(("/akun/masuk/", "/masuk/", "/admin/login/")), answer["Location"]


def test_views_of_ours_outside_the_back_office_are_on_the_public_list_or_ask():
    """A route of our own packages that is neither below admin/ nor public must be a page of the back office."""
    from portal.backoffice.views import BackofficeView

    loose = []
    for route, entry in GUARDED:
        module = getattr(entry.callback, "__module__", "")
        if route.startswith("admin/") or module.split(".")[0] not in (
            "portal",
            "cases",
            "reports",
            "public_site",
            "programs_catalog",
        ):
            continue
        view = getattr(entry.callback, "view_class", None)
        if view is None or not issubclass(view, BackofficeView):
            loose.append(route)
    assert loose == []


def test_the_public_list_holds_no_address_below_the_back_office():
    assert [start for start in PUBLIC if start.startswith("admin/")] == [
        "admin/login/",
        "admin/sprite/",
        "admin/jsi18n/",
    ]


def test_somebody_without_a_role_is_not_let_in(client):
    from tests.factories import UserFactory

    client.force_login(UserFactory(), backend="portal.accounts.backends.RoleBackend")
    for path in ("/admin/", "/admin/pages/", "/admin/users/"):
        answer = client.get(path)
        assert answer.status_code in (302, 403), (path, answer.status_code)
