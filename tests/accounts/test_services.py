"""Accounts and roles through their services: what fits is written and audited, what does not is refused at its field."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from portal.accounts import services
from portal.accounts.models import RoleAssignment, User
from portal.accounts.policies import may
from portal.accounts.roles import SPECS, Role
from portal.ledger.models import AuditEntry
from portal.regions.models import Level, Region
from portal.regions.services import retire_region
from programs_catalog.models import ProgramDesk, Provider

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()

PLACE = {Level.NATION: None, Level.PROVINCE: "34", Level.REGENCY: "34.04", Level.DISTRICT: "34.04.07"}
PLACE |= {Level.VILLAGE: "34.04.07.2001"}


@pytest.fixture(autouse=True)
def noon_of_today(time_machine):
    """The day that the file was read on lasts as long as its tests, also across midnight."""
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(5), dt.UTC))


def region(code):
    return Region.objects.get(pk=code) if code else None


def account(username="petugas", **values):
    return User.objects.create_user(username, name="Petugas Contoh", **values)


@pytest.fixture
def admin():
    user = account("pengelola")
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR)
    return user


def desk_in(code="34.04", name="Dinas Kesehatan"):
    provider, _new = Provider.objects.get_or_create(
        code="dinkes", defaults={"name": "Dinkes", "level": "regency"}
    )
    return ProgramDesk.objects.create(name=name, provider=provider, region_id=code)


def test_a_role_is_given_and_audited(admin):
    user = account()
    assignment = services.assign_role(user=user, role=Role.FRONT_OFFICE, region=region("34.04"), by=admin)
    assert [(g.role, g.code) for g in user.grants] == [("front_office", "34.04")]
    entry = AuditEntry.objects.get(model="accounts.roleassignment", action="create")
    assert (entry.actor_id, entry.object_id, entry.region_code) == (admin.pk, str(assignment.pk), "34.04")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_takes_regions_of_its_levels_and_refuses_all_others_at_the_field(admin, role):
    spec = SPECS[role]
    for number, (level, code) in enumerate(PLACE.items()):
        user = account(f"u{number}")
        desk = desk_in(code, f"Meja {number}") if spec.needs_desk else None
        give = lambda who=user, where=code, at=desk: services.assign_role(  # noqa: E731
            user=who, role=role, region=region(where), desk=at, by=admin
        )
        if level in spec.levels:
            assert give().pk
        else:
            with pytest.raises(ValidationError) as refusal:
                give()
            assert "memerlukan wilayah tingkat" in refusal.value.message_dict["region"][0]
            assert not user.assignments.exists()


def test_a_desk_role_needs_a_desk_of_its_region_and_other_roles_none(admin):
    user, desk = account(), desk_in()
    with pytest.raises(ValidationError) as refusal:
        services.assign_role(user=user, role=Role.PROGRAM_DESK, region=region("34.04"), by=admin)
    assert refusal.value.message_dict["desk"] == ["Peran ini memerlukan meja pengelola program."]
    with pytest.raises(ValidationError) as refusal:
        services.assign_role(user=user, role=Role.PROGRAM_DESK, region=region("34.02"), desk=desk, by=admin)
    assert refusal.value.message_dict["desk"] == ["Meja ini bekerja untuk wilayah lain."]
    with pytest.raises(ValidationError):
        services.assign_role(user=user, role=Role.FRONT_OFFICE, region=region("34.04"), desk=desk, by=admin)
    assert services.assign_role(
        user=user, role=Role.PROGRAM_DESK, region=region("34.04"), desk=desk, by=admin
    )


def test_the_same_role_twice_at_the_same_time_is_refused_and_one_after_the_other_is_not(admin):
    user, sleman = account(), region("34.04")
    give = lambda **dates: services.assign_role(  # noqa: E731
        user=user, role=Role.MANAGER, region=sleman, by=admin, **dates
    )
    give(valid_from=TODAY, valid_until=TODAY + dt.timedelta(days=30))
    with pytest.raises(ValidationError) as refusal:
        give(valid_from=TODAY + dt.timedelta(days=30))
    assert "sudah memiliki peran ini" in refusal.value.message_dict["role"][0]
    with pytest.raises(ValidationError):
        give(valid_from=TODAY - dt.timedelta(days=5), valid_until=TODAY)
    assert give(valid_from=TODAY + dt.timedelta(days=31))
    assert services.assign_role(user=user, role=Role.MANAGER, region=region("34.02"), by=admin)


def test_dates_the_wrong_way_round_and_an_ended_region_are_refused(admin):
    user = account()
    with pytest.raises(ValidationError) as refusal:
        services.assign_role(
            user=user, role=Role.MANAGER, region=region("34.04"), valid_from=TODAY, valid_until=TODAY - dt.timedelta(days=1), by=admin
        )  # fmt: skip
    assert "valid_until" in refusal.value.message_dict
    village = region("34.04.07.2001")
    retire_region(region=village, last_day=TODAY - dt.timedelta(days=1))
    with pytest.raises(ValidationError) as refusal:
        services.assign_role(user=user, role=Role.FACILITATOR, region=region(village.pk), by=admin)
    assert "telah berakhir" in refusal.value.message_dict["region"][0]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_the_administrator_gives_roles_or_makes_accounts(admin, role):
    other = account("lain")
    level = SPECS[role].levels[0]
    desk = desk_in(PLACE[level]) if SPECS[role].needs_desk else None
    RoleAssignment.objects.create(user=other, role=role, region=region(PLACE[level]), desk=desk)
    with pytest.raises(PermissionDenied):
        services.assign_role(user=account(), role=Role.FRONT_OFFICE, region=region("34.04"), by=other)
    with pytest.raises(PermissionDenied):
        services.create_user(username="baru", name="Baru", invite=False, by=other)
    with pytest.raises(PermissionDenied):
        services.switch_off(user=admin, by=other)
    assert not User.objects.filter(username="baru").exists()


def test_an_administrator_gives_no_role_to_themselves(admin):
    with pytest.raises(ValidationError) as refusal:
        services.assign_role(user=admin, role=Role.NATIONAL_SECRETARIAT, by=admin)
    assert "user" in refusal.value.message_dict


def test_a_superuser_account_is_beyond_the_administrator(admin):
    root = User.objects.create_superuser("root", name="Root", email="root@example.go.id")
    assert may(admin, "view", root) and not may(admin, "change", root)
    with pytest.raises(PermissionDenied):
        services.set_first_password(user=root, by=admin)


def test_ending_a_role_takes_its_rights_and_keeps_its_row(admin):
    user = account()
    assignment = services.assign_role(
        user=user, role=Role.FRONT_OFFICE, region=region("34.04"), valid_from=TODAY - dt.timedelta(days=9), by=admin
    )  # fmt: skip
    services.end_role(assignment=assignment, last_day=TODAY - dt.timedelta(days=1), by=admin)
    user = User.objects.get(pk=user.pk)
    assert user.grants == () and user.assignments.count() == 1
    with pytest.raises(ValidationError):
        services.end_role(assignment=assignment, last_day=TODAY, by=admin)


def test_a_role_that_ends_today_is_in_force_until_midnight(admin):
    user = account()
    assignment = services.assign_role(user=user, role=Role.FRONT_OFFICE, region=region("34.04"), by=admin)
    services.end_role(assignment=assignment, last_day=TODAY, by=admin)
    assert User.objects.get(pk=user.pk).grants
    assert not RoleAssignment.objects.active(TODAY + dt.timedelta(days=1)).filter(pk=assignment.pk).exists()


def test_the_past_is_not_rewritten_and_the_last_administrator_stays(admin):
    assignment = services.assign_role(
        user=account(), role=Role.FRONT_OFFICE, region=region("34.04"), by=admin
    )
    with pytest.raises(ValidationError) as refusal:
        services.end_role(assignment=assignment, last_day=TODAY - dt.timedelta(days=2), by=admin)
    assert "last_day" in refusal.value.message_dict
    with pytest.raises(ValidationError, match="satu-satunya"):
        services.end_role(assignment=admin.assignments.get(), last_day=TODAY, by=admin)


# -- accounts ------------------------------------------------------------------------------------------------------
def test_a_new_account_gets_a_first_password_that_is_told_once(admin):
    user, password = services.create_user(username="baru", name="Orang Baru", invite=False, by=admin)
    assert user.check_password(password) and user.must_change_password and len(password) == 19
    assert password not in str(list(AuditEntry.objects.values()))


def test_an_invited_account_gets_a_link_and_no_password(admin, django_capture_on_commit_callbacks, client):
    with django_capture_on_commit_callbacks(execute=True):
        user, password = services.create_user(
            username="baru", name="Orang Baru", email="baru@example.go.id", invite=True, by=admin
        )
    assert password == "" and not user.has_usable_password()
    body = mail.outbox[0].body
    assert mail.outbox[0].subject == "Akun SLRT Anda" and "Nama pengguna Anda: baru" in body
    link = next(line for line in body.splitlines() if "/akun/kata-sandi/tautan/" in line)
    form = client.get(link.split("8000", 1)[1]).url
    client.post(form, {"password1": "sendang-sono-88", "password2": "sendang-sono-88"})
    user.refresh_from_db()
    assert user.check_password("sendang-sono-88")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "petugas", "invite": False}, "username"),
        ({"username": "ada spasi", "invite": False}, "username"),
        ({"username": "baru", "invite": True}, "email"),
        ({"username": "baru", "email": "ADA@example.go.id", "invite": True}, "email"),
        ({"username": "baru", "email": "bukan-surel", "invite": True}, "email"),
        ({"username": "baru", "phone": "12", "invite": False}, "phone"),
        ({"username": "baru", "name": " ", "invite": False}, "name"),
    ],
)
def test_a_bad_account_is_refused_at_its_field(admin, values, field):
    account(email="ada@example.go.id")
    before = User.objects.count()
    with pytest.raises(ValidationError) as refusal:
        services.create_user(**{"name": "Orang Baru", "by": admin, **values})
    assert field in refusal.value.message_dict and User.objects.count() == before


def test_switching_off_ends_sessions_and_on_again_brings_the_roles_back(admin, client):
    user = account()
    services.assign_role(user=user, role=Role.FRONT_OFFICE, region=region("34.04"), by=admin)
    client.force_login(user)
    client.get("/akun/sesi/")
    services.switch_off(user=user, by=admin)
    assert client.get("/admin/").status_code == 302
    assert User.objects.get(pk=user.pk).grants == ()
    services.switch_on(user=user, by=admin)
    assert User.objects.get(pk=user.pk).grants
    with pytest.raises(ValidationError):
        services.switch_off(user=admin, by=admin)


def test_a_correction_is_audited_by_the_names_of_fields_alone(admin):
    user = account()
    services.change_user(user=user, name="Nama Betul", email="betul@example.go.id", phone="", by=admin)
    entry = AuditEntry.objects.get(model="accounts.user", action="change")
    assert entry.detail == {"fields": ["name", "email"]}


# -- who sees which assignments ------------------------------------------------------------------------------------
@pytest.mark.rule("A-02", "A-07")
def test_a_regency_office_sees_the_roles_of_its_regency_and_no_other(admin):
    office = account("dinsos")
    RoleAssignment.objects.create(user=office, role=Role.REGENCY_SOCIAL_OFFICE, region=region("34.04"))
    for number, code in enumerate(("34.04.07.2001", "34.02.15.2004")):
        services.assign_role(
            user=account(f"fs{number}"), role=Role.FACILITATOR, region=region(code), by=admin
        )
    seen = RoleAssignment.objects.visible_to(office).values_list("region_id", flat=True)
    assert set(seen) == {"34.04", "34.04.07.2001"}
    inside, outside = RoleAssignment.objects.filter(role=Role.FACILITATOR).order_by("-region_id")
    assert may(office, "view", inside) and not may(office, "view", outside)
    assert not may(office, "change", inside)
