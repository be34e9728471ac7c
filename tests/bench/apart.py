"""Memory that a work takes, in a process of its own: what was measured before is not in it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def memory_of(work: Callable, database: str, *values) -> float:
    """The most megabytes that a new process has while it does `work(*values)` on a database of this name.

    The work is a function of a module, so that the other process finds it.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, initializer=_start, initargs=(database,)) as pool:
        return pool.submit(_most, work, values).result()


def _start(database: str) -> None:
    import django
    from django.conf import settings

    django.setup()
    from django.db import connections

    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = database


def _most(work: Callable, values: tuple) -> float:
    work(*values)
    # Not ru_maxrss: that begins with the memory of the process which started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
