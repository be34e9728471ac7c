"""The list of proofs is read from the tests themselves."""

from io import StringIO

from django.core.management import call_command

from portal.operations.rules import marks_of, proofs, read_rules

SOURCE = """
import pytest
pytestmark = [pytest.mark.django_db, pytest.mark.rule("A-01")]

@pytest.mark.rule("C-10", "C-11")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.rule("C-14")), 2])
def test_two(x): ...

@pytest.mark.rule("H-02")
class TestThree:
    def test_inside(self): ...
    def helper(self): ...

@pytest.mark.rule("Z-99")
def not_a_test(): ...
"""


def test_reads_marks_of_functions_parameters_classes_and_modules():
    assert set(marks_of(SOURCE)) == {
        ("A-01", "test_one"), ("C-10", "test_one"), ("C-11", "test_one"),
        ("A-01", "test_two"), ("C-14", "test_two"),
        ("A-01", "TestThree::test_inside"), ("H-02", "TestThree::test_inside"),
    }  # fmt: skip


def test_every_mark_names_a_rule_of_the_list():
    rules, strange = proofs()
    assert strange == []
    assert len(rules) == len(read_rules()) > 100
    assert any(rule.tests for rule in rules.values())


def test_the_command_prints_what_was_asked_for():
    out = StringIO()
    call_command("rules", "C-01", stdout=out)
    text = out.getvalue()
    assert text.startswith("C-01")
    assert "tests/" in text
    assert "rules: 1 of 1 are proved" in text
