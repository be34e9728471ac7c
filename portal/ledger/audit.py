"""Attribution of every change and of every reading of personal data, in hash chains that a command verifies (A-08).

An entry is written in the transaction of the act itself: no act without its entry, no entry without its act. It is
sealed into its chain right after the commit, in a short transaction of its own. So the lock on the chain's head is
never held while somebody works, and can never be part of a deadlock; a killed process leaves at most an unsealed
entry, which the next sealing of the chain, or the timer in `tasks.py`, takes along.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from functools import partial

from django.db import models, transaction
from django.utils import timezone

from portal.regions.models import Level, Region, code_at

from .models import AuditChain, AuditEntry

Action = AuditEntry.Action
NATION = "-"
#: an entry that is unsealed for longer was never meant to be sealed
PATIENCE = dt.timedelta(hours=1)
_BATCH = 500


def record(
    action: str, obj: models.Model | type[models.Model], *, by, purpose: str = "", **detail
) -> AuditEntry:
    """Append one entry. `detail` holds names of fields, counts and masked values: never a NIK, a name, an address."""
    # A region lies in itself: what was done there joins the chain of its regency, not the nation's.
    region_code = obj.pk if isinstance(obj, Region) else getattr(obj, "region_id", None) or ""
    if isinstance(obj, type):
        region_code = ""
    entry = AuditEntry(
        chain=_chain_of(region_code),
        at=timezone.now(),
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        action=action,
        model=obj._meta.label_lower,
        object_id=str(obj.pk) if isinstance(obj, models.Model) else "",
        region_code=region_code,
        purpose=purpose[:200],
        detail=detail,
    )
    entry.save(force_insert=True)
    # A failure here must not trouble what is already committed; the timer seals what is left.
    transaction.on_commit(partial(seal_waiting, entry.chain), robust=True)
    return entry


def read(obj: models.Model, *, by, purpose: str) -> AuditEntry:
    """Somebody looked at personal data outside their daily list."""
    return record(Action.READ, obj, by=by, purpose=purpose)


def _chain_of(region_code: str) -> str:
    """One chain per regency; a province has its own, and so has the nation."""
    return code_at(region_code, Level.REGENCY) or NATION


# -- sealing -------------------------------------------------------------------------------------------------------
def seal_waiting(chain: str | None = None) -> int:
    """Seal the unsealed entries of one chain, or of all, in the order they were written; returns how many."""
    waiting = AuditEntry.objects.filter(hash="")
    names = [chain] if chain else list(waiting.order_by().values_list("chain", flat=True).distinct())
    count = 0
    for name in names:
        while waiting.filter(chain=name).exists():
            count += _seal_some(name)
    return count


@transaction.atomic
def _seal_some(name: str) -> int:
    AuditChain.objects.bulk_create([AuditChain(name=name)], ignore_conflicts=True)
    chain = AuditChain.objects.select_for_update().get(pk=name)
    entries = list(AuditEntry.objects.filter(chain=name, hash="").order_by("id")[:_BATCH])
    for entry in entries:
        entry.sequence, entry.previous_hash = chain.length + 1, chain.head
        entry.hash = seal(entry)
        entry.save(update_fields=["sequence", "previous_hash", "hash"])
        chain.length, chain.head = entry.sequence, entry.hash
    if entries:
        chain.save(update_fields=["length", "head"])
    return len(entries)


def seal(entry: AuditEntry) -> str:
    """The SHA-256 over everything the entry says and the seal of the one before."""
    content = [
        entry.chain,
        entry.sequence,
        entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
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


# -- verification --------------------------------------------------------------------------------------------------
def verify(anchors: dict[str, tuple[int, str]] | None = None) -> Iterator[str]:
    """Walk every chain and yield one sentence for each break.

    `anchors` are heads noted down earlier, outside the database: chain -> (length, hash). They catch what no chain
    can: that somebody with full rights wrote the whole chain anew.
    """
    anchors = dict(anchors or {})
    chains = {chain.pk: chain for chain in AuditChain.objects.all()}
    written = set(AuditEntry.objects.order_by().values_list("chain", flat=True).distinct())
    for name in sorted({*chains, *written, *anchors}):
        yield from _verify_chain(name, chains.get(name) or AuditChain(name=name), *anchors.get(name, (0, "")))


def _verify_chain(name: str, chain: AuditChain, length: int, noted: str) -> Iterator[str]:
    entries = AuditEntry.objects.filter(chain=name)
    expected, previous = 1, ""
    for entry in entries.exclude(hash="").order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            yield f"chain {name}: entry {expected} is missing"
            expected = entry.sequence or expected
        if entry.previous_hash != previous or seal(entry) != entry.hash:
            yield f"chain {name}: entry {entry.sequence} was changed"
        if entry.sequence == length and entry.hash != noted:
            yield f"chain {name}: entry {length} is not the one that was noted down"
        previous, expected = entry.hash, expected + 1
    if chain.length != expected - 1 or chain.head != previous:
        yield f"chain {name}: ends at entry {expected - 1}, its head says {chain.length}"
    if length > expected - 1:
        yield f"chain {name}: entry {length}, noted down earlier, is missing"
    unsealed = entries.filter(hash="", at__lt=timezone.now() - PATIENCE).count()
    if unsealed:
        yield f"chain {name}: {unsealed} entries were never sealed"


def heads() -> list[tuple[str, int, str]]:
    """The head of every chain: name, length, hash; to be noted down outside the database."""
    return list(AuditChain.objects.order_by("pk").values_list("name", "length", "head"))
