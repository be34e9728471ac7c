"""A backup is restored beside the living installation and asked; one that was touched or is not whole is refused."""

import json
import os
import shutil
import stat

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from portal.accounts.models import User
from portal.operations import backup
from portal.regions.models import Region
from tests.database import on_postgresql
from tests.factories import DecreeFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize(
        "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
    ),
]


@pytest.fixture
def engine(request, monkeypatch):
    if (request.param == "postgresql") != on_postgresql():
        pytest.skip("runs on the other engine")
    if request.param == "postgresql":
        # The server of the tests may be newer than the machine's own programs.
        from tests.postgres import binaries

        monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    return request.param


@pytest.fixture
def taken(engine, tmp_path):
    """A backup of an installation with an account, a decree and its file."""
    User.objects.create_user("petugas", name="Petugas")
    DecreeFactory().file.save("sk.pdf", ContentFile(b"%PDF-1.4 keputusan"))
    return backup.take(tmp_path / "backups")


def test_what_was_backed_up_can_be_restored(taken, engine, capsys):
    manifest = json.loads((taken / "manifest.json").read_text())
    assert (
        manifest["engine"] == engine and manifest["rows"]["regions_region"] == Region.objects.count() > 90_000
    )
    assert all(stat.S_IMODE(part.stat().st_mode) == 0o600 for part in taken.iterdir())
    assert stat.S_IMODE(taken.stat().st_mode) == 0o700
    User.objects.create_user("later", name="Kemudian")
    call_command("backup", drill=taken)
    said = capsys.readouterr().out
    assert "rows in" in said and "1 files" in said and "the keys are right" in said and "are whole" in said
    assert "can be restored" in said
    assert User.objects.filter(username="later").exists(), "the living database is only read"
    if engine == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'slrt_drill_%%'")
            assert cursor.fetchone() == (0,)


def test_a_backup_that_was_touched_is_refused(taken):
    with (taken / "files.tar.gz").open("ab") as archive:
        archive.write(b"x")
    with pytest.raises(CommandError, match=r"files\.tar\.gz is not what was written"):
        call_command("backup", drill=taken)


def test_a_file_that_a_row_names_and_the_backup_lacks_is_named(engine, tmp_path):
    decree = DecreeFactory()
    decree.file.save("sk.pdf", ContentFile(b"%PDF-1.4"))
    decree.file.storage.delete(decree.file.name)
    with pytest.raises(
        backup.BackupFailed, match=r"1 of 1 files are missing, such as units\.Decree private/"
    ):
        list(backup.rehearse(backup.take(tmp_path)))


def test_a_question_that_the_restored_database_does_not_answer_fails_the_drill(engine, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(backup, "QUESTIONS", ("check_keys", "no_such_question"))
    with pytest.raises(backup.BackupFailed, match="no_such_question"):
        for sentence in backup.rehearse(backup.take(tmp_path)):
            asked.append(sentence)
    assert any("keys" in sentence for sentence in asked)


def test_a_folder_without_a_backup_is_said_to_be_one(engine, tmp_path):
    with pytest.raises(CommandError, match="holds no backup"):
        call_command("backup", drill=tmp_path)


def test_what_fails_on_the_way_leaves_no_half_backup(engine, tmp_path, monkeypatch):
    monkeypatch.setitem(backup.FILES, "media", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup.take(tmp_path)
    assert not list(tmp_path.iterdir())
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)
