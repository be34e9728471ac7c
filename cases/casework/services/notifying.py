"""Notices to the family by the channel that it wished (P-14): written with the step, sent after the commit, once.

The row is written in the transaction of the step it tells of, one per step. A worker takes it for a while, hands it to
its channel with a key that never changes, and marks it sent; a worker that dies leaves a row that the next one takes.
"""

from __future__ import annotations

import datetime as dt
import re

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import channels

from ..models import Case, Notice
from ..workflow import CASE_FLOW, NoticeChannel

#: steps that a family hears of; the others are our own business, or happen while the family stands there
TOLD = frozenset(
    (
        "start", "pause", "remind", "refer", "refer_in_village", "program_answers", "answer", "answer_at_once", "minute",
        "close", "withdraw", "reopen",
    )
)  # fmt: skip
#: a worker holds a notice for so long, then another one may take it
HELD = dt.timedelta(minutes=5)
WAITS = (1, 5, 30, 120, 720)  # minutes before the second, third ... attempt
MOST_ATTEMPTS = len(WAITS) + 1
BATCH = 200


# -- the wish --------------------------------------------------------------------------------------------------------
def check_wish(channel: str, phone: str, email: str) -> dict[str, str]:
    """What is missing for a channel, by field; empty when notices can be sent."""
    if not channel:
        return {}
    if channel not in NoticeChannel.values:
        return {"notice_channel": _("Please choose how notices are sent.")}
    if channel == NoticeChannel.EMAIL:
        try:
            validate_email(email)
        except ValidationError:
            return {"reporter_email": _("Notices by e-mail need an e-mail address.")}
        return {}
    if not mobile(phone):
        return {"reporter_phone": _("Notices by message need a mobile number, e.g. 0812 3456 7890.")}
    return {}


def mobile(text: str) -> str:
    """A mobile number in international form, '' where it is none."""
    try:
        number = phonenumbers.parse(text or "", "ID")
    except phonenumbers.NumberParseException:
        return ""
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number)
        else ""
    )


# -- writing ---------------------------------------------------------------------------------------------------------
def write_notice(case: Case, step) -> Notice | None:
    """Write the notice of a step that was just logged, in the same transaction; None where nobody is to be told."""
    if not case.notice_channel or step.move not in TOLD:
        return None
    notice = Notice.objects.create(case=case, step=step.pk, move=step.move, channel=case.notice_channel)
    transaction.on_commit(lambda: _enqueue(notice.pk), robust=True)
    return notice


def _enqueue(key: int) -> None:
    from ..tasks import send_notice

    send_notice(key)


# -- sending ---------------------------------------------------------------------------------------------------------
def deliver(key: int, *, at: dt.datetime | None = None) -> str:
    """Send one notice if it is due; returns its state, '' when another worker has it or it is done."""
    now = at or timezone.now()
    taken = (
        Notice.objects.due(now)
        .filter(pk=key)
        .update(state=Notice.State.SENDING, attempts=F("attempts") + 1, next_try_at=now + HELD)
    )
    if not taken:
        return ""
    notice = Notice.objects.select_related("case__unit").get(pk=key)
    message = compose(notice)
    if message is None:
        return _settle(notice, Notice.State.DROPPED, problem=_("no address on record"))
    try:
        channels.channel_for(notice.channel).send(message)
    except channels.Undeliverable as problem:
        return _settle(notice, Notice.State.FAILED, problem=str(problem))
    except channels.TryLater as problem:
        if notice.attempts >= MOST_ATTEMPTS:
            return _settle(notice, Notice.State.FAILED, problem=str(problem))
        wait = dt.timedelta(minutes=WAITS[notice.attempts - 1])
        return _settle(notice, Notice.State.WAITING, problem=str(problem), next_try_at=now + wait)
    return _settle(notice, Notice.State.SENT, sent_at=timezone.now(), problem="")


def deliver_due(*, at: dt.datetime | None = None) -> int:
    """Send what is due, oldest first: what the queue lost, what failed before. Returns how many were sent."""
    now = at or timezone.now()
    keys = list(Notice.objects.due(now).order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(deliver(key, at=now) == Notice.State.SENT for key in keys)


def _settle(notice: Notice, state: str, *, problem: str, **more) -> str:
    # Only the attempt that holds the row may write its end.
    held = Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING, attempts=notice.attempts)
    return state if held.update(state=state, problem=problem[:100], **more) else ""


def compose(notice: Notice) -> channels.Message | None:
    """The words: which case, what happened, where to read more. No name, no program, no word of the complaint."""
    case = notice.case
    to = case.reporter_email if notice.channel == NoticeChannel.EMAIL else mobile(case.reporter_phone)
    if not to or case.anonymised_at:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "%(unit)s: case %(number)s. %(happened)s. Read more with the code on your receipt at %(url)s"
        ) % {
            "unit": case.unit.name,
            "number": case.number,
            "happened": _happened(notice.move),
            "url": f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}/lacak/",
        }
        subject = _("Your case %(number)s") % {"number": case.number}
    return channels.Message(f"slrt-{notice.pk}", to, subject, re.sub(r"\s+", " ", text))


def _happened(move: str) -> str:
    if move == "start":
        return _("It is registered")
    if move == "remind":
        return _("It still waits for your papers")
    if move in ("refer", "refer_in_village"):
        return _("It was sent to the program")
    return str(CASE_FLOW.moves[move].public_label)
