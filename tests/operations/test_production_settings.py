"""Production refuses to start without what it needs, and says all of it at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIT = {
    "SECRET_KEY": "x7Gq-2vLm" * 6,
    "ALLOWED_HOSTS": "slrt.example.go.id",
    "DATABASE_URL": "postgres://slrt@localhost/slrt",
    "HUEY_URL": "postgres://slrt@localhost/slrt",
    "FIELD_ENCRYPTION_KEYS": "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "FIELD_INDEX_KEY": "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=",
    "BASE_URL": "https://slrt.example.go.id",
}


def start(tmp_path, **changes) -> subprocess.CompletedProcess:
    """Load the production settings in a process of their own, without what the machine happens to set."""
    values = {name: value for name, value in (FIT | changes).items() if value is not None}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import portal.settings.production as s; print(s.CACHES['default']['BACKEND'])",
        ],
        cwd=ROOT,
        env=kept | {"SLRT_VAR_DIR": str(tmp_path)} | values,
        capture_output=True,
        text=True,
    )


def test_starts_with_all_it_needs(tmp_path):
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "DatabaseCache" in done.stdout  # shared: rate limits hold over all web processes


def test_names_everything_that_is_missing_at_once(tmp_path):
    done = start(tmp_path, **dict.fromkeys(FIT))
    assert done.returncode != 0
    for name in FIT:
        assert f"{name} is missing" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "dev-only-not-a-secret"),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "sqlite:///slrt.sqlite3"),
        ("HUEY_URL", "redis://localhost"),
        ("FIELD_ENCRYPTION_KEYS", "dev1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
        ("FIELD_ENCRYPTION_KEYS", "k1:c2hvcnQ="),
        ("FIELD_INDEX_KEY", "ZGV2LW9ubHktYmxpbmQtaW5kZXgta2V5LTMyLWJ5dGU="),
        ("BASE_URL", "http://slrt.example.go.id"),
    ],
)
def test_refuses_a_value_that_does_not_fit_and_does_not_print_it(tmp_path, name, value):
    done = start(tmp_path, **{name: value})
    assert done.returncode != 0
    assert f"{name} does not fit" in done.stderr
    message = done.stderr.rsplit("ImproperlyConfigured", 1)[1]
    assert len(value) < 2 or value not in message
    assert "is missing" not in message
