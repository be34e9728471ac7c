"""The case desk at scale: registering, finding a person, lists for a clerk and for the nation.

Sizes are arguments: BENCH_PERSONS (1,000,000; 10,000,000 fits six minutes on a quiet machine), BENCH_CASES (1,000,000; 7,000,000).
"""

import os
import random
import time
import uuid
from contextlib import contextmanager

from django.core.signals import request_started
from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.casework.models import Case
from cases.households.demo import FEMALE
from cases.households.models import Household, Person
from cases.households.services import find_by_name, find_by_number
from portal.accounts.models import RoleAssignment, User
from portal.backoffice.admin import ADMINS
from portal.backoffice.listing import _encode, with_key
from portal.regions.models import Region
from programs_catalog.models import Program
from tests.bench import Row, measure, timed

from . import case_list as regency
from .dashboards import FAMILIES, FEW
from .worlds import in_turn, world

MANY = int(os.environ.get("BENCH_CASES", 1_000_000))
#: Caturtunggal
VILLAGE = "34.04.07.2001"


@contextmanager
def started(note):
    """Calls `note` with the sender of each request that begins in the block."""

    def receiver(sender, **_details):
        note(sender)

    request_started.connect(receiver)
    try:
        yield
    finally:
        request_started.disconnect(receiver)


def signed_in(role: str, region: str) -> Client:
    user, _new = User.objects.get_or_create(username=f"bench-{role}", defaults={"name": "Bench"})
    RoleAssignment.objects.get_or_create(user=user, role=role, region_id=region or None)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


# -- intake ----------------------------------------------------------------------------------------------------------
@measure("Intake at the counter", on=("sqlite", "postgresql"))
def intake():
    """One known family of a simulated regency: find by NIK, open the form, register, receipt."""
    world(regency.HERE, cases=regency.FEW, families=regency.FAMILIES)
    client, program = signed_in("front_office", regency.HERE), Program.objects.get(code="pis", region=None)
    # Known, but never here before: there is nothing yet to show of them.
    people = list(
        Person.objects.filter(is_head=True, household__cases=None, household__enrolments=None).order_by("pk")[
            :60
        ]
    )

    def visit(person) -> None:
        found = client.post(reverse("casework:register"), {"number": person.nik})
        client.get(found["Location"])
        fields = {
            "client_id": uuid.uuid4(),
            "kind": "need",
            "program": program.pk,
            "description": "Butuh KIS",
        }
        receipt = client.post(found["Location"], fields)
        assert receipt.status_code == 302, receipt.status_code
        client.get(receipt["Location"])

    def queries(those) -> int:
        """Of the plainest family of nine: with some there is more to say about what they are entitled to."""
        counts = []
        for person in those:
            with CaptureQueriesContext(connection) as captured:
                visit(person)
            counts.append(len(captured))
        return min(counts)

    visit(people[0])
    first = queries(people[1:10])
    requests = []
    with started(requests.append):
        visit(people[10])
    start = time.perf_counter()
    for person in people[11:51]:
        visit(person)
    each = (time.perf_counter() - start) / 40
    page = reverse("casework:register")
    bare = timed(lambda: client.get(page), repeat=7)
    yield Row("requests for one registered case", len(requests), 4, "requests", at_most=1)
    yield Row(
        "queries of one registration after 51 cases against the first",
        queries(people[51:60]),
        first,
        "queries",
        at_most=1,
    )
    yield Row("one registration, four requests, against one empty intake page", each, bare)


def interleaved(works: dict, rounds: int = 15) -> dict[str, float]:
    """The best time of each, all measured in turn: what else the machine does falls on all of them alike."""
    best = dict.fromkeys(works, float("inf"))
    for _round in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], timed(work))
    return best


def home_in(village: Region) -> Household:
    """The village's first household."""
    return Household.objects.filter(region=village).first() or Household.objects.create(region=village)


