"""A returned request: what is asked, how each ask is answered, what changed, and sending it again (F-17)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User

from ..asks import LETTER, WHOLE, Ask, part_title
from ..items import form_of
from ..models import FormationRequest, Sending
from ..workflow import REQUEST_FLOW
from .drafts import LETTER_FIELDS, Conflict, contents, missing, open_for_writing, refuse_incomplete, seal


@dataclass(frozen=True)
class AskState:
    """An ask and whether it is answered: its part says something else than when it was sent, or there are words to it."""

    number: int
    ask: Ask
    changed: bool

    @property
    def is_answered(self) -> bool:
        return self.changed or bool(self.ask.answer)


@dataclass(frozen=True)
class PartChange:
    """What a part says now that it did not say in the round before."""

    part: str
    title: str
    #: label, before, after
    rows: tuple[tuple[str, str, str], ...]
    #: files as a Sending keeps them
    added: tuple[dict, ...]
    removed: tuple[dict, ...]


def states(request: FormationRequest) -> list[AskState]:
    """Every ask of a returned request, in the order it was asked."""
    asks = request.asks
    if not asks:
        return []
    changed = _changed_parts(request)
    return [AskState(number, ask, ask.part in changed) for number, ask in enumerate(asks)]


def _changed_parts(request: FormationRequest) -> set[str]:
    """The parts whose answers or documents are others than those that were sent last."""
    last = request.sendings.order_by("-round").first()
    if last is None:
        return set()
    answers, files = contents(request)
    return {
        part
        for part in answers
        if answers[part] != last.answers.get(part)
        or _by_content(files, part) != _by_content(last.files, part)
    }


def _by_content(files: list[dict], part: str) -> set:
    # The same file attached again is no other file.
    return {entry["sha256"] or entry["document"] for entry in files if entry["item"] == part}


@transaction.atomic
def answer(*, request: FormationRequest, number: int, text: str, base: str, by: User) -> FormationRequest:
    """Say a word to an ask, where nothing is to be changed. `base` is the word that was shown: Conflict if it is another now."""
    locked = open_for_writing(request, by)
    asks = locked.asks
    if not 0 <= number < len(asks):
        raise ValidationError(_("This is no longer asked."))
    ask, text = asks[number], text.strip()
    if ask.answer == text:
        return locked
    if ask.answer != base.strip():
        raise Conflict(ask)
    asks[number] = Ask(ask.text, ask.part, text)
    locked.returned_with = [entry.stored() for entry in asks]
    locked.save(update_fields=["returned_with"])
    return locked


@transaction.atomic
def resubmit(*, request: FormationRequest, note: str, by: User) -> FormationRequest:
    """Send a returned request again, to the same stage (F-17). Refused while an ask has neither a change nor a word."""
    locked = REQUEST_FLOW.lock(request, "resubmit", by=by)
    refuse_incomplete(missing(locked))
    asked = states(locked)
    unanswered = [state.ask for state in asked if not state.is_answered]
    if unanswered:
        raise ValidationError(
            [
                _("%(part)s: change what is asked for, or explain: %(ask)s")
                % {"part": ask.title, "ask": ask.text}
                for ask in unanswered
            ],
            code="unanswered",
        )
    locked.stage_since = timezone.now()
    locked.stage_due_on = locked.due_date(locked.stage, timezone.localdate())
    locked.returned_with = []
    locked.save(update_fields=["stage_since", "stage_due_on", "returned_with"])
    sending = seal(locked, by, asked=[state.ask.stored() | {"changed": state.changed} for state in asked])
    REQUEST_FLOW.record(locked, "resubmit", by=by, note=note, round=sending.round, digest=sending.digest)
    return locked


def completed(request: FormationRequest) -> dict | None:
    """What the last sending answers to the return before it: asks with their answers, and every part that changed.

    None for a request that was sent once.
    """
    rounds = list(request.sendings.select_related("by").order_by("-round")[:2])
    if len(rounds) < 2:
        return None
    after, before = rounds
    changes = {change.part: change for change in differences(request, before, after)}
    asked = [
        {"ask": Ask.read(entry), "change": changes.get(entry["part"])}
        for entry in after.answers.get("asked", [])
    ]
    parts = {entry["ask"].part for entry in asked}
    return {
        "sending": after,
        "asked": asked,
        "others": [change for part, change in changes.items() if part not in parts],
    }


def differences(request: FormationRequest, before: Sending, after: Sending) -> list[PartChange]:
    """Part by part, what the later of two sendings says otherwise."""
    items = {item.kind: item for item in request.items.all()}
    found = []
    for part in (LETTER, *items):
        old, new = before.answers.get(part, {}), after.answers.get(part, {})
        rows = ()
        if old != new:
            rows = (
                _letter_rows(request, old, new)
                if part == LETTER
                else _item_rows(request, items[part], old, new)
            )
        old_files, new_files = _by_content(before.files, part), _by_content(after.files, part)
        added = tuple(
            e for e in after.files if e["item"] == part and (e["sha256"] or e["document"]) not in old_files
        )
        gone = tuple(
            e for e in before.files if e["item"] == part and (e["sha256"] or e["document"]) not in new_files
        )
        if rows or added or gone:
            found.append(PartChange(part, part_title(part), tuple(rows), added, gone))
    return found


def _item_rows(request: FormationRequest, item, old: dict, new: dict):
    item.request = request
    pairs = zip(form_of(item, old).summary(), form_of(item, new).summary(), strict=True)
    return [(label, was, now) for (label, was), (_label, now) in pairs if was != now]


def _letter_rows(request: FormationRequest, old: dict, new: dict):
    labels = {name: request._meta.get_field(name).verbose_name for name in LETTER_FIELDS}
    return [
        (label, _shown(old.get(name)), _shown(new.get(name)))
        for name, label in labels.items()
        if old.get(name) != new.get(name)
    ]


def _shown(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value or "–")


__all__ = ["WHOLE", "AskState", "PartChange", "answer", "completed", "differences", "resubmit", "states"]
