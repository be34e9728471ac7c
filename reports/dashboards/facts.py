"""Exact counts of cases at the price of a few index reads: facts plus deltas, folded by a job, checked by a recount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from .models import DIMENSIONS_OF, Facet

_FOLD_LOCK = 7_140_161  # any number of our own: one folder at a time


@dataclass(frozen=True)
class Count:
    """Cases of one group: how many were opened, how many of them have ended, and the seconds these took in sum."""

    n: int = 0
    closed: int = 0
    seconds: int = 0

    @property
    def mean_days(self) -> float | None:
        """The average handling time in days (D-06); None where no case has ended."""
        return self.seconds / self.closed / 86400 if self.closed else None

    def __add__(self, other: Count) -> Count:
        return Count(self.n + other.n, self.closed + other.closed, self.seconds + other.seconds)


# -- how a case row is counted: the same text in the triggers, the rebuild and the check -----------------------------------
def case_columns(vendor: str, row: str) -> dict[str, str]:
    """SQL for what a case row counts as; `row` is NEW, OLD or an alias of the case table."""
    if vendor == "postgresql":
        month = f"to_char({row}.opened_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM')"
        seconds = (
            f"COALESCE(EXTRACT(EPOCH FROM ({row}.closed_at - {row}.opened_at - {row}.paused_for))::bigint, 0)"
        )
        program = f"COALESCE({row}.program_id::text, '')"
        closed = f"({row}.closed_at IS NOT NULL)::int"
    else:
        month = f"strftime('%Y-%m', {row}.opened_at, '+7 hours')"
        handled = f"(julianday({row}.closed_at) - julianday({row}.opened_at)) * 86400 - {row}.paused_for / 1000000.0"
        seconds = f"COALESCE(CAST(ROUND({handled}) AS INTEGER), 0)"
        program = f"COALESCE(CAST({row}.program_id AS TEXT), '')"
        closed = f"({row}.closed_at IS NOT NULL)"
    return {
        "regency": f"CASE WHEN length({row}.region_id) >= 5 THEN substr({row}.region_id, 1, 5) ELSE '' END",
        "month": month,
        "kind": f"{row}.kind",
        "program": program,
        "status": f"CASE WHEN {row}.status <> 'closed' THEN 'in_process' "
        f"WHEN {row}.outcome = 'refused' THEN 'refused' ELSE 'finished' END",
        "sex": f"{row}.subject_sex",
        "concern": f"{row}.concern",
        "ppks": f"{row}.subject_group",
        "closed_n": closed,
        "seconds": seconds,
    }


#: what a case is counted by; the columns of a delta beside its three numbers
_BY = ("regency", "month", "kind", "program", "status", "sex", "concern", "ppks")
_DELTA = ", ".join((*_BY, "n", "closed_n", "seconds"))
#: the columns of a case that any of this is made from
_READ = "region_id, opened_at, closed_at, paused_for, kind, program_id, status, outcome, subject_sex, concern, subject_group"


def _append(vendor: str, row: str, sign: int) -> str:
    c = case_columns(vendor, row)
    return (
        f"INSERT INTO dashboards_casedelta ({_DELTA}) VALUES ({', '.join(c[name] for name in _BY)}, "
        f"{sign}, {sign} * {c['closed_n']}, {sign} * {c['seconds']});"
    )


def trigger_sql(vendor: str) -> list[str]:
    """The statements that create the triggers on the case table."""
    new, old = _append(vendor, "NEW", 1), _append(vendor, "OLD", -1)
    if vendor == "postgresql":
        return [
            "CREATE OR REPLACE FUNCTION case_to_delta() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN {old} END IF; IF TG_OP <> 'DELETE' THEN {new} END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER case_counted AFTER INSERT OR DELETE OR UPDATE OF {_READ} ON casework_case "
            "FOR EACH ROW EXECUTE FUNCTION case_to_delta()",
        ]
    return [
        f"CREATE TRIGGER case_counted_insert AFTER INSERT ON casework_case BEGIN {new} END",
        f"CREATE TRIGGER case_counted_update AFTER UPDATE OF {_READ} ON casework_case BEGIN {old} {new} END",
        f"CREATE TRIGGER case_counted_delete AFTER DELETE ON casework_case BEGIN {old} END",
    ]


def drop_trigger_sql(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            "DROP TRIGGER IF EXISTS case_counted ON casework_case",
            "DROP FUNCTION IF EXISTS case_to_delta()",
        ]
    return [f"DROP TRIGGER IF EXISTS case_counted_{event}" for event in ("insert", "update", "delete")]


# -- folding ---------------------------------------------------------------------------------------------------------
def _key(facet: str) -> str:
    """SQL for the key of a facet, from the columns of a delta."""
    return " || '|' || ".join(DIMENSIONS_OF[Facet(facet)])


def _spread(source: str) -> str:
    """A row of deltas (or of counted cases) as the cells of every facet and node it belongs to."""
    parts = []
    for facet in DIMENSIONS_OF:
        # A case that names no regency counts for the nation, and only once; the cube has regencies only.
        nodes = ("regency",) if facet == Facet.CUBE else ("''", "substr(regency, 1, 2)", "regency")
        only = ["concern <> ''"] if facet == Facet.CONCERN else []
        for node in nodes:
            where = " AND ".join([*only, *(() if node == "''" else ("regency <> ''",))])
            parts.append(
                f"SELECT '{facet}' AS facet, {node} AS node, month, {_key(facet)} AS key, n, closed_n, seconds "
                f"FROM {source}{' WHERE ' * bool(where)}{where}"
            )
    return " UNION ALL ".join(parts)


_PARENT = "CASE length(node) WHEN 0 THEN '-' WHEN 2 THEN '' ELSE substr(node, 1, 2) END AS parent"
_INSERT = "INSERT INTO dashboards_casefact (facet, parent, node, month, key, n, closed_n, seconds) "
_CELLS = (
    f"facet, {_PARENT}, node, month, key, SUM(n) AS n, SUM(closed_n) AS closed_n, SUM(seconds) AS seconds"
)
_UPSERT = (
    "ON CONFLICT (facet, node, month, key) DO UPDATE SET n = dashboards_casefact.n + excluded.n, "
    "closed_n = dashboards_casefact.closed_n + excluded.closed_n, seconds = dashboards_casefact.seconds + excluded.seconds"
)


@transaction.atomic
def fold() -> int:
    """Move all deltas into the facts; returns how many there were. Safe to run at any time and by several workers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLD_LOCK])
            cursor.execute(
                f"WITH d AS (DELETE FROM dashboards_casedelta RETURNING *), cells AS ({_spread('d')}), "
                f"kept AS ({_INSERT} SELECT {_CELLS} FROM cells GROUP BY facet, node, month, key {_UPSERT}) SELECT count(*) FROM d"
            )
            return cursor.fetchone()[0]
        # SQLite has one writer: between these two statements nobody else can append.
        cursor.execute(
            f"{_INSERT} SELECT {_CELLS} FROM ({_spread('dashboards_casedelta')}) WHERE true GROUP BY facet, node, month, key {_UPSERT}"
        )
        cursor.execute("DELETE FROM dashboards_casedelta")
        return cursor.rowcount


