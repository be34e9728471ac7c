"""A quarterly report's way through the tiers: who sends, who reviews, what a closed quarter still allows (M-04, M-06)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import SYSTEM, Move, Workflow


class Tier(models.TextChoices):
    """Whose report it is. Each is made from the reports of the one before it and its own work (M-04)."""

    PUSKESOS = "puskesos", _("Puskesos")
    SLRT = "slrt", _("SLRT regency/city")
    PROVINCE = "province", _("Province")
    NATION = "nation", _("National Secretariat")


TIERS = tuple(Tier)
UPWARD = (Tier.PUSKESOS, Tier.SLRT, Tier.PROVINCE)


class Status(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    SENT = "sent", _("Sent, waiting for review")
    RETURNED = "returned", _("Returned with a note")
    ACCEPTED = "accepted", _("Accepted")
    CLOSED = "closed", _("Closed")
    MISSED = "missed", _("Not received at closing")


#: the sender may still write
WRITABLE = (Status.DRAFT, Status.RETURNED)
#: the tier above counts it
COUNTED = (Status.ACCEPTED, Status.CLOSED)
#: the quarter is over for it
FINAL = (Status.CLOSED, Status.MISSED)

_SEND, _ACCEPT, _RETURN = _("Send the report"), _("Accept the report"), _("Return with a note")

REPORT_FLOW = Workflow(
    "quarterly.QuarterlyReport",
    {
        **{f"send_{tier.value}": Move(WRITABLE, to=Status.SENT, right=f"send_{tier.value}", label=_SEND, style="primary") for tier in UPWARD},
        **{f"accept_{tier.value}": Move((Status.SENT,), to=Status.ACCEPTED, right=f"review_{tier.value}", label=_ACCEPT, style="primary") for tier in UPWARD},
        **{f"return_{tier.value}": Move((Status.SENT, Status.ACCEPTED), to=Status.RETURNED, right=f"review_{tier.value}", label=_RETURN, needs_note=True, style="danger") for tier in UPWARD},
        # Nobody stands above the nation: its report goes to the Ministry and waits for the closing.
        "send_nation": Move(WRITABLE, to=Status.ACCEPTED, right="send_nation", label=_("Send the report to the Ministry"), style="primary"),
        "close": Move((Status.ACCEPTED,), to=Status.CLOSED, right="view", label=_("The quarter was closed"), automatic=True),
        "miss": Move((Status.DRAFT, Status.SENT, Status.RETURNED), to=Status.MISSED, right="view", label=_("Not received when the quarter was closed"), automatic=True),
    },
    initial=Status.DRAFT,
)  # fmt: skip


class CycleStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSING = "closing", _("Being closed")
    CLOSED = "closed", _("Closed")


CYCLE_FLOW = Workflow(
    "quarterly.ReportingCycle",
    {
        "open": Move((CycleStatus.PLANNED,), to=CycleStatus.OPEN, right="view", label=_("The quarter was opened"), automatic=True),
        "close": Move((CycleStatus.OPEN,), to=CycleStatus.CLOSING, right="close", label=_("Close the quarter"), style="danger"),
        "close_by_date": Move((CycleStatus.OPEN,), to=CycleStatus.CLOSING, right="view", label=_("Closed on its day"), automatic=True),
        "finish": Move((CycleStatus.CLOSING,), to=CycleStatus.CLOSED, right="view", label=_("The quarter is closed"), automatic=True),
    },
    initial=CycleStatus.PLANNED,
)  # fmt: skip

__all__ = [
    "COUNTED", "CYCLE_FLOW", "FINAL", "REPORT_FLOW", "SYSTEM", "TIERS", "UPWARD", "WRITABLE", "CycleStatus", "Status", "Tier",
]  # fmt: skip
