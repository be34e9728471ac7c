"""Jobs without a worker process: asking, claiming, leases, and what happens twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from huey.contrib.djhuey import HUEY

from portal.jobs import services, tasks
from portal.jobs.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
runs = []


@pytest.fixture(autouse=True)
def work(monkeypatch):
    """A kind of work that counts its runs, one that fails, and an empty queue."""
    runs.clear()
    monkeypatch.setitem(
        services.HANDLERS, "count", lambda run: (runs.append(run.args), run.deliver(result={"n": len(runs)}))
    )
    monkeypatch.setitem(services.HANDLERS, "fail", fail)
    HUEY.storage.flush_all()


def fail(run):
    raise RuntimeError("NIK 3404071708900001 and 081234567890 are wrong")


@pytest.fixture
def user():
    return UserFactory()


def queued():
    return [task.args[0] for task in HUEY.pending() if task.name == "run_job"]


@pytest.mark.django_db(transaction=True)
def test_it_is_enqueued_after_the_commit(user):
    with transaction.atomic():
        job = services.submit("count", by=user, year=2026)
        assert queued() == []
    assert queued() == [str(job.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_neither_row_nor_task(user):
    with pytest.raises(RuntimeError), transaction.atomic():
        services.submit("count", by=user)
        raise RuntimeError
    assert queued() == [] and not Job.objects.exists()


def test_an_unknown_kind_is_refused_when_asked_for(user):
    with pytest.raises(ValueError, match="no handler"):
        services.submit("nothing", by=user)


def test_two_handlers_for_one_kind_are_refused():
    with pytest.raises(ValueError, match="two handlers"):
        services.handler("count")(lambda run: None)


def test_a_job_runs_and_says_so(user):
    job = services.submit("count", by=user, year=2026)
    tasks.run_job.call_local(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts, job.result, job.percent) == (Job.Status.DONE, 1, {"n": 1}, 100)
    assert runs == [{"year": 2026}]
    assert job.started_at <= job.finished_at and job.lease_until is None


def test_running_it_twice_is_harmless(user):
    job = services.submit("count", by=user)
    for _time in range(3):
        services.run(job.pk)
    job.refresh_from_db()
    assert len(runs) == 1 and job.attempts == 1


def test_a_job_in_other_hands_is_left_alone(user):
    job = services.submit("count", by=user)
    assert services.claim(job.pk)
    assert services.claim(job.pk) is None
    services.run(job.pk)
    assert runs == []


def test_a_failure_is_recorded_without_personal_data(user):
    job = services.submit("fail", by=user)
    services.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED and "RuntimeError" in job.error
    assert "3404071708900001" not in job.error and "081234567890" not in job.error


def test_one_open_job_per_key(user):
    first = services.submit("count", by=user, key="2026-Q3")
    assert services.submit("count", by=user, key="2026-Q3") == first
    assert services.submit("count", by=user, key="2026-Q4") != first
    assert services.submit("fail", by=user, key="2026-Q3") != first
    services.run(first.pk)
    assert services.submit("count", by=user, key="2026-Q3") != first  # the first is over
    assert Job.objects.count() == 4


def test_without_a_key_each_request_is_a_job(user):
    assert services.submit("count", by=user) != services.submit("count", by=user)


def expire(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_who_lost_the_lease_can_neither_advance_nor_deliver_nor_finish(user):
    job = services.submit("count", by=user)
    slow = services.JobRun(services.claim(job.pk))
    slow.advance(1, 10, "Satu dari sepuluh")
    expire(job)
    quick = services.JobRun(services.claim(job.pk))
    with pytest.raises(services.LeaseLost):
        slow.advance(2, 10)
    with pytest.raises(services.LeaseLost):
        slow.deliver(result={"from": "slow"}, file=b"slow", filename="x.txt")
    services._finish(slow.job, Job.Status.FAILED, error="slow")
    quick.deliver(result={"from": "quick"})
    services._finish(quick.job, Job.Status.DONE)
    job.refresh_from_db()
    assert (job.status, job.result, job.attempts, job.error) == (Job.Status.DONE, {"from": "quick"}, 2, "")
    assert not job.result_file


def test_the_sweep_puts_back_only_what_is_lost(user):
    running, lost, waiting, done = (services.submit("count", by=user) for _ in range(4))
    services.claim(running.pk)
    services.claim(lost.pk)
    services.run(done.pk)
    expire(lost)
    HUEY.storage.flush_all()
    assert services.sweep() == 1
    assert queued() == [str(lost.pk)]
    Job.objects.filter(pk=waiting.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    assert (
        services.sweep() == 1
    )  # the lost one again; as long as the queue holds jobs, the waiting one is only waiting
    HUEY.storage.flush_all()
    assert services.sweep() == 2
    assert set(queued()) == {str(lost.pk), str(waiting.pk)}
    assert Job.objects.get(pk=running.pk).status == Job.Status.RUNNING


def test_a_job_that_kills_its_workers_is_given_up(user):
    job = services.submit("count", by=user)
    for _attempt in range(services.MAX_ATTEMPTS):
        assert services.claim(job.pk)
        expire(job)
    assert services.claim(job.pk) is None
    assert services.sweep() == 0
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED and "given up" in job.error


def test_release_puts_a_running_job_back_and_nothing_else(user):
    job, done = services.submit("count", by=user), services.submit("count", by=user)
    services.claim(job.pk)
    services.run(done.pk)
    HUEY.storage.flush_all()
    services.release(job.pk)
    services.release(done.pk)
    assert queued() == [str(job.pk)]
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.DONE, 2)


def test_the_timers_are_registered():
    from portal.ledger import tasks as ledger_tasks

    timers = {task.name for task in HUEY._registry.periodic_tasks}
    assert {"sweep_jobs", "seal_audit"} <= timers
    assert tasks.sweep_jobs and ledger_tasks.seal_audit
    assert "sweep_at_start" in HUEY._startup


def test_progress_in_percent():
    assert Job(progress=1, total=3).percent == 33
    assert Job(progress=0, total=0).percent == 0
    assert Job(status=Job.Status.DONE).percent == 100
