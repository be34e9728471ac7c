"""Writing much at once into PostgreSQL: rows go past the row-by-row checks, indexes are made when all rows are there.

Both need what a simulation has and a running installation has not: an empty database, and rows that are right by the way
they are made. On SQLite and for an account that may not do it, everything is written as anybody writes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from portal.operations.models import Fact

_AWAY = "simulation.index."


def may_skip_checks() -> bool:
    """Whether this account may write past triggers and foreign keys; PostgreSQL lets its superusers."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


@contextmanager
def unchecked() -> Iterator[None]:
    """In a transaction: rows are written as a replica writes them, without triggers and foreign key checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def indexes_later(tables: Iterable[type[models.Model]], tell: Callable[[str], None]) -> Iterator[None]:
    """Take the indexes of some tables away and make them anew at the end, also after a failure.

    Unique ones stay. What was taken is noted in the database: a process that was killed leaves it to the next run.
    """
    if connection.vendor != "postgresql":
        yield
        return
    _take_away(tables)
    try:
        yield
    finally:
        _bring_back(tell)


def _take_away(tables: Iterable[type[models.Model]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # What this transaction has already written is checked now: a table that waits for checks keeps its indexes.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique ORDER BY 1",
            [[model._meta.db_table for model in tables]],
        )
        for name, definition in cursor.fetchall():
            Fact.objects.update_or_create(key=f"{_AWAY}{name}", defaults={"value": definition})
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _bring_back(tell: Callable[[str], None]) -> None:
    away = dict(Fact.objects.filter(key__startswith=_AWAY).order_by("key").values_list("key", "value"))
    if not away or connection.needs_rollback:
        return  # a transaction that failed brings them back itself
    begun = time.monotonic()
    for key, definition in away.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute(definition)
            Fact.objects.filter(key=key).delete()
    tell(f"{len(away)} indexes: {time.monotonic() - begun:,.1f} s")
