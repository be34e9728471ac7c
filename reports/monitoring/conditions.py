"""Conditions as data for the page: the parsed expression as JSON, so that a script can follow it without running text.

The script (static/monitoring/conditions.js) only hides and shows; what counts is decided by `answers.relevant_answers`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .expressions import ExpressionError, Node, parse


def tree_of(text: str) -> str:
    """An expression as JSON: `[kind, value, part, ...]`; '' for none, and for one that a draft has not finished."""
    try:
        return json.dumps(_plain(parse(text)), separators=(",", ":")) if text else ""
    except ExpressionError:
        return ""


def _plain(node: Node) -> list[Any]:
    value = float(node.value) if isinstance(node.value, Decimal) else node.value
    return [node.kind, value, *(_plain(part) for part in node.parts)]


def known_of(figures: Mapping[str, Any]) -> str:
    """Counted figures as JSON, for conditions that speak of them."""
    return json.dumps(_numbers(figures), separators=(",", ":"))


def _numbers(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _numbers(each) for key, each in value.items()}
    return float(value) if isinstance(value, Decimal) else value
