"""Signing in through an OpenID Connect provider: one that runs here, over HTTP, with discovery, a code, a signed token."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache

from portal.accounts.models import User

from .test_sign_in import code_for, is_signed_in, officer, with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.addresses_with_provider")]
CLIENT, SECRET = "slrt", "rahasia-penyedia"


class Provider(BaseHTTPRequestHandler):
    """What an institution's provider answers; the person at it is `server.person`."""

    def log_message(self, *args):
        pass

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, data, status=200):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        address, asked = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if address.path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self.answer(
                {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "token_endpoint_auth_methods_supported": ["client_secret_post"]}
                | {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
            )  # fmt: skip
        elif address.path == "/authorize":
            assert asked["response_type"] == ["code"] and asked["client_id"] == [CLIENT]
            assert {"openid", "email"} <= set(asked["scope"][0].split())
            back = {"code": "one-time", "state": asked["state"][0]}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri'][0]}?{urlencode(back)}")
            self.end_headers()
        elif address.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
            self.answer(self.server.person)
        else:
            self.answer({"error": "invalid_request"}, 400)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.exchanges.append(sent)
        if sent.get("code") != ["one-time"] or sent.get("client_secret") != [SECRET]:
            self.answer({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = self.server.person | {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        token = jwt.encode(claims, self.server.key, algorithm="RS256", headers={"kid": "1"})
        self.answer({"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": token})


@pytest.fixture
def provider(settings):
    cache.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        server.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        server.exchanges = []
        server.person = {
            "sub": "19900517",
            "email": "petugas@example.go.id",
            "email_verified": True,
            "name": "P",
        }
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "APPS": [
                    {
                        "provider_id": "sso", "name": "SSO Kabupaten", "client_id": CLIENT, "secret": SECRET,
                        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
                    }
                ]
            }
        }  # fmt: skip
        yield server
        server.shutdown()
        thread.join()


def through_the_provider(client):
    """From the button to where the portal leads after the provider has sent the person back."""
    assert "SSO Kabupaten" in client.get("/akun/masuk/").content.decode()
    leaving = client.post("/akun/oidc/sso/login/")
    assert leaving.status_code == 302, leaving.content[:300]
    there = requests.get(leaving["Location"], allow_redirects=False, timeout=20)
    back = urlsplit(there.headers["Location"])
    assert back.path == "/akun/oidc/sso/login/callback/"
    return client.get(f"{back.path}?{back.query}")


def test_a_verified_address_opens_the_account_that_has_it(client, provider):
    user = officer()
    answer = through_the_provider(client)
    assert answer.status_code == 302 and answer["Location"] == "/admin/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert len(provider.exchanges) == 1 and User.objects.count() == 1


def test_the_second_factor_is_asked_for_as_well(client, provider):
    secret = with_second_factor(officer())
    answer = through_the_provider(client)
    assert answer.status_code == 302 and answer["Location"] == "/akun/keamanan/kode/"
    assert not is_signed_in(client)
    client.post("/akun/keamanan/kode/", {"code": code_for(secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "person",
    [{"email_verified": False}, {"email": "orang.lain@example.go.id"}],
    ids=["address not verified", "no such account"],
)
def test_nobody_else_gets_in_and_no_account_is_made(client, provider, person):
    officer()
    provider.person |= person
    through_the_provider(client)
    assert not is_signed_in(client)
    assert User.objects.count() == 1 and not SocialAccount.objects.exists()


def test_an_account_that_is_switched_off_stays_shut(client, provider):
    user = officer()
    User.objects.filter(pk=user.pk).update(is_active=False)
    through_the_provider(client)
    assert not is_signed_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(client, provider):
    officer()
    client.get("/akun/oidc/sso/login/callback/?code=one-time&state=invented")
    assert not is_signed_in(client) and not provider.exchanges
