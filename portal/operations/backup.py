"""A backup of the database and the files, and the drill that says whether it can be restored.

A backup is a folder: `database.sqlite3` or `database.dump`, `files.tar.gz` with `media` and `private`, and `manifest.json`
with the digest of both, and how many rows each table had in the very snapshot that was dumped. The keys are not in it.
The queue is not either: jobs that had not run are rows of the database, and the sweep puts them back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

FILES = {"media": lambda: settings.MEDIA_ROOT, "private": lambda: settings.PRIVATE_ROOT}
ARCHIVE, MANIFEST = "files.tar.gz", "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
#: what is asked of a restored database, by the commands that ask it of the living one
QUESTIONS = ("check_keys", "verify_audit")


class BackupFailed(Exception):
    """Why there is no backup, or why this folder cannot be restored, in a sentence."""


# -- taking ----------------------------------------------------------------------------------------------------------------
def take(to: Path) -> Path:
    """Write a backup into a new folder below `to`, readable to this user alone; nothing has to stand still meanwhile."""
    stamp = timezone.localtime().strftime("%Y%m%d-%H%M%S")
    folder, draft = to / f"slrt-{stamp}", to / f".slrt-{stamp}.part"
    if folder.exists():
        raise BackupFailed(f"{folder} is there already")
    draft.mkdir(mode=0o700, parents=True)
    try:
        name = DATABASES[connection.vendor]
        rows = _dump(draft / name)
        # After the database: a file is never there later than the row that names it.
        _pack(draft / ARCHIVE)
        manifest = {
            "version": settings.VERSION,
            "taken_at": timezone.now().isoformat(timespec="seconds"),
            "engine": connection.vendor,
            "rows": rows,
            "sha256": {part: _digest(draft / part) for part in (name, ARCHIVE)},
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
        for part in draft.iterdir():
            part.chmod(0o600)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def _dump(file: Path) -> dict[str, int]:
    """Dump the database; the rows of each table in the same snapshot."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
            return _count(copy.execute, _tables())
    import psycopg

    with psycopg.connect(**_parameters(connection.settings_dict["NAME"])) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = reader.execute("SELECT pg_export_snapshot()").fetchone()[0]
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={file}",
        )
        return _count(reader.execute, _tables())


def _tables() -> list[str]:
    return sorted(connection.introspection.table_names())


def _count(execute, tables) -> dict[str, int]:
    return {table: execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0] for table in tables}  # noqa: S608 - names of our tables


def _pack(file: Path) -> None:
    with tarfile.open(file, "w:gz", compresslevel=3) as archive:
        for name, place in FILES.items():
            if Path(place()).is_dir():
                archive.add(place(), arcname=name)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# -- the drill -------------------------------------------------------------------------------------------------------------
