"""Background work on screen: one's own jobs only, results through the policy, failures in words."""

import pytest
from django.urls import reverse

from portal.jobs import services
from portal.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds():
    @services.handler("test.file", label="Berkas uji")
    def write(run):
        run.advance(1, 2)
        run.deliver(result={}, file=b"isi", filename="hasil.csv")

    @services.handler("test.refuse")
    def refuse(run):
        raise services.JobProblem("Triwulan ini belum ditutup.")

    @services.handler("test.crash")
    def crash(run):
        raise ValueError("3404070101900001 is bad")

    yield
    for kind in ("test.file", "test.refuse", "test.crash"):
        services.HANDLERS.pop(kind)


def page(client, name, job):
    return client.get(reverse(f"backoffice:{name}", args=[job.pk]))


def test_the_result_is_for_whoever_asked(kinds, as_user, officer):
    mine = officer("manager", "34.04")
    job = services.submit("test.file", by=mine)
    client = as_user(mine)
    assert 'http-equiv="refresh"' in page(client, "job", job).content.decode()
    assert page(client, "job_result", job).status_code == 404
    services.run(job.pk)
    assert "Berkas uji" in client.get(reverse("backoffice:jobs")).content.decode()
    assert b"".join(page(client, "job_result", job).streaming_content) == b"isi"
    stranger = as_user(officer("manager", "34.02"))
    for name in ("job", "job_result"):
        assert page(stranger, name, job).status_code == 404
    assert stranger.post(reverse("backoffice:job_retry", args=[job.pk])).status_code == 404
    assert "Berkas uji" not in stranger.get(reverse("backoffice:jobs")).content.decode()


def test_failures_speak_to_people(kinds, as_user, officer):
    user = officer("manager", "34.04")
    refused, crashed = services.submit("test.refuse", by=user), services.submit("test.crash", by=user)
    services.run(refused.pk)
    services.run(crashed.pk)
    client = as_user(user)
    assert "Triwulan ini belum ditutup." in page(client, "job", refused).content.decode()
    text = page(client, "job", crashed).content.decode()
    assert "ValueError" not in text and "3404070101900001" not in text and str(crashed.pk) in text


def test_a_failed_job_can_be_asked_for_again(kinds, as_user, officer):
    user = officer("manager", "34.04")
    job = services.submit("test.crash", by=user)
    services.run(job.pk)
    response = as_user(user).post(reverse("backoffice:job_retry", args=[job.pk]))
    assert response.status_code == 302 and Job.objects.filter(kind="test.crash", status="queued").count() == 1
