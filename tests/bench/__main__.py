"""`python -m tests.bench [word ...]`: run the measurements (whose name holds a word), print one table, keep it in var/."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.bench import MEASUREMENTS, Measurement, Row

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "var" / "bench.md"


def chosen(engine: str, words: list[str]):
    return [
        item
        for item in MEASUREMENTS
        if engine in item.on and (not words or any(word.lower() in item.name.lower() for word in words))
    ]


def load_modules() -> None:
    import tests.bench

    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name != "__main__":
            importlib.import_module(f"tests.bench.{module.name}")


def rows_of(item: Measurement, engine: str) -> list[dict]:
    """The rows of one measurement; one that fails ends in a row that says why, so that the others keep their turn."""
    name = {"measurement": item.name, "engine": engine}
    rows = []
    try:
        for row in item.function():
            rows.append(name | row.as_dict())
    except Exception as error:
        traceback.print_exc()
        rows.append(name | {"failed": f"{type(error).__name__}: {error}"})
    return rows


def too_much(data: dict) -> bool:
    """Whether a row's limit is passed, or there is no figure."""
    return "failed" in data or not row_of(data).holds


def row_of(data: dict) -> Row:
    return Row(**{name: data[name] for name in ("name", "value", "reference", "unit", "at_most")})


def run(engine: str, words: list[str]) -> list[dict]:
    """Run the measurements of one database in this process, each on a fresh copy."""
    from tests.bench.worlds import remove_worlds
    from tests.database import private_copy

    database = private_copy()
    rows = []
    try:
        for item in chosen(engine, words):
            database.restore()
            sys.stderr.write(f"  {engine}: {item.name} ...\n")
            begun = time.monotonic()
            rows += rows_of(item, engine)
            sys.stderr.write(f"    {time.monotonic() - begun:,.0f} s\n")
    finally:
        database.remove()
        remove_worlds()
    return rows


def run_on_postgresql(words: list[str]) -> list[dict]:
    """The same in a process of its own, on an embedded server."""
    from tests.postgres import prepared

    server = prepared()
    try:
        with tempfile.NamedTemporaryFile(suffix=".json") as result:
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "tests.bench",
                    "--engine",
                    "postgresql",
                    "--json",
                    result.name,
                    *words,
                ],
                env=os.environ | {"DATABASE_URL": server.url()},
                cwd=ROOT,
                check=True,
            )
            return json.loads(Path(result.name).read_text())
    finally:
        server.stop()


def number(value: float, unit: str) -> str:
    return f"{value:,.3f} {unit}" if unit == "s" else f"{value:,.0f} {unit}"


def table(rows: list[dict]) -> str:
    """The rows as Markdown, which reads well on a terminal too."""
    cells = [("what", "database", "value", "held against", "ratio", "at most", "")]
    for data in rows:
        if "failed" in data:
            cells.append((data["measurement"], data["engine"], "", "", "", "", "FAILED"))
            continue
        row = row_of(data)
        cells.append(
            (
                f"{data['measurement']}: {row.name}",
                data["engine"],
                number(row.value, row.unit),
                number(row.reference, row.unit),
                f"{row.ratio:.2f}",
                "" if row.at_most is None else f"{row.at_most:g}",
                "" if row.at_most is None else "ok" if row.holds else "TOO MUCH",
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="measure on this database alone")
    # How the part on PostgreSQL calls itself in a process of its own.
    parser.add_argument("--engine", choices=("postgresql",), help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django

    from portal.operations import messages

    messages.compile_all()
    django.setup()
    load_modules()
    if options.engine:
        options.json.write_text(json.dumps(run(options.engine, options.words)))
        return 0
    os.environ.pop("DATABASE_URL", None)
    rows = run("sqlite", options.words) if options.only != "postgresql" else []
    if options.only != "sqlite" and chosen("postgresql", options.words):
        rows += run_on_postgresql(options.words)
    text = table(rows)
    REPORT.parent.mkdir(exist_ok=True)
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    REPORT.write_text(f"# Measurements\n\n{machine}. Ratios compare figures of this one run.\n\n{text}\n")
    sys.stdout.write(f"{text}\n\nbench: written to {REPORT.relative_to(ROOT)}\n")
    return 1 if any(too_much(row) for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
