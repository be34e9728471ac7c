"""Which screen gets which content policy; and the other headers of every answer."""

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from portal.operations.headers import ContentPolicyMiddleware, is_wagtail_screen

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, django_user_model):
    user = django_user_model.objects.create_superuser(
        "root.test", "root@test.example", "a-long-password", name="R"
    )
    client.force_login(user)
    return client


def policy(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _sep, value in parts}


@pytest.mark.parametrize("address", ["/healthz", "/akun/masuk/", "/no-such-page/"])
def test_public_screens_are_strict(client, address):
    found = policy(client.get(address))
    assert found["script-src"] == "'self'"
    assert found["style-src"] == "'self'"
    assert found["object-src"] == "'none'"
    assert found["frame-ancestors"] == "'self'"
    assert "unsafe" not in " ".join(found.values())


@pytest.mark.parametrize("address", ["/admin/pages/", "/admin/images/", "/admin/reports/locked/"])
def test_wagtails_own_screens_may_start_their_widgets(admin, address):
    answer = admin.get(address, follow=True)
    assert answer.status_code == 200
    assert policy(answer)["script-src"] == "'self' 'unsafe-inline'"


def test_a_wagtail_view_outside_the_back_office_stays_strict():
    request = RequestFactory().get("/program/")
    request.resolver_match = resolve("/")
    assert request.resolver_match.func.__module__.startswith("wagtail.")
    assert not is_wagtail_screen(request)


def test_our_own_screens_in_the_back_office_stay_strict():
    """Every address under /admin/ whose view is ours is strict: nothing of ours starts by inline script."""

    def own_view(request): ...

    request = RequestFactory().get("/admin/kasus/")
    request.resolver_match = resolve("/admin/pages/")
    assert is_wagtail_screen(request)
    request.resolver_match.func = own_view
    assert not is_wagtail_screen(request)


def test_a_view_may_still_set_a_policy_of_its_own(settings):
    from django.http import HttpResponse

    def view(request):
        response = HttpResponse()
        response._csp_config = {"default-src": ["'none'"]}
        return response

    request = RequestFactory().get("/admin/pages/")
    request.resolver_match = resolve("/admin/pages/")
    assert ContentPolicyMiddleware(view)(request)["Content-Security-Policy"] == "default-src 'none'"


def test_other_headers(client):
    answer = client.get("/akun/masuk/")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "geolocation=(self)" in answer["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/lacak/", "/akun/masuk/"])
def test_a_form_without_its_token_is_answered_in_words(address):
    answer = Client(enforce_csrf_checks=True).post(address, {"number": "x"})
    text = answer.content.decode()
    assert answer.status_code == 403 and f'href="{address}"' in text and "terlalu lama" in text
