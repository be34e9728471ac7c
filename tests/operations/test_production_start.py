"""A production as docs/operations.md describes it: its settings, PostgreSQL for data and queue, gunicorn."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.database import database_url, execute, fill_template
from tests.operations.test_production_settings import FIT
from tests.operations.test_serve import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.postgres
NAME = f"slrt_production_{os.getpid()}"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The environment of an installation with a database of its own."""
    server = os.environ["DATABASE_URL"]
    template = fill_template(server)
    execute(server, f"CREATE DATABASE {NAME} TEMPLATE {template} STRATEGY FILE_COPY")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    url = database_url(server, NAME)
    yield (
        kept
        | FIT
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "DATABASE_URL": url,
            "HUEY_URL": url,
            "SLRT_VAR_DIR": str(tmp_path_factory.mktemp("var")),
            "ALLOWED_HOSTS": "slrt.example.go.id",
            "HOST": "127.0.0.1",
            "PORT": str(free_port()),
            "WEB_CONCURRENCY": "1",
        }
    )
    execute(server, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def manage(environment, *command) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def get(environment, path: str, **headers):
    request = urllib.request.Request(
        f"http://127.0.0.1:{environment['PORT']}{path}", headers={"Host": "slrt.example.go.id"} | headers
    )
    opener = urllib.request.build_opener(NoRedirect)
    try:
        return opener.open(request, timeout=20)
    except urllib.error.HTTPError as answer:
        return answer


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


@pytest.fixture(scope="module")
def running(environment):
    """The web server of the installation, after its setup."""
    output = manage(environment, "setup")
    assert "demo" not in output  # no invented people beside real ones
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "portal.wsgi"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _attempt in range(300):
            try:
                get(environment, "/healthz")
                break
            except OSError:
                assert process.poll() is None, process.stdout.read()
                time.sleep(0.2)
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_answers_healthz(running):
    answer = get(running, "/healthz")
    assert answer.status == 200, answer.read()
    body = json.load(answer)
    assert (body["status"], body["database"]["status"], body["queue"]["status"]) == ("ok", "ok", "ok")


def test_sends_plain_http_to_https_and_insists_on_it(running):
    answer = get(running, "/akun/masuk/")
    assert answer.status == 301
    assert answer.headers["Location"] == "https://slrt.example.go.id/akun/masuk/"
    answer = get(running, "/akun/masuk/", **{"X-Forwarded-Proto": "https"})
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "upgrade-insecure-requests" in answer.headers["Content-Security-Policy"]


def test_static_files_carry_the_hash_of_their_content(running):
    page = get(running, "/akun/masuk/", **{"X-Forwarded-Proto": "https"}).read().decode()
    addresses = [part.split('"', 1)[0] for part in page.split('"/static/')[1:]]
    assert addresses
    answer = get(running, f"/static/{addresses[0]}", **{"X-Forwarded-Proto": "https"})
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_second_setup_has_nothing_to_do(running):
    assert "nothing to do" in manage(running, "setup")


def test_the_deployment_check_is_silent(running):
    assert "no issues" in manage(running, "check", "--deploy", "--fail-level", "WARNING")


def test_demo_data_are_refused(running):
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, env=running, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "no demo installation" in done.stderr
