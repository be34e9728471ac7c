"""The table of measurements says what it measured, and a ratio that is too high fails the run."""

import pytest

from tests.bench import MEASUREMENTS, Measurement, Row, measure, timed
from tests.bench.__main__ import chosen, load_modules, rows_of, table, too_much


def test_a_row_holds_up_to_its_ratio():
    assert Row("x", 3.0, 2.0, at_most=1.5).holds
    assert not Row("x", 3.1, 2.0, at_most=1.5).holds
    assert Row("x", 99.0, 1.0).holds
    assert Row("nothing written", 0, 100, unit="rows", at_most=0).holds
    assert not Row("one written", 1, 100, unit="rows", at_most=0).holds


def test_the_table_marks_what_is_too_much():
    fine, slow = Row("fine", 1.0, 2.0, at_most=1), Row("slow", 3.0, 2.0, at_most=1)
    lines = table(
        [row.as_dict() | {"measurement": "m", "engine": "sqlite"} for row in (fine, slow)]
    ).splitlines()
    assert len(lines) == 4
    assert "ok" in lines[2] and "0.50" in lines[2]
    assert "TOO MUCH" in lines[3] and "1.50" in lines[3]


def test_a_measurement_that_fails_is_named_keeps_what_it_has_and_fails_the_run(capsys):
    def broken():
        yield Row("fine", 1.0, 2.0, at_most=1)
        yield Row("no figure", [1, 2], 4)

    rows = rows_of(Measurement("m", ("sqlite",), broken), "sqlite")
    assert [too_much(row) for row in rows] == [False, True]
    lines = table(rows).splitlines()
    assert "ok" in lines[2] and "FAILED" in lines[3]
    assert "[1, 2] against 4 are no figures" in capsys.readouterr().err


def test_measurements_are_found_by_word_and_database():
    load_modules()
    assert {item.name for item in chosen("postgresql", ["region"])} >= {"Region load"}
    assert chosen("sqlite", ["no such word"]) == []


def test_an_unknown_database_is_refused():
    before = len(MEASUREMENTS)
    with pytest.raises(ValueError, match="unknown database"):
        measure("x", on=("oracle",))
    assert len(MEASUREMENTS) == before


def test_the_best_of_several_rounds_counts():
    rounds = iter([0.4, 0.0, 0.4])

    import time

    assert timed(lambda: time.sleep(next(rounds)), repeat=3) < 0.35
