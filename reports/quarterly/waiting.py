"""What waits for whom: reports to write, to put right, to review. Each counts with an index."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import QuarterlyReport, ReportingCycle
from .workflow import TIERS, UPWARD, CycleStatus, Status


def _mine(user, verb: str, tiers) -> QuerySet:
    """Reports of running quarters on which the user has the tier's own right."""
    rows, condition = QuarterlyReport.objects.filter(cycle__status=CycleStatus.OPEN), Q(pk=None)
    for tier in tiers:
        if user.has_right(f"quarterlyreport.{verb}_{tier.value}"):
            condition |= Q(
                pk__in=QuarterlyReport.objects.visible_to(user, f"{verb}_{tier.value}").values("pk")
            )
    return rows.filter(condition)


def to_write(user) -> QuerySet:
    return _mine(user, "send", TIERS).filter(status=Status.DRAFT, due_on__gte=timezone.localdate())


def overdue(user) -> QuerySet:
    return _mine(user, "send", TIERS).filter(status=Status.DRAFT, due_on__lt=timezone.localdate())


def returned(user) -> QuerySet:
    return _mine(user, "send", TIERS).filter(status=Status.RETURNED)


def to_close(user) -> QuerySet:
    """Quarters whose closing day has come, and which the national report keeps open."""
    rows = ReportingCycle.objects.visible_to(user, "close")
    return rows.filter(status=CycleStatus.OPEN, closes_on__lte=timezone.localdate())


def to_review(user) -> QuerySet:
    return _mine(user, "review", UPWARD).filter(status=Status.SENT)
