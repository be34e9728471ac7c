"""What other apps show on a family's page: each registers a function that gives a title, rows and links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .models import Household


@dataclass(frozen=True)
class PanelRow:
    title: str
    note: str = ""
    url: str = ""
    badge: str = ""
    badge_label: str = ""


@dataclass(frozen=True)
class Panel:
    """A card on the family's page."""

    title: str
    rows: list[PanelRow] = field(default_factory=list)
    empty: str = ""


PANELS: list[Callable[[Household, object], Panel]] = []


def register_panel(function: Callable[[Household, object], Panel]):
    """Register `function(household, user) -> Panel`."""
    PANELS.append(function)
    return function
