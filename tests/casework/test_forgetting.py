"""Personal data are kept no longer than set, and lie nowhere in the clear (UU 27/2022)."""

import datetime as dt
import io
import json
import logging
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone
from huey import SqliteHuey
from pypdf import PdfReader

from cases.casework import services
from cases.casework.models import Case, Remark
from cases.casework.services import look_up
from cases.casework.services.forgetting import forget
from cases.casework.services.notifying import deliver
from cases.casework.tasks import send_notice
from cases.casework.workflow import CASE_FLOW
from portal.jobs.models import Job
from portal.jobs.services import submit
from portal.ledger.models import AuditEntry
from tests.casework import records as make

pytestmark = pytest.mark.django_db


def closed_years_ago(years, **states):
    case = make.case(closed=True, reporter_name="Bu Tejo", **states)
    past = timezone.now() - dt.timedelta(days=366 * years)
    Case.objects.filter(pk=case.pk).update(opened_at=past - dt.timedelta(days=9), closed_at=past)
    return case


def test_a_dry_run_counts_and_takes_nothing():
    case = closed_years_ago(6)
    out = io.StringIO()
    call_command("forget_cases", stdout=out)
    case.refresh_from_db()
    assert out.getvalue().startswith("1 cases") and case.person_id and case.description


def test_past_its_term_a_case_keeps_what_counts_and_loses_who_it_was():
    old, recent, running = closed_years_ago(6), closed_years_ago(4), make.case()
    kept = (old.kind, old.program_id, old.region_id, old.outcome, old.subject_sex)
    number, code = old.number, old.lookup_code
    assert look_up(number, code)
    done = forget(dry_run=False)
    assert (done.due, done.done) == (1, 1)
    old.refresh_from_db()
    assert (old.kind, old.program_id, old.region_id, old.outcome, old.subject_sex) == kept
    assert old.person is None and old.household is None
    assert not any((old.description, old.answer, old.reporter_name, old.lookup_code))
    assert old.enrolment is None and CASE_FLOW.log_of(old).count() == 7
    assert not old.referrals.get().reason and look_up(number, code) is None and look_up(number, "") is None
    for other in (recent, running):
        other.refresh_from_db()
        assert other.person_id and other.description
    assert AuditEntry.objects.filter(action="delete", model="casework.case").count() == 1
    assert forget(dry_run=False).due == 0


