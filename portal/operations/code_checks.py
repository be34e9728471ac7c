"""`make check`: everything that can be said about the code without running it. All steps run, failures come together."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import messages, name_check

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, "manage.py")
TEMPLATE_FOLDERS = ("portal", "programs_catalog", "cases", "reports", "public_site")

COMMANDS: dict[str, tuple[str, ...]] = {
    "lint": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "templates": ("djlint", "--lint", "--quiet", *TEMPLATE_FOLDERS),
    "import floors": ("lint-imports", "--no-cache"),
    "settings": (*MANAGE, "check", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "messages": (*MANAGE, "messages", "--check"),
}

# -- the tree: nothing of one machine, no secret, no host of a package index -----------------------------------------
_FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.:])/(?:work|root|home/[a-z]\w*|Users/\w+)/[\w.]"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access token": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[\w-]{20,})"),
    "a password in an address": re.compile(r"\b[a-z]+://[^/\s:@<>{}$]+:[^/\s@<>{}$]+@(?!host\b|localhost\b|db\b|example)"),
    "a package index": re.compile(r"(?:--(?:extra-)?index-url[= ]\S*://|^\s*index-url\s*=|\[\[tool\.uv\.index)", re.M),
}  # fmt: skip
_LOCK_FILES = re.compile(r"^requirements.*\.txt$")
_TEXT_LIMIT = 1_000_000


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def faults_of(name: str, text: str) -> list[str]:
    """What one file must not hold, a line each."""
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in _FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]
    if _LOCK_FILES.match(name) and "://" in text:
        found.append(f"{name}: a lock file names a host")
    return found


def check_tree() -> str:
    """Look through every file that git knows; '' when nothing is wrong."""
    found = []
    for file in tracked_files():
        name = file.relative_to(ROOT).as_posix()
        if file.name in ("uv.lock", "poetry.lock", "Pipfile.lock", ".env"):
            found.append(f"{name}: such a file would record a host or a secret")
        if file.stat().st_size > _TEXT_LIMIT:
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += faults_of(name, text)
    return "\n".join(found)


def run_command(command: tuple[str, ...]) -> str:
    """The output of a step that failed, '' of one that passed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit {done.returncode}"


def main() -> int:
    messages.compile_all()
    steps: dict[str, Callable[[], str]] = {
        name: (lambda command=command: run_command(command)) for name, command in COMMANDS.items()
    }
    steps["tree"] = check_tree
    steps["names"] = lambda: "\n".join(name_check.missing_names(ROOT))
    failed = []
    for name, step in steps.items():
        started = time.monotonic()
        output = step()
        sys.stdout.write(
            f"  {name:<14} {'failed' if output else 'ok':<7}{time.monotonic() - started:6.1f} s\n"
        )
        sys.stdout.flush()
        if output:
            failed.append(name)
            sys.stdout.write("".join(f"      {line}\n" for line in output.splitlines()[-60:]))
    sys.stdout.write(f"check: {', '.join(failed)} failed\n" if failed else "check: all well\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
