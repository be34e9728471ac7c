"""The engine: right, state, row lock and log in one step (C-25)."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.accounts.models import RoleAssignment
from portal.accounts.roles import Role
from portal.ledger.models import Transition
from portal.ledger.workflow import SYSTEM, Move, Workflow, WrongState, as_of
from portal.units.models import Unit
from tests.factories import UnitFactory, UserFactory, neighbor, officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def flow():
    """A table of our own over real units, so that the tests do not follow the units' real way."""
    from portal.ledger.workflow import REGISTRY

    kept = dict(REGISTRY)
    yield Workflow(
        "units.Unit",
        {
            "open": Move(("forming", "located"), to="operating", right="change", label="Open"),
            "close": Move(("operating",), to="closed", right="change", label="Close", needs_note=True),
            "expire": Move(("operating",), to="closed", right="change", label="Expire", automatic=True),
        },
        initial="forming",
    )
    REGISTRY.clear()
    REGISTRY.update(kept)


@pytest.fixture
def unit(db):
    return UnitFactory(status="forming")


def move(flow, unit, name, by, **kwargs):
    with transaction.atomic():
        unit = flow.lock(unit, name, by=by)
        return flow.record(unit, name, by=by, **kwargs)


@pytest.mark.rule("C-25")
def test_every_move_leaves_a_row_with_who_when_and_from_where(flow, unit):
    manager = officer(Role.MANAGER)
    flow.start(unit, by=manager)
    move(flow, unit, "open", manager, note="Sudah siap", letter=7)
    move(flow, unit, "close", manager, note="Pindah")
    unit.refresh_from_db()
    assert unit.status == "closed"
    log = list(flow.log_of(unit))
    assert [(row.move, row.from_status, row.to_status) for row in log] == [
        ("start", "", "forming"),
        ("open", "forming", "operating"),
        ("close", "operating", "closed"),
    ]
    assert {row.by for row in log} == {manager} and {row.by_role for row in log} == {"manager"}
    assert (log[1].note, log[1].data) == ("Sudah siap", {"letter": 7})
    assert log[0].at <= log[1].at <= log[2].at


def rows_of(unit) -> list[tuple]:
    fields = ("model", "move", "from_status", "to_status", "by_id", "by_role", "note", "data")
    return list(Transition.objects.filter(object_id=str(unit.pk)).values_list(*fields))


@pytest.mark.rule("C-25")
@pytest.mark.parametrize("who", ["timer", "officer of two regions"])
def test_many_moves_at_once_leave_the_rows_of_one_by_one(flow, who):
    move, by, data = "expire", SYSTEM, {"letter": 7, "of": ["a", 'b "c"'], "none": None}
    if who != "timer":
        move, by = "close", officer(Role.MANAGER, "34.04")
        RoleAssignment.objects.create(user=by, role=Role.BACK_OFFICE, region_id="34.02")
        by = type(by).objects.get(pk=by.pk)
    alone = [UnitFactory(region_id=code) for code in ("34.04", "34.02")]
    together = [
        UnitFactory(region_id=code, kind=Unit.Kind.PUSKESOS) for code in ("34.04.07.2001", "34.02.15.2004")
    ]
    gone = UnitFactory(region_id="34.04.07.2002", kind=Unit.Kind.PUSKESOS, status="closed")
    with transaction.atomic():
        for unit in alone:
            flow.record(unit, move, by=by, note="Sudah 1 'tahun'; 100 %", **data)
        at = flow.log_of(alone[0]).get().at
        rows = [*together, gone]
        if by is SYSTEM:  # a set never read into memory
            rows = Unit.objects.filter(pk__in=[unit.pk for unit in rows])
        assert flow.record_all(rows, move, by=by, at=at, note="Sudah 1 'tahun'; 100 %", **data) == 2
    for one, other in zip(alone, together, strict=True):
        assert rows_of(one) == rows_of(other) and len(rows_of(one)) == 1
        other.refresh_from_db()
        assert other.status == "closed"
        assert flow.log_of(other).get().at == at
    assert rows_of(gone) == []


@pytest.mark.postgres
def test_many_moves_at_once_leave_the_same_rows_on_postgresql(flow):
    test_many_moves_at_once_leave_the_rows_of_one_by_one(flow, "timer")


