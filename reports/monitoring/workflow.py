"""The ways of monitoring's records: an instrument's version, a visit, a finding."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ledger.workflow import SYSTEM, Move, Workflow

__all__ = ["SYSTEM", "VERSION_FLOW", "VersionStatus"]


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
