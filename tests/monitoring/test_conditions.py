"""Conditions: the server decides which answers count, the page follows them live, and both agree."""

import json
import os
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from reports.monitoring.answers import relevant_answers
from reports.monitoring.conditions import tree_of
from reports.monitoring.definition import Definition, Question, Section
from reports.monitoring.expressions import truth
from tests.quarterly.places import CATURTUNGGAL, NARRATIVE, Province

SCRIPT = Path(__file__).resolve().parents[2] / "reports/monitoring/static/monitoring/conditions.js"


def test_an_answer_that_hides_another_hides_what_hangs_on_it():
    questions = (
        Question("a", "yes_no", "A"),
        Question("b", "text", "B", condition="${a} = 'true'"),
        Question("c", "text", "C", condition="${b} != ''"),
    )
    definition = Definition((Section("s", "S", questions=questions),))
    answers = {"a": True, "b": "ya", "c": "ya"}
    assert relevant_answers(definition, answers) == answers
    assert relevant_answers(definition, answers | {"a": False}) == {"a": False}


def test_yes_and_no_are_what_xlsform_writes():
    for text, answers, expected in (
        ("${a} = 'true'", {"a": True}, True),
        ("${a} = 'true'", {"a": False}, False),
        ("${a} = 'false'", {"a": False}, True),
        ("${a} = true()", {"a": True}, True),
        ("${a} = 'true'", {}, False),
    ):
        assert truth(text, answers) is expected, (text, answers)


@pytest.mark.django_db
def test_an_answer_to_a_question_that_is_not_asked_does_not_count(client):
    province = Province()
    report = province.write(CATURTUNGGAL, as_planned="partly", why_not="Hujan.")
    assert report.versions.get().answers["why_not"] == "Hujan."
    report = province.write(CATURTUNGGAL, as_planned="yes", why_not="Hujan.")
    assert "why_not" not in report.versions.get().answers
    assert province.send(CATURTUNGGAL, **NARRATIVE).status == "sent"


EXPRESSIONS = [
    "${a} = 'true'", "${n} > 3 and ${m} <= ${n}", "if(${n} > 2, ${m}, 0) >= 5", "selected(${c}, 'x')", "not(${a} = 'true')",
    "count(${c}) > 1", "${n} div ${m} * 100 > 50", "${w} != ''", "${w} = 'ya' or ${n} = 0", "round(${n} div 3, 1) = 1.3",
    "sum(${t.x}) > 4", "coalesce(${n}, ${m}) = 5", "max(${n}, ${m}) = 5", "${n} mod 2 = 1", "number(${w}) > 1", "int(${m}) = 2", "${c} = ''",
]  # fmt: skip
HARNESS = """
const source = require('fs').readFileSync(process.argv[1], 'utf8');
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const found = cases.map(([tree, answers]) => {
  const block = { dataset: { condition: tree }, hidden: false };
  const root = {
    dataset: { known: JSON.stringify(answers) }, addEventListener() {},
    querySelectorAll: (what) => (what === '[data-condition]' ? [block] : []),
  };
  globalThis.document = { querySelector: () => root, documentElement: { lang: 'id' } };
  (0, eval)(source);
  return !block.hidden;
});
console.log(JSON.stringify(found));
"""


def javascript() -> str:
    return shutil.which("node") or os.environ.get("NODE", "")


@pytest.mark.skipif(not javascript(), reason="no node here; the browser test of the form stands for it")
def test_the_page_and_the_server_agree():
    draw = random.Random(7)
    cases = []
    for text in EXPRESSIONS:
        for _round in range(40):
            answers = {
                "a": draw.choice([True, False, None]), "n": draw.choice([None, "0", "2", "4", "5"]), "m": draw.choice([None, "0", "2.5", "5"]),
                "c": draw.choice([None, ["x"], ["x", "y"], []]), "w": draw.choice([None, "ya", "2", ""]),
                "t": draw.choice([None, {"1": {"x": "2"}, "2": {"x": "3"}}, {"1": {"x": "4"}}]),
            }  # fmt: skip
            cases.append((text, answers))
    sent = json.dumps([[tree_of(text), answers] for text, answers in cases])
    done = subprocess.run(
        [javascript(), "-e", HARNESS, str(SCRIPT)], input=sent, capture_output=True, text=True, check=True
    )
    differing = [
        (text, answers)
        for (text, answers), there in zip(cases, json.loads(done.stdout), strict=True)
        if truth(text, answers) != there
    ]
    assert differing == []


def test_a_tree_holds_no_text_to_run():
    tree = json.loads(tree_of("if(${n} > 2, ${m}, 0) >= 5.5"))
    assert tree[0] == "compare" and tree[1] == ">=" and tree[3] == ["number", 5.5]
    assert tree_of("") == "" and tree_of("${n} >") == "" and Decimal(str(tree[3][1])) == Decimal("5.5")
