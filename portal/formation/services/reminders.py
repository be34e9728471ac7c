"""A stage that takes too long: its body is reminded, the applicant told, and then whoever stands above (F-17)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.roles import GRANTS, Role
from portal.backoffice.admin import record_url
from portal.backoffice.mail import holders, remind
from portal.units.models import Unit

from ..enums import Body, StageForm
from ..models import FormationRequest, StageEscalation
from ..policies import APPLICANT_ROLES

REMIND_DAYS = 7
#: days after the limit when the office above is told
ABOVE_AFTER_DAYS = 14
Level = StageEscalation.Level
#: bodies of the centre and of a province; above all others stands the provincial social office
_CENTRAL = (Body.MINISTRY, Body.PROVINCIAL_OFFICE, Body.PROVINCIAL_SOCIAL_OFFICE)


@transaction.atomic
def escalate(today: dt.date | None = None) -> dict[str, int]:
    """Remind before the limit of a stage, at its lapse, and pass it on later. Returns how many were new per level.

    Each level is written once per stage and limit, and mailed with that, so the job may run twice or late.
    """
    day = today or timezone.localdate()
    levels = (
        (Level.REMINDER, day + dt.timedelta(days=REMIND_DAYS)),
        (Level.LAPSED, day - dt.timedelta(days=1)),
        (Level.ABOVE, day - dt.timedelta(days=ABOVE_AFTER_DAYS)),
    )
    counts = {}
    for level, latest in levels:
        counts[str(level)] = 0
        rows = FormationRequest.objects.running().filter(stage_due_on__lte=latest)
        for request in rows.select_related("stage", "region", "version__pathway").order_by("pk"):
            entry, fresh = StageEscalation.objects.get_or_create(
                request=request, stage=request.stage, due_on=request.stage_due_on, level=level
            )
            if fresh:
                counts[str(level)] += 1
                if (
                    level != Level.REMINDER or request.stage_due_on >= day
                ):  # a reminder after the day says nothing new
                    _mail(request, entry)
    return counts


def readers(request: FormationRequest, level: str) -> list[int]:
    """Whom a level is told: the body in charge, then the applicant too, then the office above."""
    body = Body(request.stage.body)
    if level == Level.ABOVE:
        above = Role.NATIONAL_SECRETARIAT if body in _CENTRAL else Role.PROVINCIAL_SOCIAL_OFFICE
        return holders([above], request.region_id)
    if request.stage.form == StageForm.VILLAGE_APPOINTMENTS:
        places = request.puskesos.waiting().values_list("region_id", flat=True)
        found = {user for place in places for user in holders(GRANTS["puskesoslocation.appoint"], place)}
    else:
        found = set(holders(GRANTS[f"formationrequest.complete_as_{body}"], request.region_id))
    if level == Level.LAPSED:
        found |= set(holders([APPLICANT_ROLES[Unit.Kind(request.unit_kind)]], request.region_id))
    return sorted(found)


def _mail(request: FormationRequest, entry: StageEscalation) -> None:
    with translation.override("id"):
        facts = {
            "unit": f"{request.get_unit_kind_display()} {request.region.name}",
            "stage": request.stage,
            "body": request.stage.get_body_display(),
            "day": formats.date_format(entry.due_on, "j F Y"),
        }
        if entry.level == Level.REMINDER:
            subject = _("Due by %(day)s: formation of %(unit)s") % facts
            text = _("The stage “%(stage)s” of the formation of %(unit)s is with: %(body)s. It is due by %(day)s.") % facts  # fmt: skip
        else:
            subject = _("Late since %(day)s: formation of %(unit)s") % facts
            text = _("The stage “%(stage)s” of the formation of %(unit)s is with: %(body)s. It was due by %(day)s and is late.") % facts  # fmt: skip
    remind(
        readers(request, entry.level),
        subject=subject,
        text=text,
        path=record_url(request) or "/pembentukan/",
        key=f"stage-{entry.pk}",
    )