def _counted_cases(where: str = "") -> str:
    c = case_columns(connection.vendor, "c")
    columns = ", ".join(f"{c[name]} AS {name}" for name in _BY)
    by = ", ".join(_BY)
    return (
        f"(SELECT {by}, count(*) AS n, SUM(closed_n) AS closed_n, SUM(seconds) AS seconds "
        f"FROM (SELECT {columns}, {c['closed_n']} AS closed_n, {c['seconds']} AS seconds FROM casework_case c{where}) q "
        f"GROUP BY {by})"
    )


def append(first: int, last: int) -> None:
    """Count the cases with the keys first..last by one statement; for whoever wrote them past the triggers, in the same
    transaction.
    """
    counted = _counted_cases(f" WHERE c.id BETWEEN {int(first)} AND {int(last)}")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO dashboards_casedelta ({_DELTA}) SELECT {_DELTA} FROM {counted} d")


@transaction.atomic
def rebuild() -> None:
    """Count everything anew, e.g. after a region split or a restored backup."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE casework_case IN SHARE MODE")
        cursor.execute("DELETE FROM dashboards_casedelta")
        cursor.execute("DELETE FROM dashboards_casefact")
        cursor.execute(
            f"WITH d AS {_counted_cases()} {_INSERT} "
            f"SELECT {_CELLS} FROM ({_spread('d')}) cells GROUP BY facet, node, month, key"
        )


def differences() -> list[tuple]:
    """Cells where facts plus deltas differ from a recount of the cases; empty when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH d AS {_counted_cases()} SELECT facet, node, month, key, SUM(n), SUM(closed_n), SUM(seconds) FROM ("
            "SELECT facet, node, month, key, n, closed_n, seconds FROM dashboards_casefact UNION ALL "
            f"SELECT * FROM ({_spread('dashboards_casedelta')}) x UNION ALL "
            f"SELECT facet, node, month, key, -n, -closed_n, -seconds FROM ({_spread('d')}) y) z "
            "GROUP BY 1, 2, 3, 4 HAVING SUM(n) <> 0 OR SUM(closed_n) <> 0 OR SUM(seconds) <> 0"
        )
        return cursor.fetchall()


