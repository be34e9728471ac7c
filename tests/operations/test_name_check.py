"""The check of names finds what was taken out of a module and is still asked of it, and cries for nothing else."""

import textwrap

import pytest

from portal.operations.code_checks import ROOT
from portal.operations.name_check import missing_names

CHARTS = """
    from django.utils.html import escape
    try:
        import fast as engine
    except ImportError:
        engine = None
    KINDS, LAST = ("bar", "line"), 2
    def bar(rows): return rows
    class Donut: pass
"""


def tree(tmp_path, **files):
    for name, text in {"__init__": "", "charts": CHARTS, **files}.items():
        file = (
            tmp_path
            / "portal"
            / f"{name.replace('__init__', '~').replace('_in_', '/').replace('~', '__init__')}.py"
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    return missing_names(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "from portal import charts\nx = charts.stacked([])",
        "from . import charts\ndef page(rows):\n    return [charts.stacked(row) for row in rows]",
        "import portal.charts as drawn\nx = drawn.stacked",
        "from portal.charts import stacked",
        "import loose\nx = loose.y\nimport portal.charts as c\nx = c.stacked",
        "def late():\n    from .charts import bar, stacked",
    ],
)
def test_finds_what_is_not_there(tmp_path, text):
    found = tree(tmp_path, pages=text)
    assert len(found) == 1 and found[0].endswith("portal.charts has no 'stacked'"), found
    assert found[0].startswith("portal/pages.py:")


@pytest.mark.parametrize(
    "text",
    [
        "from portal import charts\nx = charts.bar, charts.KINDS, charts.LAST, charts.Donut, charts.engine, charts.__name__",
        "from portal import charts\ndef f(charts): return charts.stacked",
        "from portal import charts\ndef f():\n    charts = object()\n    return charts.stacked",
        "from portal import charts\nx = [charts.stacked for charts in ()]",
        "from portal import charts\ncharts.added = 1",
        "from django import charts\nx = charts.stacked",
        "from portal import desk\nfrom portal.desk import counter\nx = desk.counter, counter.open_it",
        "from portal import loose\nx = loose.anything",
    ],
)
def test_leaves_alone_what_is_there_or_is_something_else(tmp_path, text):
    files = {"desk_in___init__": "", "desk_in_counter": "def open_it(): pass", "loose": "def __getattr__(name): return name"}  # fmt: skip
    assert tree(tmp_path, pages=text, **files) == []


def test_nothing_in_the_tree_asks_for_a_name_that_is_gone():
    assert missing_names(ROOT) == []
