"""Deadlines and meetings as an iCalendar feed; higher floors register theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from .models import Agreement, Meeting, Unit

SALT = "calendar-feed"


@dataclass(frozen=True)
class Entry:
    """A day (or a time) in somebody's calendar; no personal data beyond names of offices."""

    uid: str
    day: dt.date
    title: str
    start: dt.datetime | None = None
    description: str = ""


ENTRIES: list[Callable[[object], Iterable[Entry]]] = []


def register_entries(function: Callable[[object], Iterable[Entry]]):
    """Register `function(user) -> entries`."""
    ENTRIES.append(function)
    return function


def token_of(user) -> str:
    """The address part of a user's feed; it stops working when the account is closed or the password changes."""
    return signing.dumps([user.pk, user.get_session_auth_hash()[:12]], salt=SALT)


def user_of(token: str):
    """The account of a feed address, or None."""
    from portal.accounts.models import User

    try:
        pk, proof = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and user.get_session_auth_hash()[:12] == proof else None


def feed(user) -> bytes:
    """The calendar of a user: what the policy lets them see."""
    calendar = Calendar()
    calendar.add("prodid", "-//SLRT//ID")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "SLRT")
    for function in ENTRIES:
        for entry in function(user):
            event = Event()
            event.add("uid", f"{entry.uid}@slrt")
            event.add("summary", entry.title)
            event.add("dtstart", entry.start or entry.day)
            event.add("dtstamp", timezone.now())
            if entry.description:
                event.add("description", entry.description)
            calendar.add_component(event)
    calendar.add_missing_timezones()  # a time names its zone, and the feed must say what that is (RFC 5545)
    return calendar.to_ical()


@register_entries
def meetings(user):
    since = timezone.localdate() - dt.timedelta(days=90)
    for meeting in (
        Meeting.objects.visible_to(user).filter(date__gte=since).select_related("unit", "body")[:300]
    ):
        start = (
            timezone.make_aware(dt.datetime.combine(meeting.date, meeting.starts_at))
            if meeting.starts_at
            else None
        )
        yield Entry(
            f"meeting-{meeting.pk}",
            meeting.date,
            f"{meeting.title} ({meeting.unit or meeting.body})",
            start,
            meeting.agenda,
        )


@register_entries
def agreements(user):
    today = timezone.localdate()
    units = Unit.objects.visible_to(user).values("pk")
    rows = Agreement.objects.filter(unit__in=units, valid_until__gte=today).select_related("unit")
    for agreement in rows.order_by("valid_until")[:200]:
        yield Entry(
            f"agreement-{agreement.pk}",
            agreement.valid_until,
            _("Agreement ends: %(title)s (%(unit)s)") % {"title": agreement.title, "unit": agreement.unit},
        )
