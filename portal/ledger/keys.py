"""Whether the configured keys are this database's own, and writing it anew with another key.

To rotate: put the new key first in FIELD_ENCRYPTION_KEYS and keep the old one behind it; restart web and worker; run
`manage.py rotate_keys`; remove the old key. To replace FIELD_INDEX_KEY: stop web and worker, set it, run
`manage.py rotate_keys --index`, start again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_started
from django.db import DatabaseError, connection, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone

from portal.fields import (
    BlindIndexField,
    DecryptionError,
    EncryptedTextField,
    blind_index,
    current_key_id,
    decrypt,
    encrypt,
    key_fingerprints,
)

from .models import KeyFingerprint

INDEX = "index"
logger = logging.getLogger(__name__)


# -- the check -----------------------------------------------------------------------------------------------------
def check_keys() -> list[str]:
    """The ids of the keys in use; ImproperlyConfigured says which key is wrong or missing.

    A key seen for the first time is noted down: from then on only the same key may carry that id.
    """
    ours = key_fingerprints()
    KeyFingerprint.objects.bulk_create(
        [KeyFingerprint(key_id=key_id, fingerprint=proof) for key_id, proof in ours.items()],
        ignore_conflicts=True,
    )
    problems = []
    for known in KeyFingerprint.objects.order_by("key_id"):
        name = "FIELD_INDEX_KEY" if known.key_id == INDEX else f"FIELD_ENCRYPTION_KEYS, key {known.key_id}"
        if known.key_id not in ours:
            if known.retired_at is None:
                problems.append(
                    f"{name}: is missing; what was written with it cannot be read. Add it again, or run rotate_keys first."
                )
        elif known.fingerprint != ours[known.key_id]:
            problems.append(f"{name}: is not the key that this database was written with.")
    if problems:
        raise ImproperlyConfigured("\n".join(problems))
    KeyFingerprint.objects.filter(pk=current_key_id()).exclude(retired_at=None).update(retired_at=None)
    return list(ours)


def check_at_start() -> None:
    """Refuse to start with a wrong key. Without a database there is nothing to refuse yet: the first request asks again."""
    try:
        check_keys()
    except DatabaseError as error:
        logger.warning("keys not checked yet: %s", type(error).__name__)
        request_started.connect(_check_again, dispatch_uid="check_keys")
    finally:
        connection.close()


def _check_again(**kwargs) -> None:
    try:
        check_keys()
    except DatabaseError:
        return
    request_started.disconnect(dispatch_uid="check_keys")


# -- rotation ------------------------------------------------------------------------------------------------------
@dataclass
class Rotated:
    """What came of one column: rows written anew, and rows whose value no configured key opens."""

    column: str
    rewritten: int = 0
    unreadable: int = 0


def rotate(batch: int = 1000, tell: Callable[[Rotated], None] = lambda rotated: None) -> list[Rotated]:
    """Write every encrypted column of every model with the first key. Can be interrupted and run again."""
    prefix = f"{current_key_id()}."
    results = []
    for model, field in _columns(EncryptedTextField):
        rotated = Rotated(f"{model._meta.label}.{field.name}")
        waiting = (
            model._base_manager.annotate(raw=Cast(field.name, models.TextField()))
            .filter(raw__contains=".")
            .exclude(raw__startswith=prefix)
        )
        for rows in _batches(waiting, ("raw",), batch):
            changes = []
            for pk, token in rows:
                try:
                    plain = decrypt(token, context=field.context)
                except DecryptionError:
                    rotated.unreadable += 1
                    continue
                changes.append((encrypt(plain, context=field.context), pk, token))
            rotated.rewritten += _replace(model, field, changes)
            tell(rotated)
        results.append(rotated)
    if not any(rotated.unreadable for rotated in results):
        others = KeyFingerprint.objects.exclude(pk__in=[current_key_id(), INDEX])
        others.filter(retired_at=None).update(retired_at=timezone.now())
    return results


def reindex(batch: int = 1000, tell: Callable[[Rotated], None] = lambda rotated: None) -> list[Rotated]:
    """Compute every blind index with the configured index key. Nobody can be looked up meanwhile: stop web and worker."""
    results = []
    for model, field in _columns(BlindIndexField):
        rotated = Rotated(f"{model._meta.label}.{field.name}")
        source = model._meta.get_field(field.source)
        filled = model._base_manager.annotate(raw=Cast(source.name, models.TextField())).exclude(raw="")
        for rows in _batches(filled, ("raw", field.name), batch):
            changes = []
            for pk, token, old in rows:
                try:
                    new = blind_index(decrypt(token, context=source.context))
                except DecryptionError:
                    rotated.unreadable += 1
                    continue
                if new != old:
                    changes.append((new, pk, old))
            rotated.rewritten += _replace(model, field, changes)
            tell(rotated)
        results.append(rotated)
    if not any(rotated.unreadable for rotated in results):
        KeyFingerprint.objects.filter(pk=INDEX).update(fingerprint=key_fingerprints()[INDEX])
    return results


def _columns(kind: type[models.Field]) -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, kind)
    ]


def _batches(rows: models.QuerySet, columns: tuple[str, ...], size: int) -> Iterator[list[tuple]]:
    """Keyset pages by primary key: rows already passed are not looked at again."""
    rows = rows.order_by("pk").values_list("pk", *columns)
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1][0])[:size])


def _replace(model: type[models.Model], field: models.Field, changes: list[tuple[str, object, str]]) -> int:
    """Set (new, pk, old) where the old value still stands: whoever saves the row meanwhile wins, with the new key."""
    if not changes:
        return 0
    pk = model._meta.pk
    name = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {name(model._meta.db_table)} SET {name(field.column)} = %s "  # noqa: S608 - names of our own
            f"WHERE {name(pk.column)} = %s AND {name(field.column)} = %s",
            [(new, pk.get_db_prep_value(key, connection), old) for new, key, old in changes],
        )
        return cursor.rowcount
