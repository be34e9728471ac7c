"""What higher floors know about an officer's open work and a unit's affairs: they register, staffing asks.

@register_open_work
class OpenCases:
    label = _("Open cases")
    def count(self, appointment) -> int: ...
    def hand_over(self, leaving, successor, *, by) -> int: ...

@register_pack_section
def cases(unit) -> Section: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class OpenWork(Protocol):
    """Work that stays open when an officer leaves, e.g. cases."""

    label: object

    def count(self, appointment) -> int:
        """How much of it the officer of the appointment has open."""

    def hand_over(self, leaving, successor, *, by) -> int:
        """Give it to the successor's officer; returns how much. Must be safe to run twice."""


@dataclass(frozen=True)
class Section:
    """A part of a unit's handover pack: a table, or a line that says why there is none."""

    title: str
    head: Sequence[str] = ()
    rows: Iterable[Sequence[object]] = field(default_factory=list)
    empty: str = ""
    order: int = 50
    #: the last row, in bold
    total: Sequence[object] = ()
    #: widths of the columns in percent; equal ones where none are given
    widths: Sequence[int] = ()


OPEN_WORK: list[OpenWork] = []
PACK_SECTIONS: list[Callable[[object], Section]] = []


def register_open_work(kind):
    OPEN_WORK.append(kind() if isinstance(kind, type) else kind)
    return kind


def register_pack_section(function: Callable[[object], Section]):
    PACK_SECTIONS.append(function)
    return function


def open_work_of(appointment) -> list[tuple[object, int]]:
    return [(kind.label, kind.count(appointment)) for kind in OPEN_WORK]


def hand_over(leaving, successor, *, by) -> int:
    """Give everything open to the successor; the number of things handed over."""
    return sum(kind.hand_over(leaving, successor, by=by) for kind in OPEN_WORK)