def rehearse(folder: Path) -> Iterator[str]:
    """Restore a backup beside the living installation, ask it what the drill asks, and take it away again.

    Yields a sentence per step that went well; BackupFailed at the first that did not. The living database and files are
    only read. On PostgreSQL the role needs the right to create a database.
    """
    manifest = _manifest(folder)
    for part, digest in manifest["sha256"].items():
        if not (folder / part).is_file() or _digest(folder / part) != digest:
            raise BackupFailed(f"{part} is not what was written")
    yield f"the backup of {manifest['taken_at']} is complete, version {manifest['version']}"
    with tempfile.TemporaryDirectory(prefix="slrt-drill-") as space:
        with tarfile.open(folder / ARCHIVE) as archive:
            archive.extractall(space, filter="data")
        with _restored(folder, manifest["engine"], Path(space)) as (address, execute):
            found = _count(execute, manifest["rows"])
            if found != manifest["rows"]:
                wrong = [table for table, rows in manifest["rows"].items() if found[table] != rows]
                raise BackupFailed(f"other numbers of rows than were dumped: {', '.join(wrong)}")
            yield f"{sum(found.values())} rows in {len(found)} tables are back"
            named, absent = _files_named(execute, Path(space), manifest["rows"])
            if absent:
                raise BackupFailed(f"{len(absent)} of {named} files are missing, such as {absent[0]}")
            yield f"{named} files that rows name are there"
            for question in QUESTIONS:
                yield _ask(question, address, space)


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        known = (
            manifest["engine"] in DATABASES and {"rows", "sha256", "taken_at", "version"} <= manifest.keys()
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        known = False
    if not known:
        raise BackupFailed(f"{folder} holds no backup")
    if manifest["engine"] != connection.vendor:
        raise BackupFailed(
            f"this is a backup of {manifest['engine']}, and DATABASE_URL names {connection.vendor}"
        )
    return manifest


@contextmanager
def _restored(folder: Path, engine: str, space: Path):
    """A database with the backup in it, for as long as the block runs: its address, and how to ask it."""
    if engine == "sqlite":
        file = space / "db.sqlite3"
        shutil.copyfile(folder / DATABASES[engine], file)
        with closing(sqlite3.connect(file)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",) or copy.execute("PRAGMA foreign_key_check").fetchone():  # fmt: skip
                raise BackupFailed("the restored database is not sound")
            yield f"sqlite:///{file}", copy.execute
        return
    import psycopg

    name = f"slrt_drill_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(**_parameters(connection.settings_dict["NAME"]), autocommit=True) as server:
        try:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except psycopg.errors.InsufficientPrivilege:
            raise BackupFailed(
                "the drill needs a role that may create a database (ALTER ROLE ... CREATEDB)"
            ) from None
        try:
            _run(
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                f"--dbname={name}",
                str(folder / DATABASES[engine]),
            )
            with psycopg.connect(**_parameters(name)) as copy:
                yield _address(name), copy.execute
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _files_named(execute, space: Path, tables) -> tuple[int, list[str]]:
    """How many files the restored rows name, and which of them are not there."""
    named = absent = 0
    missing = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.FileField) or model._meta.db_table not in tables:
                continue
            root = Path(getattr(field.storage, "location", settings.MEDIA_ROOT))
            part = "private" if root == Path(settings.PRIVATE_ROOT) else "media"
            column = f'"{field.column}"'
            rows = execute(
                f"SELECT DISTINCT {column} FROM \"{model._meta.db_table}\" WHERE {column} <> ''"  # noqa: S608 - names of our tables
            )
            for (name,) in rows.fetchall():
                named += 1
                if not (space / part / name).is_file():
                    absent += 1
                    missing.append(f"{model._meta.label} {part}/{name}")
    return named, missing


def _ask(command: str, address: str, space: str) -> str:
    """What a command of ours says about the restored database; BackupFailed when it ends with another status than 0."""
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "SLRT_VAR_DIR": space},
        capture_output=True,
        text=True,
    )
    said = (done.stdout.strip() or done.stderr.strip()).splitlines()
    if done.returncode:
        raise BackupFailed(f"{command}: {said[-1] if said else done.returncode}")
    return said[-1] if said else command


# -- PostgreSQL's own programs ---------------------------------------------------------------------------------------------
def _parameters(name: str) -> dict:
    """What libpq needs to reach the server of DATABASE_URL; other options of Django's are not its."""
    known = {"host", "port", "user", "password", "sslmode", "sslrootcert"}
    given = {
        key: value for key, value in connection.get_connection_params().items() if key in known and value
    }
    return given | {"dbname": name}


def _address(name: str) -> str:
    at = _parameters(name)
    account = quote(at.pop("user", ""), safe="")
    if password := at.pop("password", ""):
        account += f":{quote(password, safe='')}"
    at.pop("dbname")
    return f"postgresql://{account}@/{name}?{urlencode(at)}"


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no list of processes shows it."""
    at = _parameters(connection.settings_dict["NAME"])
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    environment = os.environ | {names[key]: str(value) for key, value in at.items()}
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)  # noqa: S603 - our own command line
    except FileNotFoundError:
        raise BackupFailed(
            f"{program} is not installed; it comes with PostgreSQL's client programs"
        ) from None
    if done.returncode:
        raise BackupFailed(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
