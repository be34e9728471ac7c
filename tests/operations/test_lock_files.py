"""The two lock files agree, carry a hash for everything, and hold what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pins(name: str) -> dict[str, set[str]]:
    """Package -> pinned versions (several where the platform decides); every pin has a hash."""
    found: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8")):
        if match := re.match(r"([a-z0-9-]+)(?:\[[^\]]*\])?==(\S+)", block):
            assert "--hash=sha256:" in block, f"{name}: {match[1]} has no hash"
            found.setdefault(match[1], set()).add(match[2])
    return found


def normal(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9_.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def test_what_runs_is_what_is_tested():
    runs, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(runs) > 50
    assert {name: tested.get(name) for name in runs} == runs


def test_the_lock_files_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {normal(text) for text in project["dependencies"]} <= set(pins("requirements.txt"))
    assert {normal(text) for text in project["optional-dependencies"]["dev"]} <= set(
        pins("requirements-dev.txt")
    )
