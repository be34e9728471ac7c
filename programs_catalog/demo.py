"""Demo desks: who answers referrals in the lively regions. Telephone numbers and mail addresses are invented."""

from __future__ import annotations

from .models import Program, ProgramDesk, Provider
from .reference import load_catalog

#: suffix of the provider's code, name, English name, programs it answers for
REGENCY_OFFICES = (
    ("dinkes", "Dinas Kesehatan {}", "Health Office of {}", ("pis", "pmt", "imunisasi", "cek-kesehatan-gratis")),
    ("disdik", "Dinas Pendidikan {}", "Education Office of {}", ("pip", "kesetaraan")),
    ("dinsos", "Dinas Sosial {}", "Social Office of {}", ("pkh", "sembako", "atensi", "atensi-yapi", "kube", "permakanan", "sekolah-rakyat", "bantuan-beras", "subsidi-listrik", "bpbl")),
    ("dpupkp", "Dinas Perumahan dan Permukiman {}", "Housing Office of {}", ("rutilahu", "bsps")),
    ("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil {}", "Civil Registry of {}", ("kartu-keluarga", "akta-kelahiran", "ktp", "kia")),
    ("dispertan", "Dinas Pertanian {}", "Agriculture Office of {}", ("subsidi-pupuk", "autp")),
    ("diskan", "Dinas Perikanan {}", "Fisheries Office of {}", ("asuransi-budidaya-ikan", "asuransi-nelayan", "kusuka")),
    ("baznas", "BAZNAS {}", "Zakat Board of {}", ("baznas-kemanusiaan",)),
)  # fmt: skip

#: the lively regencies: suffix of the code, region, name, its own local programs
REGENCIES = (
    ("sleman", "34.04", "Kabupaten Sleman", ("ngantar-paimah", "pelancong-terlantar")),
    ("bantul", "34.02", "Kabupaten Bantul", ()),
    ("kulonprogo", "34.01", "Kabupaten Kulon Progo", ()),
    ("gunungkidul", "34.03", "Kabupaten Gunungkidul", ()),
    ("yogyakarta", "34.71", "Kota Yogyakarta", ()),
    ("bandung", "32.04", "Kabupaten Bandung", ("mobil-sisir-pendidikan",)),
    ("belitungtimur", "19.06", "Kabupaten Belitung Timur", ()),
    ("bangka", "19.01", "Kabupaten Bangka", ()),
    ("pangkalpinang", "19.71", "Kota Pangkalpinang", ()),
)

#: desks above the regency: provider, region, name, programs
HIGHER_DESKS = (
    ("kemensos", None, "Pengelola Program Keluarga Harapan dan Sembako", ("pkh", "sembako", "atensi", "atensi-yapi", "kube", "permakanan", "sekolah-rakyat")),
    ("kemenkes", None, "Pengelola Program Indonesia Sehat", ("pis",)),
    ("kemendikdasmen", None, "Pengelola Program Indonesia Pintar", ("pip",)),
    ("kemdiktisaintek", None, "Pengelola KIP Kuliah", ("kip-kuliah",)),
    ("bapanas", None, "Pengelola Bantuan Pangan", ("bantuan-beras",)),
    ("bgn", None, "Pengelola Makan Bergizi Gratis", ("mbg",)),
    ("esdm", None, "Pengelola Subsidi Energi", ("subsidi-listrik", "subsidi-lpg", "bpbl")),
    ("kementan", None, "Pengelola Pupuk Bersubsidi", ("subsidi-pupuk", "autp")),
    ("kkp", None, "Pengelola Perlindungan Nelayan dan Pembudi Daya", ("asuransi-budidaya-ikan", "asuransi-nelayan", "kusuka")),
    ("pkp", None, "Pengelola Bantuan Perumahan", ("bsps", "flpp")),
    ("kemendagri", None, "Direktorat Jenderal Kependudukan dan Pencatatan Sipil", ("kartu-keluarga", "akta-kelahiran", "ktp", "kia")),
    ("dinkes-diy", "34", "Jaminan Kesehatan Sosial DIY", ("jamkesos-diy",)),
)  # fmt: skip


def load(world=None) -> None:
    """Create the providers and desks that are missing; a second run writes nothing."""
    load_catalog()
    programs = dict(Program.objects.values_list("code", "pk"))
    for suffix, region, place, local in REGENCIES:
        for office, name, name_en, codes in REGENCY_OFFICES:
            code = f"{office}-{suffix}"
            level = Provider.Level.NON_GOVERNMENT if office == "baznas" else Provider.Level.REGENCY
            Provider.objects.get_or_create(
                code=code,
                defaults={
                    "name": name.format(place),
                    "name_en": name_en.format(place),
                    "level": level,
                    "region_id": region,
                },
            )
            social = office == "dinsos"  # enters the changes of the register, and has the local programs
            codes = (*codes, *(local if social else ()))
            _desk(code, region, name.format(place), codes, programs, keeps_register=social)
    for provider, region, name, codes in HIGHER_DESKS:
        _desk(provider, region, name, codes, programs)


def _desk(
    provider: str,
    region: str | None,
    name: str,
    codes: tuple[str, ...],
    programs: dict[str, int],
    *,
    keeps_register: bool = False,
) -> None:
    row = Provider.objects.get(code=provider)
    if ProgramDesk.objects.filter(provider=row, region_id=region, name=name).exists():
        return
    desk = ProgramDesk.objects.create(
        provider=row,
        region_id=region,
        name=name,
        email=f"{provider}@example.go.id",
        keeps_register=keeps_register,
    )
    desk.programs.set([programs[code] for code in codes])
