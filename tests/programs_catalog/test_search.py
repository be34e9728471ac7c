"""Forty questions as people ask them, and the program that must be among the first three."""

import pytest

from programs_catalog.reference import load_catalog
from programs_catalog.search import search

QUESTIONS = [
    ("kartu sehat", "pis"), ("kis saya tidak aktif", "pis"), ("berobat gratis di rumah sakit", "pis"), ("bpjs gratis", "pis"),
    ("sakit tidak punya uang", "pis"), ("mau operasi tapi tidak mampu", "pis"), ("cek gula darah gratis", "cek-kesehatan-gratis"),
    ("anak stunting", "pmt"), ("balita kurus berat badan tidak naik", "pmt"), ("vaksin campak bayi", "imunisasi"),
    ("sekolah anak", "pip"), ("bantuan seragam sekolah", "pip"), ("kartu indonesia pintar", "pip"), ("biaya sekolah smp", "pip"),
    ("beasiswa kuliah", "kip-kuliah"), ("anak saya ingin kuliah", "kip-kuliah"), ("ijazah paket c", "kesetaraan"),
    ("putus sekolah mau lanjut", "kesetaraan"), ("sekolah asrama gratis", "sekolah-rakyat"), ("uang bulanan keluarga miskin", "pkh"),
    ("cara dapat pkh", "pkh"), ("kursi roda untuk bapak", "atensi"), ("alat bantu dengar", "atensi"), ("santunan anak yatim", "atensi-yapi"),
    ("modal usaha warung", "kube"), ("beras gratis", "bantuan-beras"), ("bantuan sembako", "sembako"), ("bpnt belum cair", "sembako"),
    ("makan siang gratis di sekolah", "mbg"), ("nenek tinggal sendiri tidak ada yang masak", "permakanan"),
    ("token listrik mahal", "subsidi-listrik"), ("gas melon langka", "subsidi-lpg"), ("belum punya listrik sendiri", "bpbl"),
    ("pupuk urea susah", "subsidi-pupuk"), ("sawah gagal panen kebanjiran", "autp"), ("lele mati semua di kolam", "asuransi-budidaya-ikan"),
    ("kecelakaan di laut nelayan", "asuransi-nelayan"), ("atap rumah bocor mau roboh", "rutilahu"), ("bedah rumah", "rutilahu"),
    ("akte lahir anak", "akta-kelahiran"), ("ktp hilang", "ktp"), ("pecah kk setelah menikah", "kartu-keluarga"), ("beli rumah cicilan murah", "flpp"),
]  # fmt: skip

MISSPELT = [
    ("kartu sehad", "pis"), ("beasiswa kulyah", "kip-kuliah"), ("akta kelahirran", "akta-kelahiran"), ("pupuk bersubsdi", "subsidi-pupuk"),
    ("imunisassi", "imunisasi"), ("bedah rumh", "rutilahu"), ("asuransi nelayn", "asuransi-nelayan"), ("kartu keluwarga", "kartu-keluarga"),
]  # fmt: skip


@pytest.fixture
def catalog(db):
    load_catalog()


@pytest.mark.rule("P-07")
@pytest.mark.parametrize(("question", "program"), QUESTIONS + MISSPELT)
def test_the_right_program_is_among_the_first_three(catalog, question, program):
    assert program in [found.code for found in search(question, limit=3)]


def test_there_are_forty_questions():
    assert len(QUESTIONS) >= 40


@pytest.mark.parametrize("question", ["", "   ", "xyzzy", "!!!", "%", "yang dan di"])
def test_what_means_nothing_finds_nothing(catalog, question):
    assert search(question) == []


def test_a_long_question_is_answered(catalog):
    assert len(search("sekolah " * 500)) > 0
