"""The clock of staffing: deadlines, terms, closing dates; every night, and safe to run twice."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from portal.jobs.services import handler, submit

from .services import appointments, deadlines, vacancies


@handler("staffing.clock")
def run_clock(run) -> None:
    """Close what is past its date, end terms, remind and escalate."""
    result = {
        "vacancies_closed": vacancies.close_expired(),
        "terms_ended": appointments.end_terms(),
        "escalations": deadlines.escalate(),
    }
    run.deliver(result=result)


@db_periodic_task(crontab(hour="1", minute="15"))
def staffing_clock() -> None:
    submit("staffing.clock", by=None, key="staffing.clock")
