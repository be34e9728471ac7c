"""Several processes that write regencies beside each other; PostgreSQL only, SQLite has one writer.

A process starts with nothing: it is told the database by name and makes everything else by the plan. Nothing of Django's
is imported before that.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

_makers = None


def written_by(processes: int, regencies, makers) -> Iterator[tuple[str, Counter]]:
    """The code of each regency that has been written, and the rows of each table, as they come."""
    from django.db import connections

    database = str(connections["default"].settings_dict["NAME"])
    codes = [one.code for one in regencies]
    if processes == 1:
        for code in codes:
            yield code, makers.write(code)
        return
    pool = ProcessPoolExecutor(
        processes,
        multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(database, pickle.dumps(makers.told)),
    )
    try:
        waiting = {pool.submit(_write, code): code for code in codes}
        for future in as_completed(waiting):
            yield waiting.pop(future), future.result()
    finally:
        # What is being written is finished, what has not begun is left to the next run.
        pool.shutdown(wait=True, cancel_futures=True)


def _start(database: str, told: bytes) -> None:
    global _makers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started this one stops it

    import django
    from django.conf import settings

    django.setup()
    from django.db import connections

    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = database

    from .makers import Makers

    _makers = Makers(*pickle.loads(told))  # noqa: S301 - written by the process that started this one


def _write(code: str) -> Counter:
    return _makers.write(code)
