"""What looks odd against the quarter before: a hint to look again, never a refusal (issue: validation)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from .presentation import Presentation, Row

#: A figure this many times larger or smaller than before, and at least LEAST apart, is shown.
TIMES, LEAST = Decimal(3), Decimal(10)


@dataclass(frozen=True)
class Oddity:
    key: str
    label: str
    text: str
    explanation: str = ""


def oddities(shown: Presentation) -> list[Oddity]:
    """The figures of a report that differ strongly from the same place's quarter before, with what was said about them."""
    explanations = shown.version.explanations if shown.version else {}
    found = []
    for part in shown.parts:
        for row in part.figures:
            text = odd(row)
            if text:
                found.append(Oddity(row.key, row.label, text, explanations.get(row.key, "")))
    return found


@dataclass(frozen=True)
class Corrected:
    """A figure that people put in the place of the counted one, and why."""

    label: str
    counted: str
    now: str
    explanation: str


def corrected(shown: Presentation) -> list[Corrected]:
    """The figures of a version that are not the counted ones."""
    version = shown.version
    found = []
    for key, counted in (version.coverage.get("counted", {}) if version else {}).items():
        row = shown.row(shown.definition[key])
        found.append(
            Corrected(
                row.label, row.show(Decimal(counted)), row.show(row.own), version.explanations.get(key, "")
            )
        )
    return found


def odd(row: Row) -> str:
    """Why a figure looks odd; '' when it does not."""
    now, before = row.value, row.previous
    if now is not None and row.unit == "%" and now > 100:
        return _("%(now)s %%: more than the whole.") % {"now": row.show(now)}
    if now is None or before is None or abs(now - before) < LEAST:
        return ""
    words = {"now": row.show(now), "before": row.show(before)}
    if now == 0:
        return _("Nothing this quarter; it was %(before)s.") % words
    if before == 0:
        return _("%(now)s this quarter; it was nothing before.") % words
    if now >= before * TIMES:
        return _("%(now)s this quarter, at least three times the %(before)s of the quarter before.") % words
    if now * TIMES <= before:
        return _("%(now)s this quarter, at most a third of the %(before)s of the quarter before.") % words
    return ""
