"""Rows on their way into the database: keys given here, written by COPY on PostgreSQL and many at once on SQLite."""

from __future__ import annotations

import copy
import json
from functools import lru_cache

from django.db import connection, models
from django.db.models import Max

from portal.fields import BlindIndexField, EncryptedTextField, encrypt


@lru_cache(maxsize=50_000)
def sealed(context: str, text: str) -> str:
    """The encrypted form of a text that many rows share; a column's token opens in every row of that column."""
    return encrypt(text, context=context) if text else ""


#: What every simulated row of the transition log gives.
LOG_COLUMNS = ("model", "object_id", "move", "from_status", "to_status", "by_id", "by_role", "at")


class Table:
    """The rows of one model. `columns` are given by each row, `same` holds what all rows share, the rest is default.

    Values are plain Python values, but encrypted columns take what `encrypt` made, and blind indexes are given too:
    nothing here knows which row's text may be shared.
    """

    def __init__(self, model: type[models.Model], *columns: str, **same):
        self.model = model
        self.columns = columns
        self.rows: list[tuple | str] = []
        self.written = 0
        self._fields = {f.attname: f for f in model._meta.concrete_fields if not f.generated}
        unknown = ({*columns, *same}) - self._fields.keys()
        if unknown:
            raise ValueError(f"{model.__name__} has no columns {sorted(unknown)}")
        self._shared = {}
        for name, field in self._fields.items():
            if name not in columns and name != "id":
                self._shared[name] = _stored(field, same[name] if name in same else field.get_default())
        self._has_id = isinstance(model._meta.pk, models.AutoField)
        self.next_id = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1 if self._has_id else 0
        self.first_id = self.next_id
        self._last_id: int | None = None
        self._converters = [
            (i, convert) for i, name in enumerate(columns) if (convert := _converter(self._fields[name]))
        ]
        self._shift = 1 if self._has_id else 0
        # On PostgreSQL a row is kept as the line that COPY reads: the shared values stand in its template.
        self._line = ""
        if connection.vendor == "postgresql":
            tail = [_escaped(value).replace("%", "%%") for value in self._shared.values()]
            self._line = "\t".join(["%s"] * (len(columns) + self._shift) + tail) + "\n"

    @property
    def label(self) -> str:
        return self.model._meta.label

    def again(self) -> Table:
        """The same table with no rows and the keys from the start: for rows that were taken back."""
        other = copy.copy(self)
        other.rows, other.written, other.next_id = [], 0, self.first_id
        return other

    def start_at(self, first: int, count: int) -> None:
        """Give keys from `first` on, at most so many; `write` refuses more."""
        self.first_id = self.next_id = first
        self._last_id = first + count - 1

    def add(self, *values) -> int:
        """Keep one row, its values in the order of the columns; returns the key it will have."""
        key = self.next_id
        self.next_id = key + 1
        row = (key, *values) if self._shift else values
        if self._converters:
            row = self._row(row)
        if self._line:
            line = self._line % row
            if "\\" in line:
                line = self._line % tuple(map(_escaped, row))
            self.rows.append(line)
        else:
            self.rows.append(row)
        return key

    def write(self) -> int:
        """Write what was kept; returns how many rows that were."""
        if not self.rows:
            return 0
        if self._last_id is not None and self.next_id - 1 > self._last_id:
            raise OverflowError(f"{self.model.__name__}: more rows than keys were kept for them")
        names = [*(["id"] if self._has_id else []), *self.columns, *self._shared]
        columns = [self._fields[name].column for name in names]
        table = connection.ops.quote_name(self.model._meta.db_table)
        quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
        with connection.cursor() as cursor:
            if self._line:
                # Python writes None for nothing; no text here is that one word.
                with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN (NULL 'None')") as copy:
                    for start in range(0, len(self.rows), 2000):
                        copy.write("".join(self.rows[start : start + 2000]))
            else:
                marks, tail = ", ".join(["%s"] * len(columns)), tuple(self._shared.values())
                rows = (row + tail for row in self.rows)
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)  # noqa: S608
        count = len(self.rows)
        self.rows.clear()
        self.written += count
        return count

    def _row(self, row: tuple) -> tuple:
        values = list(row)
        for position, convert in self._converters:
            value = values[position + self._shift]
            if value is not None:
                values[position + self._shift] = convert(value)
        return tuple(values)


def _escaped(value) -> str:
    """A value as COPY reads it within a line."""
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _converter(field):
    """What a column of this kind needs before it is written; None where Python's value will do."""
    if isinstance(field, models.JSONField):
        return lambda value: value if isinstance(value, str) else json.dumps(value)
    if isinstance(field, models.DurationField) and connection.vendor == "postgresql":
        return lambda value: f"{value.total_seconds():f} seconds"
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return str
    if isinstance(field, models.DurationField):
        return lambda value: round(value.total_seconds() * 1_000_000)
    if isinstance(field, models.DecimalField):
        return str
    return None


def _stored(field, value):
    if isinstance(field, EncryptedTextField | BlindIndexField):
        return value or ""
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return field.get_db_prep_save(value, connection)


def count_on(*tables: Table) -> None:
    """Tell PostgreSQL the last keys given, so that the next row made elsewhere gets a fresh one."""
    with connection.cursor() as cursor:
        for table in tables:
            for statement in connection.ops.sequence_reset_sql(_no_style(), [table.model]):
                cursor.execute(statement)


def _no_style():
    from django.core.management.color import no_style

    return no_style()
