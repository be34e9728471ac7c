"""The test database: migrated and filled with the 91,599 regions once per state of the code, then copied.

Building takes some 20 seconds, a copy some milliseconds; tests that commit get a fresh copy afterwards.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("SLRT_TEST_CACHE", ROOT / "var" / "test"))


def state_of_the_code() -> str:
    """A digest of everything that shapes an empty, referenced database."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("**/migrations/*.py"),
        *ROOT.glob("fixtures/reference/*"),
        ROOT / "requirements.txt",
        ROOT / "portal/regions/services.py",
    ]
    for file in sorted(f for f in files if ".venv" not in f.parts):
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def template() -> Path:
    """The path of the SQLite template, built if this state of the code has none yet."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"template-{state_of_the_code()}.sqlite3"
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            manage(f"sqlite:///{draft}", "migrate", "--verbosity=0")
            manage(f"sqlite:///{draft}", "load_regions")
            draft.rename(path)
            for old in sorted(CACHE.glob("template-*.sqlite3"), key=lambda f: f.stat().st_mtime)[:-12]:
                old.unlink()
    return path


def manage(url: str, *command: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


class TestDatabase:
    """A private copy of the template; `restore` puts it back as it was."""

    def __init__(self):
        self.template = template()
        self.directory = Path(tempfile.mkdtemp(prefix="slrt-test-db-"))
        self.path = self.directory / "test.sqlite3"

    def restore(self, *_args, **_kwargs) -> None:
        connections.close_all()
        for leftover in self.directory.iterdir():
            leftover.unlink()
        shutil.copyfile(self.template, self.path)
        settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = str(self.path)

    def remove(self) -> None:
        connections.close_all()
        shutil.rmtree(self.directory, ignore_errors=True)
