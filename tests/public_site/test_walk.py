"""A citizen's way: home, sector Kesehatan, program PIS, the SLRT of Kabupaten Sleman, and the refusals beside it."""

import re

import pytest

from programs_catalog.models import Program, Provider
from tests.factories import ProgramFactory, ProviderFactory, UnitFactory

pytestmark = pytest.mark.django_db


def links(response) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', response.content.decode()))


@pytest.mark.rule("P-01", "P-02", "P-07", "P-08")
def test_from_home_to_program_to_slrt(client, site):
    home = client.get("/")
    assert home.status_code == 200 and "/program/kesehatan/" in links(home)
    sector = client.get("/program/kesehatan/")
    assert "/program/kesehatan/pis/" in links(sector)
    program = client.get("/program/kesehatan/pis/").content.decode()
    for words in (
        "Yang Anda dapat",
        "Yang perlu dibawa",
        "Cara mengajukan",
        "Tidak dipungut biaya",
        "Bila ditolak",
    ):
        assert words in program
    found = client.get("/lokasi/?q=kabupaten sleman")
    assert "/lokasi/?wilayah=34.04" in links(found)
    assert "/lokasi/slrt/34.04/" in links(client.get("/lokasi/?wilayah=34.04"))
    unit = client.get("/lokasi/slrt/34.04/").content.decode()
    assert "Jl. Contoh 1, Sleman" in unit and "Senin-Jumat 08.00-15.00" in unit


@pytest.mark.rule("P-08")
@pytest.mark.parametrize(("kind", "code"), [("slrt", "34.02"), ("puskesos", "34.04.07.2001")])
def test_the_page_of_a_unit_gives_address_hours_and_contact(client, site, kind, code):
    UnitFactory(
        region_id=code, kind=kind, name="Unit Contoh", address="Jl. Melati 9", opening_hours="Senin-Kamis 08.00-14.00",
        phone="+62274555009", email="loket@contoh.go.id", status="operating",
    )  # fmt: skip
    page = client.get(f"/lokasi/{kind}/{code}/").content.decode()
    for told in ("Jl. Melati 9", "Senin-Kamis 08.00-14.00", "tel:+62274555009", "mailto:loket@contoh.go.id"):
        assert told in page
    # The way there: from the region, and in the table of its province.
    assert f"/lokasi/{kind}/{code}/" in links(client.get(f"/lokasi/?wilayah={code}"))
    assert "Unit Contoh" not in client.get("/lokasi/?wilayah=32.04").content.decode()


@pytest.mark.rule("P-08", "F-12")
def test_a_unit_without_location_is_not_in_the_directory(client, site):
    UnitFactory(region_id="34.02", kind="slrt", name="SLRT Bantul", status="forming")
    assert client.get("/lokasi/slrt/34.02/").status_code == 404
    assert "SLRT Bantul" not in client.get("/lokasi/?wilayah=34").content.decode()


@pytest.mark.rule("P-04")
def test_a_regional_program_stands_beside_national_ones_for_its_people_only(client, site):
    assert "Ngantar Paimah" in client.get("/program/kesehatan/?wilayah=34.04.07").content.decode()
    assert "Ngantar Paimah" not in client.get("/program/kesehatan/?wilayah=34.02").content.decode()
    assert "Ngantar Paimah" not in client.get("/program/kesehatan/").content.decode()
    assert "Ngantar Paimah" not in client.get("/program/?q=ngantar paimah").content.decode()
    assert "Ngantar Paimah" in client.get("/program/?q=ngantar paimah&wilayah=34.04").content.decode()


def test_an_unpublished_program_does_not_exist(client, site):
    Program.objects.filter(code="pis").update(live=False)
    assert client.get("/program/kesehatan/pis/").status_code == 404
    assert "/program/kesehatan/pis/" not in links(client.get("/program/kesehatan/"))


