"""Open figures: each number is true and large, and no sum of cases that can be reckoned from them is small."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.casework.models import Case
from reports.dashboards import facts, open_figures
from reports.dashboards.models import OpenCount
from reports.dashboards.open_figures import COLUMNS, KINDS, LEAST, NEED, OTHER, TOTAL, merged, published

from .test_facts import desk, work_at_random  # noqa: F401

REGENCIES = ["11.01", "11.02", "11.03", "12.01", "12.02", "13.01"]
COUNTS = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 60), st.integers(0, 200))
ROWS = st.fixed_dictionaries(dict.fromkeys(KINDS, COUNTS))
#: four ended quarters of one year, and one of the next
YEARS = st.dictionaries(
    st.sampled_from(["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]),
    st.dictionaries(st.sampled_from(REGENCIES), ROWS, min_size=1, max_size=6),
    min_size=1,
)
LAST = "2026-Q1"


def holds(line, quarter: str, regency: str) -> bool:
    """Whether a line counts the cases of a quarter and regency; written anew, not by the product."""
    return quarter.startswith(line.period) and (
        not line.codes or any(regency.startswith(code) for code in line.codes)
    )


def kinds_of(column: str) -> tuple[str, ...]:
    return {TOTAL: KINDS, OTHER: tuple(kind for kind in KINDS if kind != NEED)}.get(column, (column,))


def statements(counts) -> list[tuple[frozenset, int]]:
    """What is published, as (the cells that are added up, the number); a cell is quarter, regency, kind."""
    cells = [(quarter, regency) for quarter, rows in counts.items() for regency in rows]
    found = []
    for line in published(counts, LAST):
        for column, number in zip(line.columns, line.numbers, strict=True):
            here = frozenset((q, r, kind) for q, r in cells if holds(line, q, r) for kind in kinds_of(column))
            found.append((here, number))
    return found


@given(YEARS)
@settings(max_examples=150, deadline=None)
def test_every_number_is_true_and_none_is_small(counts):
    for cells, number in statements(counts):
        assert number == sum(counts[quarter][regency].get(kind, 0) for quarter, regency, kind in cells)
        assert number == 0 or number >= LEAST


def reckonable(found: list[tuple[frozenset, int]], limit: int = 4000) -> list[tuple[frozenset, int]]:
    """Every set of cells whose sum follows exactly from some numbers by adding and subtracting; cells known to be empty
    are left out. The basis of all combinations is brought to its echelon form: a set is a choice of 0 or 1 at each pivot."""
    empty = frozenset().union(*(cells for cells, number in found if number == 0), frozenset())
    # Cells that every number treats alike are one: no combination can tell them apart.
    sides: dict[tuple, list] = {}
    for cell in sorted(frozenset().union(*(cells for cells, _n in found)) - empty):
        sides.setdefault(tuple(cell in cells for cells, _n in found), []).append(cell)
    atoms = list(sides.values())
    rows = [[Fraction(int(key[i])) for key in sides] + [Fraction(found[i][1])] for i in range(len(found))]
    basis: list[tuple[int, list[Fraction]]] = []
    for column in range(len(atoms)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        head = [value / pivot[column] for value in pivot]
        rows = [_less(row, head, column) for row in rows]
        basis = [(place, _less(row, head, column)) for place, row in basis] + [(column, head)]
    answer = []

    def choose(number: int, vector: list[Fraction]) -> None:
        if len(answer) >= limit:
            return
        # What no later basis row can change any more must be 0 or 1 already.
        settled = (
            range(len(atoms))
            if number == len(basis)
            else [i for i in range(len(atoms)) if not any(row[i] for _place, row in basis[number:])]
        )
        if any(vector[i] not in (0, 1) for i in settled):
            return
        if number == len(basis):
            chosen = [atoms[i] for i in range(len(atoms)) if vector[i]]
            if chosen:
                answer.append((frozenset(cell for atom in chosen for cell in atom), int(vector[-1])))
            return
        _place, row = basis[number]
        choose(number + 1, vector)
        choose(number + 1, [a + b for a, b in zip(vector, row, strict=True)])

    choose(0, [Fraction(0)] * (len(atoms) + 1))
    return answer


def _less(row, head, column):
    return [a - row[column] * b for a, b in zip(row, head, strict=True)] if row[column] else row


SMALL_YEARS = st.dictionaries(
    st.sampled_from(["2025-Q1", "2025-Q2", "2025-Q4", "2026-Q1"]),
    st.dictionaries(st.sampled_from(["11.01", "11.02", "12.01"]), ROWS, min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


@pytest.mark.rule("D-05")
@given(SMALL_YEARS)
@settings(max_examples=60, deadline=None)
def test_no_sum_of_cases_that_can_be_reckoned_is_small(counts):
    """Rows, totals, quarters against the year, areas against those above: every combination at once."""
    for cells, number in reckonable(statements(counts)):
        assert number == sum(counts[quarter][regency].get(kind, 0) for quarter, regency, kind in cells)
        assert number == 0 or number >= LEAST, sorted(cells)


@given(YEARS)
@settings(max_examples=60, deadline=None)
def test_no_small_sum_is_pinned_down_by_what_is_above_and_below_zero(counts):
    """Counts are never negative: no cell of two crossing margins is forced to a small number by them."""
    found = statements(counts)
    for one, first in found:
        for two, second in found:
            for whole, number in found:
                if one < whole and two < whole and one & two and not (one <= two or two <= one):
                    least, most = max(0, first + second - number), min(first, second)
                    assert not (least == most and 0 < most < LEAST), (first, second, number)


def test_the_attack_finds_what_one_hidden_neighbour_would_give_away():
    """The tests' own proof: were only the small number itself left out, subtraction would tell it."""
    cells = [frozenset([("q", "11.01", "need")]), frozenset([("q", "11.02", "need")])]
    leaking = [(cells[0] | cells[1], 43), (cells[0], 40)]
    assert (cells[1], 3) in reckonable(leaking)
    # and over the years: the year less three quarters is the fourth
    quarters = [frozenset([(f"2025-Q{n}", "11.01", "need")]) for n in (1, 2, 3, 4)]
    year = frozenset().union(*quarters)
    assert (quarters[3], 2) in reckonable([(year, 62), *((quarter, 20) for quarter in quarters[:3])])


