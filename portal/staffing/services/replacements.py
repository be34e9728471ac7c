"""Replacing an officer: the month, the eight data, the revised decree, the account, the notice (S-09 to S-13)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.accounts.roles import GRANTS, Role
from portal.backoffice.admin import record_url
from portal.backoffice.mail import holders, remind
from portal.ledger.numbers import next_number
from portal.periods import add_months
from portal.units.models import Decree

from ..handover import hand_over
from ..letters import notice_pdf
from ..models import Appointment, Escalation, Replacement
from ..workflow import REPLACEMENT_FLOW, AppointmentStatus
from .appointments import end

REMIND_DAYS = 7
#: days after the lapse when the province is told
PROVINCE_AFTER_DAYS = 14


@dataclass(frozen=True)
class Step:
    """One line of the checklist."""

    code: str
    label: str | Promise
    done: bool
    missing: str = ""


@transaction.atomic
def start(*, appointment: Appointment, resigned_on: dt.date, reason: str, by: User) -> Replacement:
    """Record a resignation: the office ends, and the month to replace the officer begins (S-09)."""
    if resigned_on > timezone.localdate():
        raise ValidationError({"resigned_on": _("The date lies in the future; record the resignation when it has happened.")})  # fmt: skip
    replacement = Replacement(
        leaving=appointment,
        unit=appointment.unit,
        region=appointment.region,
        reason=reason,
        resigned_on=resigned_on,
        # At the latest one month after the resignation (S-09).
        due_on=add_months(resigned_on, 1),
        started_by=by,
        is_demo=appointment.is_demo,
    )
    end(appointment=appointment, on=resigned_on, reason=reason, by=by)
    replacement.save()
    REPLACEMENT_FLOW.start(replacement, by=by)
    return replacement


@transaction.atomic
def name_successor(*, replacement: Replacement, successor: Appointment, by: User) -> Replacement:
    """Join the successor: in office by a decree that revises the leaver's (S-10); open cases go over at once."""
    locked = REPLACEMENT_FLOW.lock(replacement, "appoint", by=by)
    leaving = locked.leaving
    if (successor.position_id, successor.region_id) != (leaving.position_id, leaving.region_id):
        raise ValidationError({"successor": _("The successor has another position or another work area.")})
    if successor.officer_id == leaving.officer_id:
        raise ValidationError({"successor": _("That is the officer who leaves.")})
    if successor.status != AppointmentStatus.ACTIVE:
        raise ValidationError(
            {"successor": _("The successor has not been appointed by decree yet (revised decree, SK).")}
        )
    if successor.decree_id == leaving.decree_id:
        raise ValidationError({"successor": _("The decree must be a revised one, not that of the leaving officer.")})  # fmt: skip
    if successor.decree.revises_id is None:
        Decree.objects.filter(pk=successor.decree_id).update(revises=leaving.decree)
    count = hand_over(leaving, successor, by=by)
    Replacement.objects.filter(pk=locked.pk).update(successor=successor, handed_over=count)
    locked.refresh_from_db(fields=["successor", "handed_over"])
    REPLACEMENT_FLOW.record(locked, "appoint", by=by, handed_over=count)
    return locked


#: the eight data of the guideline (S-12); the civil service number only where there is one
EIGHT_DATA = (
    ("name", gettext_lazy("Name")),
    ("nik", gettext_lazy("NIK")),
    ("civil_service_number", gettext_lazy("Civil service number (NIP)")),
    ("work_area", gettext_lazy("Work area")),
    ("position", gettext_lazy("Position")),
    ("phone", gettext_lazy("Mobile number")),
    ("imei", gettext_lazy("IMEI")),
    ("email", gettext_lazy("E-mail")),
)


def missing_data(appointment: Appointment) -> list[str]:
    """Labels of those of the eight data that are not given yet."""
    officer = appointment.officer
    given = {
        "name": officer.name,
        "nik": officer.nik,
        "civil_service_number": officer.civil_service_number or not officer.is_civil_servant,
        "work_area": appointment.region_id,
        "position": appointment.position_id,
        "phone": officer.phone,
        "imei": officer.imei,
        "email": officer.email,
    }
    return [str(label) for key, label in EIGHT_DATA if not given[key]]


