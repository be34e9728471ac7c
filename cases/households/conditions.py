"""What is known about a household or a person, in the words of the eligibility questions."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from programs_catalog.eligibility.vocabulary import FACTS


def shown_conditions(conditions: Mapping) -> list[dict]:
    """Label and value of every fact that is known, in order; what the vocabulary does not name is left out."""
    rows = []
    for key, value in conditions.items():
        fact = FACTS.get(key)
        if fact is None or value in ("", None):
            continue
        if isinstance(value, bool):
            shown = _("yes") if value else _("no")
        else:
            shown = fact.values.get(value, f"{value} {fact.unit}".strip())
        rows.append({"label": fact.label, "value": shown})
    return rows
