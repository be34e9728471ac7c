"""The audit log: attributed, append only, and a break is found (A-08)."""

import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.ledger import audit
from portal.ledger.models import AuditChain, AuditEntry
from tests.factories import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
transactional = pytest.mark.django_db(transaction=True)


def sql(statement, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def without_triggers(*statements):
    """What somebody with full rights over the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_auditentry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER ledger_auditentry_no_update")
            cursor.execute("DROP TRIGGER ledger_auditentry_no_delete")
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def entries():
    """Five sealed entries in the chain of Sleman, one in the nation's."""
    person, user = PersonFactory(), UserFactory(username="fo.sleman")
    for number in range(5):
        audit.read(person, by=user, purpose=f"Pemeriksaan {number}")
    audit.record(audit.Action.EXPORT, AuditEntry, by=user, rows=12)
    audit.seal_waiting()
    return list(AuditEntry.objects.filter(chain="34.04").order_by("sequence"))


@pytest.mark.rule("A-08")
def test_an_entry_says_who_what_when_and_why():
    person, user = PersonFactory(), UserFactory(username="fo.sleman")
    before = timezone.now()
    entry = audit.read(person, by=user, purpose="Permohonan surat keterangan")
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_id, entry.action) == ("fo.sleman", user.pk, "read")
    assert (entry.model, entry.object_id) == ("households.person", str(person.pk))
    assert (entry.region_code, entry.chain) == ("34.04.07.2001", "34.04")
    assert entry.purpose == "Permohonan surat keterangan" and entry.at >= before


@pytest.mark.rule("A-08")
@transactional
def test_no_act_without_its_entry_and_no_entry_without_its_act():
    person, user = PersonFactory(), UserFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(audit.Action.CHANGE, person, by=user, fields=["address"])
        raise RuntimeError
    assert not AuditEntry.objects.exists()


@transactional
def test_an_entry_is_sealed_once_its_transaction_is_committed():
    person, user = PersonFactory(), UserFactory()
    with transaction.atomic():
        entry = audit.read(person, by=user, purpose="x")
        assert AuditEntry.objects.get().hash == ""
    entry.refresh_from_db()
    assert entry.sequence == 1 and entry.hash == audit.seal(entry)
    assert AuditChain.objects.get().head == entry.hash


def test_what_a_killed_process_left_unsealed_is_sealed_by_the_next_or_the_timer():
    audit.read(PersonFactory(), by=UserFactory(), purpose="x")  # the test's own transaction never commits
    assert AuditEntry.objects.filter(hash="").count() == 1
    from portal.ledger.tasks import seal_audit

    seal_audit.call_local()
    assert not AuditEntry.objects.filter(hash="").exists()
    assert list(audit.verify()) == []


@pytest.mark.rule("A-08")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_auditentry SET actor = 'somebody.else'",
        "UPDATE ledger_auditentry SET hash = 'x'",
        "UPDATE ledger_auditentry SET hash = '', sequence = NULL",
        "DELETE FROM ledger_auditentry",
        "DELETE FROM ledger_auditentry WHERE sequence = 3",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(entries, statement):
    with pytest.raises(DatabaseError, match="append only"):
        sql(statement)
    assert list(audit.verify()) == [] and AuditEntry.objects.count() == 6


@pytest.mark.rule("A-08")
def test_an_unsealed_entry_may_be_sealed_but_not_changed():
    audit.read(PersonFactory(), by=UserFactory(), purpose="x")
    with pytest.raises(DatabaseError, match="append only"):
        sql("UPDATE ledger_auditentry SET purpose = 'y'")
    with pytest.raises(DatabaseError, match="append only"):
        sql("UPDATE ledger_auditentry SET purpose = 'y', hash = 'z', sequence = 1")
    assert audit.seal_waiting() == 1


@pytest.mark.postgres
def test_postgresql_refuses_to_truncate(entries):
    for table in ("ledger_auditentry", "ledger_transition"):
        with pytest.raises(DatabaseError, match="append only"):
            sql(f"TRUNCATE {table} CASCADE")


