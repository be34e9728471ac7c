"""Reading personal data outside one's daily list asks for a purpose, and is written to the audit (A-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.ledger import audit

from .models import Household

#: how long a purpose once given opens the page of one household
OPEN_FOR = dt.timedelta(hours=8)
#: a visit or proposal of one's own keeps the family on the daily list for so long
RECENT = dt.timedelta(days=30)

PURPOSES = {
    "counter": _("The family is at the counter or on the telephone"),
    "visit": _("Preparing or writing up a visit"),
    "verification": _("Verifying data of the register"),
    "handling": _("Handling a case or a referral"),
    "supervision": _("Supervision of officers"),
    "other": _("Another purpose"),
}

_DAILY: list[Callable[[User, Household], bool]] = []


def register_daily(function: Callable[[User, Household], bool]):
    """Register what makes a family part of a user's daily work, e.g. an open case that waits for them."""
    _DAILY.append(function)
    return function


def is_daily(user: User, household: Household) -> bool:
    """Whether the family is on the user's daily list: own visits, own proposals, cases in hand."""
    since = timezone.now() - RECENT
    return (
        household.recorded_by_id == user.pk
        or household.visits.filter(by=user, at__gte=since).exists()
        or household.proposals.filter(proposed_by=user, created_at__gte=since).exists()
        or any(function(user, household) for function in _DAILY)
    )


def read_for(*, household: Household, purpose: str, words: str = "", by: User) -> None:
    """Write to the audit that a family's data were read, and why. The words hold no name and no number."""
    label = str(PURPOSES.get(purpose, PURPOSES["other"]))
    audit.read(household, by=by, purpose=f"{label}: {words.strip()}" if words.strip() else label)
