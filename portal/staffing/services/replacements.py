"""Replacing an officer: the month, the eight data, the revised decree, the account, the notice (S-09 to S-13)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger.numbers import next_number
from portal.ledger.workflow import WrongState
from portal.periods import add_months
from portal.units.models import Decree

from ..handover import hand_over
from ..letters import notice_pdf
from ..models import Appointment, Replacement, Vacancy
from ..workflow import REPLACEMENT_FLOW, VACANCY_FLOW, AppointmentStatus
from .appointments import end
from .checklist import can_write_notice, checklist
from .vacancies import announce


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
def announce_vacancy(
    *, replacement: Replacement, closes_on: dt.date, how_to_apply: str, note: str = "", by: User
) -> Vacancy:
    """Announce the leaver's post to everybody, with its criteria and closing date (P-09); once per replacement."""
    locked = Replacement.objects.select_for_update().get(pk=replacement.pk)
    if not may(by, "propose", locked):
        raise PermissionDenied
    if locked.status != Replacement.Status.RECRUITING:
        raise WrongState(_("The successor has been found already."))
    if locked.vacancy_id:
        raise WrongState(_("The vacancy has been announced already."))
    vacancy = Vacancy(
        unit=locked.unit,
        position=locked.leaving.position,
        region=locked.region,
        opens_on=timezone.localdate(),
        closes_on=closes_on,
        how_to_apply=how_to_apply,
        note=note,
        is_demo=locked.is_demo,
    )
    if not may(by, "add", vacancy):
        raise PermissionDenied
    if closes_on < vacancy.opens_on:
        raise ValidationError({"closes_on": _("The closing date has passed.")})
    if closes_on > locked.due_on >= vacancy.opens_on:
        # S-09: the successor is due one month after the resignation; a longer vacancy would miss it by design.
        raise ValidationError(
            {"closes_on": _("The successor is due by %(day)s; close the vacancy before.") % {"day": date_format(locked.due_on, "j F Y")}}
        )  # fmt: skip
    vacancy.save()
    VACANCY_FLOW.start(vacancy, by=by)
    vacancy = announce(vacancy=vacancy, by=by)
    Replacement.objects.filter(pk=locked.pk).update(vacancy=vacancy)
    return vacancy


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