# -- reading ---------------------------------------------------------------------------------------------------------
def counts(
    facet: str,
    node: str,
    months: tuple[str, str],
    *,
    by: Iterable[str] = ("key",),
    children: bool = False,
    keys: str = "",
) -> dict[tuple, Count]:
    """Counts of a node ('' the nation, a province, a regency) in the months from..to, inclusive.

    `by` names what the answer is split by: `key`, `month`, `node`. With `children`, the nodes are the ones right below.
    `keys` is a LIKE pattern on the key. One statement, so one snapshot: always exact.
    """
    column = _key(facet)
    if facet == Facet.CUBE:
        # The cube has regencies only; a province or the nation is their sum.
        delta_node = (
            "regency"
            if len(node) == 5 or children and len(node) == 2
            else "substr(regency, 1, 2)"
            if children
            else "''"
        )
        fact_node = delta_node.replace("regency", "node")
        low, high = (node, node) if len(node) == 5 else (f"{node}.", f"{node}/") if node else ("", "~")
        fact_where, fact_args = "node >= %s AND node <= %s", [low, high]
        delta_where, delta_args = "regency >= %s AND regency <= %s", [low, high]
    else:
        inner = len(node) + {0: 2, 2: 3}.get(len(node), 0) if children else len(node)
        delta_node = "''" if inner == 0 else f"substr(regency, 1, {inner})"
        fact_node = "node"
        if children:
            fact_where, fact_args = "parent = %s", [node]
        else:
            fact_where, fact_args = "node = %s", [node]
        delta_where, delta_args = "regency LIKE %s", [f"{node}%"]
    like, like_args = (" AND key LIKE %s", [keys]) if keys else ("", [])
    only = " AND concern <> ''" if facet == Facet.CONCERN else ""
    names = list(by)
    group = ", ".join(names)
    sql = (
        f"SELECT {group}, SUM(n), SUM(closed_n), SUM(seconds) FROM ("
        f"SELECT {fact_node} AS node, month, key, n, closed_n, seconds FROM dashboards_casefact "
        f"WHERE facet = %s AND {fact_where} AND month BETWEEN %s AND %s{like} UNION ALL "
        f"SELECT {delta_node} AS node, month, {column} AS key, n, closed_n, seconds FROM dashboards_casedelta "
        f"WHERE {delta_where} AND month BETWEEN %s AND %s{only}{like.replace('key', f'({column})')}) q GROUP BY {group}"
    )
    args = [facet, *fact_args, *months, *like_args, *delta_args, *months, *like_args]
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return {
            tuple(row[: len(names)]): Count(*(int(v) for v in row[len(names) :]))
            for row in cursor.fetchall()
            if any(row[len(names) :])
        }


def by_regency(facet: str, months: tuple[str, str]) -> dict[tuple[str, str, str], int]:
    """Cases by (regency, month, key) of a facet, all regencies at once; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT node, month, key, SUM(n) FROM ("
            "SELECT node, month, key, n FROM dashboards_casefact WHERE facet = %s AND length(node) = 5 AND month BETWEEN %s AND %s "
            f"UNION ALL SELECT regency, month, {_key(facet)}, n FROM dashboards_casedelta WHERE regency <> '' AND month BETWEEN %s AND %s"
            ") q GROUP BY node, month, key HAVING SUM(n) <> 0",
            [facet, *months, *months],
        )
        return {(node, month, key): int(n) for node, month, key, n in cursor.fetchall()}
