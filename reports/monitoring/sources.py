"""Names of the operational figures that can fill a question. The apps above register how they are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Source:
    """An operational figure: its name for designers, and how it is counted (see reports.quarterly.sources)."""

    key: str
    label: str | Promise
    #: the row sets it can be broken down by
    breakdowns: tuple[str, ...] = ()
    count: Callable[..., Any] | None = None
    #: people may put another figure, with an explanation: the records need not be complete
    correctable: bool = False


SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> Source:
    """Make a figure known to designers; two of one key are a mistake of ours."""
    if source.key in SOURCES:
        raise ValueError(f"two sources are called {source.key}")
    SOURCES[source.key] = source
    return source


def is_correctable(question) -> bool:
    """Whether people may put another figure in the place of the counted one."""
    source = SOURCES.get(question.source)
    return source is not None and source.correctable


def is_asked(question) -> bool:
    """Whether people answer the question: it is not calculated, no note, and nothing fills it that they may not correct."""
    if question.type in ("calculation", "note"):
        return False
    return not question.source or is_correctable(question)


def source_choices() -> list[tuple[str, str]]:
    return sorted(((source.key, str(source.label)) for source in SOURCES.values()), key=lambda pair: pair[1])
