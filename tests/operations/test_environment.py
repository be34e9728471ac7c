"""Every environment variable that the programs read stands in the table of docs/operations.md, and the reverse."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = [
    *sorted((ROOT / "portal/settings").glob("*.py")),
    ROOT / "gunicorn.conf.py",
    ROOT / "portal/operations/serve.py",
]
#: Read by Django and set by our entry points; everything else is a variable of ours.
IGNORED = {"PYTHONUNBUFFERED"}


def names_read(source: str) -> set[str]:
    """Names in `env.str("X")`, `env("X")`, `os.environ["X"]`, `os.environ.get("X")`, and in production's table."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = ast.unparse(node.func)
            if re.fullmatch(r"(env|environ\.Env\(\))(\.\w+)?|os\.environ\.\w+|os\.getenv", function):
                names.add(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names.add(ast.literal_eval(node.slice))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_REQUIRED":
            names |= {ast.literal_eval(key) for key in node.value.keys}
    return names - IGNORED


def names_documented() -> set[str]:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    table = text.split("## Environment", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))


def test_the_table_and_the_code_name_the_same_variables():
    read = set().union(*(names_read(file.read_text(encoding="utf-8")) for file in READERS))
    assert len(read) > 15
    assert read - names_documented() == set(), "read, but not in docs/operations.md"
    assert names_documented() - read == set(), "in docs/operations.md, but never read"


def test_the_reader_sees_each_way_of_reading():
    source = (
        'a = env.str("A", "")\nb = env("B")\nc = os.environ["C"]\nd = os.environ.get("D")\n'
        'e = environ.Env().str("E", "")\nos.environ.setdefault("F", "")\n_REQUIRED = {"G": 1}\nother("H")\n'
    )
    assert names_read(source) == set("ABCDEFG")
