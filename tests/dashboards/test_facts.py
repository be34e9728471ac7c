"""Facts plus deltas equal a recount, whatever was done in between (D-02 to D-08)."""

import datetime as dt
import random

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.casework.models import Case
from cases.households.groups import Group
from portal.accounts.models import User
from portal.units.models import Unit
from reports.dashboards import facts
from reports.dashboards.models import CaseDelta, CaseFact

pytestmark = pytest.mark.django_db
ALL = ("0000-00", "9999-99")
VILLAGES = ("34.04.07.2001", "34.04.07.2002", "34.02.01.2001", "32.04.05.2001", "19.01.01.2007")


@pytest.fixture
def desk():
    user = User.objects.create_user("counter", name="Petugas")
    unit = Unit.objects.create(kind="slrt", name="SLRT", region_id="34.04")
    return user, unit


def make(desk, rnd, number):
    user, unit = desk
    kind = rnd.choice(Case.Kind.values)
    return Case(
        number=str(number),
        lookup_code="x",
        kind=kind,
        channel="slrt",
        concern=rnd.choice(Case.Concern.values) if kind == "grievance" else "",
        subject_group=rnd.choice([*Group.values, ""]),
        unit=unit,
        region_id=rnd.choice(VILLAGES),
        description="-",
        registered_by=user,
        opened_at=timezone.make_aware(dt.datetime(2026, rnd.randint(1, 12), 28, rnd.randint(0, 23), 30)),
        subject_sex=rnd.choice(["f", "m", ""]),
    )


def work_at_random(desk, seed, steps=120):
    rnd, number = random.Random(seed), 0
    for _ in range(steps):
        act = rnd.random()
        some = list(Case.objects.values_list("pk", flat=True))
        if act < 0.5 or not some:
            number += 1
            make(desk, rnd, f"{seed}-{number}").save()
        elif act < 0.6:
            Case.objects.bulk_create([make(desk, rnd, f"{seed}-b{number}-{i}") for i in range(5)])
            number += 1
        elif act < 0.8:
            case = Case.objects.get(pk=rnd.choice(some))
            outcome = "refused" if rnd.random() < 0.3 else "withdrawn"
            ended = case.opened_at + dt.timedelta(days=rnd.randint(0, 40))
            Case.objects.filter(pk=case.pk).update(status="closed", outcome=outcome, closed_at=ended)
        elif act < 0.85:
            Case.objects.filter(pk=rnd.choice(some)).update(region_id=rnd.choice(VILLAGES))
        elif act < 0.88:
            Case.objects.filter(pk=rnd.choice(some)).update(subject_group=rnd.choice(Group.values))
            Case.objects.filter(pk=rnd.choice(some), kind="grievance").update(
                concern=rnd.choice(Case.Concern.values)
            )
        elif act < 0.94:
            Case.objects.filter(pk=rnd.choice(some)).delete()
        else:
            facts.fold()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.rule("D-04", "D-08")
def test_facts_and_deltas_equal_a_recount_after_random_work(desk, seed):
    work_at_random(desk, seed)
    assert CaseDelta.objects.exists() or CaseFact.objects.exists()
    assert facts.differences() == []
    read = facts.counts("status", "", ALL)
    assert sum(count.n for count in read.values()) == Case.objects.count()
    facts.fold()
    assert not CaseDelta.objects.exists()
    assert facts.counts("status", "", ALL) == read
    assert facts.differences() == []


def test_a_node_is_the_sum_of_its_children_and_of_the_cube(desk):
    work_at_random(desk, 11)
    whole = facts.counts("kind", "", ALL)
    provinces = facts.counts("kind", "", ALL, by=("node", "key"), children=True)
    for (kind,), count in whole.items():
        assert sum(c.n for (_node, key), c in provinces.items() if key == kind) == count.n
        assert sum(c.n for c in facts.counts("cube", "", ALL, keys=f"{kind}|%").values()) == count.n
    groups = facts.counts("ppks", "", ALL)
    assert sum(groups.values(), facts.Count()) == sum(whole.values(), facts.Count())
    concerns = facts.counts("concern", "", ALL)
    assert sum(concerns.values(), facts.Count()) == whole[("grievance",)]
    regencies = facts.counts("kind", "34", ALL, by=("node", "key"), children=True)
    assert {node for node, _ in regencies} <= {"34.04", "34.02"}
    here = sum(c.n for c in facts.counts("cube", "34", ALL).values())
    assert here == Case.objects.filter(province_code="34").count()


@pytest.mark.rule("D-06")
def test_mean_handling_time_is_computed_from_sums(desk):
    rnd = random.Random(1)
    for days in (2, 4):
        case = make(desk, rnd, f"m{days}")
        case.save()
        ended = case.opened_at + dt.timedelta(days=days)
        Case.objects.filter(pk=case.pk).update(status="closed", outcome="withdrawn", closed_at=ended)
    total = sum(facts.counts("status", "", ALL).values(), facts.Count())
    assert total.mean_days == pytest.approx(3)
    assert facts.Count().mean_days is None


def test_the_check_finds_a_fact_that_was_tampered_with_and_rebuild_mends_it(desk):
    work_at_random(desk, 3)
    facts.fold()
    call_command("verify_facts")
    CaseFact.objects.filter(facet="kind", node="").first()
    CaseFact.objects.filter(facet="kind", node="").update(n=99)
    with pytest.raises(CommandError, match="differ"):
        call_command("verify_facts")
    call_command("verify_facts", "--rebuild")
    assert facts.differences() == []
