"""Every door of every admin of ours: inside with the right 200, inside without 403, outside 404, a stranger to the sign-in."""

import pytest
from django.urls import get_resolver
from wagtail.permissions import policy_registry

from portal.accounts.policies import NationalPolicy
from portal.accounts.roles import GRANTS, SPECS, Role
from portal.regions.models import Level
from tests.contracts.records import code_for, make
from tests.contracts.test_policies import NOT_BOUNDED_BY_REGION
from tests.factories import OTHER_VILLAGE, VILLAGE, UserFactory, neighbor, officer

assert get_resolver().url_patterns  # reading them lets the hooks register the admins
from portal.backoffice.admin import ADMINS  # noqa: E402

pytestmark = pytest.mark.django_db
EVERY_ADMIN = pytest.mark.parametrize("model", list(ADMINS), ids=[model._meta.label for model in ADMINS])


def holders(model, action) -> list[Role]:
    """Roles with a right, those bounded by a region first."""
    roles = GRANTS.get(policy_registry.get_by_type(model).right(action), ())
    return sorted(
        (role for role in roles if not SPECS[role].needs_desk), key=lambda role: -SPECS[role].levels[0]
    )


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.RoleBackend")
        return client

    return sign_in


def doors_of(admin, record) -> dict[str, str]:
    """The addresses of one record: its page, its forms, its history, its steps."""
    doors = {"inspect": admin.url("inspect", record), "history": admin.url("history", record)}
    if admin.form_fields_known:
        doors["edit"] = admin.url("edit", record)
    if admin.deletable:
        doors["delete"] = admin.url("delete", record)
    for name in admin.actions:
        doors[name] = admin.action_url(name, record)
    return doors


def viewer(model, record, make_user=officer):
    policy = policy_registry.get_by_type(model)
    for role in holders(model, "view"):
        user = make_user(role)
        if policy.user_has_permission_for_instance(user, "view", record):
            return user
    raise AssertionError(f"nobody of the area may view {model._meta.label}")


@EVERY_ADMIN
def test_the_list_and_the_record_open_for_who_may_view(model, enter):
    record = make(model, code_for(model, VILLAGE))
    client = enter(viewer(model, record))
    admin = ADMINS[model]
    assert client.get(admin.url("index")).status_code == 200
    assert client.get(admin.url("inspect", record)).status_code == 200
    assert client.get(admin.url("history", record)).status_code in (200, 403)


@pytest.mark.rule("A-02", "A-03", "A-07")
@EVERY_ADMIN
def test_a_record_of_another_region_does_not_exist_at_any_door(model, enter):
    policy = policy_registry.get_by_type(model)
    if isinstance(policy, NationalPolicy) or model._meta.label in NOT_BOUNDED_BY_REGION:
        pytest.skip("belongs to no region")
    inside, outside = (make(model, code_for(model, village)) for village in (VILLAGE, OTHER_VILLAGE))
    user = viewer(model, inside)
    if user.grants[0].level == Level.NATION:
        pytest.skip("seen by the nation alone")
    client = enter(user)
    for name, path in doors_of(ADMINS[model], outside).items():
        assert client.get(path).status_code == 404, (name, path)
        assert client.post(path, {}).status_code == 404, (name, path)
    assert outside not in visible_in_list(client, model)


def visible_in_list(client, model):
    answer = client.get(ADMINS[model].url("index"))
    for key in ("rows", "object_list", "page"):
        if answer.context and key in answer.context:
            rows = answer.context[key]
            return [getattr(row, "record", getattr(row, "obj", row)) for row in rows]
    raise AssertionError("the list's rows are not found in its context")


@EVERY_ADMIN
def test_who_may_not_view_is_refused(model, enter):
    record = make(model, code_for(model, VILLAGE))
    strangers = [role for role in Role if role not in holders(model, "view") and not SPECS[role].needs_desk]
    if not strangers:
        pytest.skip("everybody may view it")
    client = enter(officer(strangers[0]))
    assert client.get(ADMINS[model].url("index")).status_code == 403
    for name, path in doors_of(ADMINS[model], record).items():
        assert client.get(path).status_code in (403, 404), (name, path)
        assert client.post(path, {}).status_code in (403, 404), (name, path)


@EVERY_ADMIN
def test_who_may_view_but_not_change_is_refused_at_the_forms(model, enter):
    admin, policy = ADMINS[model], policy_registry.get_by_type(model)
    record = make(model, code_for(model, VILLAGE))
    asked = {"edit": admin.change_right, "delete": "delete"}
    tried = False
    for role in holders(model, "view"):
        user = officer(role)
        if not policy.user_has_permission_for_instance(user, "view", record):
            continue
        for name, path in doors_of(admin, record).items():
            right = asked.get(name) or getattr(admin.actions.get(name), "right", None)
            if name in ("inspect", "history") or right is None:
                continue
            flow, move = (getattr(admin.actions.get(name), part, None) for part in ("flow", "move"))
            right = flow.moves[move].right if flow and move in flow.moves else right
            if not policy.user_has_permission_for_instance(user, right, record):
                tried = True
                assert enter(user).post(path, {}).status_code == 403, (role, name, right)
    if not tried:
        pytest.skip("who may view it may do everything with it, or there is nothing to do")


@EVERY_ADMIN
def test_a_stranger_and_somebody_without_a_role_meet_the_sign_in(model, client):
    record = make(model, code_for(model, VILLAGE))
    paths = [ADMINS[model].url("index"), *doors_of(ADMINS[model], record).values()]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 302 and "masuk" in answer["Location"], path
    client.force_login(UserFactory(), backend="portal.accounts.backends.RoleBackend")
    for path in paths:
        assert client.get(path).status_code in (302, 403, 404), path


@EVERY_ADMIN
def test_a_neighbor_finds_an_empty_list(model, enter):
    policy = policy_registry.get_by_type(model)
    if isinstance(policy, NationalPolicy) or model._meta.label in NOT_BOUNDED_BY_REGION:
        pytest.skip("belongs to no region")
    inside, outside = (make(model, code_for(model, village)) for village in (VILLAGE, OTHER_VILLAGE))
    user = viewer(model, outside, make_user=neighbor)
    if user.grants[0].level == Level.NATION:
        pytest.skip("seen by the nation alone")
    assert inside not in visible_in_list(enter(user), model)
