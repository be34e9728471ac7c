"""The test database: migrated and filled with the 91,599 regions once per state of the code, then copied.

Building takes some 20 seconds, a copy some milliseconds; tests that commit get a fresh copy afterwards. It is SQLite
unless DATABASE_URL names a PostgreSQL server (tests/postgres.py starts one); there the copies are
`CREATE DATABASE ... TEMPLATE`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("SLRT_TEST_CACHE", ROOT / "var" / "test"))


def state_of_the_code() -> str:
    """A digest of everything that shapes an empty, referenced database."""
    digest = hashlib.sha256()
    files = [
        *ROOT.glob("**/migrations/*.py"),
        *(f for f in ROOT.glob("fixtures/reference/**/*") if f.is_file()),
        ROOT / "requirements.txt",
        ROOT / "portal/regions/services.py",
    ]
    for file in sorted(f for f in files if f.is_file() and ".venv" not in f.parts):
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def cached(kind: str, build: Callable[[Path], None]) -> Path:
    """The path of a file or folder that `build` makes, once for this state of the code."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"{kind}-{state_of_the_code()}"
    with open(CACHE / f"lock-{kind}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            draft = path.with_suffix(".draft")
            _delete(draft)
            build(draft)
            draft.rename(path)
            old = [p for p in CACHE.glob(f"{kind}-*") if p.suffix != ".draft"]
            for outdated in sorted(old, key=lambda p: p.stat().st_mtime)[:-6]:
                _delete(outdated)
    return path


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def prepare(url: str) -> None:
    """Migrate an empty database and load what production needs too."""
    for command in (["migrate", "--verbosity=0"], ["load_regions"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
            check=True,
            stdout=subprocess.DEVNULL,
        )


class SQLiteCopy:
    """A private copy of the template file; `restore` puts it back as it was."""

    def __init__(self):
        self.template = cached("template", lambda draft: prepare(f"sqlite:///{draft}"))
        self.directory = Path(tempfile.mkdtemp(prefix="slrt-test-db-"))
        self.copies = 0

    def restore(self, *_args, **_kwargs) -> None:
        """A fresh file under a new name: a thread of the live server that ends late still has the old one in its hands."""
        connections.close_all()
        old = list(self.directory.iterdir())
        self.copies += 1
        self.path = self.directory / f"test-{self.copies}.sqlite3"
        shutil.copyfile(self.template, self.path)
        _use(str(self.path))
        for leftover in old:
            leftover.unlink(missing_ok=True)  # SQLite itself may remove its journal meanwhile

    def use(self) -> None:
        """Lead the connection here, as it stands: back from another copy."""
        connections.close_all()
        _use(str(self.path))

    def remove(self) -> None:
        connections.close_all()
        shutil.rmtree(self.directory, ignore_errors=True)


class PostgreSQLCopy:
    """A private database of the server, made from its template; `restore` makes it anew."""

    def __init__(self, mark: str = ""):
        self.server = os.environ["DATABASE_URL"]
        self.template = fill_template(self.server)
        self.name = f"slrt_test_{os.getpid()}{mark}"

    def restore(self, *_args, **_kwargs) -> None:
        connections.close_all()
        execute(
            self.server,
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.template} STRATEGY FILE_COPY",
        )
        _use(self.name)

    def use(self) -> None:
        """Lead the connection here, as it stands: back from another copy."""
        connections.close_all()
        _use(self.name)

    def remove(self) -> None:
        connections.close_all()
        execute(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def fill_template(server: str) -> str:
    """The name of the server's template database, built if this state of the code has none there yet."""
    import psycopg

    name = f"slrt_template_{state_of_the_code()}"
    with psycopg.connect(server, autocommit=True) as connection:
        # Workers of one run start together: one builds, the others wait.
        connection.execute("SELECT pg_advisory_lock(161)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            draft = f"{name}_draft"
            connection.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {draft}")
            prepare(database_url(server, draft))
            connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


def database_url(server: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def execute(server: str, *statements: str) -> None:
    """Run statements outside a transaction, on a connection of their own."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def private_copy(mark: str = "") -> SQLiteCopy | PostgreSQLCopy:
    """The test database of this process; with a mark another one beside it."""
    return PostgreSQLCopy(mark) if on_postgresql() else SQLiteCopy()
