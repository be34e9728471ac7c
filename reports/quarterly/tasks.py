"""Timers of the quarterly reports: open a quarter, remind of it, close it (M-05, M-06)."""

from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import reminders, schedule


@db_periodic_task(crontab(hour="5", minute="10"))
def open_quarters() -> None:
    schedule.open_due(timezone.localdate())


@db_periodic_task(crontab(hour="4", minute="20"))
def fill_waiting_reports() -> None:
    schedule.fill_waiting()


@db_periodic_task(crontab(hour="7", minute="0"))
def remind_of_reports() -> None:
    reminders.remind_by_date(timezone.localdate())


@db_periodic_task(crontab(hour="5", minute="40"))
def close_quarters() -> None:
    schedule.close_due(timezone.localdate())


@db_periodic_task(crontab(minute="*/10"))
def go_on_closing() -> None:
    schedule.go_on_closing()
