"""The ways of monitoring's records: an instrument's version, a visit, a finding."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import SYSTEM as SYSTEM
from portal.ledger.workflow import Move, Workflow


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Replaced")


VERSION_FLOW = Workflow(
    "monitoring.InstrumentVersion",
    {
        "publish": Move((VersionStatus.DRAFT,), to=VersionStatus.PUBLISHED, right="publish", label=_("Publish"), style="primary"),
        "adopt": Move((VersionStatus.DRAFT,), to=VersionStatus.PUBLISHED, right="view", label=_("Adopted with the reference data"), automatic=True),
        "retire": Move((VersionStatus.PUBLISHED,), to=VersionStatus.RETIRED, right="view", label=_("Replaced by a newer version"), automatic=True),
    },
    initial=VersionStatus.DRAFT,
)  # fmt: skip


class VisitStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


VISIT_FLOW = Workflow(
    "monitoring.SupervisionVisit",
    {
        "hold": Move((VisitStatus.PLANNED,), to=VisitStatus.DONE, right="hold", label=_("Record the visit"), style="primary"),
        "cancel": Move((VisitStatus.PLANNED,), to=VisitStatus.CANCELLED, right="hold", label=_("Cancel the visit"), needs_note=True, style="danger"),
    },
    initial=VisitStatus.PLANNED,
)  # fmt: skip


class FindingStatus(models.TextChoices):
    OPEN = "open", _("To be followed up")
    DONE = "done", _("Followed up, to be confirmed")
    CONFIRMED = "confirmed", _("Confirmed")


FINDING_FLOW = Workflow(
    "monitoring.Finding",
    {
        "finish": Move((FindingStatus.OPEN,), to=FindingStatus.DONE, right="finish", label=_("Report the follow-up"), needs_note=True, style="primary"),
        "confirm": Move((FindingStatus.DONE,), to=FindingStatus.CONFIRMED, right="confirm", label=_("Confirm the follow-up"), style="primary"),
        "reopen": Move((FindingStatus.DONE,), to=FindingStatus.OPEN, right="confirm", label=_("Not sufficient"), needs_note=True, style="danger"),
    },
    initial=FindingStatus.OPEN,
)  # fmt: skip
