"""The scoped case list as an officer of a simulated regency meets it: the whole page, first and deep, at 1,000 and at 100,000 cases."""

import os

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.casework.models import Case
from portal.accounts.models import RoleAssignment, User
from portal.backoffice.admin import ADMINS
from tests.bench import Row, measure

from .worlds import in_turn, world

FEW = int(os.environ.get("BENCH_FEW_LISTED_CASES", 1_000))
MANY = int(os.environ.get("BENCH_MANY_LISTED_CASES", 100_000))
#: All cases in one regency: the hardest list is the one whose rows are all its own.
HERE = "34.04"
FAMILIES = 4_000


def officer() -> Client:
    user, _new = User.objects.get_or_create(username="bench-fo", defaults={"name": "Bench"})
    RoleAssignment.objects.get_or_create(user=user, role="front_office", region_id=HERE)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


@measure("Scoped case list", on=("sqlite", "postgresql"))
def case_list():
    address, length = ADMINS[Case].url("index"), ADMINS[Case].list_per_page
    few, many = (world(HERE, cases=count, families=FAMILIES) for count in (FEW, MANY))
    clients = {}
    for here in (few, many):
        here.use()
        clients[here.cases] = officer()

    def page(here, query=""):
        response = clients[here.cases].get(address + query)
        assert response.status_code == 200 and len(response.context_data["table"]) == length
        return response

    def cost(here):
        here.use()
        page(here)
        with CaptureQueriesContext(connection) as queries:
            page(here)
        return len(queries)

    def deep(here) -> str:
        here.use()
        query = ""
        for _page in range(12):
            query = page(here, query).context_data["next_url"]
        return query

    far, filters = deep(many), "?kind=grievance&status=closed"
    works = {
        "first": page,
        "deep": lambda here: page(here, far if here is many else ""),
        "filtered": lambda here: page(here, filters),
    }
    small, large = in_turn((few, many), works, rounds=7)
    sizes = f"at {MANY:,} cases against"
    yield Row(f"first page {sizes} {FEW:,}", large["first"], small["first"], at_most=1.5)
    yield Row(f"twelfth page {sizes} the first at {FEW:,}", large["deep"], small["first"], at_most=1.5)
    yield Row(f"two filters {sizes} {FEW:,}", large["filtered"], small["filtered"], at_most=3)
    yield Row("queries of the page, the same at both sizes", cost(many), cost(few), "queries", at_most=1)
