"""The number by which every cache of public content knows whether it is still right.

One row; whoever changes something public calls `bump`, and after the commit all processes see a higher number. A cache
entry made under a lower number is not used any more. Reading costs one look-up by primary key.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction
from django.db.models import F

from .models import PublicVersion

ROW = 1
_listeners: list[Callable[[], None]] = []


def version() -> int:
    """The present number; 0 before anything was published."""
    return PublicVersion.objects.filter(pk=ROW).values_list("number", flat=True).first() or 0


def bump(**_signal) -> None:
    """Make every cached page and index outdated, once the surrounding transaction is committed."""
    transaction.on_commit(_raise_number, robust=True)


def _raise_number() -> None:
    if not PublicVersion.objects.filter(pk=ROW).update(number=F("number") + 1):
        # Begins at the clock, so that a rebuilt database never repeats a number of the one before.
        PublicVersion.objects.get_or_create(pk=ROW, defaults={"number": int(time.time() * 1000)})
    for listener in _listeners:
        listener()


def on_bump(listener: Callable[[], None]) -> None:
    """Call `listener` in this process after each bump."""
    _listeners.append(listener)
