"""Journeys run through the real doors: a browser, the web server, the queue's jobs."""

import pytest
from django.db import transaction

from portal.operations.loading import World, loaders
from tests.browser import DESKTOP, Visitor


@pytest.fixture
def visitor(chromium, live_server):
    """`visitor()` is the public, `visitor("fo.sleman")` a demo account; each has a browser of its own."""
    opened = []

    def open_for(username: str = "", viewport=DESKTOP, **context) -> Visitor:
        one = Visitor(chromium, live_server.url, viewport, **context)
        opened.append(one)
        return one.sign_in(username, "slrt-demo-2026") if username else one

    yield open_for
    for one in opened:
        one.close()


@pytest.fixture
def offices(settings):
    """Reference data and the demo's offices, accounts, programs and desks; no family, no case."""
    settings.DEMO = True
    world = World()
    wanted = [
        module for label, module in loaders("demo") if label in ("accounts", "units", "programs_catalog")
    ]
    for module in [*(module for _label, module in loaders("reference")), *wanted]:
        with transaction.atomic():
            module.load(world)
    return world
