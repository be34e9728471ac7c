"""The figures of a chart as people write them: in the picture, the table and the description."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _

from .model import Number, Series


def figure(value: Number, decimals: int | None = None) -> str:
    """A figure as the reader writes it; without `decimals`, one where it is no whole number."""
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value) == int(float(value)) else 1
    return formats.number_format(round(Decimal(str(value)), decimals), decimals, force_grouping=True)


def decimals_of(values) -> int | None:
    """One decimal for all where one needs it, so that 12,0 stands under 7,5; none for what runs into the thousands."""
    known = [float(value) for value in values if value is not None]
    return 1 if any(value != int(value) for value in known) and max(known) < 1000 else None


def table_of(labels, series):
    head = (_("Item"), *(one.name for one in series))
    decimals = decimals_of(v for one in series for v in one.values)
    return head, tuple(
        (str(label), *(figure(one.values[row], decimals) for one in series))
        for row, label in enumerate(labels)
    )


def in_words(labels, series, unit: str) -> str:
    sentences = []
    for one in series:
        pairs = "; ".join(f"{label} {figure(value)}" for label, value in zip(labels, one.values, strict=True))
        sentences.append(f"{one.name}: {pairs}{f' ({unit})' if unit and unit != one.name else ''}.")
    return " ".join(sentences)


def checked(labels: Sequence, series: Sequence[Series]):
    labels = [str(label) for label in labels]
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("a chart needs one figure per label in every series")
    if any(v is not None and float(v) < 0 for one in series for v in one.values):
        raise ValueError("these charts show counts and amounts, never below zero")
    return labels, list(series)


def highest_of(values) -> float:
    return max((float(v) for v in values if v is not None), default=0) or 1.0


def nice(value: float) -> float:
    """The next number that four even steps reach in whole numbers, so that the axis reads 0, 25, 50 and not 0, 12,5.

    >>> [nice(value) for value in (1, 9, 30, 47, 50, 97, 450)]
    [4, 12, 32, 48, 60, 100, 480]
    """
    quarter = value / 4
    if quarter <= 8:
        return 4 * max(1, math.ceil(quarter))
    power = 10 ** math.floor(math.log10(quarter))
    steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if power > 1 else (10,)
    return 4 * next(round(step * power) for step in steps if step * power >= quarter)