@pytest.mark.rule("P-07")
@pytest.mark.parametrize(
    ("asked", "path", "told"),
    [
        ("akta kelahiran", "adminduk/akta-kelahiran", "Tidak dipungut biaya"),
        ("ktp", "adminduk/ktp", "Tidak dipungut biaya"),
        ("kartu indonesia pintar", "pendidikan/pip", "KIP"),
        ("apakah saya terdaftar pkh", "sosial/pkh", "Cek Bansos"),
        ("terdaftar bpnt", "pangan/sembako", "Cek Bansos"),
    ],
)
def test_one_place_says_how_to_get_a_service_or_learn_whether_one_has_it(client, site, asked, path, told):
    found = client.get("/program/", {"q": asked})
    assert f"/program/{path}/" in links(found)
    page = client.get(f"/program/{path}/").content.decode()
    assert told in page and "Yang perlu dibawa" in page and "Cara mengajukan" in page
    answers = client.get("/tanya-jawab/").content.decode()
    assert "apakah keluarga saya terdata" in answers and "program yang sudah Anda terima" in answers


@pytest.mark.rule("P-03")
@pytest.mark.parametrize(
    ("level", "word", "region"),
    [
        ("centre", "Pusat", None), ("province", "Provinsi", "34"), ("regency", "Kabupaten/kota", "34.04"),
        ("village", "Desa/kelurahan", "34.04.07.2001"), ("non_government", "Non-pemerintah", None),
    ],
)  # fmt: skip
def test_a_program_names_its_level_and_its_agency(client, site, level, word, region):
    assert len(Provider.Level.values) == 5
    provider = ProviderFactory(level=level, name="Lembaga Contoh Pengelola", region_id=region)
    program = ProgramFactory(provider=provider, region_id=region, sector_id="pangan", name="Bantuan Contoh")
    page = client.get(f"/program/pangan/{program.code}/").content.decode().split("<main")[1]
    assert "Lembaga Contoh Pengelola" in page and word.lower() in page.lower()
    others = set(Provider.Level.values) - {level}
    found = client.get(f"/program/?tingkat={level}&wilayah={region or ''}").content.decode()
    assert "Bantuan Contoh" in found
    for other in others:
        assert (
            "Bantuan Contoh"
            not in client.get(f"/program/?tingkat={other}&wilayah={region or ''}").content.decode()
        )


@pytest.mark.rule("P-03")
def test_filters_by_level_and_audience(client, site):
    found = client.get("/program/?tingkat=non_government").content.decode()
    assert "BAZNAS" in found and "Program Keluarga Harapan" not in found
    found = client.get("/program/?sasaran=farmer").content.decode()
    assert "Pupuk Bersubsidi" in found and "Akta Kelahiran" not in found


@pytest.mark.parametrize(
    "address", ["/program/?wilayah=99", "/program/?sektor=x", "/lokasi/?wilayah=3404", "/lokasi/?dekat=here", "/program/?tingkat=x"]
)  # fmt: skip
def test_a_wrong_filter_is_said_not_swallowed(client, site, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    "address", ["/program/x/", "/program/kesehatan/x/", "/lokasi/slrt/99.99/", "/lokasi/rumah/34.04/", "/lokasi/?wilayah=34.04&halaman=99", "/x/"]
)  # fmt: skip
def test_what_does_not_exist_is_a_page_that_helps(client, site, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "/program/" in links(response)


def test_a_program_in_another_sector_is_redirected(client, site):
    response = client.get("/program/pangan/pis/")
    assert response.status_code == 301 and response.url == "/program/kesehatan/pis/"


def test_english_stands_beside_indonesian(client, site):
    home = client.get("/en/")
    assert "One window for social assistance" in home.content.decode()
    assert 'hreflang="id"' in home.content.decode()
    page = client.get("/en/program/kesehatan/pis/").content.decode()
    assert "Healthy Indonesia Program" in page and "Free of charge" in page
    assert 'href="/program/kesehatan/pis/"' in page
    assert client.get("/en/tentang/").status_code == 200


@pytest.mark.rule("P-13", "P-15")
def test_pages_that_every_installation_starts_with(client, site):
    for slug in ("tentang", "pengaduan", "tanya-jawab", "dasar-hukum", "bahan-sosialisasi", "kontak", "privasi", "aksesibilitas", "info-darurat", "cerita"):  # fmt: skip
        for prefix in ("/", "/en/"):
            assert client.get(f"{prefix}{slug}/").status_code == 200, slug
    assert "Nomor 15 Tahun 2018" in client.get("/dasar-hukum/").content.decode()
    material = client.get("/bahan-sosialisasi/").content.decode()
    for subject in (
        "Konsep",
        "Cakupan",
        "Sumber daya",
        "Kelembagaan",
        "Pembagian tugas",
        "Rencana aksi",
        "keberlanjutan",
    ):
        assert subject in material
