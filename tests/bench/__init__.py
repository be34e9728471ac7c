"""What `make bench` measures: ratios within one run, so that a slow or busy machine does not change the verdict.

A measurement is a function in a module of this package:

    @measure("Region load", on=("sqlite", "postgresql"))
    def region_load():
        bare = timed(bare_insert)
        yield Row("first load against a bare insert", timed(load), bare, at_most=6)

It runs on a fresh copy of the test database (91,599 regions, nothing else), which is thrown away afterwards, and may
commit. `at_most` is the ratio that may not be exceeded; without it the row only informs.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Row:
    """One line of the table: a value, the reference it is held against, and the ratio allowed."""

    name: str
    value: float
    reference: float
    unit: str = "s"
    at_most: float | None = None

    def __post_init__(self):
        if not isinstance(self.value, int | float) or not isinstance(self.reference, int | float):
            raise TypeError(f"{self.name}: {self.value!r} against {self.reference!r} are no figures")

    @property
    def ratio(self) -> float:
        return self.value / self.reference if self.reference else float("inf") if self.value else 1.0

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Measurement:
    name: str
    on: tuple[str, ...]
    function: Callable[[], Iterable[Row]]


MEASUREMENTS: list[Measurement] = []


def measure(name: str, *, on: tuple[str, ...] = ("sqlite",)):
    """Register a measurement for one or both databases."""
    if set(on) - set(ENGINES):
        raise ValueError(f"unknown database in {on}")

    def register(function):
        MEASUREMENTS.append(Measurement(name, on, function))
        return function

    return register


def timed(function: Callable[[], object], *, repeat: int = 1) -> float:
    """Seconds that a call takes; with `repeat` the best of several, which other work on the machine disturbs least."""
    best = float("inf")
    for _round in range(repeat):
        gc.collect()
        started = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - started)
    return best