def lines_of(counts, period, table):
    return {
        line.codes: line.numbers
        for line in published(counts, LAST)
        if (line.period, line.table) == (period, table)
    }


def quarters(**rows):
    return {f"2025-Q{n}": {f"11.{code[1:]}": row for code, row in rows.items()} for n in (1, 2, 3, 4)}


def test_a_small_area_is_counted_with_its_neighbour_and_a_large_one_stays_alone():
    few, many = dict.fromkeys(KINDS, 1), dict.fromkeys(KINDS, 50)
    counts = quarters(r01=many, r02=few, r03=few, r04=few)
    assert lines_of(counts, "2025-Q1", "total") == {
        (): (212,), ("11",): (212,), ("11.01",): (200,), ("11.02", "11.03", "11.04"): (12,),
    }  # fmt: skip
    # A year has more cases, but its areas cut nothing that a quarter told.
    assert lines_of(counts, "2025", "kind") == {
        (): (212,) * 4, ("11",): (212,) * 4, ("11.01",): (200,) * 4, ("11.02", "11.03", "11.04"): (12,) * 4,
    }  # fmt: skip


def test_kinds_with_few_cases_are_shown_as_needs_and_others():
    row = {"need": 30, "question": 1, "suggestion": 1, "grievance": 1}
    assert lines_of(quarters(r01=row), "2025", "kind") == {}
    assert lines_of(quarters(r01=row), "2025", "need")["11.01",] == (120, 12)


