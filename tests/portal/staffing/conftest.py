import pytest

from portal.staffing import reference


@pytest.fixture(autouse=True)
def reference_data(db):
    reference.load()
