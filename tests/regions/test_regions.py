"""The tree: what lies within what, full names, words, and the end of a region."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from portal.regions.models import Level, Region, below_q, code_at, full_names, level_of
from portal.regions.search import closest, fold, search, words_of
from portal.regions.services import create_region, retire_region, split_region

pytestmark = pytest.mark.django_db
LAST_DAY = dt.date(2026, 6, 30)


def region(code):
    return Region.objects.get(pk=code)


@pytest.mark.parametrize(
    ("code", "level"), [("", 0), ("34", 1), ("34.04", 2), ("34.04.07", 3), ("34.04.07.2001", 4)]
)
def test_the_code_tells_the_level(code, level):
    assert level_of(code) == level


@pytest.mark.parametrize("code", ["3", "3404", "34-04", "34.04.", "ab", "34.04.07.20012", "34.04\n", "３４"])
def test_any_other_text_is_no_code(code):
    with pytest.raises(ValueError, match="not a region code"):
        level_of(code)


def test_the_full_name_has_everything_above():
    assert region("34.04.07.2001").full_name == "Caturtunggal, Depok, Kabupaten Sleman, DI Yogyakarta"
    assert region("34").full_name == "DI Yogyakarta"
    assert [above.pk for above in region("34.04.07.2001").ancestors()] == ["34", "34.04", "34.04.07"]


def test_many_full_names_cost_one_query(django_assert_num_queries):
    villages = list(Region.objects.at(Level.VILLAGE).filter(pk__startswith="34.")[:50])
    with django_assert_num_queries(1):
        names = full_names(villages)
    assert len(names) == 50 and all(name.endswith("DI Yogyakarta") for name in names.values())


def test_within_is_the_region_and_all_below_and_no_neighbour():
    codes = set(Region.objects.within(region("34.04")).values_list("pk", flat=True))
    assert len(codes) == 1 + 17 + 86
    assert all(code == "34.04" or code.startswith("34.04.") for code in codes)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("depok sleman", "34.04.07"),
        ("Sleman Depok", "34.04.07"),
        ("kec. depok, kab. sleman", "34.04.07"),
        ("catur tunggal sleman", "34.04.07.2001"),
        ("caturtunggal diy", "34.04.07.2001"),
        ("kabupaten bandung", "32.04"),
        ("kota bandung", "32.73"),
        ("pangkalpinang", "19.71"),
        ("sungai liat", "19.01.01"),
        ("diy", "34"),
        ("34.04.07.2001", "34.04.07.2001"),
        ("3404072001", "34.04.07.2001"),
    ],
)
def test_words_find_the_region(query, first):
    assert search(query)[0].pk == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bandng", "32.04"),
        ("caturtungal", "34.04.07.2001"),
        ("slemann", "34.04"),
        ("jogja", "34.71"),
        ("kota yogya", "34.71"),
    ],
)
def test_a_misspelt_or_everyday_name_finds_the_region_that_was_meant(typed, first):
    found = search(typed) or search(closest(typed))
    assert first in [region.pk for region in found[:3]]


@pytest.mark.parametrize("typed", ["qqqqzzzz", "bandung", "x", "", "3404"])
def test_nothing_is_put_right_that_is_right_or_like_nothing(typed):
    assert closest(typed) == ""


def test_a_search_keeps_level_region_and_bounds():
    named = Region.objects.within(region("34.04")).filter(level=4, search_text__contains="catur")
    found = search("catur", level=Level.VILLAGE, within="34.04", limit=100)
    assert {r.pk for r in found} == set(named.values_list("pk", flat=True)) and len(found) > 3
    assert search("depok", bounds=["34.02"]) == []
    assert search("depok", bounds=[]) == []
    assert {r.pk[:2] for r in search("depok", bounds=["34.04", "32"])} == {"34", "32"}


@pytest.mark.parametrize("query", ["", " ", "a", "%", "_", "'; drop table", "tidak ada desa begini"])
def test_a_search_for_nothing_finds_nothing(query):
    assert search(query) == []


def test_words_are_folded_and_level_words_dropped():
    assert fold("Désa  Ku'u-1") == "desa ku u 1"
    assert words_of("kab. Sleman") == ["sleman"]
    assert words_of("desa") == ["desa"]  # a query of level words alone still searches for them


def test_a_retired_region_keeps_its_row_and_leaves_the_choices():
    village, successor = region("34.04.07.2001"), region("34.04.07.2002")
    retire_region(region=village, last_day=LAST_DAY, successors=[successor])
    village.refresh_from_db()
    assert village.valid_to == LAST_DAY and list(village.successors.all()) == [successor]
    assert village.is_current(LAST_DAY) and not village.is_current(LAST_DAY + dt.timedelta(days=1))
    assert Region.objects.current(LAST_DAY).filter(pk=village.pk).exists()
    assert not Region.objects.current().filter(pk=village.pk).exists()
    assert village not in search("caturtunggal")


def test_a_split_makes_new_regions_from_the_next_day():
    new = split_region(
        region=region("34.04.07.2001"),
        last_day=LAST_DAY,
        into={"34.04.07.2091": "Catur Utara", "34.04.07.2092": "Catur Selatan"},
    )
    assert [r.valid_from for r in new] == [LAST_DAY + dt.timedelta(days=1)] * 2
    assert set(region("34.04.07.2001").successors.values_list("pk", flat=True)) == {r.pk for r in new}
    assert search("catur selatan sleman")[0].pk == "34.04.07.2092"


@pytest.mark.parametrize(
    ("code", "successors", "words"),
    [
        ("34.04", [], "kabupaten sleman"),  # 103 regions below still live
        ("34.04.07.2001", ["34.04.07"], "depok"),  # another level
        ("34.04.07.2001", ["34.04.07.2001"], "caturtunggal"),  # itself
    ],
)
def test_an_impossible_end_is_refused_and_changes_nothing(code, successors, words):
    with pytest.raises(ValidationError) as refusal:
        retire_region(region=region(code), last_day=LAST_DAY, successors=[region(pk) for pk in successors])
    assert words in refusal.value.messages[0].lower()
    assert region(code).valid_to is None


def test_a_region_ends_once():
    retire_region(region=region("34.04.07.2001"), last_day=LAST_DAY)
    with pytest.raises(ValidationError):
        retire_region(region=region("34.04.07.2001"), last_day=LAST_DAY)


@pytest.mark.parametrize("code", ["34.04.07.2001", "99.01", "34.4", "", "34.99.01.2001"])
def test_a_region_with_a_taken_bad_or_orphaned_code_is_refused(code):
    before = Region.objects.count()
    with pytest.raises(ValidationError):
        create_region(code=code, name="Baru", valid_from=LAST_DAY)
    assert Region.objects.count() == before


#: How a collation may see a code: as its bytes, without the dots (glibc's en_US, id_ID).
ORDERS = {"bytes": lambda code: code, "no dots": lambda code: code.replace(".", "")}


@pytest.mark.parametrize("order", ORDERS)
def test_what_lies_below_does_not_depend_on_the_collation(order):
    seen = ORDERS[order]
    codes = list(Region.objects.values_list("pk", flat=True))
    for code, size in (("34", 5 + 78 + 438), ("34.04", 17 + 86), ("34.04.07", 3), ("34.04.07.2001", 0)):
        low, high = (seen(bound) for _name, bound in sorted(below_q(code).children))
        found = [other for other in codes if low <= seen(other) <= high]
        assert len(found) == size and all(other.startswith(f"{code}.") for other in found)
        assert Region.objects.filter(below_q(code, "pk")).count() == size


@pytest.mark.parametrize(
    ("code", "level", "found"),
    [
        ("34.04.07.2001", Level.VILLAGE, "34.04.07.2001"),
        ("34.04.07.2001", Level.DISTRICT, "34.04.07"),
        ("34.04.07.2001", Level.REGENCY, "34.04"),
        ("34.04.07.2001", Level.PROVINCE, "34"),
        ("34.04.07.2001", Level.NATION, ""),
        ("34", Level.VILLAGE, "34"),
        ("", Level.REGENCY, ""),
    ],
)
def test_the_code_at_a_level_is_that_of_the_region_there(code, level, found):
    assert code_at(code, level) == found
