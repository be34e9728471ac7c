"""The criteria of every position: a requirement blocks, a preference warns."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts.roles import Role
from portal.regions.models import Region
from portal.staffing.models import Officer, Position
from portal.staffing.qualification import blocking, warnings
from portal.staffing.services.appointments import findings_for, propose
from portal.units.models import Unit
from tests.factories import (
    DISTRICT,
    OTHER_VILLAGE,
    REGENCY,
    VILLAGE,
    AppointmentFactory,
    OfficerFactory,
    UnitFactory,
    everything_attested,
    officer,
)

pytestmark = pytest.mark.django_db

#: position -> (work area, a profile that meets everything)
FITTING = {
    "manager": (
        REGENCY,
        {"education": 5, "background": "asn_social", "civil_service_number": "199005172015022001"},
    ),
    "supervisor": (DISTRICT, {"education": 3, "background": "tksk"}),
    "facilitator": (VILLAGE, {"education": 2}),
    "puskesos_coordinator": (VILLAGE, {"education": 3, "background": "welfare_head"}),
    "puskesos_front_office": (VILLAGE, {"education": 2, "background": "psks"}),
    "puskesos_back_office": (VILLAGE, {"education": 2, "background": "psks"}),
    "front_office": (REGENCY, {"education": 3}),
    "back_office": (REGENCY, {"education": 3}),
}
RULES = {
    "manager": "S-01", "facilitator": "S-02", "supervisor": "S-03", "puskesos_coordinator": "S-04",
    "puskesos_front_office": "S-05", "puskesos_back_office": "S-05", "front_office": "S-06", "back_office": "S-06",
}  # fmt: skip


def check(position, change=None, attested=None):
    area, profile = FITTING[position]
    post = Position.objects.get(pk=position)
    person = OfficerFactory(**profile | (change or {}))
    given = everything_attested(post) | (attested or {})
    return findings_for(person, post, Region.objects.get(pk=area), given)


@pytest.mark.rule("S-01", "S-02", "S-03", "S-04", "S-05", "S-06", "S-07")
@pytest.mark.parametrize("position", FITTING)
def test_who_meets_every_criterion_is_neither_blocked_nor_warned(position):
    findings = check(position)
    assert not blocking(findings) and not warnings(findings)
    wanted = {"manager": 6, "supervisor": 9, "facilitator": 11, "puskesos_coordinator": 5}.get(position, 7)
    assert len(findings) >= wanted - 1


@pytest.mark.rule("S-01", "S-02", "S-03", "S-05", "S-06", "S-07")
@pytest.mark.parametrize("position", [p for p in FITTING if p != "puskesos_coordinator"])
def test_too_little_schooling_blocks(position):
    below = FITTING[position][1]["education"] - 1
    assert [f.code for f in blocking(check(position, {"education": below}))] == ["education"]


@pytest.mark.rule("S-01", "S-02", "S-03", "S-04", "S-05", "S-06", "S-07")
@pytest.mark.parametrize("position", FITTING)
def test_every_attested_requirement_blocks_while_nobody_attests_it(position):
    criteria = Position.objects.get(pk=position).criteria.filter(check_by="attested")
    assert criteria.exists()
    for criterion in criteria:
        assert [f.code for f in blocking(check(position, attested={criterion.code: False}))] == [
            criterion.code
        ]


@pytest.mark.rule("S-01", "S-02", "S-03", "S-07")
@pytest.mark.parametrize(
    ("position", "change", "code"),
    [
        ("manager", {"background": "community", "civil_service_number": ""}, "asn"),
        ("facilitator", {"domicile_id": OTHER_VILLAGE}, "residence"),
        ("supervisor", {"domicile_id": OTHER_VILLAGE}, "residence"),
        ("supervisor", {"background": "community"}, "tksk_or_asn"),
    ],
)
def test_an_unmet_preference_warns_and_does_not_block(position, change, code):
    findings = check(position, change)
    assert not blocking(findings)
    assert [f.code for f in warnings(findings)] == [code]


@pytest.mark.rule("S-04", "S-05", "S-06")
@pytest.mark.parametrize(
    ("position", "change", "code"),
    [
        ("puskesos_coordinator", {"background": "community"}, "welfare_head"),
        ("puskesos_front_office", {"domicile_id": OTHER_VILLAGE}, "residence"),
        ("front_office", {"domicile_id": OTHER_VILLAGE}, "residence"),
        ("back_office", {"domicile_id": OTHER_VILLAGE}, "residence"),
    ],
)
def test_requirements_of_origin_and_residence_block(position, change, code):
    assert [f.code for f in blocking(check(position, change))] == [code]


@pytest.mark.rule("S-02", "S-03")
@pytest.mark.parametrize("position", ["facilitator", "supervisor"])
def test_a_post_that_forbids_a_second_one_blocks(position):
    findings = check(position, {"has_forbidding_post": True})
    assert [f.code for f in blocking(findings)] == ["no_forbidden_post"]


@pytest.mark.rule("S-02", "S-03")
def test_nobody_is_facilitator_and_supervisor_at_once():
    held = AppointmentFactory(in_office=True)
    supervisor = Position.objects.get(pk="supervisor")
    held.officer.education = 3
    findings = findings_for(
        held.officer, supervisor, Region.objects.get(pk=DISTRICT), everything_attested(supervisor)
    )
    assert [f.code for f in blocking(findings)] == ["no_forbidden_post"]


@pytest.mark.rule("S-07")
def test_an_unmet_requirement_stops_the_proposal_and_a_preference_is_noted():
    by, slrt = officer(Role.REGENCY_SOCIAL_OFFICE), UnitFactory()
    post, area = Position.objects.get(pk="facilitator"), Region.objects.get(pk=VILLAGE)
    given = everything_attested(post)
    with pytest.raises(ValidationError) as refusal:
        propose(
            officer=OfficerFactory(education=1), position=post, unit=slrt, area=area, by=by, attested=given
        )
    assert "sekolah menengah pertama" in str(refusal.value)
    far = OfficerFactory(domicile_id=OTHER_VILLAGE)
    appointment = propose(officer=far, position=post, unit=slrt, area=area, by=by, attested=given)
    assert [f["code"] for f in appointment.findings if not f["met"]] == ["residence"]
    assert not appointment.is_local


def test_positions_fit_their_unit_and_area():
    by, slrt = officer(Role.REGENCY_SOCIAL_OFFICE), UnitFactory()
    post = Position.objects.get(pk="supervisor")
    given = everything_attested(post)
    person = OfficerFactory(background="tksk")

    def try_(unit=slrt, area=DISTRICT):
        return propose(
            officer=person, position=post, unit=unit, area=Region.objects.get(pk=area), by=by, attested=given
        )

    for wrong in (
        {"area": VILLAGE},
        {"area": "34.04"},
        {"unit": UnitFactory(kind="puskesos", region_id=VILLAGE)},
    ):
        with pytest.raises(ValidationError):
            try_(**wrong)
    with pytest.raises(PermissionDenied):
        try_(area="34.02.01")
    for role in (Role.FACILITATOR, Role.FRONT_OFFICE, Role.PROVINCIAL_COORDINATOR):
        with pytest.raises(PermissionDenied):
            propose(
                officer=person, position=post, unit=slrt, area=Region.objects.get(pk=DISTRICT), by=officer(role),
                attested=given,
            )  # fmt: skip
    assert try_().status == "proposed"
    with pytest.raises(ValidationError):
        try_()


@pytest.mark.rule("S-12")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nik": "3404070"}, "nik"),
        ({"nik": "3404075705900001", "birth_date": dt.date(1991, 5, 17)}, "nik"),
        ({"nik": "3404071705900001"}, "nik"),  # a man's NIK
        ({"imei": "490154203237519"}, "imei"),  # the check digit
        ({"imei": "12345"}, "imei"),
        ({"civil_service_number": "123"}, "civil_service_number"),
        ({"civil_service_number": "199113452015022001"}, "civil_service_number"),
        ({"civil_service_number": "199005172015021001"}, "civil_service_number"),  # a man's NIP
        ({"background": "asn_social"}, "civil_service_number"),  # a civil servant has one
        ({"email": "bukan-surel"}, "email"),
        ({"phone": "123"}, "phone"),
        ({"birth_date": dt.date(2015, 1, 1), "nik": ""}, "birth_date"),
        ({"birth_date": dt.date(1930, 1, 1), "nik": ""}, "birth_date"),
    ],
)
def test_identifiers_are_checked_for_form(change, field):
    person = OfficerFactory.build(**{"nik": "3404075705900001"} | change)
    with pytest.raises(ValidationError) as refusal:
        person.full_clean(exclude=["statement_letter"])
    assert field in refusal.value.message_dict


@pytest.mark.rule("S-12")
def test_sound_identifiers_pass_and_a_nik_is_recorded_once():
    person = OfficerFactory.build(
        nik="3404075705900001", civil_service_number="19900517 201502 2 001", background="asn_social"
    )
    person.full_clean(exclude=["statement_letter"])
    assert person.civil_service_number == "199005172015022001"
    person.save()
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficerFactory(nik=person.nik)
    assert Officer.objects.filter(nik_index=person.nik_index).count() == 1
    assert person.nik not in str(person) and Unit.objects.count() >= 0
