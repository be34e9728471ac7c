"""Fixtures of the whole suite."""

import pytest
from django.test import TransactionTestCase

from portal.operations import messages
from tests import browser
from tests.database import on_postgresql, private_copy

_left_out: list[str] = []


def pytest_configure(config):
    """Compiled messages are not committed: the tests read what the .po files say now."""
    messages.compile_all()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    with django_db_blocker.unblock():
        database = private_copy()
        database.restore()
    # A test that commits leaves through a fresh copy, not through a flush: pages and regions are part of the start.
    teardown, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, database.restore
    yield
    TransactionTestCase._fixture_teardown = teardown
    with django_db_blocker.unblock():
        database.remove()


@pytest.fixture(scope="module")
def chromium():
    """A running browser, for tests marked `browser`; closed with the file, so that no other file meets its loop."""
    with browser.chromium() as running:
        yield running


#: Files that take minutes: begun first, so that no worker is left alone with one at the end.
LONG = ("test_on_postgresql.py", "test_whole_story.py", "test_addresses.py", "test_worker.py")


def pytest_collection_modifyitems(config, items):
    """On SQLite, tests that need PostgreSQL are left to tests/test_on_postgresql.py, which runs them all there."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))
    if on_postgresql():
        return
    _left_out[:] = [item.nodeid for item in items if item.get_closest_marker("postgres")]
    if _left_out:
        config.hook.pytest_deselected(items=[i for i in items if i.get_closest_marker("postgres")])
        items[:] = [item for item in items if not item.get_closest_marker("postgres")]


def pytest_terminal_summary(terminalreporter):
    if _left_out:
        terminalreporter.write_line(
            f"{len(_left_out)} tests need PostgreSQL: python -m tests.postgres python -m pytest -m postgres"
        )
