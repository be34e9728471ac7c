"""Personal data are kept no longer than set, and lie nowhere in the clear (UU 27/2022)."""

import datetime as dt
import io
import json
import sqlite3

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from cases.casework.models import Case
from cases.casework.services import look_up
from cases.casework.services.forgetting import forget
from cases.casework.workflow import CASE_FLOW
from portal.jobs.models import Job
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


def test_the_seeded_nik_lies_nowhere_in_the_clear(tmp_path):
    """A grep through the whole database as a file, and through what jobs were given."""
    case = make.case(closed=True, description="NIK saya tercantum")
    digits, card, name = case.person.nik, case.household.family_card_number, "Tumini Sulastri"
    case.person.name = name
    case.person.save()
    if connection.vendor != "sqlite":
        pytest.skip("reads the database as a file")
    copy = tmp_path / "dump.sqlite3"
    target = sqlite3.connect(copy)
    connection.ensure_connection()
    for line in connection.connection.iterdump():
        # Tables of the case desk and of the ledger; regions alone are 90,000 lines.
        if any(
            word in line
            for word in ("casework_", "households_", "ledger_", "jobs_", "accounts_", "backoffice_")
        ):
            for secret in (digits, card, name, "NIK saya tercantum"):
                assert secret not in line, line[:120]
    target.close()
    assert digits not in json.dumps([job.args for job in Job.objects.all()])
