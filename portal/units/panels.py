"""Panels on the page of a unit that higher floors contribute, e.g. its officers."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

PANELS: list[Callable[[object, object], SafeString | str]] = []


def register_unit_panel(function: Callable[[object, object], SafeString | str]):
    """Register `function(unit, user) -> HTML` ('' for nothing to show)."""
    PANELS.append(function)
    return function


def panels_for(unit, user) -> list:
    return [html for function in PANELS if (html := function(unit, user))]
