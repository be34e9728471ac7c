"""An officer leaves, the successor takes the office and the open cases over; the whole replacement, with cases."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from cases.casework.models import Case
from portal.accounts.models import RoleAssignment
from portal.accounts.roles import Role
from portal.ledger import audit
from portal.ledger.models import AuditEntry
from portal.staffing import reference
from portal.staffing.handover import hand_over, open_work_of
from portal.staffing.models import StipendAccount
from portal.staffing.services import appointments, replacements
from tests.casework import records
from tests.factories import AppointmentFactory, DecreeFactory, OfficerFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
NEXT_DOOR = "34.04.07.2002"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 11, 23, 3, tzinfo=dt.UTC), tick=False):
        reference.load()
        yield


@pytest.fixture
def office():
    return records.officer(Role.REGENCY_SOCIAL_OFFICE, "34.04")


@pytest.fixture
def leaver(office):
    """A facilitator of Caturtunggal with an account, in office by decree."""
    return AppointmentFactory(
        officer=OfficerFactory(user=records.officer(Role.FACILITATOR, records.CATURTUNGGAL)), in_office=True
    )


def registered(appointment, **states) -> Case:
    return records.case(by=appointment.officer.user, channel="facilitator", **states)


def leave(appointment, office, on=dt.date(2026, 11, 10)):
    return replacements.start(appointment=appointment, resigned_on=on, reason="resigned", by=office)


def in_office(leaving, office, **person):
    post = AppointmentFactory(
        officer=OfficerFactory(**person), position=leaving.position, region=leaving.region, unit=leaving.unit
    )
    decree = DecreeFactory(date=dt.date(2026, 11, 20), valid_from=dt.date(2026, 11, 20))
    return appointments.appoint(appointments=[post], decree=decree, by=office)[0]


@pytest.mark.rule("S-09", "S-10", "S-11", "S-12", "S-13", "A-08")
def test_a_whole_replacement_with_open_cases(leaver, office):
    mine, further = registered(leaver), registered(leaver, referred=True)
    done = registered(leaver, closed=True)
    of_others = records.case(by=records.officer("front_office", "34.04"))
    assert [count for _label, count in open_work_of(leaver)] == [2]
    replacement = leave(leaver, office)
    heir = UserFactory()
    successor = in_office(leaver, office, user=heir)
    replacement = replacements.name_successor(replacement=replacement, successor=successor, by=office)
    assert replacement.handed_over == 2
    for case in (mine, further):
        case.refresh_from_db()
        assert (case.in_hands_of, case.registered_by) == (heir, leaver.officer.user)
        entry = AuditEntry.objects.get(
            model="casework.case", object_id=str(case.pk), action=audit.Action.CHANGE
        )
        assert entry.actor == office.username and entry.detail["handed_to"] == heir.username
    for case in (done, of_others):
        case.refresh_from_db()
        assert case.taken_over_by is None
    # The account of the leaver opens nothing any more, the successor's opens the cases.
    assert not RoleAssignment.objects.active().filter(user=leaver.officer.user, role="facilitator", valid_until=None).exists()  # fmt: skip
    assert set(Case.objects.visible_to(heir).in_hands_of(heir)) == {mine, further}
    account = StipendAccount(
        officer=successor.officer, source="apbn", bank="bni", number="0123456789", holder=successor.officer.name,
        opened_on=TODAY,
    )  # fmt: skip
    account.save()
    replacement = replacements.write_notice(replacement=replacement, by=office)
    replacement = replacements.record_sending(
        replacement=replacement, on=TODAY, channel="post", proof="JNE 0042", by=office
    )
    assert replacements.finish(replacement=replacement, by=office).status == "finished"


@pytest.mark.rule("S-09")
def test_open_cases_are_not_lost_to_a_successor_without_an_account(leaver, office):
    case = registered(leaver)
    replacement = leave(leaver, office)
    successor = in_office(leaver, office)
    with pytest.raises(ValidationError) as refusal:
        replacements.name_successor(replacement=replacement, successor=successor, by=office)
    assert "successor" in refusal.value.message_dict
    replacement.refresh_from_db()
    case.refresh_from_db()
    assert (replacement.status, replacement.handed_over, case.taken_over_by) == ("recruiting", None, None)


@pytest.mark.rule("S-09")
def test_a_second_run_hands_nothing_over_and_a_second_successor_gets_what_the_first_held(leaver, office):
    case = registered(leaver)
    leave(leaver, office)
    first = in_office(leaver, office, user=UserFactory())
    assert hand_over(leaver, first, by=office) == 1
    assert hand_over(leaver, first, by=office) == 0
    leave(first, office, on=TODAY)
    second = AppointmentFactory(
        officer=OfficerFactory(user=UserFactory()),
        position=leaver.position,
        region=leaver.region,
        unit=leaver.unit,
    )
    assert hand_over(first, second, by=office) == 1
    case.refresh_from_db()
    assert case.in_hands_of == second.officer.user and case.registered_by == leaver.officer.user


@pytest.mark.rule("S-09")
def test_cases_of_another_work_area_stay_with_the_officer(leaver, office):
    """Somebody who holds two posts leaves one of them: the families of the other post keep their officer."""
    RoleAssignment.objects.create(user=leaver.officer.user, role=Role.FACILITATOR, region_id=NEXT_DOOR)
    here, there = registered(leaver), registered(leaver, village=NEXT_DOOR)
    replacement = leave(leaver, office)
    successor = in_office(leaver, office, user=UserFactory())
    replacements.name_successor(replacement=replacement, successor=successor, by=office)
    here.refresh_from_db()
    there.refresh_from_db()
    assert here.in_hands_of == successor.officer.user and there.in_hands_of == leaver.officer.user
