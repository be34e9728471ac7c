"""The secretariat's meeting: an agenda from what waits, decisions that flow back into the cases (C-04, C-07, C-21)."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from pypdf import PdfReader

from cases.casework import services
from cases.casework.models import AgendaItem, Referral
from cases.casework.workflow import CASE_FLOW, REFERRAL_FLOW
from portal.units.models import Meeting
from tests.casework import records as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.officer("manager", "34.04")


def late(case):
    Referral.objects.filter(case=case).update(due_at=timezone.now() - dt.timedelta(days=2))
    return case.referrals.get()


def plan(by, cases=(), referrals=(), **fields):
    unit = make.unit("34.04")
    return services.plan_meeting(
        unit=unit, title="Rapat rutin", date=timezone.localdate(), cases=list(cases), referrals=list(referrals), by=by, **fields
    )  # fmt: skip


@pytest.mark.rule("C-04", "C-07", "C-21")
def test_what_waits_for_a_meeting_is_offered_and_nothing_else(manager):
    suggestion = make.case(kind="suggestion")
    regency = make.program("rutilahu", "regency", region="34.04")
    grievance = make.case(kind="grievance", about=regency, reviewed=True)
    services.bring_to_meeting(case=grievance, by=manager)
    unanswered = late(make.case(referred=True))
    make.case(referred=True)
    make.case(kind="suggestion", village=make.PANGGUNGHARJO)
    cases, referrals = services.material_for("34.04", by=manager)
    assert cases == [suggestion, grievance] and referrals == [unanswered]


@pytest.mark.rule("C-04", "C-07", "C-21")
def test_decisions_flow_back_into_the_cases(manager):
    suggestion, unanswered = make.case(kind="suggestion"), late(make.case(referred=True))
    meeting = plan(manager, [suggestion], [unanswered])
    assert suggestion.number in meeting.__class__.objects.get().agenda
    first, second = meeting.case_items.order_by("pk")
    done = services.record_decisions(
        meeting=meeting,
        decisions={first.pk: "Jadwal ditempel di balai desa.", second.pk: "Ditanyakan ke BPJS oleh manajer."},
        participants=9,
        by=manager,
    )
    suggestion.refresh_from_db()
    unanswered.refresh_from_db()
    meeting.refresh_from_db()
    assert done == 2 and meeting.was_held and meeting.participants == 9
    assert suggestion.status == "answered" and suggestion.answer == "Jadwal ditempel di balai desa."
    # The clock of the referral runs on: the meeting asks, the program answers.
    assert unanswered.status == "waiting" and unanswered.is_late
    line = REFERRAL_FLOW.log_of(unanswered).last()
    assert (line.move, REFERRAL_FLOW.words_of(line)) == ("discuss", "Ditanyakan ke BPJS oleh manajer.")
    assert CASE_FLOW.log_of(suggestion).last().move == "minute"


def test_an_item_stands_once_and_what_has_no_decision_stays(manager):
    one, two = make.case(kind="suggestion"), make.case(kind="suggestion", description="Lain")
    meeting = plan(manager, [one, two])
    assert services.build_agenda(meeting=meeting, cases=[one], referrals=[], by=manager) == []
    first = meeting.case_items.get(case=one)
    services.record_decisions(meeting=meeting, decisions={first.pk: "Setuju."}, by=manager)
    assert services.record_decisions(meeting=meeting, decisions={first.pk: "Lagi."}, by=manager) == 0
    two.refresh_from_db()
    assert two.status == "agenda" and AgendaItem.objects.filter(decided_at=None).get().case == two
    later = plan(manager, [two])
    assert later.case_items.count() == 1


def test_who_may_not_and_what_cannot(manager):
    case = make.case(kind="suggestion")
    with pytest.raises(PermissionDenied):
        plan(make.officer("manager", "34.02"), [case])
    with pytest.raises(PermissionDenied):
        plan(make.officer("front_office", "34.04"), [case])
    with pytest.raises(ValidationError):
        plan(manager, [make.case()])
    with pytest.raises(ValidationError):
        plan(manager, [], [make.case(referred=True).referrals.get()])
    assert not Meeting.objects.exists()
    meeting = plan(manager, [case])
    Meeting.objects.update(date=timezone.localdate() + dt.timedelta(days=3))
    with pytest.raises(ValidationError):
        services.record_decisions(
            meeting=meeting, decisions={meeting.case_items.get().pk: "Besok."}, by=manager
        )


@pytest.mark.rule("C-04")
def test_through_the_doors_of_the_manager(client, manager):
    case = make.case(kind="suggestion", description="Loket buka sampai sore")
    make.unit("34.04")
    client.force_login(manager, backend="portal.accounts.backends.RoleBackend")
    page = client.get("/admin/rapat-keluhan/")
    form = page.context["form"]
    assert form["cases"].initial == [str(case.pk)]
    fields = {
        "unit": form.fields["unit"].queryset.get().pk, "title": "Rapat November", "date": timezone.localdate().isoformat(),
        "place": "Aula", "cases": [case.pk],
    }  # fmt: skip
    client.post("/admin/rapat-keluhan/", fields)
    meeting = Meeting.objects.get()
    record = client.get(f"/admin/rapat/inspect/{meeting.pk}/").content.decode()
    assert case.number in record
    letter = client.get(f"/admin/rapat/agenda/{meeting.pk}/")
    assert letter["Content-Type"] == "application/pdf" and letter.content.startswith(b"%PDF")
    item = meeting.case_items.get()
    client.post(f"/admin/rapat/decisions/{meeting.pk}/", {f"item_{item.pk}": "Dibahas.", "participants": 5})
    case.refresh_from_db()
    assert case.status == "answered" and case.answer == "Dibahas."
    # What was the agenda are the minutes now: the decision, how many took part, and who signs.
    minutes = client.get(f"/admin/rapat/agenda/{meeting.pk}/").content
    agenda, minutes = (
        "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
        for paper in (letter.content, minutes)
    )
    assert "Agenda rapat" in agenda and "Notulen rapat" not in agenda and manager.name not in agenda
    assert all(words in minutes for words in ("Notulen rapat", "Dibahas.", "Peserta", manager.name))


@pytest.mark.parametrize(
    ("role", "region", "status"),
    [("manager", "34.02", 404), ("front_office", "34.04", 403), ("supervisor", "34.04.07", 403)],
)
def test_others_have_no_such_doors(client, manager, role, region, status):
    meeting = plan(manager, [make.case(kind="suggestion")])
    client.force_login(make.officer(role, region), backend="portal.accounts.backends.RoleBackend")
    for door in ("cases", "decisions", "agenda"):
        answer = client.get(f"/admin/rapat/{door}/{meeting.pk}/")
        assert answer.status_code in (status, 404), door
    assert client.get("/admin/rapat-keluhan/").status_code == (200 if role == "manager" else 403)
