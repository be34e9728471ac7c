"""The scoped case list as an officer meets it: the whole page, first and deep, at 1,000 and at 100,000 cases."""

import os

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import RoleAssignment, User
from portal.backoffice.admin import ADMINS
from tests.bench import Row, measure, timed

from .dashboards import Case, multiply

FEW = int(os.environ.get("BENCH_FEW_LISTED_CASES", 1_000))
MANY = int(os.environ.get("BENCH_MANY_LISTED_CASES", 100_000))
HERE = "34.04"


def move_here() -> None:
    """Put every case into the villages of one regency: the hardest list is the one whose rows are all its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_here")
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_here AS SELECT row_number() OVER (ORDER BY code) - 1 AS i, code "
            "FROM regions_region WHERE level = 4 AND code LIKE '34.04.%%'",
            [],
        )
        cursor.execute("SELECT count(*) FROM bench_here")
        villages = cursor.fetchone()[0]
        cursor.execute(
            f"UPDATE casework_case SET region_id = (SELECT code FROM bench_here WHERE i = casework_case.id % {villages})"
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE casework_case")


def officer() -> Client:
    user, _new = User.objects.get_or_create(username="bench-fo", defaults={"name": "Bench"})
    RoleAssignment.objects.get_or_create(user=user, role="front_office", region_id=HERE)
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.RoleBackend")
    return client


@measure("Scoped case list", on=("sqlite", "postgresql"))
def case_list():
    address = ADMINS[Case].url("index")
    client = officer()

    def page(query=""):
        response = client.get(address + query)
        assert (
            response.status_code == 200 and len(response.context_data["table"]) == ADMINS[Case].list_per_page
        )
        return response

    def cost(query=""):
        with CaptureQueriesContext(connection) as queries:
            page(query)
        return len(queries)

    def deep() -> str:
        query = ""
        for _page in range(12):
            query = page(query).context_data["next_url"]
        return query

    multiply(1, FEW)
    move_here()
    page()
    few, few_queries = timed(page, repeat=7), cost()
    filters = "?kind=need&status=registered"
    few_filtered = timed(lambda: page(filters), repeat=7)
    multiply(FEW + 1, MANY)
    move_here()
    page()
    yield Row(f"first page at {MANY:,} cases against {FEW:,}", timed(page, repeat=7), few, at_most=1.5)
    far = deep()
    yield Row(
        f"twelfth page at {MANY:,} cases against the first at {FEW:,}",
        timed(lambda: page(far), repeat=7),
        few,
        at_most=1.5,
    )
    filtered = timed(lambda: page(filters), repeat=7)
    yield Row(f"two filters at {MANY:,} cases against {FEW:,}", filtered, few_filtered, at_most=3)
    yield Row("queries of the page, the same at both sizes", cost(), few_queries, "queries", at_most=1)
