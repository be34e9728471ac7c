"""Service times as data: working days by kind of case and stage, holidays of the nation and of the area (C-21)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays
from django.utils import timezone

from portal.regions.models import CODE_LENGTH

#: the office closes: what is due on a day is due by then
CLOSING_TIME = dt.time(16)

#: working days for an answer, where no service time says so
STUDY_WITHOUT_TARGET = 20


@lru_cache(maxsize=16)
def national_holidays(year: int) -> frozenset[dt.date]:
    """Public holidays and joint leave of Indonesia."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))


def is_working_day(day: dt.date, local: frozenset[dt.date] = frozenset()) -> bool:
    """Monday to Friday, no national and no local holiday."""
    return day.weekday() < 5 and day not in national_holidays(day.year) and day not in local


def add_working_days(day: dt.date, count: int, local: frozenset[dt.date] = frozenset()) -> dt.date:
    """The working day that lies `count` working days after a day; 0 is the next working day or the day itself."""
    while not is_working_day(day, local):
        day += dt.timedelta(days=1)
    while count > 0:
        day += dt.timedelta(days=1)
        if is_working_day(day, local):
            count -= 1
    return day


def due_after(moment: dt.datetime, working_days: int, region_code: str = "") -> dt.datetime:
    """When something begun at `moment` is due: at closing time, `working_days` later."""
    day = timezone.localtime(moment).date()
    due = add_working_days(day, working_days, _local_holidays(region_code))
    return timezone.make_aware(dt.datetime.combine(due, CLOSING_TIME))


def working_days_for(kind: str, stage: str, region_code: str = "") -> int | None:
    """The target of a stage: the closest office's own, else the nation's; None where there is none."""
    from .models import ServiceTime

    codes = ["", *(region_code[:length] for length in CODE_LENGTH.values() if length <= len(region_code))]
    rows = [
        row
        for row in ServiceTime.objects.filter(stage=stage).values_list("kind", "region_id", "working_days")
        if (row[1] or "") in codes and row[0] in ("", kind)
    ]
    # The closest region wins; within it the row that names the kind.
    best = max(rows, key=lambda row: (len(row[1] or ""), bool(row[0])), default=None)
    return best[2] if best else None


def due_for_case(case, status: str, at: dt.datetime | None = None) -> dt.datetime | None:
    days = working_days_for(case.kind, status, case.region_id)
    return None if days is None else due_after(at or timezone.now(), days, case.region_id)


def due_for_referral(referral, at: dt.datetime | None = None) -> dt.datetime | None:
    """A referral's own clock: each runs alone."""
    days = working_days_for(referral.case.kind, "referral", referral.case.region_id)
    return None if days is None else due_after(at or timezone.now(), days, referral.case.region_id)


def latest_study_day(referral, today: dt.date | None = None) -> dt.date:
    """Until when a program may study further at most: three times its time for an answer, from today."""
    code = referral.case.region_id
    days = working_days_for(referral.case.kind, "referral", code) or STUDY_WITHOUT_TARGET
    return add_working_days(today or timezone.localdate(), 3 * days, _local_holidays(code))


def _local_holidays(region_code: str) -> frozenset[dt.date]:
    if not region_code:
        return frozenset()
    from .models import LocalHoliday

    codes = [region_code[:length] for length in CODE_LENGTH.values() if length <= len(region_code)]
    return frozenset(LocalHoliday.objects.filter(region__in=codes).values_list("day", flat=True))
