"""Numbers: gap-free, unique, by office and year."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.ledger.models import NumberMask, NumberSeries
from portal.ledger.numbers import mask_for, next_number
from portal.regions.models import Region

DAY = dt.date(2026, 11, 23)
PLAIN = "{number}/{code}/{year}"


@pytest.fixture
def sleman(db):
    return Region.objects.get(pk="34.04")


@pytest.mark.django_db
def test_each_office_kind_and_year_counts_on_its_own(sleman):
    bantul = Region.objects.get(pk="34.02")
    given = [
        next_number("REG", sleman, on=DAY),
        next_number("REG", sleman, on=DAY),
        next_number("REG", bantul, on=DAY),
        next_number("REK", sleman, on=DAY),
        next_number("REG", sleman, on=dt.date(2027, 1, 1)),
        next_number("REG", None, on=DAY),
    ]
    assert given == [
        "00001/REG/34.04/XI/2026",
        "00002/REG/34.04/XI/2026",
        "00001/REG/34.02/XI/2026",
        "00001/REK/34.04/XI/2026",
        "00001/REG/34.04/I/2027",
        "00001/REG/00/XI/2026",
    ]


@pytest.mark.django_db
def test_the_closest_mask_wins(sleman):
    village = Region.objects.get(pk="34.04.07.2001")
    assert mask_for("REG", village).startswith("{number:05d}")
    NumberMask.objects.create(kind="REG", mask="N/" + PLAIN)
    NumberMask.objects.create(kind="REG", region_id="34.04", mask="K/" + PLAIN)
    NumberMask.objects.create(kind="REG", region_id="34.02", mask="X/" + PLAIN)
    NumberMask.objects.create(kind="REK", region=village, mask="V/" + PLAIN)
    assert next_number("REG", village, on=DAY) == "K/1/34.04.07.2001/2026"
    assert mask_for("REG", Region.objects.get(pk="34")) == "N/" + PLAIN
    assert mask_for("REK", village) == "V/" + PLAIN


@pytest.mark.django_db
def test_one_mask_per_office_and_one_for_the_nation(sleman):
    NumberMask.objects.create(kind="REG", mask=PLAIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberMask.objects.create(kind="REG", mask=PLAIN)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_gap(sleman):
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("REG", sleman, on=DAY)
        raise RuntimeError
    with transaction.atomic():
        assert next_number("REG", sleman, on=DAY) == "00001/REG/34.04/XI/2026"


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused(sleman):
    with pytest.raises(transaction.TransactionManagementError):
        next_number("REG", sleman)
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db
def test_an_unknown_kind_is_refused(sleman):
    with pytest.raises(ValueError, match="kinds of numbers"):
        next_number("XYZ", sleman)
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db
def test_it_costs_two_queries(sleman):
    next_number("REG", sleman)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        next_number("REG", sleman)
    assert len(queries) == 2


def give(_n):
    try:
        with transaction.atomic():
            number = next_number("REG", Region(pk="34.04"), on=DAY)
        return number
    finally:
        connection.close()


def give_or_fail(n):
    """Every third thread gives its number back."""
    try:
        with transaction.atomic():
            number = next_number("REG", Region(pk="34.04"), on=DAY)
            if n % 3 == 0:
                raise RuntimeError("changed my mind")
        return number
    except RuntimeError:
        return None
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("work", "kept"), [(give, 100), (give_or_fail, 66)])
def test_fifty_threads_get_unique_gap_free_numbers(work, kept):
    with ThreadPoolExecutor(50) as threads:
        given = [number for number in threads.map(work, range(100)) if number]
    assert sorted(given) == [f"{n:05d}/REG/34.04/XI/2026" for n in range(1, kept + 1)]
    assert NumberSeries.objects.get().last == kept
