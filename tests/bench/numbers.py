"""Fifty clerks registering at once in one regency: numbers unique and gap-free, against the bare counter below them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from django.db.models import F

from portal.ledger.models import NumberSeries
from portal.ledger.numbers import next_number
from portal.regions.models import Region
from tests.bench import Row, measure, timed

THREADS, NUMBERS = 50, 1000
DAY = dt.date(2026, 11, 23)


@measure("Number reservation", on=("postgresql",))
def number_reservation():
    bare_series = NumberSeries.objects.create(kind="bare", year=2026)
    NumberSeries.objects.create(kind="REG", region_code="34.04", year=2026)

    def bare(_n):
        with transaction.atomic():
            NumberSeries.objects.filter(pk=bare_series.pk).update(last=F("last") + 1)

    def reserve(_n):
        with transaction.atomic():
            return next_number("REG", Region(pk="34.04"), on=DAY)

    given: list[str] = []
    with ThreadPoolExecutor(THREADS) as clerks:
        list(clerks.map(lambda _n: connection.ensure_connection(), range(THREADS * 4)))
        counting = timed(lambda: list(clerks.map(bare, range(NUMBERS))))
        reserving = timed(lambda: given.extend(clerks.map(reserve, range(NUMBERS))))
        list(clerks.map(lambda _n: connection.close(), range(THREADS * 4)))
    wanted = {f"{n:05d}/REG/34.04/XI/2026" for n in range(1, NUMBERS + 1)}
    yield Row(
        f"{NUMBERS:,} numbers by {THREADS} threads, against a bare counter update",
        reserving,
        counting,
        at_most=4,
    )
    yield Row("numbers given twice", len(given) - len(set(given)), NUMBERS, "numbers", at_most=0)
    yield Row("gaps", len(wanted - set(given)), NUMBERS, "numbers", at_most=0)
