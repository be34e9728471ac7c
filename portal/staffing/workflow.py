"""The ways of a vacancy, a candidate, an appointment and a replacement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import Move, Workflow


class VacancyStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CLOSED = "closed", _("closed")
    FILLED = "filled", _("filled")


VACANCY_FLOW = Workflow(
    "staffing.Vacancy",
    {
        "publish": Move((VacancyStatus.DRAFT,), to=VacancyStatus.PUBLISHED, right="publish", label=_("Publish"), style="primary"),
        "close": Move((VacancyStatus.PUBLISHED,), to=VacancyStatus.CLOSED, right="publish", label=_("Close"), needs_note=True),
        "expire": Move((VacancyStatus.PUBLISHED,), to=VacancyStatus.CLOSED, right="view", label=_("Closing date reached"), automatic=True),
        "fill": Move((VacancyStatus.PUBLISHED, VacancyStatus.CLOSED), to=VacancyStatus.FILLED, right="publish", label=_("All places filled")),
    },
    initial=VacancyStatus.DRAFT,
)  # fmt: skip


class CandidateStatus(models.TextChoices):
    RECORDED = "recorded", _("recorded")
    SELECTED = "selected", _("selected")
    DECLINED = "declined", _("not selected")
    WITHDRAWN = "withdrawn", _("withdrawn")


CANDIDATE_FLOW = Workflow(
    "staffing.Candidate",
    {
        "select": Move((CandidateStatus.RECORDED,), to=CandidateStatus.SELECTED, right="change", label=_("Select"), style="primary"),
        "decline": Move((CandidateStatus.RECORDED,), to=CandidateStatus.DECLINED, right="change", label=_("Do not select"), needs_note=True),
        "withdraw": Move((CandidateStatus.RECORDED, CandidateStatus.SELECTED), to=CandidateStatus.WITHDRAWN, right="change", label=_("Withdrawn by the candidate")),
    },
    initial=CandidateStatus.RECORDED,
)  # fmt: skip


class AppointmentStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACTIVE = "active", _("in office")
    ENDED = "ended", _("ended")
    REJECTED = "rejected", _("not appointed")


APPOINTMENT_FLOW = Workflow(
    "staffing.Appointment",
    {
        # Who signs differs by pathway and position; the policy of the model knows (F-06 to F-10, S-10).
        "decree": Move((AppointmentStatus.PROPOSED,), to=AppointmentStatus.ACTIVE, right="decree", label=_("Appoint by decree"), style="primary"),
        "reject": Move((AppointmentStatus.PROPOSED,), to=AppointmentStatus.REJECTED, right="decree", label=_("Do not appoint"), needs_note=True, style="danger"),
        "end": Move((AppointmentStatus.ACTIVE,), to=AppointmentStatus.ENDED, right="propose", label=_("Record the end of office"), style="danger"),
        "take_over": Move((AppointmentStatus.PROPOSED,), to=AppointmentStatus.ACTIVE, right="take_over", label=_("Take over an existing appointment")),
        "expire": Move((AppointmentStatus.ACTIVE,), to=AppointmentStatus.ENDED, right="view", label=_("Term ended"), automatic=True),
    },
    initial=AppointmentStatus.PROPOSED,
)  # fmt: skip


class ReplacementStatus(models.TextChoices):
    RECRUITING = "recruiting", _("recruiting")
    APPOINTED = "appointed", _("successor appointed")
    NOTIFIED = "notified", _("Ministry notified")
    FINISHED = "finished", _("finished")
    CANCELED = "canceled", _("position given up")


RUNNING = (ReplacementStatus.RECRUITING, ReplacementStatus.APPOINTED, ReplacementStatus.NOTIFIED)

REPLACEMENT_FLOW = Workflow(
    "staffing.Replacement",
    {
        "appoint": Move((ReplacementStatus.RECRUITING,), to=ReplacementStatus.APPOINTED, right="propose", label=_("Name the successor"), style="primary"),
        "notify": Move((ReplacementStatus.APPOINTED,), to=ReplacementStatus.NOTIFIED, right="propose", label=_("Record that the notice was sent"), style="primary"),
        "finish": Move((ReplacementStatus.NOTIFIED,), to=ReplacementStatus.FINISHED, right="propose", label=_("Finish the replacement"), style="primary"),
        "cancel": Move((ReplacementStatus.RECRUITING,), to=ReplacementStatus.CANCELED, right="propose", label=_("Give up the position"), needs_note=True, style="danger"),
    },
    initial=ReplacementStatus.RECRUITING,
)  # fmt: skip
