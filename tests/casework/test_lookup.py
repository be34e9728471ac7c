"""The public look-up: public words, no personal data, one answer for everything that does not fit (P-14)."""

import statistics
import time

import pytest
from django.utils import timezone

from cases.casework import services
from tests.casework import records as make

pytestmark = pytest.mark.django_db


@pytest.mark.rule("P-14")
@pytest.mark.rule("C-14")
def test_number_and_code_open_the_story_in_public_words():
    case = make.case(closed=True)
    found = services.look_up(f" {case.number.lower()} ", case.lookup_code.replace("-", " ").lower())
    assert found.number == case.number and found.status == "finished"
    labels = [step.label for step in found.steps]
    assert len(labels) >= 6 and len(set(labels)) == len(labels)
    text = repr(found)
    for secret in (
        case.person.nik,
        case.person.name,
        case.description,
        case.registered_by.name,
        "Sesuai ketentuan",
    ):
        assert secret not in text


@pytest.mark.rule("P-14")
def test_a_wrong_code_an_unknown_number_and_nothing_are_answered_alike():
    case = make.case()
    for number, code in (
        (case.number, "AAAA-AAAA"),
        ("99999/REG/34.04/I/2020", case.lookup_code),
        (case.number, ""),
        ("", ""),
        ("x" * 500, "y" * 500),
        ("0000-0000", "0000-0000"),
        ("unknown", "0000-0000"),
    ):
        assert services.look_up(number, code) is None


@pytest.mark.rule("P-14")
def test_an_unknown_number_takes_as_long_as_a_wrong_code():
    case = make.case()

    times = {case.number: [], "99999/REG/34.04/I/2020": []}
    for _i in range(80):
        # In turns: what else the machine does meanwhile slows both.
        for number, taken in times.items():
            start = time.perf_counter()
            services.look_up(number, "AAAA-AAAA")
            taken.append(time.perf_counter() - start)
    known, unknown = (statistics.median(taken) for taken in times.values())
    # Reading one short row is the only difference: far below what a network can tell.
    assert abs(known - unknown) < max(0.0015, unknown)


@pytest.mark.rule("P-14")
def test_both_wrong_ways_ask_the_database_equally_often(django_assert_num_queries):
    case = make.case()
    for number in (case.number, "99999/REG/34.04/I/2020"):
        with django_assert_num_queries(1):
            services.look_up(number, "AAAA-AAAA")


def test_a_paused_case_tells_the_family_that_it_is_their_turn():
    case = make.case()
    services.pause_case(case=case, reason="papers", note="", by=make.officer("front_office", "34.04"))
    assert services.look_up(case.number, case.lookup_code).waits_for_family


@pytest.mark.rule("P-14")
def test_zeros_left_out_of_the_number_are_no_mistake_and_another_number_is_none():
    case = make.case()
    first, _slash, rest = case.number.partition("/")
    for typed in (first.lstrip("0"), f"0{first.lstrip('0')}", first):
        assert services.look_up(f"{typed}/{rest}", case.lookup_code).number == case.number
    for typed in ("", "0", f"1{first}", f"{int(first) + 1}"):
        assert services.look_up(f"{typed}/{rest}", case.lookup_code) is None


@pytest.mark.rule("P-14", "C-10")
def test_the_family_reads_that_it_was_told_and_which_program_it_got_instead(client):
    case = make.case(answered="refuse", informed=True)
    found = services.look_up(case.number, case.lookup_code)
    assert found.was_told and not found.alternative
    asked = {"nomor": case.number, "kode": case.lookup_code}
    assert "Anda akan diberi tahu hasilnya" not in client.post("/lacak/", asked).content.decode()
    other = make.program("rutilahu", "regency", sector="perumahan", region="34.04")
    services.record_enrolment_of_case(
        case=case, program=other, valid_from=timezone.localdate(), source="reported", close=True,
        by=make.officer("front_office", "34.04"),
    )  # fmt: skip
    found = services.look_up(case.number, case.lookup_code)
    assert not found.was_told and found.alternative == other.label
    assert other.label in client.post("/lacak/", asked).content.decode()
