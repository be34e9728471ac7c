"""Keeping personal data no longer than set: closed cases past their term lose what names people (UU 27/2022)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.households.services import forget_records
from cases.households.services.forgetting import ForgottenRecords
from portal.ledger import audit

from ..models import AgendaItem, Case, Feedback, Notice, Referral, Remark
from ..workflow import Status

#: years after closing, unless the installation says otherwise
KEEP_YEARS = 5
BATCH = 500


@dataclass
class Forgotten:
    """What a run found, and what it took away."""

    due: int = 0
    done: int = 0
    #: settled proposals to the register and notes of visits past the same term
    records: ForgottenRecords = field(default_factory=ForgottenRecords)


def due_for_forgetting(*, years: int = KEEP_YEARS, today: dt.date | None = None):
    """Cases closed longer ago than their term that still hold personal data."""
    return Case.objects.filter(
        status=Status.CLOSED, closed_at__lt=end_of_term(years=years, today=today), anonymised_at=None
    )


def end_of_term(*, years: int = KEEP_YEARS, today: dt.date | None = None) -> dt.datetime:
    """What was settled before this moment is kept no longer."""
    day = (today or timezone.localdate()) - dt.timedelta(days=365 * years + years // 4)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def forget(*, years: int = KEEP_YEARS, dry_run: bool = True, today: dt.date | None = None) -> Forgotten:
    """Remove words, names, numbers and the person from closed cases past their term, and what `forget_records` removes.

    What counts stays: kind, program, area, dates, outcome, and the bare moves, whose log is append only; what officers wrote
    beside a move goes. A household in the register stays in the register.
    Works in batches, each its own transaction; running it again finds nothing.
    """
    rows = due_for_forgetting(years=years, today=today)
    records = forget_records(before=end_of_term(years=years, today=today), dry_run=dry_run)
    result = Forgotten(due=rows.count(), records=records)
    if dry_run:
        return result
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            _forget(keys)
        result.done += len(keys)
    return result


def _forget(keys: list[int]) -> None:
    now = timezone.now()
    referrals = list(Referral.objects.filter(case__in=keys).values_list("pk", flat=True))
    Referral.objects.filter(pk__in=referrals).update(note="", reason="")
    Feedback.objects.filter(case__in=keys).update(note="")
    AgendaItem.objects.filter(case__in=keys).update(decision="")
    # The log itself is append only: its free words lie beside it, and go.
    Remark.objects.filter(case__in=keys).delete()
    Notice.objects.filter(case__in=keys).delete()
    Case.objects.filter(pk__in=keys).update(
        person=None,
        household=None,
        visit=None,
        enrolment=None,
        description="",
        answer="",
        reporter_name="",
        reporter_phone="",
        reporter_email="",
        notice_channel="",
        lookup_code="",
        content_index="",
        anonymised_at=now,
    )
    audit.record(
        audit.Action.DELETE, Case, by=None, purpose=_("Retention: personal data removed"), count=len(keys)
    )
