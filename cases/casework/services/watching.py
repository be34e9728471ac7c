"""What stays unanswered is shown and climbs, one level at a time, by a scheduled job (C-21)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger.models import Transition

from ..models import Case, Referral
from ..workflow import OPEN, Status
from .notifying import write_notice

#: who is told at which level: the case's own officers, the regency, the province, the National Secretariat
LEVELS = ("late", "regency", "province", "nation")
#: the next level, if nothing moved in the meantime
CLIMBS_AFTER = dt.timedelta(days=7)
BATCH = 500


@dataclass
class Escalated:
    cases: int = 0
    referrals: int = 0
    reminders: int = 0


def escalate(at: dt.datetime | None = None) -> Escalated:
    """Raise everything late by one level at most, and remind of cases that wait for papers. Safe to run again."""
    now = at or timezone.now()
    result = Escalated()
    for level in reversed(range(len(LEVELS) - 1)):
        # The n-th level is reached n weeks after the due time. From the top down: a row climbs one level in one run.
        before = now - level * CLIMBS_AFTER
        cases = Case.objects.filter(status__in=OPEN, due_at__lt=before, escalation=level)
        result.cases += _raise(cases, "casework.case", level, now)
        referrals = Referral.objects.under_way().filter(due_at__lt=before, escalation=level)
        result.referrals += _raise(referrals, "casework.referral", level, now)
    result.reminders = _remind(now)
    return result


def _raise(rows, label: str, level: int, now: dt.datetime) -> int:
    raised = 0
    for key, status in list(rows.values_list("pk", "status").order_by("pk")[:BATCH]):
        with transaction.atomic():
            # The condition again: whoever moved it in the meantime has won.
            if not rows.model.objects.filter(pk=key, status=status, escalation=level, due_at__lt=now).update(
                escalation=level + 1
            ):
                continue
            Transition.objects.create(
                model=label,
                object_id=str(key),
                move="escalate",
                from_status=status,
                to_status=status,
                by=None,
                at=now,
                note=_escalated_to(level + 1),
                data={"level": level + 1},
            )
            raised += 1
    return raised


def _escalated_to(level: int) -> str:
    return {
        1: _("Late; shown to the manager."),
        2: _("Still late; shown to the province."),
        3: _("Still late; shown to the National Secretariat."),
    }[level]


def _remind(now: dt.datetime) -> int:
    """Put paused cases back on the desk's list when their reminder is due; the next one comes two weeks later."""
    due = Case.objects.filter(status=Status.PAUSED, remind_at__lt=now)
    count = 0
    for case in due.select_related("unit").order_by("pk")[:BATCH]:
        with transaction.atomic():
            if due.filter(pk=case.pk).update(remind_at=now + dt.timedelta(days=14)):
                step = Transition.objects.create(
                    model="casework.case", object_id=str(case.pk), move="remind", from_status=Status.PAUSED, to_status=Status.PAUSED,
                    by=None, at=now, note=_("Reminder: the case still waits for papers."),
                )  # fmt: skip
                write_notice(case, step)
                count += 1
    return count
