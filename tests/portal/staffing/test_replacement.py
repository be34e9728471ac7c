"""From the resignation to the notice to the Ministry: one month, eight data, revised decree, account, letter."""

import datetime as dt
import io

import pypdf
import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.models import RoleAssignment
from portal.accounts.roles import Role
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.ledger.workflow import WrongState
from portal.staffing import handover
from portal.staffing.models import Escalation, Replacement, StipendAccount, Vacancy
from portal.staffing.services import appointments, deadlines, replacements
from portal.staffing.services.checklist import checklist
from tests.factories import (
    AppointmentFactory,
    DecreeFactory,
    OfficerFactory,
    UserFactory,
    neighbor,
    officer,
)
from tests.portal.doors import page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), tick=False):
        yield


def started(resigned_on=dt.date(2026, 11, 10), by=None):
    by = by or officer(Role.REGENCY_SOCIAL_OFFICE)
    leaving = AppointmentFactory(in_office=True)
    return replacements.start(appointment=leaving, resigned_on=resigned_on, reason="resigned", by=by), by


def with_successor(replacement, by, **person):
    leaving = replacement.leaving
    successor = AppointmentFactory(
        officer=OfficerFactory(**person), position=leaving.position, region=leaving.region, unit=leaving.unit
    )
    decree = DecreeFactory(date=dt.date(2026, 11, 20), valid_from=dt.date(2026, 11, 20))
    [successor] = appointments.appoint(appointments=[successor], decree=decree, by=by)
    return replacements.name_successor(replacement=replacement, successor=successor, by=by)


def account_for(person, **changes):
    account = StipendAccount(
        **{"officer": person, "source": "apbn", "bank": "bni", "number": "0123456789", "holder": person.name,
           "opened_on": TODAY} | changes
    )  # fmt: skip
    account.full_clean()
    account.save()
    return account


@pytest.mark.rule("S-09")
@pytest.mark.parametrize(
    ("resigned", "due"),
    [
        (dt.date(2026, 11, 10), dt.date(2026, 12, 10)),
        (dt.date(2026, 10, 31), dt.date(2026, 11, 30)),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
    ],
)
def test_the_successor_is_due_one_month_after_the_resignation(resigned, due):
    replacement, _by = started(resigned)
    assert replacement.due_on == due
    replacement.leaving.refresh_from_db()
    assert replacement.leaving.status == "ended" and replacement.leaving.ends_on == resigned
    assert replacement.is_lapsed == (due < TODAY)


@pytest.mark.rule("S-09")
def test_only_the_offices_of_the_area_record_a_resignation_and_not_ahead_of_time():
    leaving = AppointmentFactory(in_office=True)
    when = dt.date(2026, 11, 10)
    with pytest.raises(PermissionDenied):
        replacements.start(
            appointment=leaving, resigned_on=when, reason="resigned", by=officer(Role.PROVINCIAL_COORDINATOR)
        )
    with pytest.raises(type(leaving).DoesNotExist):
        replacements.start(
            appointment=leaving, resigned_on=when, reason="resigned", by=neighbor(Role.REGENCY_SOCIAL_OFFICE)
        )
    with pytest.raises(ValidationError):
        replacements.start(
            appointment=leaving, resigned_on=dt.date(2026, 12, 1), reason="resigned", by=officer(Role.MANAGER)
        )
    assert not Replacement.objects.exists()


@pytest.mark.rule("S-09")
def test_a_lapse_is_escalated_once_however_often_the_job_runs():
    soon, _by = started(dt.date(2026, 10, 28))  # due 28 November: a reminder
    late, _by = started(dt.date(2026, 10, 20))  # due 20 November: lapsed
    old, _by = started(dt.date(2026, 9, 20))  # due 20 October: passed on
    started(dt.date(2026, 11, 20))  # nothing yet
    first = deadlines.escalate()
    assert first == {"reminder": 3, "lapsed": 2, "province": 1}
    assert deadlines.escalate() == {"reminder": 0, "lapsed": 0, "province": 0}
    assert set(Escalation.objects.filter(replacement=soon).values_list("level", flat=True)) == {"reminder"}
    assert set(Escalation.objects.filter(replacement=late).values_list("level", flat=True)) == {
        "reminder",
        "lapsed",
    }
    assert Escalation.objects.filter(replacement=old).count() == 3


