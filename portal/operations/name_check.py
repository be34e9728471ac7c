"""Names that are asked of a module of ours and that it does not have: `charts.stacked` after `stacked` was taken out.

The linter reads one file at a time and the tests meet only the lines they run. This reads the source of both sides, imports
nothing, and takes a second or two; a type checker would find more, for minutes and a stub package per library.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

PACKAGES = ("portal", "programs_catalog", "cases", "reports", "public_site", "tests")
#: what every module has without saying so
GIVEN = {"__name__", "__doc__", "__file__", "__path__", "__dict__", "__all__", "__package__", "__spec__", "__loader__"}  # fmt: skip
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Source:
    """A module of ours as its source has it."""

    def __init__(self, name: str, file: Path):
        self.name, self.file = name, file
        self.is_package = file.name == "__init__.py"
        self.tree = ast.parse(file.read_text(encoding="utf-8"), str(file))

    @cached_property
    def names(self) -> set[str] | None:
        """What its top level binds; None where that cannot be read off (a star import, `__getattr__`)."""
        found = set(GIVEN)
        if self.is_package:
            found |= {
                entry.stem for entry in self.file.parent.iterdir() if entry.suffix == ".py" or entry.is_dir()
            }
        for node in _top_level(self.tree.body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            else:
                found |= {
                    name.id
                    for name in ast.walk(node)
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
                }
        return None if {"*", "__getattr__"} & found else found

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module that a `from` import names."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, node.module] if node.module else parts)


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run at import, those under `if`, `try`, `with` and loops too."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody"):
            if not isinstance(node, (*_SCOPES, ast.ClassDef)):
                yield from _top_level(getattr(node, field, ()))
        for handler in getattr(node, "handlers", ()):
            yield from _top_level(handler.body)


def modules(root: Path) -> dict[str, Source]:
    """Every module of ours by its dotted name."""
    found = {}
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Source(name, file)
    return found


def missing_names(root: Path) -> list[str]:
    """A line for every name that is asked of a module of ours and is not in it."""
    known = modules(root)
    problems = []
    for source in known.values():
        where = source.file.relative_to(root).as_posix()
        asked = [*_imported(source, known), *_attributes(source, known)]
        problems += [
            f"{where}:{line}: {module} has no {name!r}"
            for line, module, name in asked
            if (names := known[module].names) is not None
            and name not in names
            and f"{module}.{name}" not in known
        ]
    return sorted(set(problems))


def _imported(source: Source, known: dict[str, Source]) -> Iterator[tuple[int, str, str]]:
    """`from module import name`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (module := source.absolute(node)) in known:
            for alias in node.names:
                if alias.name != "*":
                    yield node.lineno, module, alias.name


def _attributes(source: Source, known: dict[str, Source]) -> Iterator[tuple[int, str, str]]:
    """`module.name`, where the file binds `module` by an import and by nothing else."""
    bound: dict[str, set[str]] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                bound.setdefault(alias.asname or alias.name, set()).add(
                    f"{source.absolute(node)}.{alias.name}"
                )
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname or "." not in alias.name:
                    bound.setdefault(alias.asname or alias.name, set()).add(alias.name)
    ours = {
        name: next(iter(places))
        for name, places in bound.items()
        if len(places) == 1 and places <= known.keys()
    }
    yield from _read(source.tree, ours)


def _read(node: ast.AST, ours: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, _SCOPES):
        # A parameter or a local variable of the same name covers the module.
        covered = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)} | {
            name.id
            for name in ast.walk(node)
            if isinstance(name, ast.Name) and not isinstance(name.ctx, ast.Load)
        }
        ours = {name: module for name, module in ours.items() if name not in covered}
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        covered = {
            name.id
            for part in node.generators
            for name in ast.walk(part.target)
            if isinstance(name, ast.Name)
        }
        ours = {name: module for name, module in ours.items() if name not in covered}
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.value.id in ours
    ):
        yield node.lineno, ours[node.value.id], node.attr
    for child in ast.iter_child_nodes(node):
        yield from _read(child, ours)
