"""The ways of an evaluation round, of the evaluation of one place, and of a recommendation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import SYSTEM as SYSTEM
from portal.ledger.workflow import Move, Workflow


class RoundStatus(models.TextChoices):
    PREPARED = "prepared", _("Being prepared")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")


ROUND_FLOW = Workflow(
    "evaluation.EvaluationRound",
    {
        "start": Move((RoundStatus.PREPARED,), to=RoundStatus.RUNNING, right="start", label=_("Start the round"), style="primary"),
        "close": Move((RoundStatus.RUNNING,), to=RoundStatus.CLOSED, right="close", label=_("Close the round"), style="danger"),
    },
    initial=RoundStatus.PREPARED,
)  # fmt: skip


class EvaluationStatus(models.TextChoices):
    OPEN = "open", _("Being filled")
    SENT = "sent", _("Sent for review")
    RETURNED = "returned", _("Returned with a note")
    FINAL = "final", _("Final")


OPEN = (EvaluationStatus.OPEN, EvaluationStatus.RETURNED)

EVALUATION_FLOW = Workflow(
    "evaluation.Evaluation",
    {
        "send": Move(OPEN, to=EvaluationStatus.SENT, right="fill", label=_("Send for review"), style="primary"),
        "return": Move((EvaluationStatus.SENT,), to=EvaluationStatus.RETURNED, right="review", label=_("Return with a note"), needs_note=True, style="danger"),
        "finalise": Move((EvaluationStatus.SENT,), to=EvaluationStatus.FINAL, right="review", label=_("Accept as final"), style="primary"),
    },
    initial=EvaluationStatus.OPEN,
)  # fmt: skip


class RecommendationStatus(models.TextChoices):
    OPEN = "open", _("To be followed up")
    DONE = "done", _("Followed up")


RECOMMENDATION_FLOW = Workflow(
    "evaluation.Recommendation",
    {"finish": Move((RecommendationStatus.OPEN,), to=RecommendationStatus.DONE, right="finish", label=_("Report the follow-up"), needs_note=True, style="primary")},
    initial=RecommendationStatus.OPEN,
)  # fmt: skip
