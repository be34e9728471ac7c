"""The day on which reports are due: a thousand coordinators send at once, through the door, on PostgreSQL."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import mean

from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.models import RoleAssignment, User
from portal.ledger.models import Transition
from portal.periods import Quarter
from portal.regions.models import Level, Region
from portal.units.models import Unit
from reports.monitoring.reference import load as load_instruments
from reports.quarterly import services
from reports.quarterly.figures import digest, fill
from reports.quarterly.models import QuarterlyReport, ReportVersion
from reports.quarterly.reference import load as load_copies
from tests.bench import Row, measure

SENDERS = int(os.environ.get("BENCH_SENDERS", 1_000))
ALONE = 40
AT_ONCE = 32
NARRATIVE = {"as_planned": "yes", "achievements": "Terlayani.", "plans": "Menjangkau padukuhan terpencil."}


def prepare(count: int) -> list[tuple[QuarterlyReport, User, str]]:
    """Villages of Java whose report is written and looked at: (report, its coordinator, digest of what was seen)."""
    with transaction.atomic():
        load_instruments()
        load_copies()
    villages = list(Region.objects.at(Level.VILLAGE).filter(pk__startswith="33.")[:count])
    regencies = sorted({village.pk[:5] for village in villages})
    places = [("slrt", code, code) for code in regencies] + [("puskesos", v.pk, v.name) for v in villages]
    Unit.objects.bulk_create(
        Unit(kind=kind, region_id=code, name=name, status=Unit.Status.OPERATING)
        for kind, code, name in places
    )
    users = User.objects.bulk_create(
        User(username=f"rush-{n}", name=f"Koordinator {n}") for n in range(count)
    )
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role="puskesos_coordinator", region=village, valid_from="2020-01-01")
        for user, village in zip(users, villages, strict=True)
    )
    cycle = services.open_cycle(quarter=Quarter(2026, 3))
    reports = list(
        cycle.reports.filter(tier="puskesos").select_related("cycle", "region").order_by("region_id")
    )
    made = ReportVersion.objects.bulk_create(
        ReportVersion(report=report, number=1, answers=NARRATIVE) for report in reports
    )
    versions = {version.report_id: version for version in made}
    fill(cycle, reports, versions)
    for version in versions.values():
        version.refresh_from_db()
    return [(report, user, digest(versions[report.pk])) for report, user in zip(reports, users, strict=True)]


def sending(report: QuarterlyReport, user: User, seen: str):
    """A call that sends one report from the sender's own session; it answers the status."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    address = reverse("quarterly_quarterlyreport_modeladmin_send_puskesos", args=[report.pk])
    return lambda: client.post(address, {"seen": seen, "checked": "on"}).status_code


def rush(calls, workers: int) -> tuple[list[float], list[int]]:
    """All calls at once, served by a number of workers; seconds from the common start to each answer, and the answers."""
    start, waits, answers, lock = threading.Barrier(workers), [], [], threading.Lock()
    began: list[float] = []

    def worker(mine):
        start.wait()
        began.append(time.perf_counter())
        for call in mine:
            status = call()
            with lock:
                waits.append(time.perf_counter() - began[0])
                answers.append(status)
        connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(worker, [calls[n::workers] for n in range(workers)]))
    return waits, answers


@measure("Due-day rush", on=("postgresql",))
def due_day():
    prepared = prepare(SENDERS + ALONE)
    calls = [sending(*one) for one in prepared]
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    alone = []
    for call in calls[:ALONE]:
        began = time.perf_counter()
        call()
        alone.append(time.perf_counter() - began)
    waits, answers = rush(calls[ALONE:], AT_ONCE)
    waits.sort()
    sent = QuarterlyReport.objects.filter(tier="puskesos", status="sent")
    numbers = set(sent.values_list("region_id", "number"))
    log = Transition.objects.filter(move="send_puskesos").count()
    fair = mean(alone) * SENDERS
    yield Row(
        f"the last of {SENDERS:,} senders, against as many one after the other", max(waits), fair, at_most=1.5
    )
    yield Row(
        "p99 of the wait for the answer, against the same", waits[-max(1, SENDERS // 100)], fair, at_most=1.5
    )
    yield Row("p50 of the wait for the answer, against the same", waits[SENDERS // 2], fair)
    lost = SENDERS - sum(1 for answer in answers if answer == 302)
    yield Row("senders without the answer “sent”", lost, SENDERS, "senders", at_most=0)
    gone = SENDERS + ALONE - sent.exclude(version=None).count()
    yield Row("reports that are not there", gone, SENDERS, "reports", at_most=0)
    odd = 2 * (SENDERS + ALONE) - len(numbers) - log
    yield Row("reports without their number or their one log row", abs(odd), SENDERS, "reports", at_most=0)
