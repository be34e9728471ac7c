"""The month of a replacement: reminded before it ends, escalated when it lapses, passed on to the province (S-09)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.roles import GRANTS, Role
from portal.backoffice.admin import record_url
from portal.backoffice.mail import holders, remind

from ..models import Escalation, Replacement

REMIND_DAYS = 7
#: days after the lapse when the province is told
PROVINCE_AFTER_DAYS = 14


@transaction.atomic
def escalate(today: dt.date | None = None) -> dict[str, int]:
    """Remind before the deadline, escalate at the lapse, tell the province later (S-09).

    Each level is written once per replacement and mailed with that, so the job may run twice or late. Returns how many
    were new per level.
    """
    day = today or timezone.localdate()
    levels = (
        (Escalation.Level.REMINDER, day + dt.timedelta(days=REMIND_DAYS)),
        (Escalation.Level.LAPSED, day - dt.timedelta(days=1)),
        (Escalation.Level.PROVINCE, day - dt.timedelta(days=PROVINCE_AFTER_DAYS)),
    )
    counts = {}
    for level, latest in levels:
        counts[str(level)] = 0
        due = Replacement.objects.filter(status=Replacement.Status.RECRUITING, due_on__lte=latest)
        for replacement in due.select_related("leaving__position", "region", "unit").order_by("pk"):
            _entry, fresh = Escalation.objects.get_or_create(replacement=replacement, level=level)
            if fresh:
                counts[str(level)] += 1
                if level != Escalation.Level.REMINDER or replacement.due_on >= day:  # late: nothing new in it
                    _mail(replacement, level)
    return counts


def readers(replacement: Replacement, level: str) -> list[int]:
    """Whom a level is told: the offices that recruit, and at last the province."""
    if level == Escalation.Level.PROVINCE:
        return holders((Role.PROVINCIAL_COORDINATOR, Role.PROVINCIAL_SOCIAL_OFFICE), replacement.region_id)
    return holders(GRANTS["replacement.propose"], replacement.region_id)


def _mail(replacement: Replacement, level: str) -> None:
    """Position, work area and day; who left stands in the portal only."""
    with translation.override("id"):
        facts = {
            "position": replacement.leaving.position,
            "region": replacement.region,
            "day": formats.date_format(replacement.due_on, "j F Y"),
        }
        if level == Escalation.Level.REMINDER:
            subject = _("Due by %(day)s: successor for %(position)s, %(region)s") % facts
            text = _("A successor for the position %(position)s in %(region)s must be recruited by %(day)s.") % facts  # fmt: skip
        else:
            subject = _("Late since %(day)s: successor for %(position)s, %(region)s") % facts
            text = _("The successor for the position %(position)s in %(region)s was due by %(day)s and has not been recruited.") % facts  # fmt: skip
    remind(
        readers(replacement, level),
        subject=subject,
        text=text,
        path=record_url(replacement) or "/admin/",
        key=f"replacement-{replacement.pk}-{level}",
    )
