"""What `manage.py check` finds wrong with an installation."""

import pytest
from huey.contrib.djhuey import HUEY

from portal.operations import checks


def ids(found) -> list[str]:
    return [problem.id for problem in found]


def test_the_queue_is_a_queue():
    assert checks.queue_is_a_queue(None) == []


@pytest.mark.parametrize("told", [{"name": "slrt"}, {"name": "slrt", "immediate": True}])
def test_a_queue_that_runs_jobs_at_once_is_an_error(settings, told):
    settings.HUEY = told
    assert ids(checks.queue_is_a_queue(None)) == ["operations.E001"]


def test_so_is_one_that_was_switched_at_run_time(settings):
    HUEY.immediate = True
    try:
        assert ids(checks.queue_is_a_queue(None)) == ["operations.E001"]
    finally:
        HUEY.immediate = False


def test_every_settings_module_says_it():
    """Not following DEBUG by accident: the word stands in the code of the settings."""
    for name in ("base", "test"):
        with open(f"portal/settings/{name}.py", encoding="utf-8") as file:
            assert '"immediate": False' in file.read()


def test_a_private_cache_is_an_error_in_production(settings):
    settings.TESTING = settings.DEMO = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert ids(checks.rate_limits_are_shared(None)) == ["operations.E002"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache"}}
    assert checks.rate_limits_are_shared(None) == []