@pytest.mark.rule("C-25")
@pytest.mark.parametrize("sql", ["UPDATE ledger_transition SET note = 'x'", "DELETE FROM ledger_transition"])
def test_the_database_refuses_to_change_a_row_of_the_log(flow, unit, sql):
    flow.start(unit, by=SYSTEM)
    with (
        pytest.raises(DatabaseError, match="append only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Transition.objects.get().note == ""


@pytest.mark.rule("A-02")
def test_a_record_of_another_region_does_not_exist(flow, unit):
    with pytest.raises(Unit.DoesNotExist):
        move(flow, unit, "open", neighbor(Role.MANAGER))
    assert not Transition.objects.exists()


def test_inside_without_the_right_is_refused(flow, unit):
    with pytest.raises(PermissionDenied):
        move(flow, unit, "open", officer(Role.FRONT_OFFICE))
    unit.refresh_from_db()
    assert unit.status == "forming" and not Transition.objects.exists()


def test_without_any_role_nothing_exists(flow, unit):
    with pytest.raises(Unit.DoesNotExist):
        move(flow, unit, "open", UserFactory())


def test_the_wrong_state_is_said_in_words(flow, unit):
    with pytest.raises(WrongState) as refusal:
        move(flow, unit, "close", officer(Role.MANAGER), note="x")
    assert unit.get_status_display() in str(refusal.value) and "Close" in str(refusal.value)


def test_the_right_is_asked_before_the_state(flow, unit):
    with pytest.raises(PermissionDenied):
        move(flow, unit, "close", officer(Role.FRONT_OFFICE))


def test_a_move_that_needs_a_note_is_refused_without(flow, unit):
    manager = officer(Role.MANAGER)
    move(flow, unit, "open", manager)
    with pytest.raises(ValidationError) as refusal:
        move(flow, unit, "close", manager, note="  ")
    assert "note" in refusal.value.message_dict
    unit.refresh_from_db()
    assert unit.status == "operating"


def test_an_automatic_move_is_the_systems_alone(flow, unit):
    manager = officer(Role.MANAGER)
    move(flow, unit, "open", manager)
    with pytest.raises(PermissionDenied):
        move(flow, unit, "expire", manager)
    with pytest.raises(PermissionDenied):
        move(flow, unit, "close", SYSTEM)
    row = move(flow, unit, "expire", SYSTEM)
    assert (row.by, row.by_role) == (None, "")


def test_buttons_never_lie(flow, unit):
    manager, front = officer(Role.MANAGER), officer(Role.FRONT_OFFICE)
    assert list(flow.available(unit, by=manager)) == ["open"]
    assert list(flow.available(unit, by=front)) == []
    assert list(flow.available(unit, by=neighbor(Role.MANAGER))) == []
    unit.status = "operating"
    assert list(flow.available(unit, by=manager)) == ["close"]
    assert list(flow.available(unit, by=SYSTEM)) == ["expire"]


def test_a_stale_object_cannot_be_recorded(flow, unit):
    manager = officer(Role.MANAGER)
    stale = Unit.objects.get(pk=unit.pk)
    move(flow, unit, "open", manager)
    with pytest.raises(WrongState), transaction.atomic():
        flow.record(stale, "open", by=manager)
    assert Transition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lock_and_record_need_a_transaction(flow, unit):
    manager = officer(Role.MANAGER)
    with pytest.raises(transaction.TransactionManagementError):
        flow.lock(unit, "open", by=manager)
    with pytest.raises(transaction.TransactionManagementError):
        flow.record(unit, "open", by=manager)


def race(flow, unit, manager, movers):
    """Let `movers` threads make the same move at the same moment; returns what came of each."""
    gate, outcomes = threading.Barrier(movers), []

    def run():
        gate.wait()
        try:
            move(flow, unit, "open", manager)
            outcomes.append("won")
        except WrongState:
            outcomes.append("wrong state")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(movers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_movers_one_wins(flow, unit):
    manager = officer(Role.MANAGER)
    assert manager.grants  # loaded once, as in a request
    assert race(flow, unit, manager, 2) == ["won", "wrong state"]
    assert Transition.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_movers_one_wins_on_postgresql(flow, unit):
    manager = officer(Role.MANAGER)
    assert manager.grants
    assert race(flow, unit, manager, 10) == ["won"] + ["wrong state"] * 9
    assert Transition.objects.count() == 1


def test_a_past_written_down_afterwards_is_logged_at_its_own_time(flow, unit):
    past = timezone.now() - timedelta(days=400)
    with as_of(past), transaction.atomic():
        flow.start(unit, by=SYSTEM)
        flow.record(unit, "open", by=SYSTEM)
    with transaction.atomic():
        flow.record(unit, "expire", by=SYSTEM)
    start, opened, expired = flow.log_of(unit).order_by("id")
    assert start.at == opened.at == past and expired.at > past + timedelta(days=399)
