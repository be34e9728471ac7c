"""How far each role reaches: its own region down to the village, and no other (A-01 to A-04, A-06, A-07)."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.casework.models import Case, Referral
from portal.accounts.models import Grant, User
from portal.accounts.policies import may
from portal.accounts.roles import SPECS, Role
from portal.regions.models import Level
from portal.units.models import Unit
from tests.factories import DeskFactory, ProgramFactory, UnitFactory, officer

pytestmark = pytest.mark.django_db
SLEMAN = ("34.04", "34.04.07.2001", "34.04.07.2002", "34.04.06.2001")
ELSEWHERE = ("34.02", "34.02.15.2004", "32.04", "32.04.37.2019")


def case_in(village, by):
    unit = UnitFactory(region_id=village[:5])
    return Case.objects.create(
        region_id=village, unit=unit, number=f"{village}/{Case.objects.count()}", kind="need", channel="slrt",
        registered_by=by, description="Butuh jaminan kesehatan",
    )  # fmt: skip


@pytest.fixture
def cases():
    clerk = officer(Role.FRONT_OFFICE)
    return {code: case_in(code, clerk) for code in (*SLEMAN[1:], "34.02.15.2004", "32.04.37.2019")}


def reached(user):
    seen = set(Case.objects.visible_to(user).values_list("region_id", flat=True))
    # The list and the answer for one row are two pieces of code: they must agree.
    assert seen == {case.region_id for case in Case.objects.all() if may(user, "view", case)}
    return seen


@pytest.mark.parametrize(
    ("role", "region", "villages"),
    [
        pytest.param(Role.SUPERVISOR, "34.04.07", {"34.04.07.2001", "34.04.07.2002"}, marks=pytest.mark.rule("A-01")),
        pytest.param(Role.MANAGER, "34.04", set(SLEMAN[1:]), marks=pytest.mark.rule("A-01")),
        pytest.param(Role.FRONT_OFFICE, "34.04", set(SLEMAN[1:]), marks=pytest.mark.rule("A-02")),
        pytest.param(Role.BACK_OFFICE, "34.04", set(SLEMAN[1:]), marks=pytest.mark.rule("A-02")),
        pytest.param(Role.FRONT_OFFICE, "34.02", {"34.02.15.2004"}, marks=pytest.mark.rule("A-02")),
        pytest.param(Role.PUSKESOS_COORDINATOR, "34.04.07.2001", {"34.04.07.2001"}, marks=pytest.mark.rule("A-03")),
        pytest.param(Role.PUSKESOS_FRONT_OFFICE, "34.04.07.2002", {"34.04.07.2002"}, marks=pytest.mark.rule("A-03")),
        pytest.param(Role.PROVINCIAL_COORDINATOR, "34", {*SLEMAN[1:], "34.02.15.2004"}, marks=pytest.mark.rule("A-07")),
        pytest.param(Role.NATIONAL_SECRETARIAT, "", {*SLEMAN[1:], "34.02.15.2004", "32.04.37.2019"}, marks=pytest.mark.rule("A-07")),
        pytest.param(Role.EDITOR, "34.04", set(), marks=pytest.mark.rule("A-02")),
    ],
)  # fmt: skip
def test_a_role_reaches_its_region_and_no_other(cases, role, region, villages):
    assert reached(officer(role, region)) == villages


@pytest.mark.rule("A-04")
def test_a_desk_reaches_the_referrals_sent_to_it_and_no_case(cases):
    program = ProgramFactory()
    mine, other = DeskFactory(region_id="34.04"), DeskFactory(region_id="34.04")
    clerk = officer(Role.BACK_OFFICE)
    fields = {"program": program, "proposed_by": clerk, "status": "waiting"}
    sent = Referral.objects.create(desk=mine, case=cases["34.04.07.2001"], **fields)
    foreign = Referral.objects.create(desk=other, case=cases["34.04.07.2002"], **fields)
    unsent = Referral.objects.create(
        desk=mine, case=cases["34.04.06.2001"], **fields | {"status": "proposed"}
    )
    user = officer(Role.PROGRAM_DESK, "34.04", desk=mine)
    assert set(Referral.objects.visible_to(user)) == {sent}
    assert may(user, "answer", sent)
    for absent in (foreign, unsent):
        assert not may(user, "answer", absent) and not may(user, "view", absent)
    assert reached(user) == set()


@pytest.mark.rule("A-06")
@pytest.mark.parametrize("code", SLEMAN)
def test_units_show_only_ones_own_area_in_the_region_bound_lists(code):
    for place in (*SLEMAN, *ELSEWHERE):
        kind = Unit.Kind.SLRT if len(place) == 5 else Unit.Kind.PUSKESOS
        UnitFactory(kind=kind, region_id=place)
    user = officer(Role.FRONT_OFFICE if len(code) == 5 else Role.PUSKESOS_FRONT_OFFICE, code)
    own = {place for place in SLEMAN if place == code or place.startswith(f"{code}.")}
    assert set(Unit.objects.visible_to(user).values_list("region_id", flat=True)) == own
    assert {unit.region_id for unit in Unit.objects.all() if may(user, "view", unit)} == own


def test_a_code_that_merely_begins_alike_is_not_covered():
    assert not Grant(Role.MANAGER, "34.0", None).covers("34.04")
    assert not Grant(Role.PROVINCIAL_COORDINATOR, "3", None).covers("34")
    assert not Grant(Role.FRONT_OFFICE, "34.04", None).covers(None)
    assert Grant(Role.NATIONAL_SECRETARIAT, "", None).covers(None)


def test_two_roles_reach_the_sum_and_one_ending_takes_its_part(cases):
    user = officer(Role.FRONT_OFFICE, "34.04")
    second = user.assignments.create(role=Role.SUPERVISOR, region_id="34.02.15")
    assert reached(User.objects.get(pk=user.pk)) == {*SLEMAN[1:], "34.02.15.2004"}
    second.valid_from = second.valid_until = timezone.localdate() - dt.timedelta(days=1)
    second.save()
    assert reached(User.objects.get(pk=user.pk)) == set(SLEMAN[1:])


def test_nobody_without_a_role_reaches_anything(cases):
    user = User.objects.create_user("tanpa", name="Tanpa Peran")
    assert reached(user) == set() and not may(user, "register", Case)


def test_every_role_has_levels_and_the_program_desk_alone_needs_a_desk():
    assert set(SPECS) == set(Role)
    assert all(spec.levels for spec in SPECS.values())
    assert [role for role, spec in SPECS.items() if spec.needs_desk] == [Role.PROGRAM_DESK]
    high = {role for role, spec in SPECS.items() if {Level.PROVINCE, Level.NATION} & set(spec.levels)}
    without = {Role.PROGRAM_DESK, Role.REGIONAL_ASSISTANT, Role.EDITOR}
    # Issue 2: required for national, provincial and manager roles.
    assert {role for role, spec in SPECS.items() if spec.mfa} == high - without | {Role.MANAGER}


@pytest.mark.parametrize(
    ("role", "region", "needed"),
    [
        (Role.EDITOR, None, True),
        (Role.EDITOR, "34", True),
        (Role.EDITOR, "34.04", False),
        (Role.MANAGER, "34.04", True),
        (Role.FRONT_OFFICE, "34.04", False),
        (Role.REGIONAL_ASSISTANT, "34", True),
    ],
)
def test_whoever_acts_for_a_province_or_the_nation_needs_a_second_factor(role, region, needed):
    assert officer(role, region).needs_mfa is needed
