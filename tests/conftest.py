"""Fixtures of the whole suite."""

import pytest
from django.test import TransactionTestCase

from tests.database import TestDatabase


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    with django_db_blocker.unblock():
        database = TestDatabase()
        database.restore()
    # A test that commits leaves through a fresh copy, not through a flush: pages and regions are part of the start.
    teardown, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, database.restore
    yield
    TransactionTestCase._fixture_teardown = teardown
    with django_db_blocker.unblock():
        database.remove()
