"""Fixtures of the quarterly reports."""

import contextlib

import pytest
import time_machine


@pytest.fixture
def time_machine_at():
    """Travel to a moment of the office's own clock."""
    from tests.quarterly.places import moment

    @contextlib.contextmanager
    def travel(text: str):
        with time_machine.travel(moment(text), tick=False):
            yield

    return travel


@pytest.fixture
def diy():
    """DIY with its units and officers, before anything is reported."""
    from tests.quarterly.places import Province

    return Province()