@pytest.mark.rule("S-09")
def test_a_lapse_is_mailed_to_the_offices_then_to_the_province_and_names_no_person():
    office = officer(Role.REGENCY_SOCIAL_OFFICE).email
    started(dt.date(2026, 9, 20))
    coordinator = officer(Role.PROVINCIAL_COORDINATOR)
    neighboring = neighbor(Role.REGENCY_SOCIAL_OFFICE).email
    replacement = Replacement.objects.get()
    deadlines.escalate()
    deadlines.escalate()
    queued = Job.objects.filter(kind="backoffice.mail")
    assert queued.count() == 2  # the lapse and its passing on; a reminder would say nothing new any more
    for job in queued:
        jobs.run(job.pk)
    assert {address for message in mail.outbox for address in message.to} >= {office, coordinator.email}
    assert neighboring not in {address for message in mail.outbox for address in message.to}
    for message in mail.outbox:
        text = message.subject + message.body
        assert "Caturtunggal" in text and "20 Oktober 2026" in text
        assert replacement.leaving.officer.name not in text


@pytest.mark.rule("S-10")
def test_the_successor_is_in_office_by_a_revised_decree_of_an_office_that_may_issue_it():
    replacement, by = started()
    leaving = replacement.leaving
    successor = AppointmentFactory(position=leaving.position, region=leaving.region, unit=leaving.unit)
    with pytest.raises(ValidationError, match="SK"):
        replacements.name_successor(replacement=replacement, successor=successor, by=by)
    wrong = DecreeFactory(issuer="ministry")
    with pytest.raises(PermissionDenied):
        appointments.appoint(appointments=[successor], decree=wrong, by=by)
    village_head = officer(Role.VILLAGE_HEAD)
    with pytest.raises(PermissionDenied):
        appointments.appoint(appointments=[successor], decree=DecreeFactory(), by=village_head)
    with pytest.raises(PermissionDenied):
        appointments.appoint(appointments=[successor], decree=DecreeFactory(), by=officer(Role.MANAGER))
    by_village = DecreeFactory(issuer="village_head", region_id="34.04.07.2001")
    [successor] = appointments.appoint(appointments=[successor], decree=by_village, by=village_head)
    replacement = replacements.name_successor(replacement=replacement, successor=successor, by=by)
    by_village.refresh_from_db()
    assert by_village.revises == leaving.decree and replacement.status == "appointed"


@pytest.mark.rule("S-10")
@pytest.mark.parametrize(
    ("role", "region"),
    [
        (Role.REGENCY_SOCIAL_OFFICE, "34.04"), (Role.REGENCY_HEAD, "34.04"), (Role.VILLAGE_HEAD, "34.04.07.2001"),
    ],
)  # fmt: skip
def test_each_of_the_three_offices_issues_its_own_decree_and_none_anothers(role, region):
    _replacement, _by = started()
    leaving = _replacement.leaving
    signer = officer(role)
    issuers = {Role.REGENCY_SOCIAL_OFFICE, Role.REGENCY_HEAD, Role.VILLAGE_HEAD}
    successor = AppointmentFactory(position=leaving.position, region=leaving.region, unit=leaving.unit)
    for other in issuers - {role}:
        with pytest.raises(PermissionDenied):
            appointments.appoint(appointments=[successor], decree=DecreeFactory(issuer=str(other)), by=signer)
    [done] = appointments.appoint(
        appointments=[successor], decree=DecreeFactory(issuer=str(role), region_id=region), by=signer
    )
    assert done.status == "active" and done.decree.issuer == role


@pytest.mark.rule("S-09")
@pytest.mark.parametrize(
    ("resigned", "due", "lapsed"),
    [
        (dt.date(2026, 11, 10), dt.date(2026, 12, 10), False), (dt.date(2026, 10, 20), dt.date(2026, 11, 20), True),
    ],
)  # fmt: skip
def test_the_page_of_a_replacement_shows_the_day_and_whether_it_has_passed(client, resigned, due, lapsed):
    replacement, by = started(resigned)
    shown = page(client, by, f"/admin/pergantian/inspect/{replacement.pk}/").split("<main")[1]
    assert f'<time datetime="{due}">' in shown
    assert ('role="alert"' in shown) == lapsed


