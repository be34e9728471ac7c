"""Conditions and calculations in the words of the form, for those who do not write expressions."""

import pytest
from django.utils.translation import override

from reports.monitoring.definition import Choice, Column, Definition, Question, Section
from reports.monitoring.wording import in_short, in_words

DEFINITION = Definition((Section("s", "S", questions=(
    Question("planned", "choice", "Terlaksana?", choices=(Choice("yes", "Ya"), Choice("partly", "Sebagian"), Choice("no", "Tidak"))),
    Question("ways", "choices", "Saluran", choices=(Choice("visit", "Kunjungan"),)),
    Question("ready", "yes_no", "Siap?"),
    Question("a", "integer", "Diterima"), Question("b", "integer", "Selesai"),
    Question("t", "table", "Menurut jenis", columns=(Column("n", "Jumlah"),)),
)),))  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("${planned} = 'partly' or ${planned} = 'no'", "“Terlaksana?” = Sebagian atau Tidak"),
        ("${planned} = 'yes' or ${ready} = 'true'", "“Terlaksana?” = Ya atau “Siap?” = Ya"),
        ("${a} > 0 and ${b} <= ${a} + 1.5", "“Diterima” > 0 dan “Selesai” ≤ “Diterima” + 1,5"),
        ("(${a} > 0 or ${b} > 0) and ${ready} = 'true'", "(“Diterima” > 0 atau “Selesai” > 0) dan “Siap?” = Ya"),
        ("${b} div (${a} + ${b}) * 100", "“Selesai” ÷ (“Diterima” + “Selesai”) × 100"),
        ("${b} div (${a} * 2)", "“Selesai” ÷ (“Diterima” × 2)"),
        ("${b} - (${a} - 2)", "“Selesai” − (“Diterima” − 2)"),
        ("if(${a} > 0, ${b} div ${a}, 0)", "“Selesai” ÷ “Diterima” bila “Diterima” > 0, selain itu 0"),
        ("selected(${ways}, 'visit')", "“Saluran” memuat Kunjungan"),
        ("not(${ready})", "bukan (“Siap?”)"),
        ("sum(${t.n})", "jumlah dari “Menurut jenis: Jumlah”"),
        (". >= 2", "jawaban ini ≥ 2"),
        ("${planned} != ''", "“Terlaksana?” ≠ kosong"),
        ("${a} >", "${a} >"),
    ],
)  # fmt: skip
def test_an_expression_reads_as_a_sentence(expression, words):
    with override("id"):
        assert in_words(expression, DEFINITION) == words


def test_the_sentence_follows_the_language():
    with override("en"):
        assert (
            in_words("${planned} = 'no' and not(${ready})", DEFINITION)
            == "“Terlaksana?” = Tidak and not (“Siap?”)"
        )
    with override("id"):
        question = Question("x", "integer", "X", required=True, minimum=1, condition="${ready} = 'true'")
        assert in_short(question, DEFINITION)[1:] == [
            "wajib dijawab",
            "≥ 1",
            "ditanyakan hanya jika “Siap?” = Ya",
        ]
