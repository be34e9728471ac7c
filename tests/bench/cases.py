"""The case desk at scale: registering, finding a person, lists for a clerk and for the nation.

Sizes are arguments: BENCH_PERSONS (1,000,000; 10,000,000 fits six minutes on a quiet machine), BENCH_CASES (1,000,000; 7,000,000).
"""

import os
import random
import time
import uuid
from contextlib import contextmanager

from django.core.signals import request_started
from django.db import connection
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
from portal.fields import encrypt
from portal.regions.models import Region
from tests.bench import Row, measure, timed
from tests.casework import records as make

from .dashboards import drop_secondary_indexes, multiply

PERSONS = int(os.environ.get("BENCH_PERSONS", 1_000_000))
FEW, MANY = 2_000, int(os.environ.get("BENCH_CASES", 1_000_000))
VILLAGE = make.CATURTUNGGAL


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
    """One known family: find by NIK, open the form, register, receipt."""
    make.unit("34.04")
    client, program = signed_in("front_office", "34.04"), make.program()
    people = [make.person() for _number in range(60)]

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

    def queries(person) -> int:
        with CaptureQueriesContext(connection) as captured:
            visit(person)
        return len(captured)

    visit(people[0])
    first = queries(people[1])
    requests = []
    with started(requests.append):
        visit(people[2])
    start = time.perf_counter()
    for person in people[3:43]:
        visit(person)
    each = (time.perf_counter() - start) / 40
    page = reverse("casework:register")
    bare = timed(lambda: client.get(page), repeat=7)
    yield Row("requests for one registered case", requests, 4, "requests", at_most=1)
    yield Row(
        "queries of one registration after 43 cases against the second",
        queries(people[50]),
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
def populate(count: int) -> str:
    """`count` persons in households of four, spread over the villages; returns the NIK of one of them."""
    nik = make.nik()
    name = encrypt("Siti Aminah", context=Person._meta.get_field("name").context)
    token = encrypt(nik, context=Person._meta.get_field("nik").context)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_homes AS SELECT row_number() OVER (ORDER BY code) - 1 AS i, code FROM regions_region WHERE level = 4"
        )
        cursor.execute("SELECT count(*) FROM bench_homes")
        villages = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO households_household (id, region_id, family_card_number, family_card_index, address, source, register_id, "
            "register_version, conditions, register_hash, created_at, is_demo) "
            "SELECT n, v.code, '', '', '', 'register', 'B' || n, '1', '{}', '', now(), false "
            f"FROM generate_series(1, {count // 4}) n JOIN bench_homes v ON v.i = n %% {villages}",
            [],
        )
        cursor.execute(
            "INSERT INTO households_person (household_id, nik, nik_index, name, sex, born_on, is_head, relation, occupation, conditions, "
            "phone, register_hash, created_at) "
            "SELECT (n - 1) / 4 + 1, %s, md5(n::text) || md5((n + 1)::text), %s, 'f', DATE '1985-04-17', n %% 4 = 1, '', '', '{}', '', '', now() "
            f"FROM generate_series(1, {count - 1}) n ORDER BY md5(n::text)",
            [token, name],
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('households_household', 'id'), (SELECT max(id) FROM households_household))"
        )
        cursor.execute("ANALYZE households_person")
        cursor.execute("ANALYZE households_household")
    home = Household.objects.order_by("pk").first()
    Person.objects.create(household=home, name="Siti Aminah", nik=nik, sex="f")
    return nik


@measure("Finding a person", on=("postgresql",))
def finding():
    nik = populate(PERSONS)
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
        f"50 look-ups by NIK among {PERSONS:,} persons against the primary key",
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
        for _number in range(500)
    ]
    Person.objects.bulk_create(people)
    somebody = people[250].name
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
@measure("Case lists of a clerk and of the nation", on=("postgresql",))
def lists():
    address = ADMINS[Case].url("index")
    desks = {"village clerk": ("facilitator", VILLAGE), "nation": ("national_secretariat", "")}
    clients = {name: signed_in(*where) for name, where in desks.items()}

    def page(client, query=""):
        response = client.get(address + query)
        assert (
            response.status_code == 200 and len(response.context_data["table"]) == ADMINS[Case].list_per_page
        )
        return response

    def own_village(first: int) -> None:
        # A busy village: a thousand cases, however large the nation is.
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE casework_case SET region_id = %s WHERE id IN (SELECT id FROM casework_case ORDER BY id DESC LIMIT 1000)",
                [VILLAGE],
            )
            cursor.execute("ANALYZE casework_case")

    multiply(1, FEW)
    own_village(1)
    few = {}
    for name, client in clients.items():
        page(client)
        few[name] = timed(lambda client=client: page(client), repeat=7)
    indexes = drop_secondary_indexes()
    multiply(FEW + 1, MANY)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in indexes:
            cursor.execute(statement)
    own_village(FEW + 1)
    for name, client in clients.items():
        page(client)
        first = timed(lambda client=client: page(client), repeat=7)
        yield Row(
            f"first page of the {name} at {MANY:,} cases against {FEW:,}", first, few[name], at_most=1.5
        )
        query = ""
        for _page in range(12):
            query = page(client, query).context_data["next_url"]
        if name == "nation":
            # As deep as it goes: behind a case near the very first.
            last = Case.objects.order_by("opened_at", "pk")[60]
            query = f"?after={_encode(last, with_key(Case, ADMINS[Case].ordering))}"
        deep = timed(lambda client=client, query=query: page(client, query), repeat=7)
        yield Row(f"deep page of the {name} at {MANY:,} cases against the first", deep, first, at_most=1.5)
