"""The secretariat's meetings: an agenda built from what waits, and minutes that flow back (C-04, C-07, C-21)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.fields import redact
from portal.ledger import audit
from portal.regions.models import within_q
from portal.units.models import Meeting, Unit

from ..models import AgendaItem, Case, Referral
from ..workflow import REFERRAL_FLOW, Status
from .handling import record_minutes


def material_for(region_code: str, *, by: User) -> tuple[list[Case], list[Referral]]:
    """What a meeting of a region should discuss: cases on the agenda, and referrals whose answer is late."""
    cases = (
        Case.objects.visible_to(by, "approve")
        .filter(within_q(region_code), status=Status.AGENDA)
        .select_related("program", "region")
        .order_by("opened_at", "pk")
    )
    referrals = (
        Referral.objects.visible_to(by, "monitor")
        .filter(within_q(region_code, "case__"))
        .overdue()
        .select_related("case", "program", "desk")
        .order_by("due_at", "pk")
    )
    return list(cases), list(referrals)


@transaction.atomic
def plan_meeting(
    *,
    unit: Unit,
    title: str,
    date: dt.date,
    cases: list[Case],
    referrals: list[Referral],
    by: User,
    place: str = "",
) -> Meeting:
    """Plan a meeting of a secretariat with its agenda in one step."""
    meeting = Meeting(
        unit=unit, region_id=unit.region_id, title=title.strip(), date=date, place=place.strip()
    )
    if not may(by, "add", meeting):
        raise PermissionDenied
    if not title.strip():
        raise ValidationError({"title": _("Please give the subject of the meeting.")})
    meeting.save()
    audit.record(audit.Action.CREATE, meeting, by=by)
    build_agenda(meeting=meeting, cases=cases, referrals=referrals, by=by)
    return meeting


@transaction.atomic
def build_agenda(
    *, meeting: Meeting, cases: list[Case], referrals: list[Referral], by: User
) -> list[AgendaItem]:
    """Put cases and unanswered referrals on the agenda of a meeting; what is on it already is not put there twice."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not may(by, "change", meeting):
        raise PermissionDenied
    for case in cases:
        if case.status != Status.AGENDA or not may(by, "approve", case):
            raise ValidationError(_("Case %(number)s does not wait for a meeting.") % {"number": case.number})
    for referral in referrals:
        if not referral.is_late or not may(by, "monitor", referral):
            raise ValidationError(
                _("The referral of case %(number)s is not late.") % {"number": referral.case.number}
            )
    have = set(meeting.case_items.values_list("case_id", "referral_id"))
    items = [
        AgendaItem(meeting=meeting, case=case, referral=referral)
        for case, referral in [*((case, None) for case in cases), *((row.case, row) for row in referrals)]
        if (case.pk, referral.pk if referral else None) not in have
    ]
    AgendaItem.objects.bulk_create(items)
    # Numbers and programs alone: the agenda is read by more people than the cases are.
    lines = [line for line in (meeting.agenda, *map(line_of, items)) if line]
    Meeting.objects.filter(pk=meeting.pk).update(agenda="\n".join(lines))
    return items


def line_of(item: AgendaItem) -> str:
    """An item as the agenda shows it: number, matter, program; nobody's name."""
    row = item.referral or item.case
    program = row.program.label if row.program_id else ""
    matter = _("Referral without an answer") if item.referral_id else item.case.get_kind_display()
    return " · ".join(part for part in (item.case.number, matter, program) if part)


@transaction.atomic
def record_decisions(
    *, meeting: Meeting, decisions: dict[int, str], by: User, participants: int | None = None
) -> int:
    """Record what a meeting decided on its items (by key): each decision flows back into its case. Returns how many.

    A case on the agenda is answered with the decision (C-04, C-07); for a referral without an answer the decision is
    written beside it, and its clock runs on.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not may(by, "change", meeting):
        raise PermissionDenied
    if meeting.date > timezone.localdate():
        raise ValidationError(_("A meeting in the future has not been held."))
    written = {key: text.strip() for key, text in decisions.items() if text.strip()}
    items = meeting.case_items.filter(pk__in=written, decided_at=None).select_related(
        "case", "referral__case"
    )
    count = 0
    for item in items.order_by("pk"):
        text = written[item.pk]
        if item.referral_id is None:
            record_minutes(case=item.case, answer=text, meeting=meeting.title, by=by)
        else:
            if not may(by, "monitor", item.referral):
                raise PermissionDenied
            REFERRAL_FLOW.add_line(item.referral, "discuss", by=by, note=redact(text), meeting=meeting.pk)
        item.decision, item.decided_at = text, timezone.now()
        item.save(update_fields=["decision", "decided_at"])
        count += 1
    held: dict = {"was_held": True} | ({"participants": participants} if participants is not None else {})
    Meeting.objects.filter(pk=meeting.pk).update(**held)
    audit.record(audit.Action.CHANGE, meeting, by=by, decisions=count)
    return count
