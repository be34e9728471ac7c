"""The tests marked `postgres`, run in one go on an embedded server, so that a plain `pytest` proves them too."""

import subprocess
import sys

import pytest

from tests.database import ROOT, on_postgresql


@pytest.mark.skipif(on_postgresql(), reason="the suite already runs on PostgreSQL")
def test_all_tests_that_need_postgresql():
    run = subprocess.run(
        [sys.executable, "-m", "tests.postgres", sys.executable, "-m", "pytest", "-m", "postgres", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=2400,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-3000:]
    assert " passed" in run.stdout
