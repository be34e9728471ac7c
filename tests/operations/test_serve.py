"""`make run` in its last step: web and worker come up together, and one signal ends both."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from portal.operations import keep, serve
from tests.database import cached, on_postgresql, prepare

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid: int) -> set[int]:
    """All living descendants, from /proc."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(entry.parent.name)] = int(parent)
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


@pytest.fixture
def served(tmp_path):
    """A running portal on a database of its own; yields the process and its address."""
    if on_postgresql():
        pytest.skip("starts its own SQLite installation")
    shutil.copyfile(cached("template", lambda draft: prepare(f"sqlite:///{draft}")), tmp_path / "db.sqlite3")
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.operations.serve"],
        cwd=ROOT,
        env=kept
        | {"SLRT_VAR_DIR": str(tmp_path), "PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(80)


def answer(address: str) -> dict:
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=10) as response:
                return json.load(response)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("no answer within a minute")


def is_worker(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"run_huey" in command and b"keep" not in command


def wait_for_worker(process: subprocess.Popen, after: int | None = None) -> int:
    """Until a worker listens to SIGTERM; before that it has nothing to end in order.

    after: the worker that was killed. It can still be seen for a moment.
    """
    for _attempt in range(300):
        try:
            worker = next((pid for pid in children_of(process.pid) if pid != after and is_worker(pid)), None)
            if worker is None:
                raise FileNotFoundError("not there yet")
            caught = Path(f"/proc/{worker}/status").read_text().split("SigCgt:", 1)[1].split()[0]
        except OSError:
            caught = "0"
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return worker
        time.sleep(0.1)
    raise AssertionError("the worker did not start within half a minute")


def test_one_signal_ends_web_and_worker(served):
    process, address = served
    assert answer(address)["status"] == "ok"
    wait_for_worker(process)
    family = children_of(process.pid)
    assert len(family) >= 5  # two of honcho's, web with its process, the keeper and its worker
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=80)
    assert process.returncode == 0, output
    assert "web stopped (rc=0)" in output and "worker stopped (rc=0)" in output
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


def test_a_killed_worker_is_started_again_and_the_web_goes_on(served):
    process, address = served
    assert answer(address)["status"] == "ok"
    first = wait_for_worker(process)
    os.kill(first, signal.SIGKILL)
    second = wait_for_worker(process, after=first)
    assert second != first and answer(address)["status"] == "ok"
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=80)
    assert process.returncode == 0 and "ended with -9; started again" in output


def test_a_program_that_dies_at_once_is_given_up(capsys, monkeypatch):
    monkeypatch.setattr(keep.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(keep.signal, "signal", lambda *args: None)
    assert keep.keep([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert capsys.readouterr().out.count("started again") == keep.GIVE_UP_AFTER - 1
    assert keep.keep([sys.executable, "-c", ""]) == 0


def test_the_welcome_names_address_accounts_and_password():
    text = serve.welcome("http://localhost:8000", demo=True)
    assert "http://localhost:8000/admin/" in text
    assert "slrt-demo-2026" in text
    for username in serve.SHOWN:
        assert username in text
    assert "slrt-demo" not in serve.welcome("https://slrt.example.go.id", demo=False)
