"""Web and worker side by side: what `make run` starts last. Ctrl-C ends both, the worker after its running job.
A worker that dies is started again; when the web server dies, all ends.

Reads PORT, WEB_CONCURRENCY and DJANGO_SETTINGS_MODULE from the environment; loads no Django itself.
"""

from __future__ import annotations

import csv
import os
import shlex
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import honcho.manager

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = ROOT / "fixtures" / "demo" / "accounts.csv"
#: Shown at the start, the rest is in the file: one account for each step of a case, and each level of reports.
SHOWN = (
    "fo.sleman", "spv.depok", "mj.sleman", "pp.pis.sleman", "puskesos.caturtunggal", "fs.caturtunggal", "fo.bantul",
    "dinsos.sleman", "korprov.diy", "seknas", "editor", "admin",
)  # fmt: skip
# The worker may finish the job it is on (run_huey -t 60); honcho would kill it after 5 seconds.
honcho.manager.KILL_WAIT = 70


def demo_password() -> str:
    """Read from the source of the demo accounts, without loading Django."""
    source = (ROOT / "portal" / "accounts" / "demo.py").read_text(encoding="utf-8")
    return source.split('PASSWORD = "', 1)[1].split('"', 1)[0]


def welcome(address: str, *, demo: bool) -> str:
    lines = ["", f"  Portal SLRT      {address}/", f"  Back office      {address}/admin/"]
    if demo:
        with open(ACCOUNTS, encoding="utf-8", newline="") as file:
            rows = {row["username"]: row for row in csv.DictReader(file)}
        lines += ["", f"  Demo accounts, all with the password {demo_password()}"]
        lines += [f"    {name:<24} {rows[name]['note']}" for name in SHOWN if name in rows]
        lines += [f"  All {len(rows)}: fixtures/demo/accounts.csv", "", "  Ctrl-C ends web and worker."]
    return "\n".join([*lines, ""])


def announce(address: str, *, demo: bool) -> None:
    """Wait for the first healthy answer, then print where the portal is."""
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own address
                break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.2)
    else:
        return
    sys.stdout.write(welcome(address, demo=demo) + "\n")
    sys.stdout.flush()


def main() -> int:
    port = os.environ.get("PORT", "8000")
    settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PORT": port}
    python = shlex.quote(sys.executable)
    reload = " --reload" if "--reload" in sys.argv else ""
    manager = honcho.manager.Manager()
    manager.add_process(
        "web",
        f"exec {python} -m gunicorn --config gunicorn.conf.py{reload} portal.wsgi",
        env=environment,
        cwd=str(ROOT),
    )
    manager.add_process(
        "worker",
        f"exec {python} -m portal.operations.keep {python} manage.py run_huey -g TERM -t 60 --flush-locks",
        env=environment,
        cwd=str(ROOT),
    )
    threading.Thread(
        target=announce,
        args=(f"http://localhost:{port}",),
        kwargs={"demo": settings.endswith(".dev")},
        daemon=True,
    ).start()
    manager.loop()
    # Ctrl-C is how one ends it: no failure.
    return 0 if manager.returncode in (0, 130, 143) else manager.returncode


if __name__ == "__main__":
    sys.exit(main())
