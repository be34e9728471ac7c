"""One's own account: where one is signed in, which roles run and which have ended."""

import pytest

from portal.accounts.models import RoleAssignment

from .test_sign_in import LONG_AGO, YESTERDAY, officer, sign_in

pytestmark = pytest.mark.django_db


def test_other_sessions_are_listed_and_ended(client, django_user_model):
    from django.test import Client

    officer()
    elsewhere = Client(headers={"user-agent": "Peramban Kantor"})
    sign_in(elsewhere)
    sign_in(client, headers={"user-agent": "Telepon"})
    page = client.get("/akun/sesi/").content.decode()
    assert "Peramban Kantor" in page and "perangkat ini" in page
    client.post("/akun/sesi/")
    assert elsewhere.get("/admin/").status_code == 302 and client.get("/admin/").status_code == 200


def test_the_account_page_shows_running_and_past_roles(client):
    user = officer()
    RoleAssignment.objects.create(
        user=user, role="supervisor", region_id="34.04.07", valid_from=LONG_AGO, valid_until=YESTERDAY
    )
    sign_in(client)
    page = client.get("/akun/saya/").content.decode()
    assert "Depok, Kabupaten Sleman, DI Yogyakarta" in page
    assert page.count("tidak berlaku</span>") == 1 and page.count(">berlaku</span>") == 1


def test_a_public_page_without_a_session_does_not_vary_by_cookie(client):
    assert "Cookie" not in client.get("/wilayah/?format=json").headers.get("Vary", "")
