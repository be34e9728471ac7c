"""Finding a region by words: "depok sleman" finds the district Depok of Kabupaten Sleman."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from rapidfuzz import fuzz, process

from .models import Level, Region, below_q, codes_down_to, level_of

#: words that say the level and not the place; people write them or leave them out
_LEVEL_WORDS = {"kab", "kec", "kel", "ds", "desa", "kelurahan", "kecamatan", "provinsi", "prov"}
_SHORT_WORDS = {
    "diy": "istimewa yogyakarta",
    "dki": "jakarta",
    "jabar": "jawa barat",
    "jateng": "jawa tengah",
    "jogja": "yogyakarta",
    "yogya": "yogyakarta",
    "jogjakarta": "yogyakarta",
}
#: how alike a misspelt word is to the one that was meant, of 100
_LIKENESS = 80
#: how much more alike the name of a place one level lower must be
_PER_LEVEL = 3
_SHORT_WORDS |= {"jatim": "jawa timur", "babel": "bangka belitung", "ntb": "nusa tenggara barat"}
_SHORT_WORDS |= {"ntt": "nusa tenggara timur", "sumut": "sumatera utara", "sumbar": "sumatera barat"}


def fold(text: str) -> str:
    """Lower case without accents and signs: "Désa Ku'u" becomes "desa ku u"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def search_text(names: Iterable[str]) -> str:
    """What a region is found by: its own name first, then those above it; names of two words also written as one."""
    parts = []
    for name in names:
        folded = fold(name)
        parts.append(folded)
        if " " in folded:
            parts.append(folded.replace(" ", ""))
    return " ".join(parts)[:300]


def words_of(query: str) -> list[str]:
    """The words of a query that name a place."""
    words = [word for part in fold(query).split() for word in _SHORT_WORDS.get(part, part).split()]
    return [word for word in words if word not in _LEVEL_WORDS] or words


def bounded_q(bounds: Iterable[str] | None) -> Q:
    """The condition for regions within any of the codes ('' is the nation); None sets no bound, [] finds nothing."""
    if bounds is None:
        return Q()
    condition = Q(pk__in=[])
    for code in bounds:
        if not code:
            return Q()
        condition |= Q(pk=code) | below_q(code, "pk")
    return condition


def search(
    query: str,
    *,
    level: Level | int | None = None,
    within: str = "",
    bounds: Iterable[str] | None = None,
    limit: int = 20,
) -> list[Region]:
    """Current regions whose name and ancestors hold every word, or whose code begins so; the best first.

    Names repeat: show `full_names` beside the results. Fewer than two letters find nothing.
    """
    regions: QuerySet[Region] = Region.objects.current().filter(bounded_q(bounds))
    if within:
        regions = regions.filter(bounded_q([within]))
    if level:
        # Plus zero: a scan in the order of codes is four times faster here than the index on level and name.
        regions = regions.alias(at_level=F("level") + Value(0)).filter(at_level=level)
    code = _code_in(query)
    if code:
        return list(regions.filter(pk__startswith=code).order_by("pk")[:limit])
    words = words_of(query)
    if sum(map(len, words)) < 2:
        return []
    named = Q()
    for word in words:
        for start in (word, f"kabupaten {word}", f"kota {word}"):
            named |= Q(search_text__startswith=start)
    if sum(map(len, words)) < 3:
        # Two letters stand in half of all names: only beginnings count.
        regions = regions.filter(named)
    # The longest word first: it drops the most rows before the others are looked for.
    for word in sorted(words, key=len, reverse=True):
        regions = regions.filter(search_text__contains=word)
    whole = " ".join(words)
    rank = Case(
        When(
            Q(name__iexact=whole) | Q(name__iexact=f"kabupaten {whole}") | Q(name__iexact=f"kota {whole}"),
            then=0,
        ),
        When(search_text__startswith=whole, then=1),
        When(Q(level=Level.PROVINCE) | named, then=2),
        default=Value(3),
        output_field=IntegerField(),
    )
    return list(regions.order_by(rank, "level", "pk")[:limit])


def closest(query: str) -> str:
    """The query with each word that names no place put right by the most similar one that does; '' where nothing is near.

    Of words about equally near the one of the higher level is meant: "bandng" is Bandung, not a village Bandang.
    """
    known, mended = _words_of_names(), []
    for word in words_of(query):
        if word in known or len(word) < 4:
            mended.append(word)
            continue
        near = process.extract(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=10)
        if not near:
            return ""
        mended.append(max(near, key=lambda found: (found[1] - _PER_LEVEL * known[found[0]], found[0]))[0])
    return "" if mended == words_of(query) else " ".join(mended)


@lru_cache(maxsize=1)
def _words_of_names() -> dict[str, int]:
    """Every word in the names of regions, with the highest level it names; read once in a process (half a second)."""
    words: dict[str, int] = {}
    for name, level in Region.objects.order_by("-level").values_list("name", "level").iterator():
        folded = fold(name)
        for word in {*folded.split(), folded.replace(" ", "")}:
            words[word] = level
    return words


def _code_in(query: str) -> str:
    """A code written with or without points, else ''."""
    digits = re.sub(r"[.\s]", "", query)
    if not digits.isdigit() or not 2 <= len(digits) <= 10:
        return ""
    parts = [digits[0:2], digits[2:4], digits[4:6], digits[6:10]]
    return ".".join(part for part in parts if part)


def path_to(code: str) -> list[Region]:
    """The regions from the province down to `code`, as far as they exist."""
    try:
        level_of(code)
    except ValueError:
        return []
    found = Region.objects.in_bulk(codes_down_to(code))
    return [found[part] for part in codes_down_to(code) if part in found]