def test_a_year_that_runs_and_a_year_with_a_quarter_too_small_to_be_shown_have_no_kinds():
    row = dict.fromkeys(KINDS, 50)
    running = {"2026-Q1": {"11.01": row}}
    assert {line.table for line in published(running, LAST)} == {"total"}
    tiny = quarters(r01=row) | {"2025-Q4": {"11.01": {"need": 3}}}
    assert {line.period for line in published(tiny, LAST)} == {"2025-Q1", "2025-Q2", "2025-Q3"}


def test_a_province_too_small_by_itself_joins_the_smallest_area_elsewhere():
    blocks = merged(
        {
            frozenset(["11.01"]): {"need": 90},
            frozenset(["11.02"]): {"need": 20},
            frozenset(["12.01"]): {"need": 4},
        },
        "total",
    )
    assert set(blocks) == {frozenset(["11.01"]), frozenset(["11.02", "12.01"])}
    assert merged({frozenset(["11.01"]): {"need": 4}}, "total") == {}


@pytest.mark.django_db
def test_counts_are_those_of_the_cases_and_a_running_quarter_is_left_out(desk):  # noqa: F811
    work_at_random(desk, 31, steps=120)
    today = dt.date(2026, 11, 23)
    taken = open_figures.take(today)
    found = {
        (quarter, regency, kind): n
        for quarter, rows in open_figures.counted().items()
        for regency, row in rows.items()
        for kind, n in row.items()
    }
    month = {
        "sqlite": "strftime('%%Y-%%m', opened_at, '+7 hours')",
        "postgresql": "to_char(opened_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM')",
    }[connection.vendor]
    expected: dict[tuple, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {month}, regency_code, kind FROM casework_case WHERE 1 = %s", [1])
        for text, regency, kind in cursor.fetchall():
            if text <= "2026-09":
                key = (f"{text[:4]}-Q{(int(text[5:]) + 2) // 3}", regency, kind)
                expected[key] = expected.get(key, 0) + 1
    assert found == expected != {}
    assert set(taken) == {quarter for quarter, _r, _k in expected}


@pytest.mark.rule("D-05")
@pytest.mark.django_db
def test_what_was_published_once_does_not_change_by_a_late_case(desk):  # noqa: F811
    """Two looks on two days would show the case in between."""
    work_at_random(desk, 33, steps=120)
    open_figures.take(dt.date(2026, 11, 23))
    before = open_figures.figures()
    late = Case.objects.filter(opened_at__lt=timezone.make_aware(dt.datetime(2026, 6, 1))).first()
    assert before and late
    late.delete()
    facts.fold()
    assert open_figures.take(dt.date(2026, 11, 24)) == [] and open_figures.figures() == before
    later = open_figures.take(dt.date(2027, 1, 2))
    assert later == ["2026-Q4"] or later == []
    assert [line for line in open_figures.figures() if line.period < "2026-Q4" and "-" in line.period] == [
        line for line in before if "-" in line.period
    ]


@pytest.mark.django_db
def test_the_public_file_has_words_and_codes_and_no_small_number(client, desk):  # noqa: F811
    work_at_random(desk, 32, steps=120)
    open_figures.take(dt.date(2026, 11, 23))
    assert OpenCount.objects.filter(n__lt=LEAST).exists()
    heads, *lines = client.get("/data/keluhan.csv").content.decode("utf-8-sig").splitlines()
    assert heads == "kode periode;periode;tingkat;kode wilayah;wilayah;kode jenis;jenis;keluhan"
    assert any(
        line.split(";")[2:7] == ["nasional", "00", "Indonesia", "total", "Semua keluhan"] for line in lines
    )
    numbers = [int(line.split(";")[-1]) for line in lines]
    assert numbers and all(number == 0 or number >= LEAST for number in numbers)
    english = client.get("/data/keluhan.csv?bahasa=en").content.decode("utf-8-sig")
    assert english.startswith("period code;period;level;region code;region;kind code;kind;cases")
    assert all(set(columns) <= {*KINDS, TOTAL, OTHER} for columns in COLUMNS.values())