class Haystack:
    """Everything that an installation leaves behind, as one pile of bytes."""

    def __init__(self):
        self.parts: dict[str, bytes] = {}

    def add_files(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                self.parts[str(path)] = path.read_bytes()

    def search(self, secrets) -> list[str]:
        return [
            f"{name}: {secret}"
            for name, part in self.parts.items()
            for secret in secrets
            if secret.encode() in part
        ]


@pytest.fixture
def on_disk(settings, tmp_path):
    """Cache, queue, notices and private files as files of this test."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": tmp_path / "cache",
        }
    }
    settings.NOTICE_DIR = str(tmp_path / "notices")
    return tmp_path


@pytest.mark.rule("A-08")
def test_the_seeded_nik_lies_nowhere_in_the_clear(on_disk, client, caplog):
    """A grep for the seeded digits through database, dump, cache, queue, job arguments, logs, exports and letters."""
    caplog.set_level(logging.DEBUG)
    pile, name = Haystack(), "Tumini Sulastri"
    words = "Kata rahasia keluarga"
    case = make.case(
        referred=True,
        description=words,
        notice_channel="sms",
        reporter_phone="081234567890",
        reporter_name="Bu Tejo",
    )
    case.person.name = name
    case.person.save()
    digits, card = case.person.nik, case.household.family_card_number
    services.tell_family(
        case=case, method="phone", note=f"NIK {digits}", by=make.officer("front_office", "34.04")
    )
    # The doors that officers use: look-up, page, receipt, export, spreadsheet of the desk.
    front = make.officer("front_office", "34.04")
    client.force_login(front, backend="portal.accounts.backends.RoleBackend")
    client.post(reverse("casework:register"), {"number": digits})
    client.post(reverse("casework:register"), {"number": digits[:15]})
    client.get(f"/admin/keluhan/inspect/{case.pk}/")
    client.get(f"/admin/keluhan/?q={digits}")
    pile.parts["receipt"] = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(client.get(f"/admin/resi/{case.pk}/surat-resi.pdf").content)).pages
    ).encode()
    client.force_login(make.officer("manager", "34.04"), backend="portal.accounts.backends.RoleBackend")
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/admin/keluhan/?export={kind}")
        content = answer.getvalue() if hasattr(answer, "getvalue") else answer.content
        assert case.number.encode() in content or kind == "xlsx"
        pile.parts[f"export.{kind}"] = _unpacked(content)
    desk = case.referrals.get().desk
    client.force_login(
        make.officer("program_desk", "34.04", desk=desk), backend="portal.accounts.backends.RoleBackend"
    )
    sheet = client.get(reverse("casework:download_referrals"))
    pile.parts["desk.xlsx"] = _unpacked(sheet.getvalue() if hasattr(sheet, "getvalue") else sheet.content)
    # The worker: what was put into the queue, as the queue's own file holds it.
    queue = SqliteHuey("privacy", filename=str(on_disk / "huey.db"))
    for notice in case.notices.all():
        send = queue.task(name=f"notice_{notice.pk}")(send_notice.func)
        queue.enqueue(send.s(notice.pk))
        deliver(notice.pk)
    job = submit("register.check", by=front, key="x", run=1)
    pile.parts["jobs"] = json.dumps(
        list(Job.objects.values("kind", "args", "message", "error")), default=str
    ).encode()
    assert job.args == {"run": 1}
    pile.parts["logs"] = caplog.text.encode()
    # The database, row by row as a dump writes it.
    pile.parts["database"] = _raw_rows().encode()
    queue.storage.close() if hasattr(queue.storage, "close") else None
    pile.add_files(on_disk)
    assert any("notices" in part for part in pile.parts) and any("huey.db" in part for part in pile.parts)
    assert case.number.encode() in pile.parts["database"]
    assert pile.search((digits, card)) == []
    # A family's own message and the sheet of the desk that is to enrol it name the person; nothing else does.
    private = {part for part in pile.parts if not part.endswith(".txt") and part != "desk.xlsx"}
    assert name.encode() in pile.parts["desk.xlsx"] and words.encode() not in pile.parts["desk.xlsx"]
    assert [found for found in pile.search((name, words)) if found.split(":")[0] in private] == []


def seeded():
    """A case that went through all hands, and what must not be read of it: digits, name, words."""
    words, name = "Kata rahasia keluarga", "Tumini Sulastri"
    case = make.case(
        closed=True, of=make.person(name=name), description=words, reporter_name="Bu Tejo", reporter_phone="081234567890",
        notice_channel="sms",
    )  # fmt: skip
    heard = "Kata rahasia petugas"
    assert heard in settled_proposal(heard).reason
    secrets = (
        case.person.nik,
        case.household.family_card_number,
        name,
        words,
        heard,
        "Bu Tejo",
        "81234567890",
    )
    return case, secrets


@pytest.mark.rule("A-08")
@pytest.mark.django_db(transaction=True)
def test_the_database_file_and_its_dump_hold_no_number_name_or_word_of_a_family():
    """The file itself, byte by byte with its log, and what `.dump` writes: committed rows, deleted rows and indexes."""
    if connection.vendor != "sqlite":
        pytest.skip("the dump of PostgreSQL has its own test")
    case, secrets = seeded()
    pile = Haystack()
    pile.parts["dump"] = "\n".join(
        line for line in connection.connection.iterdump() if "regions_region" not in line
    ).encode()
    file = Path(connection.settings_dict["NAME"])
    pile.add_files(file.parent)
    number = case.number.encode()
    assert number in pile.parts["dump"] and any(
        number in pile.parts[name] for name in pile.parts if name != "dump"
    )
    assert pile.search(secrets) == []


@pytest.mark.rule("A-08")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_dump_of_postgresql_holds_no_number_name_or_word_of_a_family():
    from tests.database import database_url
    from tests.postgres import binaries

    case, secrets = seeded()
    address = database_url(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])
    dumped = subprocess.run(
        [binaries() / "pg_dump", "--exclude-table-data=regions_*", "--dbname", address],
        capture_output=True,
        check=True,
    ).stdout
    pile = Haystack()
    pile.parts["pg_dump"] = dumped
    assert case.number.encode() in dumped and b"households_proposalremark" in dumped
    assert pile.search(secrets) == []


def _raw_rows() -> str:
    """Every text column of the tables as the database stores it, without our fields in between."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("regions_", "wagtail", "sqlite_")):  # large, and written by nobody here
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines += [repr(row) for row in cursor.fetchall()]
    return "\n".join(lines)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_free_words_of_the_log_go_with_the_case():
    case = closed_years_ago(6)
    words = "Tetangganya Bu Sumi melapor"
    step = CASE_FLOW.log_of(case).last()
    Remark.objects.create(step=step, case=case, text=words)
    assert CASE_FLOW.words_of(CASE_FLOW.log_of(case).last()) == words
    steps = CASE_FLOW.log_of(case).count()
    forget(dry_run=False)
    assert not Remark.objects.filter(case=case).exists() and CASE_FLOW.log_of(case).count() == steps
    assert not any(CASE_FLOW.words_of(step) for step in CASE_FLOW.log_of(case))


def settled_proposal(words):
    from cases.households import services as register

    facilitator, manager = make.officer("facilitator", make.CATURTUNGGAL), make.officer("manager", "34.04")
    siti = make.person(occupation="buruh")
    proposal = register.propose_change(
        household=siti.household, person=siti, changes={"occupation": "pedagang"}, note=words, by=facilitator
    )
    register.review_proposal(proposal=proposal, note=words, by=make.officer("supervisor", "34.04.07"))
    register.forward_proposals(proposals=[proposal], by=manager)
    return register.refuse_proposal(proposal=proposal, reason=f"Tidak padan: {words}", by=manager)


@pytest.mark.rule("H-06", "A-08")
def test_words_beside_a_proposal_lie_encrypted_outside_the_log_and_can_be_forgotten(client):
    from cases.households.models import ProposalRemark, UpdateProposal, Visit
    from cases.households.services import record_visit
    from cases.households.services.proposals import changes_of
    from cases.households.workflow import PROPOSAL_FLOW
    from portal.backoffice.admin import ADMINS

    words = "Pak Darmo tetangganya"
    make.unit("34.04")
    old, recent = settled_proposal(words), settled_proposal(words)
    visit = record_visit(
        unit=make.unit("34.04"), place="home", purpose="outreach", household=old.household, note=words,
        by=make.officer("facilitator", make.CATURTUNGGAL),
    )  # fmt: skip
    # Not in the log, and not readable where they lie; on the screen they stand.
    steps = list(PROPOSAL_FLOW.log_of(old))
    assert [step.note for step in steps] == [""] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM households_proposalremark")
        assert cursor.rowcount and not any(words in text for (text,) in cursor.fetchall())
    client.force_login(make.officer("manager", "34.04"), backend="portal.accounts.backends.RoleBackend")
    page = ADMINS[UpdateProposal].url("inspect", old)
    assert words in client.get(page).content.decode()
    # Past their term they go, by the command alone and only with --yes.
    past = timezone.now() - dt.timedelta(days=366 * 6)
    UpdateProposal.objects.filter(pk=old.pk).update(status_since=past)
    Visit.objects.filter(pk=visit.pk).update(at=past)
    for yes in ([], ["--yes"]):
        out = io.StringIO()
        call_command("forget_cases", *yes, stdout=out)
        assert "1 settled proposals and the notes of 1 visits" in out.getvalue()
        old.refresh_from_db()
        visit.refresh_from_db()
        assert bool(changes_of(old)) is bool(visit.note) is (yes == [])
    assert words not in client.get(page).content.decode()
    assert (
        old.reason == "–"
        and old.status == "refused"
        and not ProposalRemark.objects.filter(proposal=old).exists()
    )
    assert len(PROPOSAL_FLOW.log_of(old)) == 4 and visit.purpose == "outreach"
    recent.refresh_from_db()
    assert changes_of(recent) and ProposalRemark.objects.filter(proposal=recent).count() == 2
    assert AuditEntry.objects.filter(action="delete", model="households.updateproposal").count() == 1
    assert forget(dry_run=False).records.proposals == 0


@pytest.mark.rule("H-06", "A-08")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_reasons_from_before_they_were_sealed_are_sealed_where_they_lie_and_open_again_on_the_way_back():
    _a_reason_goes_back_and_forth()


@pytest.mark.rule("H-06", "A-08")
@pytest.mark.django_db(transaction=True)
def test_on_sqlite_too_old_reasons_are_sealed():
    _a_reason_goes_back_and_forth()


def _a_reason_goes_back_and_forth():
    from cases.households.models import UpdateProposal

    def migrate(name):
        MigrationExecutor(connection).migrate([("households", name)])

    def stored():
        with connection.cursor() as cursor:
            cursor.execute("SELECT reason FROM households_updateproposal WHERE id = %s", [proposal.pk])
            return cursor.fetchone()[0]

    make.unit("34.04")
    proposal = settled_proposal("nama ibu berbeda")
    plain = "Tidak padan: nama ibu berbeda"
    assert proposal.reason == plain and plain not in stored()
    migrate("0003_words_beside_proposals")
    assert stored() == plain
    migrate("0004_reason_of_a_proposal_sealed")
    assert plain not in stored() and UpdateProposal.objects.get(pk=proposal.pk).reason == plain
    with pytest.raises(IntegrityError, match="refused_proposal_says_why"):
        UpdateProposal.objects.filter(pk=proposal.pk).update(reason="")
