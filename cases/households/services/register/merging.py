"""One chunk of staged rows into households and persons: a few set-based statements, the same on both databases."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from portal.fields import blind_index, decrypt

from ...models import Household, Person, RegisterImport, StagedRow

H, P, S = (model._meta.db_table for model in (Household, Person, StagedRow))
#: the staged rows of one chunk
_CHUNK = f"SELECT * FROM {S} WHERE run_id = %(run)s AND line BETWEEN %(low)s AND %(high)s"


@dataclass
class Merged:
    created: int = 0
    changed: int = 0


def merge(run: RegisterImport, low: int, high: int) -> Merged:
    """Write the staged rows from line `low` to `high`; the caller holds the transaction."""
    _by_index()
    asked = {"run": run.pk, "low": low, "high": high, "version": run.version}
    # What stands as the file says leaves first, by one look at both tables. A first load has none of it.
    if run.unchanged_count:
        _execute(_settle(), asked)
        if not run.staged.filter(line__range=(low, high)).exists():
            return Merged()
    _execute(_ADOPT, asked)
    _execute(_update_households(), asked)
    _execute(_insert_households(), asked)
    done = Merged()
    _merge_by_name(run, low, high, done)
    done.changed += _execute(_update_persons(), asked)
    done.created += _execute(_insert_persons(), asked)
    return done


def forecast(run: RegisterImport, low: int, high: int) -> Merged:
    """What `merge` would do to persons, without doing it. Rows matched by name are compared one by one."""
    asked = {"run": run.pk, "low": low, "high": high}
    with transaction.atomic(), connection.cursor() as cursor:
        _by_index()
        cursor.execute(
            f"SELECT sum(CASE WHEN p.id IS NULL THEN 1 ELSE 0 END), "
            f"sum(CASE WHEN p.id IS NOT NULL AND (p.register_hash <> s.person_hash OR h.register_id <> s.register_id) THEN 1 ELSE 0 END) "
            f"FROM ({_CHUNK} AND nik_index <> '') s LEFT JOIN {P} p ON p.nik_index = s.nik_index AND p.nik_index <> '' "
            f"LEFT JOIN {H} h ON h.id = p.household_id",
            asked,
        )
        created, changed = cursor.fetchone()
    done = Merged(created or 0, changed or 0)
    for row, person in _by_name(run, low, high):
        if person is None:
            done.created += 0 if row.nik_index else 1
        elif row.nik_index:
            done.created, done.changed = done.created - 1, done.changed + 1
        elif person.register_hash != row.person_hash:
            done.changed += 1
    return done


def _by_index() -> None:
    """Until the transaction ends PostgreSQL finds a chunk's rows by index: it would rather read tables of millions whole."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '32MB'")


def _execute(statement: str, asked: dict) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return cursor.rowcount


def _joined(old: str, new: str) -> str:
    """SQL for the conditions on record with those of the file on top; an empty cell takes the old value away."""
    if connection.vendor == "postgresql":
        return f"jsonb_strip_nulls({old} || {new})"
    return f"json_patch({old}, {new})"


def _bare(new: str) -> str:
    """SQL for the conditions of a new row, without the empty cells."""
    return f"jsonb_strip_nulls({new})" if connection.vendor == "postgresql" else f"json_patch('{{}}', {new})"


def _settle() -> str:
    """Rows whose family and person are on record word for word: nothing is left to write for them."""
    on_record = f"""
    {H}.register_id = s.register_id AND {H}.register_id <> '' AND {H}.register_hash = s.household_hash
    AND {P}.nik_index = s.nik_index AND {P}.nik_index <> '' AND {P}.register_hash = s.person_hash
    AND {P}.household_id = {H}.id"""
    if connection.vendor == "postgresql":
        return f"""DELETE FROM {S} s USING {H}, {P}
    WHERE s.run_id = %(run)s AND s.line BETWEEN %(low)s AND %(high)s AND {on_record}"""
    return f"""DELETE FROM {S} WHERE run_id = %(run)s AND line IN (
    SELECT s.line FROM ({_CHUNK}) s, {H}, {P} WHERE {on_record})"""


# Recorded here before the register knew the family: the register's rows take it over, nothing is doubled.
_ADOPT = f"""
UPDATE {H} SET register_id = m.register_id
FROM (SELECT min(hid) AS hid, register_id FROM (
        SELECT p.household_id AS hid, min(s.register_id) AS register_id
        FROM ({_CHUNK} AND nik_index <> '') s
        JOIN {P} p ON p.nik_index = s.nik_index AND p.nik_index <> ''
        JOIN {H} o ON o.id = p.household_id AND o.source = 'recorded' AND o.register_id = ''
        WHERE NOT EXISTS (SELECT 1 FROM {H} k WHERE k.register_id = s.register_id AND k.register_id <> '')
        GROUP BY p.household_id) q GROUP BY register_id) m
WHERE {H}.id = m.hid
"""


def _update_households() -> str:
    return f"""
UPDATE {H} SET region_id = s.village, decile = s.decile, source = 'register', register_hash = s.household_hash,
    register_version = %(version)s, conditions = {_joined(f"{H}.conditions", "s.household_conditions")},
    family_card_number = CASE WHEN s.card <> '' THEN s.card ELSE {H}.family_card_number END,
    family_card_index = CASE WHEN s.card <> '' THEN s.card_index ELSE {H}.family_card_index END,
    address = CASE WHEN s.address <> '' THEN s.address ELSE {H}.address END
FROM ({_CHUNK}) s
WHERE {H}.register_id = s.register_id AND {H}.register_id <> '' AND {H}.register_hash <> s.household_hash
"""


