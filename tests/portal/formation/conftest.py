import pytest

from portal.formation import reference
from portal.staffing import reference as positions


@pytest.fixture(autouse=True)
def reference_data(db):
    positions.load()
    reference.load()