# -- people ------------------------------------------------------------------------------------------------------------
@measure("Finding a person", on=("postgresql",))
def finding():
    world("", cases=FEW, families=FAMILIES)
    persons = Person.objects.count()
    nik = Person.objects.filter(pk__gte=Person.objects.latest("pk").pk // 2).order_by("pk")[0].nik
    officer = User.objects.create(username="bench-all", name="Bench", is_superuser=True)
    key = Person.objects.with_nik(nik).get().pk

    def many(work, count=50):
        def run():
            for _turn in range(count):
                work()

        return run

    key_of = {
        "index": many(lambda: list(Person.objects.with_nik(nik).values_list("pk"))),
        "key": many(lambda: list(Person.objects.filter(pk=key).values_list("pk"))),
    }
    best = interleaved(key_of)
    yield Row(
        f"50 look-ups by NIK among {persons:,} persons against the primary key",
        best["index"],
        best["key"],
        at_most=1.3,
    )
    service = timed(many(lambda: find_by_number(nik, by=officer), 10), repeat=3)
    yield Row(
        "10 look-ups by NIK through the service, names opened, against the primary key",
        service,
        best["key"] / 5,
    )
    village = Region.objects.get(pk=VILLAGE)
    chance = random.Random(500)
    first, last = ([name.split()[part] for name in FEMALE if " " in name] for part in (0, 1))
    people = [
        Person(household=home_in(village), name=f"{chance.choice(first)} {chance.choice(last)}", sex="f")
        for _number in range(500 - Person.objects.of_village(VILLAGE).count())
    ]
    Person.objects.bulk_create(people)
    somebody = people[len(people) // 2].name
    assert find_by_name(somebody, village=village, by=officer)[0].person.name == somebody

    def read_the_village():
        return list(
            Person.objects.of_village(VILLAGE)
            .filter(gone_on=None)
            .values_list("pk", Cast("name", TextField()))
        )

    with connection.cursor() as cursor:
        best = interleaved(
            {
                "name": many(lambda: find_by_name(somebody, village=village, by=officer), 5),
                "plain": many(read_the_village, 5),
                "orm": many(lambda: Region.objects.get(pk=VILLAGE), 5),
                "one": many(lambda: cursor.execute("SELECT 1"), 5),
            }
        )
    what = "by name among 500 villagers whose names lie encrypted, against"
    yield Row(f"{what} SELECT 1", best["name"], best["one"], at_most=60)
    yield Row(f"{what} reading one record through the ORM", best["name"], best["orm"])
    yield Row(
        f"{what} fetching the same sealed names and nothing else", best["name"], best["plain"], at_most=3
    )


# -- lists ---------------------------------------------------------------------------------------------------------------
def busy_village() -> None:
    """A thousand cases in one village, however large the nation is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET region_id = %s WHERE id IN (SELECT id FROM casework_case ORDER BY id DESC LIMIT 1000)",
            [VILLAGE],
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE casework_case")


@measure("Case lists of a clerk and of the nation", on=("postgresql",))
def lists():
    address, length = ADMINS[Case].url("index"), ADMINS[Case].list_per_page
    desks = {"village clerk": ("facilitator", VILLAGE), "nation": ("national_secretariat", "")}
    few, many = (world("", cases=count, families=FAMILIES) for count in (FEW, MANY))
    clients, far = {}, {}

    def page(client, query=""):
        response = client.get(address + query)
        assert response.status_code == 200 and len(response.context_data["table"]) == length
        return response

    for here in (few, many):
        here.use()
        busy_village()
        for name, where in desks.items():
            clients[name, here.cases] = signed_in(*where)
    for name in desks:
        query = ""
        for _page in range(12):
            query = page(clients[name, many.cases], query).context_data["next_url"]
        far[name] = query
    # As deep as it goes: behind a case near the very first.
    last = Case.objects.order_by("opened_at", "pk")[60]
    far["nation"] = f"?after={_encode(last, with_key(Case, ADMINS[Case].ordering))}"

    def first_of(name):
        return lambda here: page(clients[name, here.cases])

    def deep_of(name):
        return lambda here: page(clients[name, here.cases], far[name] if here is many else "")

    works = {(name, "first"): first_of(name) for name in desks} | {
        (name, "deep"): deep_of(name) for name in desks
    }
    small, large = in_turn((few, many), works, rounds=7)
    for name in desks:
        first, deep, before = large[name, "first"], large[name, "deep"], small[name, "first"]
        yield Row(f"first page of the {name} at {MANY:,} cases against {FEW:,}", first, before, at_most=1.5)
        yield Row(f"deep page of the {name} at {MANY:,} cases against the first", deep, first, at_most=1.5)