def _insert_households() -> str:
    return f"""
INSERT INTO {H} (region_id, family_card_number, family_card_index, address, source, register_id, register_version, decile,
    conditions, register_hash, created_at, is_demo)
SELECT s.village, s.card, s.card_index, s.address, 'register', s.register_id, %(version)s, s.decile,
    {_bare("s.household_conditions")}, s.household_hash, CURRENT_TIMESTAMP, FALSE
FROM ({_CHUNK}) s
JOIN (SELECT min(line) AS line FROM ({_CHUNK}) c GROUP BY register_id) f ON f.line = s.line
WHERE NOT EXISTS (SELECT 1 FROM {H} h WHERE h.register_id = s.register_id AND h.register_id <> '')
ORDER BY s.line
"""


def _update_persons() -> str:
    return f"""
UPDATE {P} SET household_id = h.id, name = s.name, sex = s.sex, born_on = COALESCE(s.born_on, {P}.born_on),
    relation = CASE WHEN s.relation <> '' THEN s.relation ELSE {P}.relation END, is_head = s.is_head,
    occupation = CASE WHEN s.occupation <> '' THEN s.occupation ELSE {P}.occupation END,
    conditions = {_joined(f"{P}.conditions", "s.person_conditions")}, register_hash = s.person_hash
FROM ({_CHUNK} AND nik_index <> '') s JOIN {H} h ON h.register_id = s.register_id AND h.register_id <> ''
WHERE {P}.nik_index = s.nik_index AND {P}.nik_index <> ''
    AND ({P}.register_hash <> s.person_hash OR {P}.household_id <> h.id)
"""


def _insert_persons() -> str:
    # In the order of the index: pages of the tree are filled one after the other.
    return f"""
INSERT INTO {P} (household_id, nik, nik_index, name, sex, born_on, relation, is_head, occupation, conditions, phone,
    register_hash, created_at)
SELECT h.id, s.nik, s.nik_index, s.name, s.sex, s.born_on, s.relation, s.is_head, s.occupation,
    {_bare("s.person_conditions")}, '', s.person_hash, CURRENT_TIMESTAMP
FROM ({_CHUNK} AND nik_index <> '') s JOIN {H} h ON h.register_id = s.register_id AND h.register_id <> ''
WHERE NOT EXISTS (SELECT 1 FROM {P} p WHERE p.nik_index = s.nik_index AND p.nik_index <> '')
ORDER BY s.nik_index
"""


def _by_name(run: RegisterImport, low: int, high: int):
    """(staged row, person or None) for rows that no NIK settles: without one, or with one that a nameless member may lack.

    Names lie encrypted, so members without a NIK are compared here, by name and date of birth within their household.
    """
    rows = list(
        StagedRow.objects.raw(
            f"SELECT * FROM ({_CHUNK}) s WHERE nik_index = '' OR ("
            f"EXISTS (SELECT 1 FROM {H} h JOIN {P} m ON m.household_id = h.id AND m.nik_index = '' "
            f"WHERE h.register_id = s.register_id AND h.register_id <> '') "
            f"AND NOT EXISTS (SELECT 1 FROM {P} p WHERE p.nik_index = s.nik_index AND p.nik_index <> '')) ORDER BY line",
            {"run": run.pk, "low": low, "high": high},
        )
    )
    members = {
        (person.household.register_id, person.name.lower(), person.born_on): person
        for person in Person.objects.filter(
            household__register_id__in={row.register_id for row in rows}, gone_on=None
        ).select_related("household")
    }
    for row in rows:
        person = members.get((row.register_id, _open(row).lower(), row.born_on))
        if row.nik_index and (person is None or person.nik_index):
            continue
        yield row, person


def _open(row: StagedRow, column: str = "name") -> str:
    return decrypt(getattr(row, column), context=Person._meta.get_field(column).context)


def _merge_by_name(run: RegisterImport, low: int, high: int, done: Merged) -> None:
    found = list(_by_name(run, low, high))
    homes = dict(
        Household.objects.filter(register_id__in={row.register_id for row, _person in found}).values_list(
            "register_id", "pk"
        )
    )
    for row, person in found:
        if person is not None and person.register_hash == row.person_hash:
            continue
        nik = _open(row, "nik") if row.nik_index else ""
        conditions = {**(person.conditions if person else {}), **row.person_conditions}
        values = {
            "name": _open(row),
            "sex": row.sex,
            "born_on": row.born_on,
            "is_head": row.is_head,
            "relation": row.relation or (person.relation if person else ""),
            "occupation": row.occupation or (person.occupation if person else ""),
            "conditions": {name: value for name, value in conditions.items() if value is not None},
            "register_hash": row.person_hash,
        }
        if nik:
            values |= {"nik": nik, "nik_index": blind_index(nik)}
        if person is None:
            Person.objects.create(household_id=homes[row.register_id], **values)
            done.created += 1
        else:
            Person.objects.filter(pk=person.pk).update(**values)
            done.changed += 1
