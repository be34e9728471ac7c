"""Registration only: addresses, menus, what waits for whom."""

from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.accounts.policies import may
from portal.backoffice.admin import ADMINS, register
from portal.backoffice.menu import (
    QuickAction,
    Recent,
    Waiting,
    register_menu_item,
    register_quick_action,
    register_recent,
    register_waiting,
)
from portal.units.admin import MeetingAdmin

from . import meeting_views, panels, urls  # noqa: F401 - the panels register themselves
from .admin import CaseAdmin, EmergencyAdmin, LocalHolidayAdmin, MeetingItems, ReferralAdmin, ServiceTimeAdmin
from .models import Case, Referral
from .workflow import UNANSWERED, UNDER_WAY, Channel, Kind, ReferralStatus, Status

register(CaseAdmin)
register(ReferralAdmin)
register(EmergencyAdmin)
register(ServiceTimeAdmin)
register(LocalHolidayAdmin)

# A meeting is a record of its unit or body; what it discusses are cases, which lie a floor above.
MeetingAdmin.actions |= {
    "cases": meeting_views.PutOnAgenda,
    "decisions": meeting_views.RecordDecisions,
    "agenda": meeting_views.AgendaPdf,
}
MeetingAdmin.related += (MeetingItems.related,)


@hooks.register("register_admin_urls")
def case_desk_urls():
    return [path("", include(urls))]


register_menu_item(
    _("Register a case"), "casework:register", right=("casework.Case", "register"), icon="plus", order=100
)


#: (right on cases, label, statuses, further condition): whose turn it is
_TURNS = (
    ("review", _("cases to review"), (Status.REGISTERED,), {}),
    ("approve", _("referrals to approve"), (Status.PROPOSED,), {}),
    ("approve", _("on the meeting agenda"), (Status.AGENDA,), {}),
    ("register", _("returned for correction"), (Status.RETURNED,), {}),
    ("handle", _("cases to handle"), (Status.REVIEWED,), {}),
    ("inform", _("families to be told"), (Status.ANSWERED,), {}),
    ("inform", _("told, waiting for enrolment"), (Status.INFORMED,), {}),
    ("pause", _("waiting for papers"), (Status.PAUSED,), {}),
)


@register_waiting
def cases_waiting(user):
    now = timezone.now()
    cases = ADMINS[Case].url("index")
    for right, label, statuses, _more in _TURNS:
        if not may(user, right, Case):
            continue
        rows = Case.objects.visible_to(user, right).filter(status__in=statuses)
        if right == "review":
            rows = rows.exclude(kind=Kind.SUGGESTION)
        late = rows.filter(due_at__lt=now).exists()
        query = "&".join(f"status={status}" for status in statuses)
        yield Waiting(str(label), rows.count(), f"{cases}?{query}", urgent=late)
    if may(user, "handle", Case):
        rows = (
            Case.objects.visible_to(user, "handle")
            .filter(status=Status.REGISTERED, kind__in=(Kind.GRIEVANCE, Kind.QUESTION))
            .exclude(channel=Channel.FACILITATOR)
        )
        yield Waiting(
            _t("from the counter, to handle"), rows.count(), f"{cases}?status=registered&kind=grievance"
        )
    # Late and about to be late: for whoever moves cases on, the widest right first.
    right = next((right for right in ("approve", "handle", "review") if may(user, right, Case)), None)
    if right:
        rows = Case.objects.visible_to(user, right)
        yield Waiting(_t("late"), rows.late(now).count(), f"{cases}?late=true", urgent=True)
        yield Waiting(_t("due within two days"), rows.due_soon(now).count(), f"{cases}?soon=true")


@register_waiting
def referrals_waiting(user):
    now = timezone.now()
    url = ADMINS[Referral].url("index")
    if may(user, "answer", Referral):
        rows = Referral.objects.visible_to(user, "answer")
        waiting = rows.filter(status=ReferralStatus.WAITING)
        yield Waiting(
            _t("referrals to answer"),
            waiting.count(),
            f"{url}?status=waiting",
            urgent=waiting.filter(due_at__lt=now).exists(),
        )
        studied = rows.filter(status=ReferralStatus.STUDIED)
        yield Waiting(_t("referrals being studied"), studied.count(), f"{url}?status=studied")
    if may(user, "pass_up", Referral):
        rows = Referral.objects.visible_to(user, "pass_up").filter(status=ReferralStatus.IN_PROVINCE)
        yield Waiting(_t("grievances to pass on to the centre"), rows.count(), f"{url}?status=in_province")
    if may(user, "monitor", Referral):
        rows = Referral.objects.visible_to(user, "monitor")
        yield Waiting(
            _t("referrals without an answer in time"),
            rows.filter(status__in=(*UNANSWERED, *UNDER_WAY), due_at__lt=now).count(),
            f"{url}?late=true",
            urgent=True,
        )


@register_waiting
def notices_undelivered(user):
    """Families that a message did not reach hear it from an officer."""
    if may(user, "inform", Case):
        rows = Case.objects.visible_to(user, "inform").open().undelivered()
        yield Waiting(
            _t("notices not delivered"), rows.count(), f"{ADMINS[Case].url('index')}?undelivered=true"
        )


@register_quick_action
def new_case(user):
    if may(user, "register", Case):
        yield QuickAction(_t("Register a case"), reverse("casework:register"), "plus")
    if may(user, "approve", Case):
        yield QuickAction(_t("Plan a meeting"), reverse("casework:plan_meeting"), "date")


@register_recent
def last_cases(user):
    if not may(user, "read_personal", Case):
        return
    rows = Case.objects.visible_to(user).select_related("program").newest()[:5]
    for case in rows:
        program = f" · {case.program.acronym or case.program}" if case.program_id else ""
        yield Recent(
            case.number,
            ADMINS[Case].url("inspect", case),
            f"{case.get_kind_display()}{program} · {case.get_status_display()}",
            case.opened_at,
        )
