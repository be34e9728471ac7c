"""Facts plus deltas equal the cases at every moment, while writers write, roll back, and a folder folds."""

import datetime as dt
import random
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.casework.models import Case
from portal.accounts.models import User
from portal.units.models import Unit
from reports.dashboards import facts

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
VILLAGES = ("34.04.07.2001", "34.04.07.2002", "34.02.01.2001", "32.04.05.2001")
SECONDS = 6


@pytest.mark.rule("D-04", "D-07")
def test_no_reader_ever_sees_a_wrong_count():
    user = User.objects.create_user("counter", name="Petugas")
    unit = Unit.objects.create(kind="slrt", name="SLRT", region_id="34.04")
    end, last = time.monotonic() + SECONDS, time.monotonic() + 20 * SECONDS
    writes, folds, checks, wrong, errors = [], [], [], [], []

    def enough():
        return len(writes) > 50 and sum(folds) > 20 and len(checks) > 3

    def going_on():
        """Longer on a slow machine, until it was a test at all."""
        now = time.monotonic()
        return now < end or (now < last and not enough())

    def guarded(work):
        def run():
            try:
                while going_on() and not errors:
                    work()
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        return threading.Thread(target=run)

    def writer(number):
        rnd = random.Random(number)

        def work():
            writes.append(1)
            case = Case(
                number=f"{number}-{len(writes)}-{rnd.random()}", lookup_code="x", kind=rnd.choice(Case.Kind.values), concern="other", channel="slrt",
                unit=unit, region_id=rnd.choice(VILLAGES), description="-", registered_by=user,
                opened_at=timezone.make_aware(dt.datetime(2026, rnd.randint(1, 12), 5)),
            )  # fmt: skip
            case.save()
            act = rnd.random()
            if act < 0.3:
                Case.objects.filter(pk=case.pk).update(
                    status="closed", outcome="withdrawn", closed_at=timezone.now()
                )
            elif act < 0.5:
                case.delete()
            elif act < 0.7:
                with transaction.atomic():
                    Case.objects.filter(pk=case.pk).update(kind="question")
                    transaction.set_rollback(True)

        return work

    def folder():
        folds.append(facts.fold())

    def checker():
        checks.append(1)
        wrong.extend(facts.differences())

    threads = [guarded(writer(n)) for n in range(3)] + [guarded(folder), guarded(checker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert enough()
    assert wrong == []
    facts.fold()
    assert facts.differences() == []
    assert (
        sum(count.n for count in facts.counts("status", "", ("0000", "9999")).values())
        == Case.objects.count()
    )
