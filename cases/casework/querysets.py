"""Cases and referrals in the domain's words: lists, work that waits, and the figures that reports ask for."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.accounts.policies import VisibleQuerySet
from portal.regions.models import Region, within_q

from .workflow import (
    OPEN,
    UNANSWERED,
    UNDER_WAY,
    Outcome,
    PublicStatus,
    ReferralStatus,
    Status,
)

#: so long before its day work is shown as about to be late
SOON = dt.timedelta(days=2)


class CaseQuerySet(VisibleQuerySet):
    def newest(self) -> CaseQuerySet:
        return self.order_by("-opened_at", "-id")

    def within(self, region: Region | None) -> CaseQuerySet:
        """Cases of families who live in a region (None: the nation)."""
        return self.filter(within_q(region.pk if region else ""))

    # -- where they stand ---------------------------------------------------------------------------------------------
    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)

    def closed(self) -> CaseQuerySet:
        return self.filter(status=Status.CLOSED)

    def shown_as(self, status: str) -> CaseQuerySet:
        """Cases that the public is told are in process, finished or refused (D-04)."""
        if status == PublicStatus.IN_PROCESS:
            return self.open()
        return self.refused() if status == PublicStatus.REFUSED else self.finished()

    def finished(self) -> CaseQuerySet:
        """Closed, and not refused: `selesai` in the words of D-04."""
        return self.closed().exclude(outcome=Outcome.REFUSED)

    def refused(self) -> CaseQuerySet:
        return self.closed().filter(outcome=Outcome.REFUSED)

    def overdue(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Not handled within the service time of the stage."""
        return self.filter(status__in=OPEN, due_at__lt=at or timezone.now())

    def late(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Overdue itself, or waiting for a program whose answer is."""
        at = at or timezone.now()
        referred = self.model.objects.filter(referrals__status__in=UNDER_WAY, referrals__due_at__lt=at)
        return self.filter(
            models.Q(status__in=OPEN, due_at__lt=at) | models.Q(pk__in=referred.order_by().values("pk"))
        )

    def due_soon(self, at: dt.datetime | None = None) -> CaseQuerySet:
        """Not late yet, but within two days."""
        at = at or timezone.now()
        return self.filter(status__in=OPEN, due_at__gte=at, due_at__lt=at + SOON)

    def in_hands_of(self, user) -> CaseQuerySet:
        """Cases that an officer accompanies: registered by them, or taken over from a predecessor."""
        return self.filter(Q(taken_over_by=user) | Q(taken_over_by=None, registered_by=user))

    def undelivered(self) -> CaseQuerySet:
        """Cases of which a notice could not be delivered, and nobody was told since."""
        from .models import Feedback, Notice

        failed = Notice.objects.filter(case=models.OuterRef("pk"), state=Notice.State.FAILED)
        told = Feedback.objects.filter(
            case=models.OuterRef("pk"), told_at__gte=models.OuterRef("status_since")
        )
        return self.filter(models.Exists(failed), ~models.Exists(told))

    def about(self, household) -> CaseQuerySet:
        return self.filter(household=household)

    def handling_time(self) -> dt.timedelta | None:
        """The mean time from registration to closing, the family's own pauses excluded; None without closed cases."""
        row = (
            self.closed()
            .order_by()
            .aggregate(
                mean=models.Avg(
                    F("closed_at") - F("opened_at") - F("paused_for"), output_field=models.DurationField()
                )
            )
        )
        return row["mean"]


class ReferralQuerySet(VisibleQuerySet):
    def newest(self) -> ReferralQuerySet:
        return self.order_by("-created_at", "-id")

    def unanswered(self) -> ReferralQuerySet:
        """At a desk, and without its final answer."""
        return self.filter(status__in=UNANSWERED)

    def under_way(self) -> ReferralQuerySet:
        return self.filter(status__in=UNDER_WAY)

    def running(self) -> ReferralQuerySet:
        return self.filter(status__in=(ReferralStatus.PROPOSED, *UNDER_WAY))

    def proposed(self) -> ReferralQuerySet:
        return self.filter(status=ReferralStatus.PROPOSED)

    def overdue(self, at: dt.datetime | None = None) -> ReferralQuerySet:
        """No answer in time (C-21)."""
        return self.under_way().filter(due_at__lt=at or timezone.now())

    def within(self, region: Region | None) -> ReferralQuerySet:
        return self.filter(within_q(region.pk if region else "", "case__"))
