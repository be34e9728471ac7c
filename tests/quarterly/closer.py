"""A process of its own that prepares, closes and goes on closing a quarter; run by the tests of what may go wrong.

python -m tests.quarterly.closer prepare            # prints the quarter's key
python -m tests.quarterly.closer close KEY          # says each step, and waits for a line before it takes it
python -m tests.quarterly.closer resume KEY         # what the timer and the worker do
python -m tests.quarterly.closer state KEY          # prints what there is, as JSON
"""

import json
import os
import sys

import django


def prepare() -> None:
    from django.db import transaction

    from reports.quarterly import closing, services
    from tests.factories import UnitFactory
    from tests.quarterly.places import BANTUL, CATURTUNGGAL, DIY, SLEMAN, Province

    with transaction.atomic():
        diy = Province()
        for code in ("32.04", "19.01"):
            UnitFactory(region_id=code)
        services.open_cycle(quarter=diy.quarter)
        diy.pass_on(CATURTUNGGAL, SLEMAN, BANTUL, DIY)
        diy.send(None)
        closing.close_cycle(cycle=diy.cycle, by=diy.secretariat)
    say(diy.cycle.pk)


def close(key: int) -> None:
    from reports.quarterly import closing
    from reports.quarterly.models import ReportingCycle

    def tell(done, _total, code):
        say(code or "nation")
        sys.stdin.readline()

    say(closing.finish_closing(ReportingCycle.objects.get(pk=key), tell=tell))


def resume(key: int) -> None:
    from portal.jobs import services as jobs
    from portal.jobs.models import Job
    from reports.quarterly import schedule

    schedule.go_on_closing()
    for job in Job.objects.filter(kind="quarterly.close", status=Job.Status.QUEUED):
        jobs.run(job.pk)


def state(key: int) -> None:
    from portal.ledger.models import Transition
    from reports.quarterly.figures import national_digest
    from reports.quarterly.models import ReportingCycle

    cycle = ReportingCycle.objects.get(pk=key)
    log = Transition.objects.filter(model="quarterly.quarterlyreport", move__in=("close", "miss"))
    say(json.dumps({
        "status": cycle.status, "digest": cycle.digest, "computed": national_digest(cycle), "log": log.count(), "reports": cycle.reports.count(),
        "logged": log.values("object_id").distinct().count(), "by_status": sorted(cycle.reports.values_list("region_id", "status"), key=str),
    }))  # fmt: skip


def say(word) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    step, *rest = sys.argv[1:]
    {"prepare": prepare, "close": close, "resume": resume, "state": state}[step](*map(int, rest))
