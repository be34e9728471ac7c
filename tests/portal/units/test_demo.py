import pytest

from portal.regions.models import Region
from portal.units import demo
from portal.units.models import Unit

pytestmark = pytest.mark.django_db


def test_the_demo_units_are_the_150_founded_slrts_and_load_twice_without_change(
    django_assert_max_num_queries,
):
    with django_assert_max_num_queries(400):
        demo.load()
    slrts = Unit.objects.filter(kind=Unit.Kind.SLRT)
    assert slrts.count() == 150
    assert {y: slrts.filter(founded_on__year=y).count() for y in (2016, 2017, 2018, 2019)} == demo.FOUNDED
    assert Unit.objects.get(kind="slrt", region="32.04").name == "SLRT Sabilulungan Kabupaten Bandung"
    assert Unit.objects.filter(kind="puskesos", regency_code="32.04").count() == 280
    assert Unit.objects.filter(kind="puskesos", region="34.04.07.2001", status="operating").exists()
    before = Unit.objects.count()
    demo.load()
    assert Unit.objects.count() == before
    assert not Unit.objects.filter(is_demo=False).exists()
    for unit in Unit.objects.exclude(longitude=None).order_by("?")[:30]:
        unit.full_clean()
    assert slrts.filter(latitude=None).count() == 0


def test_the_named_slrts_are_real_regions():
    assert Region.objects.filter(pk__in=demo.NAMED).count() == len(demo.NAMED)
    assert Region.objects.get(pk="32.72").name == "Kota Sukabumi"
    assert Region.objects.get(pk="73.03").name == "Kabupaten Bantaeng"
    assert Region.objects.get(pk="64.03").name == "Kabupaten Berau"
    assert Region.objects.get(pk="13.76").name == "Kota Payakumbuh"
    assert Region.objects.get(pk="16.05").name == "Kabupaten Musi Rawas"
    assert Region.objects.get(pk="63.06").name == "Kabupaten Hulu Sungai Selatan"
    assert Region.objects.get(pk="14.08").name == "Kabupaten Siak"
    assert Region.objects.get(pk="33.14").name == "Kabupaten Sragen"