@pytest.mark.rule("S-09")
def test_without_a_successor_by_decree_the_step_leads_to_where_one_comes_from(client):
    replacement, by = started()
    url = f"/admin/pergantian/appoint/{replacement.pk}/"
    text = page(client, by, url)
    assert f"/admin/pergantian/announce/{replacement.pk}/" in text and 'name="successor"' not in text
    leaving = replacement.leaving
    proposal = AppointmentFactory(position=leaving.position, region=leaving.region, unit=leaving.unit)
    assert f"/admin/penunjukan/inspect/{proposal.pk}/" in page(client, by, url)
    appointments.appoint(appointments=[proposal], decree=DecreeFactory(), by=by)
    assert 'name="successor"' in page(client, by, url)


@pytest.mark.rule("S-10")
def test_the_decree_of_the_leaver_is_no_revised_decree():
    replacement, by = started()
    leaving = replacement.leaving
    successor = AppointmentFactory(position=leaving.position, region=leaving.region, unit=leaving.unit)
    appointments.appoint(appointments=[successor], decree=leaving.decree, by=by)
    successor.refresh_from_db()
    with pytest.raises(ValidationError):
        replacements.name_successor(replacement=replacement, successor=successor, by=by)


@pytest.mark.rule("S-11")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holder": "Orang Lain"}, "holder"),
        ({"bank": "bri"}, "bank"),  # the State budget pays through BNI
        ({"number": "12ab"}, "number"),
        ({"source": "apbd", "bank": "regional"}, "bank_name"),
    ],
)
def test_the_account_is_in_the_officers_name_and_at_the_bank_the_source_requires(changes, field):
    with pytest.raises(ValidationError) as refusal:
        account_for(OfficerFactory(), **changes)
    assert field in refusal.value.message_dict
    assert account_for(OfficerFactory(), source="apbd", bank="regional", bank_name="Bank BPD DIY").pk


@pytest.mark.rule("S-12", "S-13")
def test_the_notice_is_written_when_the_eight_data_the_letter_and_the_account_are_there():
    replacement, by = started()
    replacement = with_successor(replacement, by, bare=True)
    person = replacement.successor.officer
    with pytest.raises(ValidationError) as refusal:
        replacements.write_notice(replacement=replacement, by=by)
    assert "IMEI" in " ".join(refusal.value.messages)
    undone = {step.code for step in checklist(replacement) if not step.done}
    assert undone == {"eight_data", "statement", "account", "notice", "sent"}
    person.phone, person.email, person.imei = "+6281234500001", "baru@demo.example", "490154203237518"
    person.statement_letter = "officers/pernyataan.pdf"
    person.save()
    account_for(person)
    with pytest.raises(PermissionDenied):
        replacements.write_notice(replacement=replacement, by=officer(Role.PROVINCIAL_COORDINATOR))
    replacement = replacements.write_notice(replacement=replacement, by=by)
    number = replacement.notice_number
    assert replacements.write_notice(replacement=replacement, by=by).notice_number == number
    with replacement.notice_file.open() as file:
        pages = pypdf.PdfReader(io.BytesIO(file.read())).pages
    assert len(pages) == 1, "the copies stand under the letter"
    text = " ".join(page.extract_text() for page in pages)
    text = " ".join(text.split())
    post = replacement.successor
    for part in ("PSPKKM", "Salemba Raya", number):
        assert part in text, part
    # Eight data: name, NIK, NIP, work area down from the regency, position, mobile number, IMEI, e-mail.
    for part in (
        person.name, person.nik, person.civil_service_number or "NIP", "Desa Caturtunggal", "Depok", "Sleman", str(post.position),
        "812", "34500001", person.imei, "baru@demo.example",
    ):  # fmt: skip
        assert part.replace(" ", "") in text.replace(" ", "").replace("-", ""), part


@pytest.mark.rule("S-13")
def test_the_sending_is_recorded_and_then_the_replacement_is_finished():
    replacement, by = started()
    replacement = with_successor(replacement, by)
    with pytest.raises(ValidationError):
        replacements.record_sending(replacement=replacement, on=TODAY, channel="email", proof="x", by=by)
    account_for(replacement.successor.officer)
    replacement = replacements.write_notice(replacement=replacement, by=by)
    with pytest.raises(WrongState):
        replacements.finish(replacement=replacement, by=by)
    with pytest.raises(ValidationError):
        replacements.record_sending(
            replacement=replacement, on=TODAY + dt.timedelta(days=1), channel="email", proof="", by=by
        )
    replacement = replacements.record_sending(
        replacement=replacement, on=TODAY, channel="post", proof="JNE 0042", by=by
    )
    assert all(step.done for step in checklist(replacement))
    assert replacements.finish(replacement=replacement, by=by).status == "finished"


