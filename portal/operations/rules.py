"""Which tests prove which rule of the guideline: read from `@pytest.mark.rule("C-10")` in the sources of the tests."""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "docs" / "rules.csv"
TESTS = ROOT / "tests"


@dataclass
class Rule:
    """A row of docs/rules.csv and the tests that name it, as `tests/file.py::test`."""

    id: str
    source: str
    text: str
    tests: list[str] = field(default_factory=list)


def read_rules(path: Path = RULES) -> dict[str, Rule]:
    with open(path, encoding="utf-8", newline="") as lines:
        return {row["id"]: Rule(row["id"], row["source"], row["rule"]) for row in csv.DictReader(lines)}


def marks_of(source: str) -> Iterator[tuple[str, str]]:
    """(rule id, test name) of a test module: marks on functions, on classes, on parameters, and on the module."""
    tree = ast.parse(source)
    everywhere = [
        rule
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for rule in _ids(node.value)
    ]
    yield from _marks_within(tree, everywhere, "")


def _marks_within(parent, inherited: list[str], prefix: str) -> Iterator[tuple[str, str]]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            own = [rule for mark in node.decorator_list for rule in _ids(mark)]
            yield from _marks_within(node, [*inherited, *own], f"{prefix}{node.name}::")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            own = [rule for mark in node.decorator_list for rule in _ids(mark)]
            for rule in dict.fromkeys([*inherited, *own]):
                yield rule, f"{prefix}{node.name}"


def _ids(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("pytest.mark.rule", "rule"):
            yield from (ast.literal_eval(argument) for argument in call.args)


def proofs() -> tuple[dict[str, Rule], list[str]]:
    """The rules with their tests, and a line for each mark that names no rule of the list."""
    rules, strange = read_rules(), []
    for file in sorted(TESTS.rglob("test_*.py")):
        name = file.relative_to(ROOT).as_posix()
        for rule, test in marks_of(file.read_text(encoding="utf-8")):
            if rule in rules:
                rules[rule].tests.append(f"{name}::{test}")
            else:
                strange.append(f"{name}::{test} names {rule!r}, which docs/rules.csv lacks")
    return rules, strange
