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


SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> Source:
    """Make a figure known to designers; two of one key are a mistake of ours."""
    if source.key in SOURCES:
        raise ValueError(f"two sources are called {source.key}")
    SOURCES[source.key] = source
    return source


def source_choices() -> list[tuple[str, str]]:
    return sorted(((source.key, str(source.label)) for source in SOURCES.values()), key=lambda pair: pair[1])
