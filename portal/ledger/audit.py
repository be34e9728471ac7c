"""Attribution of every change and of every reading of personal data, in hash chains that a command verifies (A-08)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from django.db import models, transaction
from django.utils import timezone

from .models import AuditChain, AuditEntry

Action = AuditEntry.Action


def record(
    action: str, obj: models.Model | type[models.Model], *, by, purpose: str = "", **detail
) -> AuditEntry:
    """Append one entry. `detail` holds names of fields, counts and masked values: never a NIK, a name, an address."""
    return _append(
        action=action,
        model=obj._meta.label_lower,
        object_id=str(obj.pk) if isinstance(obj, models.Model) else "",
        region_code=getattr(obj, "region_id", None) or "" if isinstance(obj, models.Model) else "",
        by=by,
        purpose=purpose,
        detail=detail,
    )


def read(obj: models.Model, *, by, purpose: str) -> AuditEntry:
    """Somebody looked at personal data outside their daily list."""
    return record(Action.READ, obj, by=by, purpose=purpose)


@transaction.atomic
def _append(*, action, model, object_id, region_code, by, purpose, detail) -> AuditEntry:
    name = region_code[:5]  # the regency, or the province, or '' for the nation
    AuditChain.objects.bulk_create([AuditChain(name=name or "-")], ignore_conflicts=True)
    chain = AuditChain.objects.select_for_update().get(pk=name or "-")
    entry = AuditEntry(
        chain=chain,
        sequence=chain.length + 1,
        at=timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        action=action,
        model=model,
        object_id=object_id,
        region_code=region_code,
        purpose=purpose[:200],
        detail=detail,
        previous_hash=chain.head,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    AuditChain.objects.filter(pk=chain.pk).update(length=entry.sequence, head=entry.hash)
    return entry


def seal(entry: AuditEntry) -> str:
    """The SHA-256 over everything the entry says and the seal of the one before."""
    content = [
        entry.chain_id,
        entry.sequence,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor,
        entry.action,
        entry.model,
        entry.object_id,
        entry.region_code,
        entry.purpose,
        entry.detail,
        entry.previous_hash,
    ]
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()
    ).hexdigest()


def verify() -> Iterator[str]:
    """Walk every chain; yield one sentence for each break."""
    for chain in AuditChain.objects.order_by("pk"):
        expected, previous = 1, ""
        for entry in chain.entries.order_by("sequence").iterator(chunk_size=2000):
            if entry.sequence != expected:
                yield f"chain {chain.pk}: entry {expected} is missing"
                expected = entry.sequence
            if entry.previous_hash != previous or seal(entry) != entry.hash:
                yield f"chain {chain.pk}: entry {entry.sequence} was changed"
            previous, expected = entry.hash, expected + 1
        if chain.length != expected - 1 or chain.head != previous:
            yield f"chain {chain.pk}: ends at {expected - 1}, its head says {chain.length}"
