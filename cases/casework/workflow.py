"""A case's way, and a referral's: who may move it from where to where (guideline IV.C, figures 3 and 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import Move, Workflow


class Status(models.TextChoices):
    """Where a case is. How it ended is its outcome."""

    REGISTERED = "registered", _("Registered")
    REVIEWED = "reviewed", _("Reviewed")
    PROPOSED = "proposed", _("Referral proposed")
    REFERRED = "referred", _("Referred")
    ANSWERED = "answered", _("Answered")
    INFORMED = "informed", _("Family informed")
    CLOSED = "closed", _("Closed")


OPEN = (
    Status.REGISTERED,
    Status.REVIEWED,
    Status.PROPOSED,
    Status.REFERRED,
    Status.ANSWERED,
    Status.INFORMED,
)


class PublicStatus(models.TextChoices):
    """What people are told (guideline IV.D.2.4)."""

    IN_PROCESS = "in_process", _("In process")
    FINISHED = "finished", _("Finished")
    REFUSED = "refused", _("Refused")


class Outcome(models.TextChoices):
    """How a case ended."""

    ENROLLED = "enrolled", _("Enrolled in the program")
    ALTERNATIVE = "alternative", _("Given an alternative program")
    ANSWERED = "answered", _("Answered")
    AGENDA = "agenda", _("Taken to the meeting agenda")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DUPLICATE = "duplicate", _("Registered twice")


CASE_FLOW = Workflow(
    "casework.Case",
    {
        "review": Move((Status.REGISTERED,), to=Status.REVIEWED, right="review", label=_("Confirm the review"), public_label=_("Checked by the supervisor"), style="primary"),
        "propose": Move((Status.REGISTERED, Status.REVIEWED), to=Status.PROPOSED, right="handle", label=_("Propose a referral"), public_label=_("Prepared for referral"), style="primary"),
        "refer": Move((Status.REVIEWED, Status.PROPOSED), to=Status.REFERRED, right="approve", label=_("Approve the referral"), public_label=_("Sent to the program"), style="primary"),
        "answer": Move((Status.REFERRED,), to=Status.ANSWERED, right="view", label=_("The program has answered"), public_label=_("The program has answered"), automatic=True),
        "inform": Move((Status.ANSWERED,), to=Status.INFORMED, right="inform", label=_("Record that the family was told"), public_label=_("You were told the result"), style="primary"),
        "close": Move((Status.INFORMED,), to=Status.CLOSED, right="inform", label=_("Close the case"), public_label=_("Finished"), style="primary"),
    },
    initial=Status.REGISTERED,
)  # fmt: skip


class ReferralStatus(models.TextChoices):
    """What the program's desk has said (C-19)."""

    WAITING = "waiting", _("Waiting for an answer")
    STUDIED = "studied", _("Being studied")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


UNANSWERED = (ReferralStatus.WAITING, ReferralStatus.STUDIED)

REFERRAL_FLOW = Workflow(
    "casework.Referral",
    {
        "approve": Move(
            UNANSWERED,
            to=ReferralStatus.APPROVED,
            right="answer",
            label=_("Approve"),
            needs_note=True,
            style="primary",
        ),
        "refuse": Move(
            UNANSWERED,
            to=ReferralStatus.REFUSED,
            right="answer",
            label=_("Refuse"),
            needs_note=True,
            style="danger",
        ),
        "study": Move(
            (ReferralStatus.WAITING,),
            to=ReferralStatus.STUDIED,
            right="answer",
            label=_("Study further"),
            needs_note=True,
        ),
    },
    initial=ReferralStatus.WAITING,
)