def test_a_whole_log_is_reported_whole(entries, capsys):
    call_command("verify_audit")
    assert "6 entries in 2 chains are whole" in capsys.readouterr().out


CHANGED = "UPDATE ledger_auditentry SET {} WHERE chain = '34.04' AND sequence = 3"


@pytest.mark.rule("A-08")
@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ([CHANGED.format("actor = 'somebody.else'")], "chain 34.04: entry 3 was changed"),
        ([CHANGED.format("purpose = ''")], "chain 34.04: entry 3 was changed"),
        ([CHANGED.format("detail = '{\"a\": 1}'")], "chain 34.04: entry 3 was changed"),
        ([CHANGED.format("at = '2020-01-01 00:00:00'")], "chain 34.04: entry 3 was changed"),
        (["DELETE FROM ledger_auditentry WHERE chain = '34.04' AND sequence = 3"], "chain 34.04: entry 3 is missing"),
        (["DELETE FROM ledger_auditentry WHERE chain = '34.04' AND sequence = 5"], "chain 34.04: ends at entry 4, its head says 5"),
        (["DELETE FROM ledger_auditentry WHERE chain = '-'", "DELETE FROM ledger_auditchain WHERE name = '34.04'"], "chain 34.04: ends at entry 5, its head says 0"),
    ],
)  # fmt: skip
def test_tampering_by_who_can_drop_the_trigger_is_found_and_located(entries, statements, found, capsys):
    without_triggers(*statements)
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit")
    assert end.value.code == 1
    assert found in capsys.readouterr().out.splitlines()


def test_a_chain_written_anew_is_found_by_heads_noted_down_earlier(entries, tmp_path, capsys):
    note = tmp_path / "heads.json"
    call_command("verify_audit", note=str(note))
    assert json.loads(note.read_text())["34.04"] == [5, entries[-1].hash]
    call_command("verify_audit", against=str(note))
    without_triggers(
        CHANGED.format("actor = 'somebody.else'"),
        "UPDATE ledger_auditentry SET hash = '', sequence = NULL, previous_hash = '' WHERE chain = '34.04'",
        "DELETE FROM ledger_auditchain WHERE name = '34.04'",
    )
    audit.seal_waiting()
    assert list(audit.verify()) == []  # the chain alone cannot know
    with pytest.raises(SystemExit):
        call_command("verify_audit", against=str(note))
    assert "chain 34.04: entry 5 is not the one that was noted down" in capsys.readouterr().out


def test_a_chain_cut_off_whole_is_found_by_heads_noted_down_earlier(entries, tmp_path, capsys):
    call_command("verify_audit", note=str(tmp_path / "heads.json"))
    without_triggers("DELETE FROM ledger_auditentry", "DELETE FROM ledger_auditchain")
    with pytest.raises(SystemExit):
        call_command("verify_audit", against=str(tmp_path / "heads.json"))
    assert "chain 34.04: entry 5, noted down earlier, is missing" in capsys.readouterr().out


def test_heads_that_cannot_be_read_are_a_clear_error(tmp_path):
    (tmp_path / "x").write_text("[1]")
    with pytest.raises(CommandError, match="no heads"):
        call_command("verify_audit", against=str(tmp_path / "x"))


def test_an_entry_slipped_in_by_hand_that_nobody_sealed_is_found(entries):
    entry = AuditEntry(chain="34.04", at=timezone.now() - 2 * audit.PATIENCE, action="read", model="x.y")
    entry.save(force_insert=True)
    assert list(audit.verify()) == ["chain 34.04: 1 entries were never sealed"]


@pytest.mark.postgres
@transactional
def test_many_writers_build_one_whole_chain_and_never_wait_for_each_other():
    """Twenty clerks; each holds the transaction open until all have written: a lock on the head would stand still."""
    person, user = PersonFactory(), UserFactory()
    everyone_has_written = threading.Barrier(20, timeout=60)
    failures = []

    def work():
        try:
            for _round in range(3):
                with transaction.atomic():
                    audit.read(person, by=user, purpose="x")
                    everyone_has_written.wait()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)
    assert not failures
    audit.seal_waiting()
    assert AuditChain.objects.get().length == 60
    assert list(audit.verify()) == []
