"""Keeping officers' words about families no longer than set: settled proposals and visits past their term (UU 27/2022)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger import audit

from ..models import ProposalRemark, UpdateProposal, Visit
from ..workflow import ProposalStatus

BATCH = 500
#: stands where a refused proposal had its reason, which it may not be without
NO_LONGER_KEPT = "–"


@dataclass
class ForgottenRecords:
    """What a run found past its term: proposals with the register's answer, and visits with a note."""

    proposals: int = 0
    visits: int = 0


def forget_records(*, before: dt.datetime, dry_run: bool = True) -> ForgottenRecords:
    """Remove what was proposed and the words beside it from proposals settled before, and the notes of visits before.

    What counts stays: kind, area, dates, who proposed, the bare steps, the visit and its purpose. A value that the register
    took over stands in the register itself. In batches, each its own transaction; a second run finds nothing.
    """
    settled = (ProposalStatus.ACCEPTED, ProposalStatus.REFUSED)
    proposals = UpdateProposal.objects.filter(status__in=settled, status_since__lt=before, anonymised_at=None)
    # Whether there is a note shows without opening it.
    visits = Visit.objects.filter(at__lt=before).annotate(sealed=Cast("note", TextField())).exclude(sealed="")
    found = ForgottenRecords(proposals.count(), visits.count())
    if dry_run:
        return found
    for model, rows, remove in (
        (UpdateProposal, proposals, _remove_proposals),
        (Visit, visits, lambda keys: Visit.objects.filter(pk__in=keys).update(note="")),
    ):
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            with transaction.atomic():
                remove(keys)
                audit.record(
                    audit.Action.DELETE,
                    model,
                    by=None,
                    purpose=_("Retention: personal data removed"),
                    count=len(keys),
                )
    return found


def _remove_proposals(keys: list[int]) -> None:
    ProposalRemark.objects.filter(proposal__in=keys).delete()
    rows = UpdateProposal.objects.filter(pk__in=keys)
    rows.annotate(sealed=Cast("reason", TextField())).exclude(sealed="").update(reason=NO_LONGER_KEPT)
    rows.update(changes="{}", note="", anonymised_at=timezone.now())
