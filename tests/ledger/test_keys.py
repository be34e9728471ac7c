"""The keys belong to the database: a wrong one refuses to start, and all can be written anew with another."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from cases.households.models import Household, Person
from portal.fields import DecryptionError, key_fingerprints, key_id_of
from portal.ledger import keys
from portal.ledger.models import KeyFingerprint
from tests.database import ROOT
from tests.factories import HouseholdFactory, PersonFactory

pytestmark = pytest.mark.django_db
OLD = settings.FIELD_ENCRYPTION_KEYS[0]
NEW = "k2:bmV3LWVuY3J5cHRpb24ta2V5LW9mLTMyLWJ5dGVzISE="
ANOTHER_WITH_THE_OLD_ID = "dev1:YW5vdGhlci1rZXktd2l0aC0zMi1ieXRlcy1pbi1pdCE="
NEW_INDEX = "bmV3LWluZGV4LWtleS10aGF0LWhhcy0zMi1ieXRlcyE="


def tokens(model, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def key_ids():
    stored = tokens(Person, "nik") + tokens(Person, "name")
    stored += tokens(Household, "family_card_number") + tokens(Household, "address")
    return {key_id_of(token) for token in stored}


@pytest.fixture
def people():
    """Seven persons written with the old key, and the keys noted down."""
    keys.check_keys()
    return [PersonFactory() for _ in range(7)]


def test_the_first_start_notes_the_keys_down():
    assert keys.check_keys() == ["dev1", "index"]
    noted = dict(KeyFingerprint.objects.values_list("key_id", "fingerprint"))
    assert noted == key_fingerprints() and OLD.partition(":")[2] not in str(noted)


def test_another_key_under_the_same_id_is_refused_and_named(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [ANOTHER_WITH_THE_OLD_ID]
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS, key dev1: is not the key"):
        keys.check_keys()
    with pytest.raises(CommandError, match="key dev1: is not the key"):
        call_command("check_keys")


def test_another_index_key_is_refused_and_named(people, settings):
    settings.FIELD_INDEX_KEY = NEW_INDEX
    with pytest.raises(ImproperlyConfigured, match="FIELD_INDEX_KEY: is not the key"):
        keys.check_keys()


def test_a_missing_key_is_refused_before_rotation(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(ImproperlyConfigured, match="key dev1: is missing.*rotate_keys"):
        keys.check_keys()


def test_the_right_keys_are_said(people, capsys):
    call_command("check_keys")
    assert "dev1, index" in capsys.readouterr().out


def test_rotation_writes_everything_anew_and_frees_the_old_key(people, settings, capsys):
    before = [(p.nik, p.name, p.household.address) for p in people]
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    keys.check_keys()
    assert key_ids() == {"dev1"}
    call_command("rotate_keys", batch=3)
    printed = capsys.readouterr().out
    assert "households.Person.nik: 7 rows" in printed and "Only the key k2 is in use" in printed
    assert key_ids() == {"k2"}
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    keys.check_keys()
    again = Person.objects.select_related("household").order_by("pk")
    assert [(p.nik, p.name, p.household.address) for p in again] == before
    assert Person.objects.with_nik(before[3][0]).get() == people[3]


def test_rotation_can_be_interrupted_and_goes_on(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    seen = []

    def stop(rotated):
        seen.append(rotated.rewritten)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate(batch=3, tell=stop)
    assert key_ids() == {"dev1", "k2"}
    done = sum(seen[-1:])
    results = {rotated.column: rotated.rewritten for rotated in keys.rotate(batch=3)}
    assert key_ids() == {"k2"}
    assert sum(results.values()) + done == 7 * 4  # NIK, name, KK and address of each
    assert not any(rotated.rewritten for rotated in keys.rotate())


def test_a_key_that_is_written_with_again_is_needed_again(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    keys.check_keys()
    keys.rotate()
    settings.FIELD_ENCRYPTION_KEYS = [OLD, NEW]
    keys.check_keys()
    assert KeyFingerprint.objects.get(pk="dev1").retired_at is None


def test_a_row_that_no_key_opens_is_counted_and_keeps_its_key_needed(people, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    keys.check_keys()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_person SET nik = name WHERE id = %s", [people[0].pk])
    with pytest.raises(SystemExit) as end:
        call_command("rotate_keys")
    assert end.value.code == 1
    assert "households.Person.nik: 1 rows open with no configured key" in capsys.readouterr().out
    assert KeyFingerprint.objects.get(pk="dev1").retired_at is None
    with pytest.raises(DecryptionError):
        Person.objects.get(pk=people[0].pk)


def test_a_row_saved_meanwhile_is_not_overwritten(people, settings):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    [nik] = [
        field
        for model, field in keys._columns(keys.EncryptedTextField)
        if str(field) == "households.Person.name"
    ]
    stale = tokens(Person, "name")[0]
    Person.objects.filter(pk=people[0].pk).update(name="Nama Baru")
    assert keys._replace(Person, nik, [("k2.x", people[0].pk, stale)]) == 0
    assert Person.objects.get(pk=people[0].pk).name == "Nama Baru"


def test_a_new_index_key_finds_everybody_again(people, settings):
    settings.FIELD_INDEX_KEY = NEW_INDEX
    assert not Person.objects.with_nik(people[0].nik).exists()
    call_command("rotate_keys", index=True, batch=2)
    keys.check_keys()
    for person in people:
        assert Person.objects.with_nik(person.nik).get() == person
        assert Household.objects.with_family_card_number(person.household.family_card_number).exists()


def test_empty_values_stay_empty(settings):
    household = HouseholdFactory(family_card_number="", address="")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    keys.rotate()
    household.refresh_from_db()
    assert (household.family_card_number, household.address, household.family_card_index) == ("", "", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "-c", "import portal.wsgi"],
        [sys.executable, "manage.py", "run_huey"],
    ],
    ids=["web", "worker"],
)
def test_web_and_worker_refuse_to_start_with_a_wrong_key(command, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the same code on both engines; the processes are started once")
    keys.check_keys()
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "SLRT_VAR_DIR": str(tmp_path),
        "FIELD_ENCRYPTION_KEYS": ANOTHER_WITH_THE_OLD_ID,
    }
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert (
        "FIELD_ENCRYPTION_KEYS, key dev1: is not the key that this database was written with." in run.stderr
    )