def checklist(replacement: Replacement) -> list[Step]:
    """What a replacement needs, and what of it is done."""
    successor = replacement.successor
    missing = missing_data(successor) if successor else []
    account = bool(successor and successor.officer.stipend_accounts.filter(closed_on=None).exists())
    return [
        Step("recruited", _("Successor recruited within one month"), successor is not None),
        Step("decree", _("Revised decree (SK)"), bool(successor and successor.decree_id)),
        Step(
            "eight_data",
            _("The eight data of the new officer"),
            bool(successor) and not missing,
            ", ".join(missing),
        ),
        Step(
            "statement",
            _("Statement letter of the new officer"),
            bool(successor and successor.officer.statement_letter),
        ),
        Step("account", _("New account for the stipend"), account),
        Step("notice", _("Notice to Direktorat PSPKKM written"), bool(replacement.notice_number)),
        Step("sent", _("Notice sent"), replacement.sent_on is not None),
        Step("handed_over", _("Open cases handed over"), replacement.handed_over is not None),
    ]


def can_write_notice(replacement: Replacement) -> list[str]:
    """What is still missing before the notice can be written; empty when it can."""
    before = ("recruited", "decree", "eight_data", "statement", "account")
    return [
        f"{step.label}: {step.missing}" if step.missing else str(step.label)
        for step in checklist(replacement)
        if step.code in before and not step.done
    ]


@transaction.atomic
def write_notice(*, replacement: Replacement, by: User) -> Replacement:
    """Produce the notice letter to Direktorat PSPKKM, numbered and ready to sign (S-13); once, later calls return it."""
    locked = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if not may(by, "propose", locked):
        raise PermissionDenied
    if locked.notice_number:
        return locked
    missing = can_write_notice(locked)
    if missing:
        raise ValidationError([_("Still missing: %(what)s") % {"what": what} for what in missing])
    locked.notice_date = timezone.localdate()
    locked.notice_number = next_number("SPP", locked.unit.region, on=locked.notice_date)
    locked.notice_file.save(f"notice-{locked.pk}.pdf", ContentFile(notice_pdf(locked, by=by)), save=False)
    locked.save(update_fields=["notice_number", "notice_date", "notice_file"])
    return locked


@transaction.atomic
def record_sending(
    *, replacement: Replacement, on: dt.date, channel: str, proof: str, by: User
) -> Replacement:
    """Record that the notice was sent: when, how, with what proof (S-13)."""
    locked = REPLACEMENT_FLOW.lock(replacement, "notify", by=by)
    if not locked.notice_number:
        raise ValidationError(_("The notice has not been written yet."))
    if not locked.notice_date <= on <= timezone.localdate():
        raise ValidationError({"on": _("The letter was sent between its own date and today.")})
    Replacement.objects.filter(pk=locked.pk).update(sent_on=on, sent_by=channel, sent_proof=proof)
    locked.refresh_from_db(fields=["sent_on", "sent_by", "sent_proof"])
    REPLACEMENT_FLOW.record(locked, "notify", by=by, channel=channel)
    return locked


@transaction.atomic
def finish(*, replacement: Replacement, by: User) -> Replacement:
    """Close a replacement of which every step is done."""
    locked = REPLACEMENT_FLOW.lock(replacement, "finish", by=by)
    open_steps = [step.label for step in checklist(locked) if not step.done]
    if open_steps:
        raise ValidationError([_("Still missing: %(what)s") % {"what": what} for what in open_steps])
    REPLACEMENT_FLOW.record(locked, "finish", by=by)
    return locked


@transaction.atomic
def cancel(*, replacement: Replacement, note: str, by: User) -> Replacement:
    """Give up the position instead of filling it, with a reason."""
    if not note.strip():
        raise ValidationError({"note": _("Please give the reason.")})
    locked = REPLACEMENT_FLOW.lock(replacement, "cancel", by=by)
    REPLACEMENT_FLOW.record(locked, "cancel", by=by, note=note)
    return locked


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
