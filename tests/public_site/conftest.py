"""A site as it stands after setup: pages in both languages, the catalog, one SLRT."""

import pytest

from programs_catalog.reference import load_catalog
from public_site import reference
from tests.casework import records
from tests.factories import UnitFactory


@pytest.fixture
def site(db):
    load_catalog()
    reference.load()
    UnitFactory(
        region_id="34.04", kind="slrt", name="SLRT Kabupaten Sleman", address="Jl. Contoh 1, Sleman",
        opening_hours="Senin-Jumat 08.00-15.00", status="operating",
    )  # fmt: skip


@pytest.fixture
def registered_case(site):
    return records.case()
