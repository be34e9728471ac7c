"""A list is searched by how numbers begin and by words anywhere in names."""

import pytest

from portal.backoffice.admin import ADMINS
from portal.units.models import Unit
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("Sleman", ["34.04"]),
        ("kabupaten slrt", ["34.02", "34.04"]),
        ("slrt bantul", ["34.02"]),
        ("34.0", ["34.02", "34.04"]),
        ("4.04", []),
        ("sleman bantul", []),
    ],
)
def test_every_word_counts_wherever_it_stands_and_codes_by_their_beginning(term, found):
    for code, name in (("34.04", "SLRT Kabupaten Sleman"), ("34.02", "SLRT Kabupaten Bantul")):
        UnitFactory(kind="slrt", region_id=code, name=name)
    rows = ADMINS[Unit].search(Unit.objects.order_by("region"), term)
    assert list(rows.values_list("region", flat=True)) == found
