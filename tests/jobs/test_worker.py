"""A real worker process, killed and stopped while it works: every job ends, once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from huey import PostgresHuey, SqliteHuey
from huey.contrib.djhuey import HUEY

from portal.jobs import services
from portal.jobs.models import Job
from tests.database import ROOT, database_url, on_postgresql
from tests.factories import UserFactory
from tests.jobs.apps import silent, steps

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(
        "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
    ),
]
LEASE = 6  # seconds; a worker that stands still for less on a busy machine is not taken for dead


@pytest.fixture
def engine(request):
    if (request.param == "postgresql") != on_postgresql():
        pytest.skip("runs on the other engine")
    return request.param


@pytest.fixture
def installation(engine, db, tmp_path, monkeypatch):
    """The environment of a worker on this test's database, and the queue that this process then shares with it."""
    name = settings.DATABASES["default"]["NAME"]
    if engine == "postgresql":
        url = database_url(os.environ["DATABASE_URL"], name)
        environment = {"DATABASE_URL": url, "HUEY_URL": url}
        queue = PostgresHuey("slrt", dsn=url, results=False)
    else:
        environment = {"DATABASE_URL": f"sqlite:///{name}", "HUEY_URL": ""}
        queue = SqliteHuey("slrt", filename=str(tmp_path / "huey.db"), results=False)
    monkeypatch.setattr(HUEY, "storage", queue.storage)
    monkeypatch.setitem(services.HANDLERS, "test.steps", steps)
    monkeypatch.setitem(services.HANDLERS, "test.silent", silent)
    monkeypatch.setattr(settings, "JOB_LEASE_SECONDS", LEASE)
    workers = []

    def start(*options):
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_huey", "-g", "TERM", "--flush-locks", *options],
            cwd=ROOT,
            env=os.environ
            | environment
            | {
                "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
                "SLRT_VAR_DIR": str(tmp_path),
                "JOB_LEASE_SECONDS": str(LEASE),
            },
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / "worker.log").open("a"),
        )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()
    queue.storage.close()
    connection.close()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def diary(tmp_path):
    return tmp_path / "diary"


def submit(kind, diary, **args):
    with transaction.atomic():
        job = services.submit(kind, by=UserFactory(), diary=str(diary), **args)
    return job


def wait_for(condition, seconds=120):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def let_the_lease_end(job, at):
    """What passing time does; a slow machine cannot let it pass between two lines of a test."""
    Job.objects.filter(pk=job.pk).update(lease_until=at)


def lines(diary):
    return diary.read_text().split() if diary.exists() else []


def is_done(job):
    job.refresh_from_db()
    return job.status == Job.Status.DONE


def test_a_job_whose_worker_is_killed_is_picked_up_and_ends_with_one_result(installation, diary):
    worker = installation()
    job = submit("test.steps", diary, steps=4, held_at=1)
    wait_for(lambda: lines(diary).count("step") >= 2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.RUNNING, 1)
    let_the_lease_end(job, timezone.now() + timedelta(minutes=5))
    assert services.sweep() == 0  # its lease still runs: the worker might only be slow
    let_the_lease_end(job, timezone.now() - timedelta(seconds=1))
    installation()  # sweeps when it starts
    wait_for(lambda: is_done(job))
    assert job.attempts == 2 and job.result == {"steps": 4}
    assert job.result_file.name.endswith("result.txt")
    assert lines(diary).count("start") == 2 and lines(diary).count("end") == 1


def test_a_job_whose_worker_is_told_to_stop_goes_back_at_once(installation, diary):
    worker = installation("-t", "1")
    job = submit("test.steps", diary, steps=4, held_at=1)
    wait_for(lambda: lines(diary).count("step") >= 2)
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    job.refresh_from_db()
    assert (job.status, job.lease_until) == (Job.Status.QUEUED, None)
    installation()
    wait_for(lambda: is_done(job))
    assert job.attempts == 2 and lines(diary).count("end") == 1


def test_a_worker_that_may_finish_finishes_before_it_stops(installation, diary):
    worker = installation("-t", "30")
    job = submit("test.silent", diary, seconds=2)
    wait_for(lambda: "start" in lines(diary))
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    assert is_done(job) and job.attempts == 1


def test_a_job_that_the_queue_lost_is_found(installation, diary):
    job = submit("test.steps", diary, steps=1)
    HUEY.storage.flush_all()
    Job.objects.update(queued_at=timezone.now() - timedelta(seconds=LEASE + 1))
    installation()
    wait_for(lambda: is_done(job))
    assert job.attempts == 1


def test_a_silent_handler_keeps_its_lease_while_its_worker_lives(installation, diary):
    installation()
    job = submit("test.silent", diary, seconds=4 * LEASE)
    wait_for(lambda: "start" in lines(diary))
    job.refresh_from_db()
    first = job.lease_until
    assert first is not None
    wait_for(
        lambda: (job.refresh_from_db(), job.lease_until is not None and job.lease_until > first)[1], 4 * LEASE
    )
    wait_for(lambda: is_done(job))
    assert job.attempts == 1 and job.result == {"woke": True}
