"""What the public check tells of a report that was sent; a draft is no letter."""

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger.letters import IssuedLetter, register_letter

from .models import ReportVersion

REPORT = "T"


def report_of(key: int) -> IssuedLetter | None:
    version = (
        ReportVersion.objects.filter(pk=key)
        .exclude(sealed_at=None)
        .select_related("report__cycle", "report__region")
        .first()
    )
    if version is None:
        return None
    kind = f"{_('Quarterly report')}, {version.report.cycle.quarter.label}"
    return IssuedLetter(
        kind, version.report.number, timezone.localdate(version.sealed_at), str(version.report.place_name)
    )


register_letter(REPORT, report_of)
