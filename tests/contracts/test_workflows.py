"""Workflows, generated from their tables and the role table: every status, every move, every role."""

import pytest

from portal.accounts.policies import RolePolicy
from portal.accounts.roles import GRANTS, Role
from portal.ledger.workflow import REGISTRY
from tests.contracts.records import code_for, make
from tests.contracts.test_policies import Cast, policy_of, reaches
from tests.factories import OTHER_PLACES, PLACES, VILLAGE

FLOWS = list(REGISTRY.values())
EVERY_FLOW = pytest.mark.parametrize("flow", FLOWS, ids=[flow.model_label for flow in FLOWS])


def statuses(flow) -> list[str]:
    return [value for value, _label in flow.model._meta.get_field(flow.field).flatchoices]


@EVERY_FLOW
def test_the_table_is_sound(flow):
    known = set(statuses(flow))
    field = flow.model._meta.get_field(flow.field)
    assert not field.editable, "a status is in no form"
    assert flow.initial in known
    for name, move in flow.moves.items():
        assert move.from_ and {*move.from_, move.to} <= known, f"{name} leads from or to an unknown status"
        assert str(move.label).strip(), name
        right = policy_of(flow.model).right(move.right)
        assert move.automatic or GRANTS.get(right), f"{name} asks for {right}, which nobody has"


@EVERY_FLOW
def test_every_status_can_be_reached(flow):
    reached, growing = {flow.initial, flow.model._meta.get_field(flow.field).get_default()}, True
    while growing:
        new = {move.to for move in flow.moves.values() if reached & set(move.from_)} - reached
        reached |= new
        growing = bool(new)
    assert set(statuses(flow)) - reached == set()


@pytest.mark.django_db
@pytest.mark.rule("C-25")
@EVERY_FLOW
def test_each_role_in_each_status_is_offered_what_the_table_grants_and_no_more(flow):
    record, policy = make(flow.model, code_for(flow.model, VILLAGE)), policy_of(flow.model)
    somebody = False
    for role, user in Cast(PLACES).all():
        for status in statuses(flow):
            setattr(record, flow.field, status)
            offered = set(flow.available(record, by=user))
            granted = {
                name
                for name, move in flow.moves.items()
                if status in move.from_
                and not move.automatic
                and role in GRANTS[policy.right(move.right)]
                and reaches(user.grants[0], flow.model, record)
            }
            assert offered <= granted, f"{role} in {status}"
            if type(policy) is RolePolicy:
                assert offered == granted, f"{role} in {status}"
            somebody |= bool(offered)
    assert somebody or type(policy) is not RolePolicy


@pytest.mark.django_db
@pytest.mark.rule("A-02")
@EVERY_FLOW
def test_no_role_of_another_region_is_offered_anything(flow):
    record = make(flow.model, code_for(flow.model, VILLAGE))
    for role, user in Cast(OTHER_PLACES).all():
        if reaches(user.grants[0], flow.model, record):
            continue  # the nation, or a record of no region
        for status in statuses(flow):
            setattr(record, flow.field, status)
            assert flow.available(record, by=user) == {}, (role, status)


@pytest.mark.django_db
@EVERY_FLOW
def test_who_only_watches_is_offered_nothing(flow):
    record = make(flow.model, code_for(flow.model, VILLAGE))
    for role in (Role.EDITOR, Role.REGIONAL_ASSISTANT):
        granted = {right for right, roles in GRANTS.items() if role in roles}
        _role, user = Cast(PLACES).play(role)
        for status in statuses(flow):
            setattr(record, flow.field, status)
            for name in flow.available(record, by=user):
                assert policy_of(flow.model).right(flow.moves[name].right) in granted
