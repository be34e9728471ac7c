"""A killed worker, a full disk, a restarted database in the middle of a closing: it goes on, nothing twice, nothing lost (M-06)."""

import errno
import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from portal.jobs.models import Job
from portal.ledger.models import Transition
from reports.quarterly import closing, schedule, services
from reports.quarterly.figures import national_digest
from reports.quarterly.models import ReportingCycle
from tests.database import ROOT, database_url, execute, fill_template, on_postgresql
from tests.factories import UnitFactory
from tests.quarterly.places import BANTUL, CATURTUNGGAL, DIY, NARRATIVE, SLEMAN, Province, run_jobs

PATIENCE = 120


class Closer:
    """Processes of tests.quarterly.closer on one database."""

    def __init__(self, url: str):
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        }

    def start(self, *arguments) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.quarterly.closer", *map(str, arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, text=True, **pipes)

    def run(self, *arguments) -> str:
        process = self.start(*arguments)
        said, complaint = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, complaint[-3000:]
        return said.strip()

    def state(self, key) -> dict:
        return json.loads(self.run("state", key))


def go_on(process: subprocess.Popen) -> None:
    process.stdin.write("\n")
    process.stdin.flush()


def check(before: dict, after: dict) -> None:
    """Closed, each report once in the log, every figure the bytes that were sent."""
    assert after["status"] == "closed" and after["digest"] == after["computed"]
    assert after["log"] == after["logged"] == after["reports"] == before["reports"]
    assert {status for _code, status in after["by_status"]} == {"closed", "missed"}
    accepted = {code for code, status in before["by_status"] if status in ("accepted", "closed")}
    assert {code for code, status in after["by_status"] if status == "closed"} == accepted
    assert before["computed"] == after["computed"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("M-06")
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_worker_killed_in_the_middle_costs_nothing(engine):
    if (engine == "postgresql") != on_postgresql():
        pytest.skip("runs on the other engine")
    name = settings.DATABASES["default"]["NAME"]
    connection.close()
    closer = Closer(
        database_url(os.environ["DATABASE_URL"], name) if on_postgresql() else f"sqlite:///{name}"
    )
    key = closer.run("prepare")
    before = closer.state(key)
    worker = closer.start("close", key)
    assert worker.stdout.readline().strip() == "19"
    go_on(worker)
    assert worker.stdout.readline().strip() == "32"  # one province is done, the next one begins
    worker.kill()
    worker.wait()
    between = closer.state(key)
    assert between["status"] == "closing" and 0 < between["log"] < between["reports"]
    closer.run("resume", key)
    check(before, closer.state(key))
    closer.run("resume", key)
    check(before, closer.state(key))


@pytest.mark.postgres
@pytest.mark.rule("M-06")
def test_a_database_that_goes_down_in_the_middle_costs_nothing():
    """The server ends at once while a closing stands within its transaction; started again, the closing goes on."""
    import psycopg

    from tests.postgres import prepared

    server = prepared()
    try:
        execute(server.url(), f"CREATE DATABASE closing TEMPLATE {fill_template(server.url())}")
        # The server of the tests forgets its last commits when it crashes; one in production does not.
        execute(server.url(), "ALTER DATABASE closing SET synchronous_commit = on")
        closer = Closer(server.url("closing"))
        key = closer.run("prepare")
        before = closer.state(key)
        worker = closer.start("close", key)
        for province in ("19", "32", "34"):
            assert worker.stdout.readline().strip() == province
            if province != "34":
                go_on(worker)
        with psycopg.connect(server.url("closing")) as other:
            # Somebody holds a row of this province: the closing waits for it within its own transaction.
            other.execute("select 1 from quarterly_quarterlyreport where region_id = '34.04' for update")
            go_on(worker)
            deadline, waiting = time.monotonic() + PATIENCE, 0
            with psycopg.connect(server.url(), autocommit=True) as watcher:
                while not waiting and time.monotonic() < deadline:
                    waiting = watcher.execute(
                        "select count(*) from pg_stat_activity where datname = 'closing' and wait_event_type = 'Lock'"
                    ).fetchone()[0]
                    time.sleep(0.05)
            assert waiting == 1
            server.crash_and_restart()
            other.close()
        _said, complaint = worker.communicate(timeout=PATIENCE)
        assert worker.returncode != 0 and "OperationalError" in complaint
        between = closer.state(key)
        assert between["status"] == "closing" and 0 < between["log"] < between["reports"]
        closer.run("resume", key)
        check(before, closer.state(key))
    finally:
        server.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("M-06")
@pytest.mark.skipif(on_postgresql(), reason="SQLite can be told how large its file may become")
def test_a_full_disk_stops_the_closing_and_space_lets_it_go_on():
    with transaction.atomic():
        diy = Province()
    for code in ("32.04", *(f"34.04.07.{n}" for n in (2003,)), *(f"34.04.06.200{n}" for n in range(1, 5))):
        UnitFactory(region_id=code, kind="puskesos" if len(code) > 5 else "slrt")
    services.open_cycle(quarter=diy.quarter)
    diy.pass_on(CATURTUNGGAL, SLEMAN, BANTUL, DIY)
    diy.send(None)
    job = closing.close_cycle(cycle=diy.cycle, by=diy.secretariat)
    digest = national_digest(diy.cycle)

    def fill_the_disk(done, _total, _code):
        if done != 1:
            return
        with connection.cursor() as cursor:
            cursor.execute("pragma page_count")
            cursor.execute(f"pragma max_page_count = {cursor.fetchone()[0]}")
            # Log rows of something else use up what room the pages still have.
            with pytest.raises(OperationalError, match="full"):
                for n in range(10_000):
                    cursor.execute(
                        "insert into ledger_transition (model, object_id, move, from_status, to_status, by_role, at, note, data) "
                        "values ('x', %s, 'x', '', 'x', '', '2026-01-01', '', '{}')",
                        [n],
                    )

    with pytest.raises(OperationalError, match="full"):
        closing.finish_closing(ReportingCycle.objects.get(pk=diy.cycle.pk), tell=fill_the_disk)
    statuses = set(diy.cycle.reports.filter(province_code="34").values_list("status", flat=True))
    assert "closed" not in statuses and "missed" not in statuses  # the province is as it was
    assert set(diy.cycle.reports.filter(province_code="32").values_list("status", flat=True)) == {"missed"}
    with connection.cursor() as cursor:
        cursor.execute("pragma max_page_count = 1073741823")
    assert schedule.go_on_closing() == 1 and Job.objects.filter(pk=job.pk).exists()
    run_jobs()
    cycle = ReportingCycle.objects.get(pk=diy.cycle.pk)
    assert cycle.status == "closed" and cycle.digest == digest
    log = Transition.objects.filter(model="quarterly.quarterlyreport", move__in=("close", "miss"))
    assert log.count() == log.values("object_id").distinct().count() == cycle.reports.count()


class FullDisk(FileSystemStorage):
    """A private storage on a disk without room."""

    def _save(self, name, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.django_db
def test_without_room_for_files_the_report_is_still_read_and_written(client, settings):
    settings.STORAGES = settings.STORAGES | {"private": {"BACKEND": f"{__name__}.FullDisk"}}
    diy = Province()
    report = diy.send(CATURTUNGGAL)
    client.force_login(diy.manager[SLEMAN])
    answer = client.get(reverse("quarterly:pdf", args=[report.pk]))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_a_file_that_finds_no_room_is_said_beside_its_field(client, monkeypatch):
    from portal.backoffice.models import Attachment

    diy = Province()
    report = diy.report(CATURTUNGGAL)
    field = Attachment._meta.get_field("file")
    monkeypatch.setattr(field, "storage", FullDisk())
    client.force_login(diy.coordinator[CATURTUNGGAL])
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")
    address = reverse("quarterly_quarterlyreport_modeladmin_write", args=[report.pk])
    answer = client.post(address, NARRATIVE | {"evidence": upload})
    assert answer.status_code == 200 and answer.context["form"].errors["evidence"]
    assert not report.versions.exists() and not Attachment.objects.exists()
