"""The ways of a pathway version and of a request. Which stage of the pathway a request is in, is data (F-06 to F-11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import Move, Workflow


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("superseded")


VERSION_FLOW = Workflow(
    "formation.PathwayVersion",
    {
        "publish": Move((VersionStatus.DRAFT,), to=VersionStatus.PUBLISHED, right="publish", label=_("Publish"), style="primary"),
        "retire": Move((VersionStatus.PUBLISHED,), to=VersionStatus.RETIRED, right="publish", label=_("Supersede")),
    },
    initial=VersionStatus.DRAFT,
)  # fmt: skip


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    RUNNING = "running", _("in process")
    RETURNED = "returned", _("returned for completion")
    REFUSED = "refused", _("refused")
    COMPLETED = "completed", _("unit operating")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: with the applicant
WITH_APPLICANT = (Status.DRAFT, Status.RETURNED)
#: one open request per region and kind of unit
OPEN = (Status.DRAFT, Status.RUNNING, Status.RETURNED)

REQUEST_FLOW = Workflow(
    "formation.FormationRequest",
    {
        "submit": Move((Status.DRAFT,), to=Status.RUNNING, right="submit", label=_("Send the request"), style="primary"),
        "resubmit": Move((Status.RETURNED,), to=Status.RUNNING, right="submit", label=_("Send the completed request"), style="primary"),
        # The right of the stage's body comes on top: `complete_as_<body>` (F-11).
        "complete": Move((Status.RUNNING,), to=Status.RUNNING, right="handle", label=_("Complete this stage"), style="primary"),
        "return": Move((Status.RUNNING,), to=Status.RETURNED, right="handle", label=_("Return for completion"), needs_note=True),
        "refuse": Move((Status.RUNNING,), to=Status.REFUSED, right="handle", label=_("Refuse"), needs_note=True, style="danger"),
        "finish": Move((Status.RUNNING,), to=Status.COMPLETED, right="handle", label=_("Complete the last stage"), style="primary"),
        "withdraw": Move(OPEN, to=Status.WITHDRAWN, right="submit", label=_("Withdraw the request"), needs_note=True, style="danger"),
    },
    initial=Status.DRAFT,
)  # fmt: skip
