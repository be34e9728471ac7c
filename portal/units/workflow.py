"""A unit's life: being formed, located, operating, closed. Only these moves change its status (F-12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ledger.workflow import Move, Workflow


class Status(models.TextChoices):
    FORMING = "forming", _("being formed")
    LOCATED = "located", _("location set")
    OPERATING = "operating", _("operating")
    CLOSED = "closed", _("closed")


#: in the public directory (F-12)
LISTED = (Status.LOCATED, Status.OPERATING)

UNIT_FLOW = Workflow(
    "units.Unit",
    {
        # The first two are steps of a formation request, whose service checks the body that acts (F-11).
        "locate": Move((Status.FORMING,), to=Status.LOCATED, right="view", label=_("Location set"), automatic=True),
        "open": Move((Status.LOCATED,), to=Status.OPERATING, right="view", label=_("Technical guidance done"), automatic=True),
        "close": Move(LISTED, to=Status.CLOSED, right="close", label=_("Close the unit"), needs_note=True, style="danger"),
        "reopen": Move((Status.CLOSED,), to=Status.OPERATING, right="close", label=_("Reopen the unit"), needs_note=True),
    },
    initial=Status.FORMING,
)  # fmt: skip


class CoordinatorStatus(models.TextChoices):
    """Where the proposal of a provincial coordinator stands (S-18)."""

    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended")


COORDINATOR_FLOW = Workflow(
    "units.ProvincialCoordinator",
    {
        "confirm": Move((CoordinatorStatus.PROPOSED,), to=CoordinatorStatus.CONFIRMED, right="confirm", label=pgettext_lazy("coordinator", "Confirm"), style="primary"),
        "refuse": Move((CoordinatorStatus.PROPOSED,), to=CoordinatorStatus.REFUSED, right="confirm", label=_("Refuse"), needs_note=True, style="danger"),
        "end": Move((CoordinatorStatus.CONFIRMED,), to=CoordinatorStatus.ENDED, right="confirm", label=_("End the term"), needs_note=True),
    },
    initial=CoordinatorStatus.PROPOSED,
)  # fmt: skip
