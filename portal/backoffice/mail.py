"""Mail that reminds officers of work: an office, a deadline, a link. Nothing about a person ever goes into one."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import RoleAssignment, User
from portal.jobs.models import Job
from portal.jobs.services import handler, submit

#: lengths of the codes of province, regency, district and village
_LENGTHS = (2, 5, 8, 13)


def holders(roles: Iterable[str], region_code: str) -> list[int]:
    """Keys of the active accounts that hold one of the roles over a region today, and have an address."""
    above = [region_code[:length] for length in _LENGTHS if len(region_code) >= length]
    running = (
        RoleAssignment.objects.active()
        .filter(Q(region=None) | Q(region_id__in=above), role__in=list(roles), user__is_active=True)
        .exclude(user__email="")
    )
    return sorted(set(running.values_list("user_id", flat=True)))


def remind(users: Iterable[int], *, subject: str, text: str, path: str, key: str) -> Job | None:
    """Send a reminder to accounts by a job of its own, so that a silent mail server stops nothing; None without readers."""
    keys = list(users)
    if not keys:
        return None
    with translation.override("id"):
        body = "\n\n".join(
            (
                _t("To the officers in charge,"),
                text,
                f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}",
                _t("This message was sent by the SLRT portal; details are shown after signing in."),
            )
        )
    return submit("backoffice.mail", by=None, key=key, users=keys, subject=subject, body=body)


@handler("backoffice.mail", label=_("Reminder by e-mail"))
def send(run) -> None:
    """One message to each, so that nobody learns the others' addresses."""
    addresses = User.objects.filter(pk__in=run.args["users"], is_active=True).exclude(email="")
    messages = [
        EmailMessage(run.args["subject"], run.args["body"], to=[address])
        for address in addresses.order_by("pk").values_list("email", flat=True)
    ]
    sent = get_connection().send_messages(messages) if messages else 0
    run.deliver(result={"sent": sent or 0})
