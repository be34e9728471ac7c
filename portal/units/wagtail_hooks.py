"""Registration of the units' screens."""

from django.urls import path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.accounts.policies import may
from portal.backoffice.admin import register
from portal.backoffice.menu import Waiting, register_menu_item, register_waiting

from . import admin
from .admin_views import CalendarPage
from .models import CoordinationBody, Decision, ProvincialCoordinator

for admin_class in (
    admin.UnitAdmin, admin.FundingAdmin, admin.PartnerAdmin, admin.AgreementAdmin, admin.MeetingAdmin, admin.DecisionAdmin,
    admin.BodyAdmin, admin.MemberAdmin, admin.CoordinatorAdmin, admin.DecreeAdmin,
):  # fmt: skip
    register(admin_class)


@hooks.register("register_admin_urls")
def calendar_page():
    return [path("kalender/", CalendarPage.as_view(), name="calendar_page")]


register_menu_item(
    _("Calendar"), "calendar_page", shown=lambda user: bool(user.grants), icon="date", order=290
)


@register_waiting
def meetings_overdue(user):
    """K-03: an overdue meeting is shown."""
    if not may(user, "change", CoordinationBody):
        return
    bodies = CoordinationBody.objects.visible_to(user, "change").exclude(meets_every_months=None)
    overdue = sum(body.meeting_is_overdue() for body in bodies.select_related("decree")[:50])
    yield Waiting(_t("coordination meetings overdue"), overdue, "/admin/lembaga-koordinasi/", urgent=True)


@register_waiting
def decisions_overdue(user):
    if may(user, "change", Decision):
        count = Decision.objects.visible_to(user, "change").overdue().count()
        yield Waiting(_t("decisions to follow up, overdue"), count, "/admin/keputusan-rapat/", urgent=True)


@register_waiting
def coordinators_to_confirm(user):
    if may(user, "confirm", ProvincialCoordinator):
        count = ProvincialCoordinator.objects.visible_to(user, "confirm").filter(status="proposed").count()
        yield Waiting(_t("provincial coordinators to confirm"), count, "/admin/koordinator-provinsi/")
