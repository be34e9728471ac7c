"""Cases and referrals in the domain's words: lists, work that waits, and the figures that reports ask for."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from portal.accounts.policies import VisibleQuerySet
from portal.periods import Quarter, Year
from portal.regions.models import Region, within_q

from .workflow import (
    OPEN,
    SETTLED,
    UNANSWERED,
    UNDER_WAY,
    Outcome,
    PublicStatus,
    ReferralStatus,
    Status,
)

Period = Quarter | Year


def start_of(day: dt.date) -> dt.datetime:
    """Midnight of a day in the portal's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def within_period(field: str, period: Period) -> Q:
    """The half-open condition on a time for a quarter or a year."""
    after = start_of(period.end + dt.timedelta(days=1))
    return Q(**{f"{field}__gte": start_of(period.start), f"{field}__lt": after})


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

    def due_before(self, at: dt.datetime) -> CaseQuerySet:
        """Late, or late soon."""
        return self.filter(status__in=OPEN, due_at__lt=at)

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

    # -- by period ---------------------------------------------------------------------------------------------------------
    def opened_in(self, period: Period) -> CaseQuerySet:
        return self.filter(within_period("opened_at", period))

    def closed_in(self, period: Period) -> CaseQuerySet:
        return self.filter(within_period("closed_at", period), status=Status.CLOSED)

    def open_at_end_of(self, period: Period) -> CaseQuerySet:
        """Registered by the end of a period, and not closed by then."""
        after = start_of(period.end + dt.timedelta(days=1))
        return self.filter(Q(closed_at=None) | Q(closed_at__gte=after), opened_at__lt=after)

    # -- figures: each returns {value: count} in one query -------------------------------------------------------------
    def _counts(self, field: str) -> dict:
        return dict(self.order_by().values_list(field).annotate(n=Count("pk")).values_list(field, "n"))

    def by_kind(self) -> dict[str, int]:
        return self._counts("kind")

    def by_status(self) -> dict[str, int]:
        return self._counts("status")

    def by_public_status(self) -> dict[str, int]:
        """Counts for in_process, finished and refused."""
        row = self.order_by().aggregate(
            in_process=Count("pk", filter=Q(status__in=OPEN)),
            refused=Count("pk", filter=Q(status=Status.CLOSED, outcome=Outcome.REFUSED)),
            closed=Count("pk", filter=Q(status=Status.CLOSED)),
        )
        return {
            "in_process": row["in_process"],
            "finished": row["closed"] - row["refused"],
            "refused": row["refused"],
        }

    def by_outcome(self) -> dict[str, int]:
        return self.closed()._counts("outcome")

    def by_program(self) -> dict[int | None, int]:
        return self._counts("program")

    def by_sector(self) -> dict[str | None, int]:
        return self._counts("program__sector")

    def by_sex(self) -> dict[str, int]:
        """Counts by the subject's sex; '' where there is no person."""
        return self._counts("subject_sex")

    def by_unit(self) -> dict[int, int]:
        return self._counts("unit")

    def by_channel(self) -> dict[str, int]:
        return self._counts("channel")

    def by_concern(self) -> dict[str, int]:
        return self.exclude(concern="")._counts("concern")

    def by_emergency(self) -> dict[int, int]:
        """Counts of cases that arose from an emergency (P-11)."""
        return self.exclude(emergency=None)._counts("emergency")

    def by_month(self) -> dict[dt.date, int]:
        """Counts by the month of registration; keys are the first day of the month."""
        rows = self.order_by().annotate(month=TruncMonth("opened_at")).values_list("month")
        return {month.date(): n for month, n in rows.annotate(n=Count("pk")).values_list("month", "n")}

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

    def settled(self) -> ReferralQuerySet:
        return self.filter(status__in=SETTLED)

    def overdue(self, at: dt.datetime | None = None) -> ReferralQuerySet:
        """No answer in time (C-21)."""
        return self.under_way().filter(due_at__lt=at or timezone.now())

    def referred_in(self, period: Period) -> ReferralQuerySet:
        return self.filter(within_period("referred_at", period))

    def answered_in(self, period: Period) -> ReferralQuerySet:
        return self.settled().filter(within_period("answered_at", period))

    def within(self, region: Region | None) -> ReferralQuerySet:
        return self.filter(within_q(region.pk if region else "", "case__"))

    def by_status(self) -> dict[str, int]:
        return dict(self.order_by().values_list("status").annotate(n=Count("pk")).values_list("status", "n"))
