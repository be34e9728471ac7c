"""Finding a program by everyday words: "kartu sehat", "sekolah anak", misspelt too.

The catalog is small (tens of national, thousands of regional programs), so its index lives in memory and is rebuilt when the
public version changes. A word counts by where it stands (name, search words, text) and by how rare it is.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from .freshness import version
from .models import Program

WEIGHTS = (
    ("acronym", 8.0), ("name", 6.0), ("name_en", 5.0), ("keywords", 5.0), ("summary", 2.5), ("summary_en", 2.0),
    ("benefits", 1.0), ("eligibility", 1.0), ("benefits_en", 0.7), ("eligibility_en", 0.7),
)  # fmt: skip

#: words that say nothing about which program is meant
STOP = frozenset(
    [
        "a",
        "ada",
        "agar",
        "akan",
        "anda",
        "apa",
        "apakah",
        "atau",
        "bagaimana",
        "bagi",
        "bagian",
        "bahwa",
        "bantuan",
        "banget",
        "belum",
        "bisa",
        "boleh",
        "buat",
        "cara",
        "carane",
        "cari",
        "daftar",
        "dan",
        "dapat",
        "dapatkan",
        "dari",
        "dengan",
        "di",
        "dimana",
        "gimana",
        "guna",
        "hal",
        "harus",
        "ingin",
        "ini",
        "itu",
        "jadi",
        "jika",
        "juga",
        "kah",
        "kalau",
        "kami",
        "kapan",
        "ke",
        "kepada",
        "kenapa",
        "kita",
        "kok",
        "lagi",
        "layanan",
        "lewat",
        "mana",
        "mau",
        "melalui",
        "membuat",
        "memang",
        "mendapat",
        "mendapatkan",
        "mengajukan",
        "mengapa",
        "mengurus",
        "minta",
        "mohon",
        "nya",
        "oleh",
        "orang",
        "pada",
        "para",
        "pemerintah",
        "perlu",
        "program",
        "punya",
        "saja",
        "saya",
        "sama",
        "sampai",
        "saat",
        "sangat",
        "sebagai",
        "secara",
        "sedang",
        "seperti",
        "siapa",
        "soal",
        "sudah",
        "supaya",
        "syarat",
        "tapi",
        "telah",
        "tentang",
        "terima",
        "tersebut",
        "tidak",
        "tolong",
        "untuk",
        "urus",
        "urusan",
        "yang",
        "gratis",
        "bikin",
        "dong",
        "gak",
        "ga",
        "nggak",
        "enggak",
        "tak",
        "the",
        "of",
        "for",
        "and",
        "how",
        "to",
        "can",
        "get",
        "i",
        "my",
        "is",
        "what",
        "who",
        "where",
        "a",
        "an",
        "in",
        "do",
        "need",
        "want",
        "from",
        "with",
    ]
)

#: everyday word -> words of the catalog
SYNONYMS = {
    "ktm": "ktp", "ektp": "ktp", "akte": "akta", "aktelahir": "akta kelahiran", "lahiran": "kelahiran", "dokter": "berobat sakit",
    "obat": "berobat", "kesehatan": "sehat", "bpjs": "bpjs kis jkn", "jkn": "kis jkn", "askes": "jkn", "jamkesmas": "kis jkn",
    "opname": "rawat inap", "melahirkan": "persalinan hamil kis", "bersalin": "persalinan kis", "cuci": "cuci darah kis",
    "bumil": "hamil", "mengandung": "hamil", "busui": "menyusui", "bayi": "bayi balita", "anak2": "anak",
    "duit": "uang tunai", "dana": "uang tunai", "cash": "tunai", "blt": "tunai bansos", "bansos": "bansos tunai sembako", "bulanan": "bulanan tunai",
    "kampus": "kuliah", "universitas": "kuliah", "mahasiswa": "kuliah", "ukt": "kuliah", "sma": "sma sekolah", "smk": "sma sekolah",
    "smp": "smp sekolah", "sd": "sd sekolah", "spp": "biaya sekolah", "seragam": "seragam sekolah", "buku": "buku sekolah",
    "ijasah": "ijazah", "kejar": "kejar paket", "dropout": "putus sekolah", "do": "putus sekolah",
    "gas": "elpiji gas", "elpiji": "elpiji gas", "melon": "elpiji gas melon", "lpg": "elpiji gas", "setrum": "listrik", "token": "listrik token",
    "pln": "listrik", "lampu": "listrik", "meteran": "listrik meteran pasang", "rabuk": "pupuk", "mes": "pupuk", "sawah": "padi sawah petani", "tani": "petani",
    "ladang": "petani", "tambak": "ikan tambak pembudidaya", "lele": "ikan kolam pembudidaya", "nelayan": "nelayan", "laut": "nelayan melaut", "perahu": "nelayan perahu",
    "kapal": "nelayan perahu", "gubuk": "rumah rusak", "reyot": "rumah reyot", "bocor": "atap bocor rumah", "ambruk": "rumah roboh", "roboh": "rumah roboh",
    "kontrak": "beli rumah kpr", "ngontrak": "beli rumah kpr", "kpr": "kpr rumah subsidi", "jompo": "lansia jompo", "simbah": "lansia",
    "kakek": "lansia kakek", "nenek": "lansia nenek", "mbah": "lansia", "tua": "lansia tua", "manula": "lansia", "cacat": "disabilitas cacat", "difabel": "disabilitas",
    "tuli": "disabilitas alat bantu dengar", "buta": "disabilitas tongkat", "lumpuh": "disabilitas kursi roda", "stroke": "disabilitas kursi roda berobat",
    "odgj": "disabilitas mental asodkb", "gila": "disabilitas mental", "yatim": "yatim piatu", "piatu": "yatim piatu", "meninggal": "meninggal yatim",
    "warung": "modal usaha warung", "jualan": "modal usaha dagang", "dagang": "modal usaha dagang", "modal": "modal usaha", "umkm": "modal usaha", "kerja": "usaha",
    "makan": "makan makanan pangan", "lapar": "sembako beras pangan", "sembako": "sembako bpnt", "raskin": "beras raskin", "rastra": "beras rastra",
    "gizi": "gizi", "stunting": "stunting gizi", "kurus": "kurus gizi", "pendek": "stunting", "suntik": "imunisasi vaksin", "vaksin": "imunisasi vaksin",
    "gula": "gula cek", "diabetes": "cek gula berobat", "tensi": "tensi cek", "medical": "cek kesehatan", "skrining": "skrining cek",
    "zakat": "zakat baznas", "utang": "utang zakat", "hutang": "utang zakat", "gelandangan": "terlantar gelandangan", "pengemis": "terlantar gelandangan",
    "mudik": "ongkos pulang terlantar", "kehabisan": "kehabisan bekal terlantar", "kecopetan": "kehilangan uang terlantar", "ambulan": "ambulans antar pasien", "ambulance": "ambulans antar pasien",
    "nikah": "menikah kk", "cerai": "kk ubah data", "pindah": "pindah alamat kk", "kk": "kk kartu keluarga",
}  # fmt: skip


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A light Indonesian stem: common endings and beginnings off, never below four letters."""
    for suffix in ("nya", "lah", "kah", "kan", "an", "ku", "mu"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            word = word[: -len(suffix)]
            break
    for prefix in (
        "meng",
        "meny",
        "mem",
        "men",
        "peng",
        "pem",
        "pen",
        "ber",
        "ter",
        "per",
        "me",
        "di",
        "ke",
        "se",
        "pe",
    ):
        if word.startswith(prefix) and len(word) - len(prefix) >= 4:
            return word[len(prefix) :]
    return word


def words_of(text: str) -> list[str]:
    return [stem(word) for word in fold(text).split() if word not in STOP]


@dataclass
class Index:
    """Which words stand in which program, and how heavily."""

    version: int
    programs: dict[int, Program]
    postings: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    folded_names: dict[int, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        return list(self.postings)


_indexes: dict[str, Index] = {}


def index() -> Index:
    """The index of the published programs at the present public version."""
    number = version()
    kept = _indexes.get("all")
    if kept is None or kept.version != number or number == 0:
        kept = _indexes["all"] = _build(number)
    return kept


def _build(number: int) -> Index:
    programs = Program.objects.published().select_related("sector", "provider", "region")
    result = Index(number, {program.pk: program for program in programs})
    for pk, program in result.programs.items():
        for field_name, weight in WEIGHTS:
            for word, count in Counter(words_of(getattr(program, field_name))).items():
                entry = result.postings[word]
                entry[pk] = entry.get(pk, 0) + weight * (1 + math.log(count))
        result.folded_names[pk] = f" {fold(program.name)} {fold(program.acronym)} {fold(program.keywords)} "
    return result


def search(query: str, *, limit: int | None = None) -> list[Program]:
    """Programs that fit the words, the best first; none for words that no program knows."""
    found = index()
    text = fold(query)[:200]
    scores: dict[int, float] = defaultdict(float)
    asked = [word for word in text.split() if word not in STOP] or text.split()
    for word in asked:
        for expanded, factor in _expansions(word):
            for known, closeness in _close_words(expanded, found):
                entry = found.postings[known]
                rarity = math.log(1 + len(found.programs) / len(entry))
                for pk, weight in entry.items():
                    scores[pk] += weight * rarity * closeness * factor
    for first, second in zip(asked, asked[1:], strict=False):
        for pk, names in found.folded_names.items():
            if f" {first} {second} " in names:
                scores[pk] += 25
    best = max(scores.values(), default=0)
    ranked = sorted(
        (pk for pk, score in scores.items() if score >= 0.12 * best and score > 2),
        key=lambda pk: (-scores[pk], found.programs[pk].code),
    )
    return [found.programs[pk] for pk in ranked[:limit]]


def _expansions(word: str) -> list[tuple[str, float]]:
    expanded = [(stem(word), 1.0)]
    meanings = SYNONYMS.get(word) or SYNONYMS.get(stem(word), "")
    for other in meanings.split():
        if stem(other) != expanded[0][0]:
            expanded.append((stem(other), 0.6))
    return expanded


def _close_words(word: str, found: Index) -> list[tuple[str, float]]:
    """Known words for one that was typed: itself, else words that begin so, else a near spelling."""
    if word in found.postings:
        return [(word, 1.0)]
    if len(word) < 4:
        return []
    begins = [known for known in found.postings if known.startswith(word)]
    if begins:
        return [(known, 0.7) for known in begins[:5]]
    near = process.extract(word, found.words, scorer=fuzz.ratio, score_cutoff=76, limit=3)
    return [(known, 0.75 * score / 100) for known, score, _position in near]
