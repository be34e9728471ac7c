"""Settings of a real worker process in tests: a real queue, short leases, the kinds of work of tests.jobs."""

from portal.settings.dev import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.apps.JobsInTests"]  # noqa: F405
