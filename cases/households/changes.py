"""A proposal's changes in words: how each field is called, and its values as people say them (H-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _

from programs_catalog.eligibility.vocabulary import FACTS

from .forms import ChangeForm
from .models import Person, UpdateProposal
from .services.proposals import changes_of

_NUMBERS = ("nik", "family_card_number")


@dataclass(frozen=True)
class Change:
    """One line of a proposal: what it is about, what the register says, what was found; "–" for nothing."""

    label: str
    before: str
    after: str

    def __str__(self):
        return f"{self.label}: {self.before} → {self.after}"


def shown_changes(proposal: UpdateProposal, *, numbers: bool = False) -> list[Change]:
    """The changes for a screen or a paper; NIK and KK are shown as "…" unless `numbers` are asked for."""
    shown = []
    for field, pair in changes_of(proposal).items():
        before, after = (_value(field, value) for value in pair)
        if field in _NUMBERS and not numbers:
            before, after = "…", "…"
        shown.append(Change(label_of(field), before, after))
    return shown


def label_of(field: str) -> str:
    """What a field of a proposal is called."""
    known = {**ChangeForm.PERSON, **ChangeForm.HOUSEHOLD}
    if field in known:
        return str(known[field]().label)
    if field == "family_card_number":
        return _("Family card number (KK)")
    fact = FACTS.get(field.removeprefix("condition:"))
    label = str(fact.label) if fact else _("Another detail")
    return label[:1].upper() + label[1:]


def _value(field: str, value: str) -> str:
    if value in ("", None):
        return "–"
    if field == "sex":
        return str(dict(Person.Sex.choices).get(value, value))
    if field == "relation":
        return str(dict(Person.Relation.choices).get(value, value))
    if field == "born_on":
        try:
            return formats.date_format(dt.date.fromisoformat(value), "j F Y")
        except ValueError:
            return value
    fact = FACTS.get(field.removeprefix("condition:")) if field.startswith("condition:") else None
    if fact is None:
        return value
    if value in ("True", "False"):
        return _("yes") if value == "True" else _("no")
    return str(fact.values.get(value, f"{value} {fact.unit}".strip()))
