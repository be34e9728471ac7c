"""Registration of formation's screens, and what waits for whom."""

from django.db.models import F
from django.urls import path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.backoffice.admin import register
from portal.backoffice.menu import (
    QuickAction,
    Waiting,
    register_menu_item,
    register_quick_action,
    register_waiting,
)
from portal.units.calendar import Entry, register_entries

from . import admin, admin_views
from .enums import StageForm
from .models import FormationRequest, PuskesosLocation
from .policies import APPLICANT_ROLES
from .services import copies

for admin_class in (admin.RequestAdmin, admin.LocationAdmin, admin.VersionAdmin, admin.CriterionAdmin):
    register(admin_class)


@hooks.register("register_admin_urls")
def formation_urls():
    return [path("pembentukan-usul/", admin_views.ProposeRegionView.as_view(), name="formation_propose")]


register_menu_item(
    _("Propose a region"), "formation_propose", right=("formation.FormationRequest", "propose"), icon="plus", order=212
)  # fmt: skip


@register_waiting
def stages_waiting(user):
    """Requests in a stage that this user's body completes (F-11)."""
    if not user.has_right("formationrequest.handle"):
        return
    rows = FormationRequest.objects.waiting_for(user)
    late = rows.late().exists()
    yield Waiting(_t("formation requests in your stage"), rows.count(), "/admin/pembentukan/?waiting=true", urgent=late)  # fmt: skip


@register_waiting
def villages_waiting(user):
    if user.has_right("puskesoslocation.appoint"):
        rows = PuskesosLocation.objects.visible_to(user, "appoint").waiting()
        rows = rows.filter(request__status="running", request__stage__form=StageForm.VILLAGE_APPOINTMENTS)
        yield Waiting(_t("Puskesos whose officers you appoint"), rows.count(), "/admin/lokasi-puskesos/")


@register_waiting
def own_requests(user):
    """Drafts and returned requests of the applicant."""
    if user.has_right("formationrequest.submit"):
        rows = FormationRequest.objects.visible_to(user, "submit")
        yield Waiting(
            _t("drafts of formation requests"), rows.filter(status="draft").count(), "/pembentukan/"
        )
        yield Waiting(_t("requests returned to you"), rows.filter(status="returned").count(), "/pembentukan/", urgent=True)  # fmt: skip


@register_waiting
def copies_waiting(user):
    if user.has_right("formationrequest.view"):
        count = copies.waiting_for(user).count()
        yield Waiting(_t("copies to acknowledge"), count, "/admin/pembentukan/?copy=true")


@register_waiting
def late_above(user):
    """Stages that stayed late, passed on to the office above the body in charge."""
    if user.has_right("formationrequest.oversee"):
        rows = FormationRequest.objects.visible_to(user, "oversee").late()
        rows = rows.filter(escalations__level="above", escalations__due_on=F("stage_due_on")).distinct()
        yield Waiting(_t("late formation stages passed on to you"), rows.count(), "/admin/pembentukan/?late=true", urgent=True)  # fmt: skip


@register_entries
def stage_limits(user):
    """The time limit of every running stage that the user sees."""
    rows = FormationRequest.objects.visible_to(user).running().exclude(stage_due_on=None)
    for item in rows.select_related("stage", "region").order_by("stage_due_on")[:200]:
        yield Entry(
            f"formation-{item.pk}-{item.stage.code}",
            item.stage_due_on,
            _t("Stage due: %(stage)s (%(unit)s)")
            % {"stage": item.stage, "unit": f"{item.get_unit_kind_display()} {item.region}"},
            description=str(item.stage.get_body_display()),
        )


@register_quick_action
def ask_for_a_unit(user):
    if user.has_role(*APPLICANT_ROLES.values()):
        yield QuickAction(_t("Formation of a unit"), "/pembentukan/")
