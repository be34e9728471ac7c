"""The day on which reports are due, in a simulated province: a thousand coordinators send at once, through the door, on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import mean

from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from portal.accounts.models import RoleAssignment, User
from portal.ledger.models import Transition
from reports.quarterly import services
from reports.quarterly.figures import digest
from reports.quarterly.models import QuarterlyReport, ReportingCycle
from reports.quarterly.workflow import Status, Tier
from tests.bench import Row, measure

from .reports import CASES
from .worlds import reported_quarter, world

SENDERS = int(os.environ.get("BENCH_SENDERS", 1_000))
ALONE = 40
AT_ONCE = 32
#: Java Tengah: thousands of Puskesos
PROVINCE = "33"
NARRATIVE = {"as_planned": "yes", "achievements": "Terlayani.", "plans": "Menjangkau padukuhan terpencil."}


def prepare(count: int) -> list[tuple[QuarterlyReport, User, str]]:
    """Villages whose report is written and looked at: (report, its coordinator, digest of what was seen)."""
    quarter = reported_quarter()
    # Before the first of them is sent; the quarter before is closed.
    until = quarter.end + dt.timedelta(days=3)
    world(PROVINCE, cases=CASES, families=CASES, until=until, quarters=3)
    cycle = ReportingCycle.objects.get(quarter_code=str(quarter))
    coordinators = {
        role.region_id: role.user
        for role in RoleAssignment.objects.filter(role="puskesos_coordinator").select_related("user")
    }
    waiting = cycle.reports.filter(tier=Tier.PUSKESOS, status=Status.DRAFT).order_by("region_id")[:count]
    assert len(waiting) == count, f"only {len(waiting)} reports wait"
    answer = []
    for report in waiting:
        user = coordinators[report.region_id]
        version = services.save_answers(report=report, answers=NARRATIVE, by=user)
        answer.append((report, user, digest(version)))
    return answer


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
    keys = [report.pk for report, _user, _seen in prepared]
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    alone = []
    for call in calls[:ALONE]:
        began = time.perf_counter()
        call()
        alone.append(time.perf_counter() - began)
    waits, answers = rush(calls[ALONE:], AT_ONCE)
    waits.sort()
    sent = QuarterlyReport.objects.filter(pk__in=keys, status=Status.SENT)
    numbers = set(sent.exclude(number="").values_list("region_id", "number"))
    log = Transition.objects.filter(
        model="quarterly.quarterlyreport", object_id__in=map(str, keys), move="send_puskesos"
    ).count()
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
    odd = abs(SENDERS + ALONE - len(numbers)) + abs(SENDERS + ALONE - log)
    yield Row("reports without their number or their one log row", odd, SENDERS, "reports", at_most=0)
