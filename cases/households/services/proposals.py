"""Changes and new entries on their way to the register (usulan pemutakhiran; H-03, H-06)."""

from __future__ import annotations

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.fields import redact
from portal.ledger import audit

from ..models import Household, Person, UpdateProposal
from ..workflow import PROPOSAL_FLOW

#: what an officer may find to be otherwise than the register says
HOUSEHOLD_FIELDS = ("address", "family_card_number")
PERSON_FIELDS = ("name", "nik", "sex", "born_on", "relation", "occupation", "phone")


@transaction.atomic
def propose_change(
    *,
    household: Household,
    changes: dict[str, str],
    by: User,
    person: Person | None = None,
    kind: str = UpdateProposal.Kind.CHANGE,
    note: str = "",
) -> UpdateProposal:
    """Propose what was found to be otherwise; the register's own values stay until the outcome comes back."""
    fields = PERSON_FIELDS if person else HOUSEHOLD_FIELDS
    subject = person or household
    unknown = set(changes) - set(fields) - {"condition:" + key for key in _condition_keys(changes)}
    if unknown:
        raise ValidationError(_("Unknown field in the proposal."))
    pairs = {}
    for field, value in changes.items():
        before = (
            str(subject.conditions.get(field.removeprefix("condition:"), ""))
            if field.startswith("condition:")
            else str(getattr(subject, field) or "")
        )
        value = str(value or "").strip()
        if value != before:
            pairs[field] = [before, value]
    if kind == UpdateProposal.Kind.CHANGE and not pairs:
        raise ValidationError(_("Nothing was changed."))
    if kind == UpdateProposal.Kind.REMOVAL and not note.strip():
        raise ValidationError({"note": _("Please write why: died, moved away, or better off.")})
    return _submit(household, person, kind, pairs, note, by)


def propose_entry(*, person: Person, by: User, note: str = "") -> UpdateProposal:
    """Propose a recorded profile as a new entry of the register (H-03)."""
    return _submit(person.household, person, UpdateProposal.Kind.NEW, {}, note, by)


def _submit(household, person, kind, pairs, note, by) -> UpdateProposal:
    proposal = UpdateProposal(
        region_id=household.region_id,
        household=household,
        person=person,
        kind=kind,
        changes=json.dumps(pairs, ensure_ascii=False),
        note=note.strip(),
        proposed_by=by,
    )
    if not may(by, "add", proposal):
        raise PermissionDenied(_("You do not propose changes for this area."))
    proposal.save(force_insert=True)
    PROPOSAL_FLOW.start(proposal, by=by)
    return proposal


def changes_of(proposal: UpdateProposal) -> dict[str, list[str]]:
    """{field: [in the register, found]}."""
    return json.loads(proposal.changes or "{}")


@transaction.atomic
def review_proposal(*, proposal: UpdateProposal, by: User, note: str = "") -> UpdateProposal:
    """The supervisor has examined the proposal (C-22, H-06)."""
    return _move(proposal, "review", by=by, note=note)


@transaction.atomic
def send_back_proposal(*, proposal: UpdateProposal, note: str, by: User) -> UpdateProposal:
    if not note.strip():
        raise ValidationError({"note": _("Please write what is missing.")})
    return _move(proposal, "send_back", by=by, note=note)


@transaction.atomic
def resubmit_proposal(*, proposal: UpdateProposal, by: User, note: str = "") -> UpdateProposal:
    return _move(proposal, "resubmit", by=by, note=note)


@transaction.atomic
def forward_proposals(*, proposals: list[UpdateProposal], by: User) -> list[UpdateProposal]:
    """The manager forwards reviewed proposals to the national data manager; the export carries them (H-06)."""
    now = timezone.now()
    moved = [_move(proposal, "forward", by=by, also={"exported_at": now}) for proposal in proposals]
    if moved:
        audit.record(
            audit.Action.EXPORT,
            UpdateProposal,
            by=by,
            purpose=_("Forwarded to the register"),
            count=len(moved),
        )
    return moved


@transaction.atomic
def accept_proposal(*, proposal: UpdateProposal, by: User, note: str = "") -> UpdateProposal:
    """The register took the proposal: what was proposed becomes what the register says."""
    moved = _move(proposal, "accept", by=by, note=note)
    _apply(moved)
    return moved


@transaction.atomic
def refuse_proposal(*, proposal: UpdateProposal, reason: str, by: User) -> UpdateProposal:
    """The register refused the proposal, and says why (H-06)."""
    reason = redact(reason.strip())
    if not reason:
        raise ValidationError({"reason": _("Please write why the register refused.")})
    return _move(proposal, "refuse", by=by, note=reason, also={"reason": reason[:300]})


def _move(proposal, move, *, by, note="", also=None) -> UpdateProposal:
    proposal = PROPOSAL_FLOW.lock(proposal, move, by=by)
    PROPOSAL_FLOW.record(proposal, move, by=by, note=redact(note.strip()), also=also)
    return proposal


def _apply(proposal: UpdateProposal) -> None:
    household = Household.objects.select_for_update().get(pk=proposal.household_id)
    if proposal.kind == UpdateProposal.Kind.NEW:
        household.source = Household.Source.REGISTER
        household.save(update_fields=["source"])
        return
    person = proposal.person and Person.objects.select_for_update().get(pk=proposal.person_id)
    if proposal.kind == UpdateProposal.Kind.REMOVAL:
        if person:
            person.gone_on = timezone.localdate()
            person.save(update_fields=["gone_on"])
        return
    subject = person or household
    for field, (_before, value) in changes_of(proposal).items():
        if field.startswith("condition:"):
            subject.conditions[field.removeprefix("condition:")] = value
        elif field == "born_on":
            subject.born_on = value or None
        else:
            setattr(subject, field, value)
    subject.save()


def _condition_keys(changes) -> set[str]:
    return {field.removeprefix("condition:") for field in changes if field.startswith("condition:")}
