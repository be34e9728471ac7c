"""Closing a quarter for the whole nation: in steps that can be repeated, so that a killed worker costs nothing (M-06).

1. The National Secretariat closes: from that moment nobody sends, accepts or returns.
2. Province by province, accepted reports become closed, all others are set down as not received.
3. The nation's own report closes, and the digest over all versions is stored with the quarter.

Every figure was sealed when it was sent; closing computes none, so a repeated closing finds the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.jobs import services as jobs
from portal.jobs.models import Job

from .figures import national_digest
from .models import ReportingCycle
from .outside import in_words, outside_of
from .workflow import COUNTED, CYCLE_FLOW, FINAL, REPORT_FLOW, SYSTEM, CycleStatus, Status, Tier


@transaction.atomic
def close_cycle(*, cycle: ReportingCycle, by: User, note: str = "") -> Job:
    """Close a quarter; a worker does the steps. The national report must have been sent before."""
    cycle = CYCLE_FLOW.lock(cycle, "close", by=by)
    if not is_ready(cycle):
        raise ValidationError(_("The national report of this quarter has not been sent yet."))
    left = left_out(cycle)
    if left and not note.strip():
        text = _(
            "Accepted reports are not in the national sums (%(reports)s): say why the quarter closes without them."
        )
        raise ValidationError({"note": text % {"reports": in_words(left)}})
    CYCLE_FLOW.record(cycle, "close", by=by, note=note)
    return jobs.submit("quarterly.close", by=by, key=key_of(cycle), cycle=cycle.pk)


@transaction.atomic
def close_on_its_day(cycle: ReportingCycle) -> Job | None:
    """The timer closes a quarter whose day has come; None where the national report is not there yet."""
    if not is_ready(cycle):
        return None
    cycle = CYCLE_FLOW.lock(cycle, "close_by_date", by=SYSTEM)
    CYCLE_FLOW.record(cycle, "close_by_date", by=SYSTEM)
    return jobs.submit("quarterly.close", by=None, key=key_of(cycle), cycle=cycle.pk)


def is_ready(cycle: ReportingCycle) -> bool:
    """Whether the national report has been sent, so that the quarter can close."""
    return cycle.reports.filter(tier=Tier.NATION, status__in=COUNTED).exists()


def left_out(cycle: ReportingCycle) -> dict[str, int]:
    """Accepted reports that are not in the national sums, by tier."""
    nation = cycle.reports.filter(tier=Tier.NATION).select_related("version").first()
    return outside_of(nation, nation.version) if nation else {}


def key_of(cycle: ReportingCycle) -> str:
    """One closing at a time: the key of its job."""
    return f"cycle:{cycle.pk}"


def finish_closing(
    cycle: ReportingCycle, tell: Callable[[int, int, str], None] = lambda done, total, text: None, *, at=None
) -> str:
    """Do what is left of the closing, one province per transaction; returns the digest. Safe to run again at any point."""
    provinces = sorted(
        cycle.reports.exclude(region=None).order_by().values_list("province_code", flat=True).distinct()
    )
    for done, code in enumerate(provinces):
        tell(done, len(provinces) + 1, code)
        close_reports(cycle.reports.filter(province_code=code), at=at)
    tell(len(provinces), len(provinces) + 1, "")
    with transaction.atomic():
        close_reports(cycle.reports.filter(region=None), at=at)
        locked = ReportingCycle.objects.select_for_update().get(pk=cycle.pk)
        digest = national_digest(locked)
        if locked.status == CycleStatus.CLOSING:
            CYCLE_FLOW.record(
                CYCLE_FLOW.lock(locked, "finish", by=SYSTEM), "finish", by=SYSTEM,
                also={"closed_at": at or timezone.now(), "digest": digest}, digest=digest,
            )  # fmt: skip
        elif locked.digest != digest:
            raise ValueError(f"{locked.quarter_code}: the closed figures are other than at closing")
    return digest


@transaction.atomic
def close_reports(reports, *, at=None) -> int:
    """Close the accepted ones of these reports, set the others down as not received; the ones done before stay."""
    accepted = reports.filter(status=Status.ACCEPTED)
    closed = REPORT_FLOW.record_all(accepted, "close", by=SYSTEM, at=at)
    return closed + REPORT_FLOW.record_all(reports.exclude(status__in=FINAL), "miss", by=SYSTEM, at=at)
