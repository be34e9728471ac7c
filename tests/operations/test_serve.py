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

from portal.operations import serve
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


def wait_for_worker(family: set[int]) -> None:
    """Until the worker listens to SIGTERM; before that it has nothing to end in order."""
    worker = next(pid for pid in family if b"run_huey" in Path(f"/proc/{pid}/cmdline").read_bytes())
    for _attempt in range(300):
        caught = Path(f"/proc/{worker}/status").read_text().split("SigCgt:", 1)[1].split()[0]
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.1)
    raise AssertionError("the worker did not start within half a minute")


def test_one_signal_ends_web_and_worker(served):
    process, address = served
    assert answer(address)["status"] == "ok"
    family = children_of(process.pid)
    assert len(family) >= 4  # two of honcho's, web with its process, worker
    wait_for_worker(family)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=80)
    assert process.returncode == 0, output
    assert "web stopped (rc=0)" in output and "worker stopped (rc=0)" in output
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


def test_the_welcome_names_address_accounts_and_password():
    text = serve.welcome("http://localhost:8000", demo=True)
    assert "http://localhost:8000/admin/" in text
    assert "slrt-demo-2026" in text
    for username in serve.SHOWN:
        assert username in text
    assert "slrt-demo" not in serve.welcome("https://slrt.example.go.id", demo=False)
