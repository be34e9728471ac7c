"""The catalog's reference data: nine sectors, the guideline's programs, complete texts, loaded without a trace twice."""

import re

import pytest

from portal.regions.models import Region
from programs_catalog.demo import load as load_demo
from programs_catalog.models import Program, ProgramDesk, Provider, Sector
from programs_catalog.reference import load_catalog

pytestmark = pytest.mark.django_db


@pytest.mark.rule("P-01")
def test_nine_sectors_in_the_order_of_the_guideline():
    load_catalog()
    assert list(Sector.objects.values_list("name", flat=True)) == [
        "Kesehatan", "Pendidikan", "Sosial dan ekonomi", "Pangan", "Energi", "Pertanian", "Perikanan", "Perumahan",
        "Administrasi kependudukan",
    ]  # fmt: skip


@pytest.mark.rule("P-02")
@pytest.mark.parametrize(
    ("sector", "codes"),
    [
        ("kesehatan", {"pis"}),
        ("pendidikan", {"pip"}),
        ("sosial", {"pkh"}),
        ("pangan", {"sembako"}),
        ("energi", {"subsidi-listrik", "subsidi-lpg"}),
        ("pertanian", {"subsidi-pupuk"}),
        ("perikanan", {"asuransi-budidaya-ikan"}),
        ("perumahan", {"rutilahu"}),
        ("adminduk", {"kartu-keluarga", "akta-kelahiran", "ktp"}),
    ],
)
def test_each_sector_holds_the_examples_of_the_guideline(sector, codes):
    load_catalog()
    assert codes <= set(Program.objects.published().filter(sector=sector).values_list("code", flat=True))


@pytest.mark.rule("P-03", "P-07")
def test_every_program_says_what_people_need_in_both_languages():
    load_catalog()
    assert Program.objects.filter(region=None).count() >= 25
    for program in Program.objects.select_related("provider"):
        assert program.provider.level in Provider.Level.values
        for field in ("name", "summary", "benefits", "eligibility", "bring", "steps", "where", "contact"):
            for name in (field, f"{field}_en"):
                assert getattr(program, name), f"{program.code} lacks {name}"
        for field in ("bring", "steps", "benefits"):
            assert len(getattr(program, field).splitlines()) == len(
                getattr(program, f"{field}_en").splitlines()
            )
        if program.amounts:
            year = re.compile(r"\(20\d\d\)|setiap tahun|tahun berjalan")
            assert year.search(program.amounts), f"{program.code} gives amounts without their year"
        assert program.information_on and program.checked_on is None


def test_second_load_changes_nothing_and_an_editors_text_stays():
    load_catalog()
    again = load_catalog()
    assert (again.created, again.updated) == (0, 0)
    program = Program.objects.get(code="pis")
    program.summary = "Ringkasan baru dari penyunting."
    program.save_revision().publish()
    assert load_catalog().kept == 1
    assert Program.objects.get(code="pis").summary == "Ringkasan baru dari penyunting."


@pytest.mark.rule("P-04")
def test_a_regional_program_is_for_people_of_that_region_only():
    load_catalog()
    sleman, bantul = Region.objects.get(pk="34.04.07.2001"), Region.objects.get(pk="34.02")
    in_sleman = set(Program.objects.for_region(sleman).values_list("code", flat=True))
    in_bantul = set(Program.objects.for_region(bantul).values_list("code", flat=True))
    assert {"ngantar-paimah", "jamkesos-diy", "pis"} <= in_sleman
    assert "ngantar-paimah" not in in_bantul and {"jamkesos-diy", "pis"} <= in_bantul
    assert "mobil-sisir-pendidikan" not in in_sleman | in_bantul


@pytest.mark.rule("A-04")
def test_demo_desks_answer_for_the_programs_of_their_region():
    load_demo()
    count = ProgramDesk.objects.count()
    load_demo()
    assert ProgramDesk.objects.count() == count
    pis = Program.objects.get(code="pis")
    assert (
        ProgramDesk.for_program(pis, Region.objects.get(pk="34.04.07.2001")).provider.code == "dinkes-sleman"
    )
    assert ProgramDesk.for_program(pis, Region.objects.get(pk="11.01")).provider.code == "kemenkes"
    local = Program.objects.get(code="ngantar-paimah")
    assert ProgramDesk.for_program(local, Region.objects.get(pk="34.02")) is None
