"""Clauses of the guideline's chapter IV.C that no other file holds: each kind, each level, each direction."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.casework import services
from cases.casework.models import Case, Referral
from cases.households.models import Enrolment, UpdateProposal, Visit
from portal.backoffice.admin import ADMINS

from . import records as make

pytestmark = pytest.mark.django_db
SLEMAN = "34.04"


@pytest.fixture
def enter(client):
    def sign_in(role, region=SLEMAN, **more):
        client.force_login(make.officer(role, region, **more), backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


def register(by, of, **fields):
    make.unit(SLEMAN)
    fields = {"kind": "need", "description": "Butuh KIS", "program": make.program()} | fields
    return services.register_case(household=of.household, person=of, by=by, **fields)


@pytest.mark.rule("C-01")
def test_a_case_is_about_participation_or_about_a_need_and_a_need_names_its_program():
    front, siti = make.officer("front_office", SLEMAN), make.person()
    with pytest.raises(ValidationError) as problem:
        register(front, siti, program=None)
    assert "program" in problem.value.error_dict and not Case.objects.exists()
    need = register(front, siti)
    assert need.kind == "need" and need.program == make.program()
    for kind in ("question", "suggestion"):
        assert register(front, siti, kind=kind, program=None, description=kind).program is None


@pytest.mark.rule("C-03")
@pytest.mark.parametrize(
    ("role", "region"),
    [
        ("facilitator", make.CATURTUNGGAL), ("front_office", SLEMAN), ("puskesos_front_office", make.CATURTUNGGAL),
    ],
)  # fmt: skip
def test_facilitator_and_both_front_offices_answer_a_question_at_once(role, region):
    make.unit(make.CATURTUNGGAL)
    case = register(make.officer(role, region), make.person(), kind="question", answer="Tiap triwulan.")
    assert (case.status, case.outcome, case.answer) == ("closed", "answered", "Tiap triwulan.")
    waiting = register(make.officer(role, region), make.person(), kind="question")
    for other in (make.officer("supervisor", "34.04.07"), make.officer("manager", SLEMAN)):
        with pytest.raises(PermissionDenied):
            services.answer_question(case=waiting, answer="Ya", by=other)


@pytest.mark.rule("C-05")
@pytest.mark.parametrize("concern", ["quality", "amount", "time", "other"])
def test_a_grievance_concerns_quality_amount_time_or_something_else(concern):
    case = register(make.officer("front_office", SLEMAN), make.person(), kind="grievance", concern=concern)
    assert Case.objects.get(concern=concern) == case
    with pytest.raises(ValidationError) as problem:
        register(make.officer("front_office", SLEMAN), make.person(), kind="grievance", concern="warna")
    assert "concern" in problem.value.error_dict


@pytest.mark.rule("C-05", "C-06", "C-07", "C-08")
@pytest.mark.parametrize(
    ("level", "owner", "desk", "waits"),
    [
        ("regency", SLEMAN, SLEMAN, "waiting"), ("province", "34", "34", "waiting"), ("centre", "", "", "in_province"),
    ],
)  # fmt: skip
def test_a_grievance_goes_to_who_runs_the_program(level, owner, desk, waits):
    program = make.program(f"milik-{level}", level, region=owner)
    case = make.case(kind="grievance", about=program, reviewed=True)
    to = make.desk(program, desk)
    [referral] = services.refer_case(case=case, to=[(to, program)], by=make.officer("manager", SLEMAN))
    referral.refresh_from_db()
    assert (referral.status, referral.desk) == (waits, to)
    # A desk that does not run it is no way out.
    other = make.program("lain", level, region=owner)
    with pytest.raises(ValidationError):
        services.refer_case(
            case=make.case(kind="grievance", about=program, reviewed=True), to=[(make.desk(other, "32"), program)],
            by=make.officer("manager", SLEMAN),
        )  # fmt: skip


@pytest.mark.rule("C-13")
@pytest.mark.parametrize(
    ("by", "region"),
    [
        ("facilitator", make.CATURTUNGGAL), ("front_office", SLEMAN), ("puskesos_front_office", make.CATURTUNGGAL),
    ],
)  # fmt: skip
def test_what_one_of_the_three_records_the_other_two_see_at_once_and_nobody_elsewhere(enter, by, region):
    make.unit(make.CATURTUNGGAL)
    siti = make.person()
    known = register(make.officer(by, region), siti)
    hands = {
        "facilitator": make.CATURTUNGGAL, "front_office": SLEMAN, "puskesos_front_office": make.CATURTUNGGAL,
    }  # fmt: skip
    for role, area in hands.items():
        page = enter(role, area).get(reverse("casework:register_for", args=[siti.pk])).content.decode()
        assert known.number in page, role
        assert known.number in enter(role, area).get(ADMINS[Case].url("index")).content.decode(), role
    for role, area in (
        ("facilitator", make.SINDUADI),
        ("puskesos_front_office", make.SINDUADI),
        ("front_office", "34.02"),
    ):
        assert enter(role, area).get(ADMINS[Case].url("inspect", known)).status_code == 404, role


@pytest.mark.rule("C-17")
@pytest.mark.parametrize(
    ("level", "owner", "desk"),
    [
        ("regency", SLEMAN, SLEMAN), ("province", "34", "34"), ("centre", "", ""), ("non_government", "", SLEMAN),
    ],
)  # fmt: skip
def test_with_the_managers_approval_a_need_reaches_the_agency_of_each_level_and_non_government(
    level, owner, desk
):
    program = make.program(f"milik-{level}", level, region=owner)
    to = make.desk(program, desk)
    case = make.case(about=program, reviewed=True)
    services.propose_referral(case=case, to=[(to, program)], by=make.officer("back_office", SLEMAN))
    agency = make.officer("program_desk", desk, desk=to)
    assert not Referral.objects.visible_to(agency).exists(), "not before the manager"
    services.refer_case(case=case, by=make.officer("manager", SLEMAN))
    referral = Referral.objects.visible_to(agency).get()
    services.answer_referral(referral=referral, answer="approve", reason="Memenuhi.", by=agency)
    case.refresh_from_db()
    assert case.status == "answered"


@pytest.mark.rule("C-20")
@pytest.mark.parametrize(
    ("role", "region"),
    [
        ("facilitator", make.CATURTUNGGAL),
        ("front_office", SLEMAN),
        ("puskesos_front_office", make.CATURTUNGGAL),
    ],
)
def test_facilitator_or_front_office_tell_and_when_and_how_stand_on_the_case(enter, role, region):
    case = make.case(answered="refuse")
    early = timezone.localtime() - dt.timedelta(minutes=30)
    told = {"method": "visit", "told_at": early.strftime("%Y-%m-%dT%H:%M")}
    refused = enter(role, region).post(ADMINS[Case].action_url("inform", case), told)
    assert "told_at" in refused.context["form"].errors, "before it was registered"
    told["told_at"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert enter(role, region).post(ADMINS[Case].action_url("inform", case), told).status_code == 302
    feedback = case.feedback.get()
    assert feedback.method == "visit" and feedback.by == make.officer(role, region)
    assert timezone.localtime(feedback.told_at).strftime("%Y-%m-%dT%H:%M") == told["told_at"]


@pytest.mark.rule("C-21")
@pytest.mark.parametrize(("role", "region"), [("manager", SLEMAN), ("national_secretariat", "")])
def test_manager_and_national_secretariat_find_what_has_no_answer_in_time(enter, role, region):
    late, timely = (make.case(referred=True).referrals.get() for _i in range(2))
    now = timezone.now()
    Referral.objects.filter(pk=late.pk).update(due_at=now - dt.timedelta(days=1))
    Referral.objects.filter(pk=timely.pk).update(due_at=now + dt.timedelta(days=3))
    client, url = enter(role, region), f"{ADMINS[Referral].url('index')}?late=true"
    assert url in client.get("/admin/").content.decode()
    assert [row["object"] for row in client.get(url).context["table"]] == [late]
    assert enter("manager", "34.02").get(url).context["table"] == []
    services.answer_referral(
        referral=late, answer="approve", reason="Ya.", by=make.officer("program_desk", SLEMAN, desk=late.desk)
    )
    client = enter(role, region)
    assert url not in client.get("/admin/").content.decode() and client.get(url).context["table"] == []


@pytest.mark.rule("C-27")
def test_visits_are_counted_by_unit_month_and_what_people_came_for():
    office, village = make.unit(SLEMAN), make.unit(make.CATURTUNGGAL)
    front = make.officer("front_office", SLEMAN)

    def came(unit, purpose, day):
        at = timezone.make_aware(dt.datetime.fromisoformat(f"{day}T23:30"))
        Visit.objects.create(
            unit=unit, region_id=unit.region_id, place="counter", purpose=purpose, at=at, by=front
        )

    for unit, purpose, day in (
        (office, "need", "2026-01-31"), (office, "need", "2026-02-01"), (office, "need", "2026-02-28"),
        (office, "information", "2026-02-10"), (village, "need", "2026-02-10"),
    ):  # fmt: skip
        came(unit, purpose, day)
    january, february = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
    assert Visit.objects.counted() == {
        (office.pk, january, "need"): 1, (office.pk, february, "need"): 2, (office.pk, february, "information"): 1,
        (village.pk, february, "need"): 1,
    }  # fmt: skip


# -- the family's page --------------------------------------------------------------------------------------------------
def opened(client, household):
    page = reverse("households:household", args=[household.pk])
    client.post(page, {"purpose": "verification", "words": "kunjungan"})
    return page


@pytest.mark.rule("H-05", "H-07", "P-14")
def test_participation_is_recorded_at_the_door_with_program_period_member_and_source(enter):
    make.unit(SLEMAN)
    siti, pis = make.person(), make.program()
    client = enter("facilitator", make.CATURTUNGGAL)
    page, url = opened(client, siti.household), reverse("households:enrol", args=[siti.household_id])
    told = {
        "program": pis.pk, "person": siti.pk, "valid_from": "2025-01-01", "valid_until": "2025-12-31", "source": "reported",
    }  # fmt: skip
    for wrong, field in (
        ({"valid_until": "2024-12-31"}, "valid_until"), ({"source": "rumor"}, "source"), ({"program": ""}, "program"),
        ({"person": make.person().pk}, "person"),
    ):  # fmt: skip
        assert field in client.post(url, told | wrong).context["form"].errors
    assert not Enrolment.objects.exists()
    assert client.post(url, told).status_code == 302
    row = Enrolment.objects.get()
    assert (row.household, row.person, row.program, row.source) == (siti.household, siti, pis, "reported")
    assert (row.valid_from, row.valid_until) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    # Who is entitled sees it at once: program, period, source; and the needs and steps beside it.
    need = make.case(of=siti)
    shown = client.get(page).content.decode()
    for part in (pis.label, "1 Januari 2025", "31 Desember 2025", row.get_source_display(), need.number):
        assert part in shown, part
    assert enter("facilitator", make.SINDUADI).get(page).status_code == 404


@pytest.mark.rule("H-05")
def test_a_need_and_a_complaint_are_recorded_from_the_familys_page(enter):
    make.unit(SLEMAN)
    siti = make.person()
    client = enter("facilitator", make.CATURTUNGGAL)
    address = reverse("casework:register_for", args=[siti.pk])
    assert address in client.get(opened(client, siti.household)).content.decode()
    for kind, more in (("need", {}), ("grievance", {"concern": "time"})):
        form = client.get(address).context["form"]
        fields = {
            "client_id": form["client_id"].value(), "kind": kind, "program": make.program().pk, "description": kind,
        }  # fmt: skip
        assert client.post(address, fields | more | {"not_double": "on"}).status_code == 302
    assert set(Case.objects.values_list("kind", "channel")) == {
        ("need", "facilitator"),
        ("grievance", "facilitator"),
    }


@pytest.mark.rule("H-09")
def test_a_visit_says_whether_the_family_is_in_the_register_and_may_be_entered_later(enter):
    make.unit(SLEMAN)
    known = make.person()
    unknown = make.person(make.household(source="recorded"))
    client = enter("facilitator", make.CATURTUNGGAL)
    yesterday = timezone.localtime() - dt.timedelta(days=1)
    for siti in (known, unknown):
        url = reverse("households:visit", args=[siti.household_id])
        page = opened(client, siti.household)
        told = {
            "place": "home", "purpose": "outreach", "at": yesterday.strftime("%Y-%m-%dT%H:%M"), "programs_explained": "on",
            "note": "Dijelaskan PIS.",
        }  # fmt: skip
        tomorrow = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        assert client.post(url, told | {"at": tomorrow}).status_code == 200, "not ahead of time"
        assert client.post(url, told).status_code == 302
        visit = Visit.objects.get(household=siti.household)
        assert visit.in_register == (siti == known) and visit.programs_explained
        assert timezone.localdate(visit.at) == yesterday.date()
        assert "Dijelaskan PIS." in client.get(page).content.decode()


@pytest.mark.rule("H-03", "C-22")
def test_a_new_profile_waits_for_the_supervisor_of_its_district_alone(enter):
    make.unit(SLEMAN)
    form = {
        "name": "Wagiyem",
        "sex": "f",
        "village": make.CATURTUNGGAL,
        "born_on": "1985-04-17",
        "nik": make.nik(),
    }
    enter("front_office").post(reverse("casework:record_profile"), form)
    proposal = UpdateProposal.objects.get()
    review = ADMINS[UpdateProposal].action_url("review", proposal)
    assert enter("supervisor", "34.04.06").post(review, {}).status_code == 404
    assert enter("front_office").post(review, {}).status_code == 403
    assert enter("supervisor", "34.04.07").post(review, {}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == "reviewed"
