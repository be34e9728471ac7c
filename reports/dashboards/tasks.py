"""Folding deltas and checking them, by the clock."""

import structlog
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from . import facts, open_figures, overlap, targeting

log = structlog.get_logger(__name__)


@db_periodic_task(crontab(minute="*"))
def fold_case_deltas() -> None:
    facts.fold()


@db_periodic_task(crontab(hour="19", minute="30"))  # UTC: half past two at night in Jakarta
def check_case_facts() -> None:
    wrong = facts.differences()
    if wrong:
        log.error("case_facts_differ_from_recount", cells=len(wrong))


@db_periodic_task(crontab(hour="19", minute="0"))  # UTC: two at night in Jakarta
def take_overlap() -> None:
    overlap.take()


@db_periodic_task(crontab(hour="19", minute="10"))
def take_targeting() -> None:
    targeting.take()


@db_periodic_task(crontab(hour="19", minute="20"))
def take_open_figures() -> None:
    open_figures.take()
