"""Stages that take too long: reminded, escalated, passed on, once each, by mail too; and the limits in the calendar."""

import datetime as dt
import io

import pypdf
import pytest
from django.core import mail
from icalendar import Calendar

from portal.accounts.roles import Role
from portal.formation.asks import Ask
from portal.formation.enums import StageForm
from portal.formation.models import FormationRequest, StageEscalation
from portal.formation.services import drafts, reminders, stages
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.units.calendar import feed

from .desk import ANSWERS, Bodies, completion, filled, sent

pytestmark = pytest.mark.django_db


def days_after(request, days: int) -> dt.date:
    return request.stage_due_on + dt.timedelta(days=days)


def deliver() -> list[mail.EmailMessage]:
    """What the worker does; the messages that leave."""
    before = len(mail.outbox)
    for job in Job.objects.filter(kind="backoffice.mail", status=Job.Status.QUEUED):
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.error
    return mail.outbox[before:]


def readers(messages) -> set[str]:
    return {address for message in messages for address in message.to}


@pytest.mark.rule("F-11", "F-17")
def test_a_late_stage_is_escalated_once_per_level_however_often_the_job_runs():
    bodies = Bodies()
    request = sent("regency", bodies)
    assert request.stage.code == "assessment"
    assert reminders.escalate(days_after(request, -8)) == {"reminder": 0, "lapsed": 0, "above": 0}
    assert reminders.escalate(days_after(request, -7)) == {"reminder": 1, "lapsed": 0, "above": 0}
    assert readers(deliver()) == {bodies[Role.PROVINCIAL_SOCIAL_OFFICE].email}
    assert reminders.escalate(days_after(request, 1)) == {"reminder": 0, "lapsed": 1, "above": 0}
    assert readers(deliver()) == {
        bodies[Role.PROVINCIAL_SOCIAL_OFFICE].email,
        bodies[Role.REGENCY_HEAD].email,
    }
    late = days_after(request, 14)
    assert reminders.escalate(late) == {"reminder": 0, "lapsed": 0, "above": 1}
    assert readers(deliver()) == {bodies[Role.NATIONAL_SECRETARIAT].email}
    assert reminders.escalate(late) == {"reminder": 0, "lapsed": 0, "above": 0}
    assert deliver() == []
    assert StageEscalation.objects.filter(request=request).count() == 3


@pytest.mark.rule("F-17")
def test_the_clock_job_may_run_twice_and_a_finished_stage_is_not_reminded_of():
    bodies = Bodies()
    request = sent("regency", bodies)
    FormationRequest.objects.filter(pk=request.pk).update(stage_due_on=dt.date(2026, 1, 5))
    for _run in range(2):
        job = jobs.submit("formation.clock", by=None, key="formation.clock")
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE, job.error
    assert StageEscalation.objects.filter(request=request).count() == 3
    request.refresh_from_db()
    stages.complete_stage(
        request=request, stage=request.stage, by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE], completion=completion(request, bodies)
    )  # fmt: skip
    assert not any(reminders.escalate().values())


@pytest.mark.rule("F-17")
def test_a_returned_request_is_not_late_and_has_a_new_limit_afterwards():
    bodies = Bodies()
    request = sent("regency", bodies)
    reminders.escalate(days_after(request, 1))
    request = stages.return_request(
        request=request,
        asks=[Ask("DPA", "budget")],
        note="Mohon dilengkapi.",
        by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE],
    )
    assert not any(reminders.escalate(days_after(request, 30)).values())


@pytest.mark.rule("F-17")
def test_a_reminder_names_office_stage_and_day_and_nobody():
    bodies = Bodies()
    request = sent("regency", bodies)
    reminders.escalate(days_after(request, 1))
    messages = deliver()
    assert messages
    for message in messages:
        text = f"{message.subject} {message.body}"
        assert "Gunungkidul" in text and "Terlambat sejak" in text and "/admin/pembentukan/" in text
        assert len(message.to) == 1 and not message.cc and not message.bcc
        for person in (
            request.signatory,
            request.created_by.name,
            *(user.name for user in bodies.by_role.values()),
        ):
            assert person not in text


@pytest.mark.rule("F-07", "F-11")
def test_in_the_village_stage_those_village_heads_are_reminded_who_have_not_appointed():
    bodies = Bodies()
    request = sent("regency", bodies)
    while request.stage.form != StageForm.VILLAGE_APPOINTMENTS:
        body = {
            "ministry": Role.MINISTRY,
            "regency_head": Role.REGENCY_HEAD,
            "regency_government": Role.REGENCY_HEAD,
        }
        by = bodies[body.get(request.stage.body, Role.PROVINCIAL_SOCIAL_OFFICE)]
        request = stages.complete_stage(
            request=request, stage=request.stage, by=by, completion=completion(request, bodies)
        )
    reminders.escalate(days_after(request, -1))
    assert readers(deliver()) == {bodies[Role.VILLAGE_HEAD].email, bodies.second_village.email}


@pytest.mark.rule("F-11")
def test_the_limit_of_a_stage_stands_in_the_calendar_of_who_sees_the_request():
    bodies = Bodies()
    request = sent("regency", bodies)

    def days(user):
        return [
            event.decoded("dtstart")
            for event in Calendar.from_ical(feed(user)).walk("VEVENT")
            if str(event["uid"]).startswith("formation-")
        ]

    assert days(bodies[Role.PROVINCIAL_SOCIAL_OFFICE]) == [request.stage_due_on]
    assert days(bodies.by_role_elsewhere[Role.PROVINCIAL_SOCIAL_OFFICE]) == []
    stages.return_request(
        request=request,
        asks=[Ask("DPA", "budget")],
        note="Mohon dilengkapi.",
        by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE],
    )
    assert days(bodies[Role.PROVINCIAL_SOCIAL_OFFICE]) == []


@pytest.mark.rule("F-05", "F-17")
def test_a_demo_letter_stays_what_was_sent_when_the_request_is_completed_later():
    bodies = Bodies()
    request = filled("regency", bodies)
    FormationRequest.objects.filter(pk=request.pk).update(is_demo=True)
    request = drafts.submit(request=request, by=bodies[Role.REGENCY_HEAD])
    stages.return_request(
        request=request,
        asks=[Ask("Anggaran", "budget")],
        note="Mohon dilengkapi.",
        by=bodies[Role.PROVINCIAL_SOCIAL_OFFICE],
    )
    request.refresh_from_db()
    item = request.items.get(kind="budget")
    changed = ANSWERS["budget"] | {"amount": "999000111"}
    drafts.save_item(
        request=request,
        kind="budget",
        data=changed,
        base_version=item.edit_version,
        by=bodies[Role.REGENCY_HEAD],
    )
    request.refresh_from_db()
    with request.letter_file.open() as file:
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.read())).pages)
    assert "999.000.111" not in text and "450.000.000" in text
