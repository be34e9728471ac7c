"""The one door: user name and password, the second factor, limits, sessions; every other door is closed."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from portal.accounts.models import RoleAssignment, User
from portal.ledger.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "jalan-kaliurang-17"
DOOR = "/akun/masuk/"


@pytest.fixture(autouse=True)
def _empty_counts():
    cache.clear()


def officer(role="front_office", code="34.04", username="petugas", **dates):
    user = User.objects.create_user(username, "petugas@example.go.id", PASSWORD, name="Petugas Contoh")
    if role:
        RoleAssignment.objects.create(user=user, role=role, region_id=code or None, **dates)
    return user


def sign_in(client, username="petugas", password=PASSWORD, **extra):
    return client.post(DOOR, {"login": username, "password": password}, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def code_for(secret):
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def with_second_factor(user):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


# -- the door ------------------------------------------------------------------------------------------------------
@pytest.mark.rule("A-01")
def test_user_name_and_password_open_the_back_office(client):
    officer("manager")
    answer = sign_in(client)
    assert answer.status_code == 302 and answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.rule("A-01")
@pytest.mark.parametrize(
    ("username", "password"), [("petugas", "salah"), ("tidak-ada", PASSWORD), ("petugas", "")]
)
def test_anything_else_is_refused_in_the_same_words(client, username, password):
    officer()
    page = sign_in(client, username, password).content.decode()
    assert not is_signed_in(client)
    if password:
        assert "Nama pengguna dan/atau kata sandi" in page or "tidak benar" in page
    assert PASSWORD not in page


@pytest.mark.rule("A-06")
def test_the_dashboard_and_every_page_of_the_back_office_ask_for_a_sign_in(client):
    for path in ("/admin/", "/admin/pages/", "/admin/images/", "/admin/reports/site-history/"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer.url.startswith(("/masuk/", DOOR))


def test_the_page_is_indonesian_and_names_no_sign_up(client):
    page = client.get(DOOR).content.decode()
    assert "<h1>Masuk</h1>" in page and "Lupa kata sandi?" in page
    assert "daftar/" not in page and "Sign" not in page and "Username" not in page
    assert ">Nama pengguna</label>" in page and page.count("Lupa kata sandi") == 1


def test_after_signing_in_one_goes_where_one_wanted_but_not_to_a_foreign_site(client):
    officer()
    assert (
        client.post(f"{DOOR}?next=/admin/account/", {"login": "petugas", "password": PASSWORD}).url
        == "/admin/account/"
    )
    client.logout()
    assert (
        client.post(f"{DOOR}?next=https://jahat.example/", {"login": "petugas", "password": PASSWORD}).url
        == "/admin/"
    )


def test_an_inactive_account_stays_outside(client):
    User.objects.filter(pk=officer().pk).update(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_switching_an_account_off_ends_its_session_at_the_next_click(client):
    user = officer()
    sign_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/admin/login/", "/_util/login/", "/en/_util/login/", "/akun/login/", "/admin/password_reset/", "/accounts/login/", "/django-admin/login/",
        "/akun/daftar/", "/akun/surel/", "/akun/kode/",
    ],
)  # fmt: skip
def test_no_other_door_takes_a_password(client, path):
    officer("manager")
    answer = client.post(path, {"username": "petugas", "login": "petugas", "password": PASSWORD})
    assert not is_signed_in(client)
    assert answer.status_code in (302, 403, 404, 405)
    if answer.status_code == 302:
        assert reverse("account_login") in answer.url or answer.url.startswith("/masuk/")


def test_signing_out_is_a_post(client):
    officer()
    sign_in(client)
    assert "Keluar" in client.get("/akun/keluar/").content.decode() and is_signed_in(client)
    assert client.post("/akun/keluar/").status_code == 302 and not is_signed_in(client)


# -- limits --------------------------------------------------------------------------------------------------------
def test_after_five_refusals_even_the_right_password_waits(client):
    officer()
    for _attempt in range(5):
        sign_in(client, password="salah")
    answer = sign_in(client)
    assert not is_signed_in(client)
    assert answer.status_code == 429 or "Terlalu banyak" in answer.content.decode()


def test_another_account_is_not_made_to_wait(client):
    officer()
    officer(username="lain")
    for _attempt in range(5):
        sign_in(client, password="salah")
    sign_in(client, "lain")
    assert is_signed_in(client)


def test_too_many_attempts_from_one_address_get_the_page_that_says_so(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for number in range(2):
        sign_in(client, f"nama-{number}")
    answer = sign_in(client, "nama-3")
    assert answer.status_code == 429 and "Terlalu banyak percobaan" in answer.content.decode()


# -- audit ---------------------------------------------------------------------------------------------------------
@pytest.mark.rule("A-08")
def test_a_sign_in_and_a_refusal_are_in_the_audit(client):
    user = officer()
    sign_in(client, password="salah")
    sign_in(client)
    refused, entered = AuditEntry.objects.filter(model="accounts.user").order_by("pk")
    assert (refused.action, refused.object_id, refused.actor) == ("refused", str(user.pk), "")
    assert (entered.action, entered.actor_id) == ("sign_in", user.pk)


@pytest.mark.rule("A-08")
def test_what_was_typed_as_an_unknown_name_is_not_kept(client):
    sign_in(client, "rahasia-di-kolom-salah", "x")
    entry = AuditEntry.objects.get(action="refused")
    assert entry.object_id == "" and "rahasia" not in str(entry.detail) + entry.purpose + entry.actor


# -- roles in force ------------------------------------------------------------------------------------------------
YESTERDAY, LONG_AGO = dt.date.today() - dt.timedelta(days=1), dt.date(2024, 1, 1)


def test_an_expired_role_gets_a_clear_page_and_no_loop(client):
    officer(valid_from=LONG_AGO, valid_until=YESTERDAY)
    sign_in(client)
    answer = client.get("/admin/")
    assert answer.status_code == 403
    assert (
        "Tidak ada peran yang berlaku" in answer.content.decode()
        and "berakhir pada" in answer.content.decode()
    )
    assert client.get("/admin/pages/").status_code == 403
    assert client.get("/akun/saya/").status_code == 200


def test_a_role_that_begins_tomorrow_says_so(client):
    officer(valid_from=dt.date.today() + dt.timedelta(days=1))
    sign_in(client)
    assert "mulai berlaku" in client.get("/admin/").content.decode()


def test_an_account_without_any_role_is_told(client):
    officer(role="")
    sign_in(client)
    assert "belum diberi peran" in client.get("/admin/").content.decode()


def test_a_role_that_ends_takes_its_rights_at_the_next_click(client):
    user = officer()
    sign_in(client)
    assert client.get("/admin/").status_code == 200
    user.assignments.update(valid_from=LONG_AGO, valid_until=YESTERDAY)
    assert client.get("/admin/").status_code == 403


# -- second factor -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("manager", "34.04"),
        ("provincial_coordinator", "34"),
        ("national_secretariat", ""),
        ("administrator", ""),
    ],
)
def test_roles_that_need_it_can_do_nothing_before_they_have_it(client, settings, role, code):
    settings.MFA_REQUIRED = True
    officer(role, code)
    sign_in(client)
    for path in ("/admin/", "/admin/pages/", "/akun/saya/", "/akun/kata-sandi/"):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, "/akun/keamanan/aplikasi/"), path
    assert client.get("/api/v1/anything").status_code == 403
    assert client.get("/akun/keamanan/aplikasi/").status_code == 200


def test_a_front_office_may_work_without_it(client, settings):
    settings.MFA_REQUIRED = True
    officer("front_office")
    sign_in(client)
    assert client.get("/admin/").status_code == 200


def test_the_demo_installation_asks_nobody_for_it(client):
    officer("manager")
    sign_in(client)
    assert client.get("/admin/").status_code == 200


def test_setting_it_up_opens_the_way_and_the_secret_rests_encrypted(client, settings):
    settings.MFA_REQUIRED = True
    user = officer("manager")
    sign_in(client)
    page = client.get("/akun/keamanan/aplikasi/").content.decode()
    assert "<svg" in page and "data:image" not in page
    secret = re.search(r'<code class="key">(\w+)</code>', page)[1]
    assert client.post("/akun/keamanan/aplikasi/", {"code": "000000"}).status_code == 200
    answer = client.post("/akun/keamanan/aplikasi/", {"code": code_for(secret)})
    assert answer.status_code == 302
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in stored
    codes = client.get("/akun/keamanan/kode-cadangan/").content.decode()
    assert codes.count("<li><code>") == 10
    assert client.get("/admin/").status_code == 200


def test_the_password_alone_no_longer_opens_the_account(client):
    secret = with_second_factor(officer("manager"))
    answer = sign_in(client)
    assert answer.url == "/akun/keamanan/kode/" and not is_signed_in(client)
    assert client.get("/admin/").status_code == 302
    assert "Kode keamanan" in client.get("/akun/keamanan/kode/").content.decode()
    client.post("/akun/keamanan/kode/", {"code": "123456"})
    assert not is_signed_in(client)
    client.post("/akun/keamanan/kode/", {"code": code_for(secret)})
    assert is_signed_in(client) and client.get("/admin/").status_code == 200


def test_a_recovery_code_works_once(client):
    user = officer("manager")
    with_second_factor(user)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    sign_in(client)
    client.post("/akun/keamanan/kode/", {"code": code})
    assert is_signed_in(client)
    client.post("/akun/keluar/")
    sign_in(client)
    client.post("/akun/keamanan/kode/", {"code": code})
    assert not is_signed_in(client)


def test_it_cannot_be_removed_where_the_role_needs_it(client, settings):
    settings.MFA_REQUIRED = True
    user = officer("manager")
    secret = with_second_factor(user)
    sign_in(client)
    client.post("/akun/keamanan/kode/", {"code": code_for(secret)})
    client.post("/akun/keamanan/aplikasi/lepas/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_an_hour_after_signing_in_the_password_is_asked_again_before_codes_are_shown(client):
    secret = with_second_factor(officer("manager"))
    sign_in(client)
    client.post("/akun/keamanan/kode/", {"code": code_for(secret)})
    assert client.get("/akun/keamanan/kode-cadangan/").status_code == 200
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)):
        answer = client.get("/akun/keamanan/kode-cadangan/")
        assert answer.status_code == 302 and "konfirmasi" in answer.url
        assert "Pastikan ini Anda" in client.get(answer.url).content.decode()


# -- passwords -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("weak", ["pendek1", "password123", "12345678901", "petugas-contoh"])
def test_a_weak_password_is_refused_beside_the_field(client, weak):
    user = officer()
    sign_in(client)
    page = client.post("/akun/kata-sandi/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert page.status_code == 200 and 'class="errorlist"' in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_good_password_is_taken_and_the_session_stays(client):
    user = officer()
    sign_in(client)
    new = "sendang-sono-88"
    client.post("/akun/kata-sandi/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new) and is_signed_in(client)


def test_a_first_password_must_be_changed_before_work(client):
    user = officer()
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    sign_in(client)
    assert client.get("/admin/").url == "/akun/kata-sandi/"
    assert "kata sandi awal" in client.get("/akun/kata-sandi/").content.decode()
    new = "sendang-sono-88"
    answer = client.post("/akun/kata-sandi/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.url == "/admin/" and client.get("/admin/").status_code == 200


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client):
    user = officer()
    answer = client.post("/akun/kata-sandi/lupa/", {"email": "petugas@example.go.id"})
    assert answer.status_code == 302
    message = mail.outbox[0]
    assert message.subject == "[SLRT] Pilih kata sandi baru" and "Hello" not in message.body
    link = re.search(r"http://testserver(/akun/kata-sandi/tautan/\S+)", message.body)[1]
    form = client.get(link).url
    new = "sendang-sono-88"
    client.post(form, {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)
    client.logout()
    client.session.flush()
    assert "tidak berlaku lagi" in client.get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client):
    officer()
    known = client.post("/akun/kata-sandi/lupa/", {"email": "petugas@example.go.id"})
    unknown = client.post("/akun/kata-sandi/lupa/", {"email": "orang-lain@example.go.id"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1
