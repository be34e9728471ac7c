"""`/healthz` tells a load balancer what works, to anybody, quickly, and without a word too much."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from portal.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_all_well(client, settings, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() | {"database": {}, "queue": {}} == {
        "status": "ok", "version": settings.VERSION, "database": {}, "queue": {},
    }  # fmt: skip
    assert answer.json()["queue"] == {"status": "ok", "waiting": 0, "oldest_seconds": 0}
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_a_waiting_job_shows_its_age_and_one_that_waits_too_long_is_a_fault(client, settings):
    settings.HEALTH_QUEUE_MAX_AGE = 900
    job = Job.objects.create(kind="test")
    waits(job, 840)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert 839 <= answer.json()["queue"]["oldest_seconds"] <= 850
    waits(job, 901)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["queue"]["status"]) == ("down", "down")
    assert answer.json()["database"]["status"] == "ok"
    assert answer["Retry-After"]


def waits(job: Job, seconds: int) -> None:
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(seconds=seconds))


def test_a_finished_job_is_not_waiting(client):
    job = Job.objects.create(kind="test", status=Job.Status.DONE)
    waits(job, 100_000)
    assert client.get("/healthz").json()["queue"]["waiting"] == 0


def test_without_database_it_answers_503_and_keeps_the_address_to_itself(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError('connection to "db.internal" user "slrt" failed')

    with connection.execute_wrapper(refuse):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"status": "down", "error": "OperationalError"}
    assert b"internal" not in answer.content


def test_reads_only(client):
    assert client.post("/healthz").status_code == 405