def test_open_work_of_the_leaver_goes_to_the_successor(monkeypatch):
    given = []

    class Cases:
        label = "Kasus"

        def count(self, appointment):
            return 3

        def hand_over(self, leaving, successor, *, by):
            given.append((leaving.officer, successor.officer))
            return 3

    monkeypatch.setattr(handover, "OPEN_WORK", [Cases()])
    replacement, by = started()
    replacement = with_successor(replacement, by)
    assert replacement.handed_over == 3
    assert given == [(replacement.leaving.officer, replacement.successor.officer)]


def test_the_role_of_an_account_comes_and_goes_with_the_office():
    by = officer(Role.REGENCY_SOCIAL_OFFICE)
    person = OfficerFactory(user=UserFactory())
    appointment = AppointmentFactory(officer=person)
    [appointment] = appointments.appoint(
        appointments=[appointment], decree=DecreeFactory(valid_until=dt.date(2027, 12, 31)), by=by
    )
    role = RoleAssignment.objects.get(user=person.user)
    assert (role.role, role.region_id, role.valid_until) == (
        "facilitator",
        "34.04.07.2001",
        dt.date(2027, 12, 31),
    )
    replacements.start(appointment=appointment, resigned_on=dt.date(2026, 11, 1), reason="resigned", by=by)
    assert not RoleAssignment.objects.active().filter(user=person.user).exists()


def test_terms_end_by_the_clock_once():
    over = AppointmentFactory(in_office=True, ends_on=dt.date(2026, 11, 1))
    AppointmentFactory(in_office=True, ends_on=dt.date(2026, 11, 23))
    assert appointments.end_terms() == 1 and appointments.end_terms() == 0
    over.refresh_from_db()
    assert over.status == "ended"


@pytest.mark.rule("S-09", "P-09")
def test_the_leavers_post_is_announced_from_the_replacement_and_closes_before_the_successor_is_due():
    replacement, by = started(dt.date(2026, 11, 10))
    given = {"replacement": replacement, "how_to_apply": "Datang ke SLRT."}
    for other in (officer(Role.PROVINCIAL_COORDINATOR), officer(Role.FACILITATOR)):
        with pytest.raises(PermissionDenied):
            replacements.announce_vacancy(**given, closes_on=dt.date(2026, 12, 1), by=other)
    for day in (dt.date(2026, 11, 22), dt.date(2026, 12, 11)):  # past; after the month
        with pytest.raises(ValidationError) as refusal:
            replacements.announce_vacancy(**given, closes_on=day, by=by)
        assert "closes_on" in refusal.value.message_dict
    assert not Vacancy.objects.exists()
    vacancy = replacements.announce_vacancy(**given, closes_on=dt.date(2026, 12, 10), by=by)
    assert list(Vacancy.objects.open()) == [vacancy]
    assert (vacancy.position, vacancy.region) == (replacement.leaving.position, replacement.region)
    replacement.refresh_from_db()
    assert replacement.vacancy == vacancy
    with pytest.raises(WrongState):
        replacements.announce_vacancy(**given, closes_on=dt.date(2026, 12, 10), by=by)


@pytest.mark.rule("S-12")
def test_the_page_lists_the_eight_data_one_by_one_and_shows_no_number_whole(client):
    replacement, by = started()
    replacement = with_successor(replacement, by, bare=True)
    person = replacement.successor.officer
    url = f"/admin/pergantian/inspect/{replacement.pk}/"
    listed = page(client, by, url).split("Delapan data", 2)[-1].split("</section>")[0]
    assert listed.count("<dt>") == 8
    assert listed.count("\u2610") == 3, "mobile number, IMEI and e-mail"
    person.phone, person.email, person.imei = "+6281234500001", "baru@demo.example", "490154203237518"
    person.save()
    listed = page(client, by, url).split("Delapan data", 2)[-1].split("</section>")[0]
    assert "\u2610" not in listed and person.nik not in listed and person.imei not in listed
