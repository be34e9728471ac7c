"""The way of a proposal to the register: found, reviewed, forwarded, and what came back (H-03, H-06)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import Move, StoryFlow


class ProposalStatus(models.TextChoices):
    """Whose turn a proposal is."""

    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    REVIEWED = "reviewed", _("Reviewed")
    FORWARDED = "forwarded", _("Forwarded to the register")
    ACCEPTED = "accepted", _("Accepted in the register")
    REFUSED = "refused", _("Refused by the register")


class ProposalStory(StoryFlow):
    """The words beside the steps of a proposal go with what was proposed."""

    remark_name = "proposal_remark"

    def remark_of(self, obj, **fields):
        from .models import ProposalRemark

        return ProposalRemark(proposal=obj, **fields)


_P = ProposalStatus
PROPOSAL_FLOW = ProposalStory(
    "households.UpdateProposal",
    {
        "review": Move((_P.SUBMITTED,), to=_P.REVIEWED, right="review", label=_("Confirm the review"), style="primary"),
        "send_back": Move((_P.SUBMITTED,), to=_P.RETURNED, right="review", label=_("Send back for correction"), needs_note=True),
        "resubmit": Move((_P.RETURNED,), to=_P.SUBMITTED, right="add", label=_("Submit again"), style="primary"),
        "forward": Move((_P.REVIEWED,), to=_P.FORWARDED, right="forward", label=_("Forward to the register"), style="primary"),
        "accept": Move((_P.FORWARDED,), to=_P.ACCEPTED, right="record_outcome", label=_("Accepted in the register"), style="primary"),
        "refuse": Move((_P.FORWARDED,), to=_P.REFUSED, right="record_outcome", label=_("Refused by the register"), needs_note=True, style="danger"),
    },
    initial=ProposalStatus.SUBMITTED,
)  # fmt: skip
