"""The staging table: filled by COPY on PostgreSQL, in bulk elsewhere; what spans rows is found and counted there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from portal.fields import blind_index, sealer

from ...models import Household, Person, RegisterImport, StagedRow
from .reading import Row

_CARD, _ADDRESS = (Household._meta.get_field(name).context for name in ("family_card_number", "address"))
_NIK, _NAME = (Person._meta.get_field(name).context for name in ("nik", "name"))
FIELDS = (
    "run_id", "line", "register_id", "village", "card", "card_index", "address", "decile", "household_conditions", "household_hash",
    "nik", "nik_index", "name", "sex", "born_on", "relation", "is_head", "occupation", "person_conditions", "person_hash",
)  # fmt: skip
TABLE = StagedRow._meta.db_table


def stage(run: RegisterImport, rows: Sequence[Row]) -> None:
    """Lay checked rows into the table, sealed for the columns they will stand in."""
    values = _values(run.pk, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {TABLE} ({', '.join(FIELDS)}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(FIELDS))
            cursor.executemany(f"INSERT INTO {TABLE} ({', '.join(FIELDS)}) VALUES ({marks})", list(values))


def count_again(*models) -> None:
    """Let PostgreSQL look at tables that have just grown: with old statistics it would join a chunk row by row."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {model._meta.db_table}")


def _values(run: int, rows: Sequence[Row]) -> Iterator[tuple]:
    seal_card, seal_address, seal_nik, seal_name = map(sealer, (_CARD, _ADDRESS, _NIK, _NAME))
    for row in rows:
        card, address = row.family_card_number, row.address
        yield (
            run,
            row.line,
            row.register_id,
            row.village,
            seal_card(card) if card else "",
            blind_index(card) if card else "",
            seal_address(address) if address else "",
            row.decile,
            json.dumps(row.household_conditions),
            row.household_hash,
            seal_nik(row.nik) if row.nik else "",
            row.nik_index,
            seal_name(row.name),
            row.sex,
            row.born_on.isoformat() if row.born_on else None,
            row.relation,
            row.relation == "head",
            row.occupation,
            json.dumps(row.person_conditions),
            row.person_hash,
        )


#: lines whose NIK stands further up already, with the first line that has it
_TWICE = f"""
SELECT line, first, 'nik' AS head FROM (
    SELECT line, min(line) OVER (PARTITION BY nik_index) AS first FROM {TABLE} WHERE run_id = %s AND nik_index <> '') w
WHERE line <> first
"""
#: lines that say something else of their family than its first line, and the first column in which they do; addresses lie
#: sealed and cannot be compared here: what no other column explains is the address
_DIFFERENT = f"""
SELECT line, first, CASE
        WHEN village <> first_village THEN 'kode_desa'
        WHEN card_index <> first_card THEN 'no_kk'
        WHEN decile <> first_decile THEN 'desil'
        WHEN conditions <> first_conditions THEN ''
        ELSE 'alamat' END AS head
FROM (
    SELECT line, household_hash, village, card_index, coalesce(decile, 0) AS decile,
        CAST(household_conditions AS text) AS conditions,
        first_value(line) OVER family AS first,
        first_value(household_hash) OVER family AS first_hash,
        first_value(village) OVER family AS first_village,
        first_value(card_index) OVER family AS first_card,
        first_value(coalesce(decile, 0)) OVER family AS first_decile,
        first_value(CAST(household_conditions AS text)) OVER family AS first_conditions
    FROM {TABLE} WHERE run_id = %s WINDOW family AS (PARTITION BY register_id ORDER BY line)) w
WHERE household_hash <> first_hash
"""


def clear(run: RegisterImport) -> None:
    # No signals and no cascade: one statement whatever the size.
    StagedRow.objects.filter(run=run)._raw_delete(connection.alias)


def findings_across(run: RegisterImport, *, most: int) -> tuple[int, list[tuple[int, str, str]]]:
    """What is wrong between rows: a NIK that stands twice, a family whose own columns differ. (How many, the first of them.)"""
    count, found = 0, []
    for rows, words in (
        (_TWICE, _("This NIK stands in row %(row)s already.")),
        (_DIFFERENT, _("Of the same family row %(row)s says otherwise.")),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({rows}) q", [run.pk])
            wrong = cursor.fetchone()[0]
            if wrong:
                cursor.execute(
                    f"SELECT line, first, head FROM ({rows}) q ORDER BY line LIMIT %s", [run.pk, most]
                )
                found += [(line, head, words % {"row": first}) for line, first, head in cursor.fetchall()]
        count += wrong
    return count, found
