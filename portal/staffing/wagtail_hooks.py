"""Registration of the staff screens, and what waits for whom."""

import datetime as dt

from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from portal.accounts.policies import may
from portal.backoffice.admin import register
from portal.backoffice.menu import Waiting, register_menu_item, register_waiting
from portal.units.calendar import Entry, register_entries
from portal.units.panels import register_unit_panel

from . import admin, officer_views, overview_views
from .figures import positions_missing
from .models import Appointment, Replacement, Vacancy
from .resources import OfficerImport, UnitImport

for admin_class in (
    admin.OfficerAdmin, admin.AppointmentAdmin, admin.VacancyAdmin, admin.CandidateAdmin, admin.TrainingAdmin,
    admin.ReplacementAdmin, admin.PositionAdmin, admin.CriterionAdmin, admin.AccountAdmin,
):  # fmt: skip
    register(admin_class)


@hooks.register("register_admin_urls")
def staffing_urls():
    return [
        path(
            "petugas/usul/<int:pk>/<slug:position>/<str:area>/<int:unit>/",
            officer_views.ProposeView.as_view(),
            name="staffing_propose",
        ),
        path("sdm/", overview_views.StaffOverview.as_view(), name="staffing_overview"),
        path("unit-serah-terima/<int:pk>/", overview_views.HandoverPack.as_view(), name="staffing_handover"),
        path("impor-unit/", UnitImport.as_view(), name="units_import"),
        path("impor-petugas/", OfficerImport.as_view(), name="staffing_import"),
    ]


register_menu_item(
    _("Staff overview"),
    "staffing_overview",
    shown=overview_views.looks_over_a_regency,
    icon="view",
    order=230,
)
register_menu_item(
    _("Import of units"), "units_import", right=("units.Unit", "import"), icon="upload", order=295
)
register_menu_item(_("Import of officers"), "staffing_import", right=("staffing.Officer", "import"), icon="upload", order=296)  # fmt: skip


@register_waiting
def to_be_appointed(user):
    if may(user, "decree", Appointment):
        rows = Appointment.objects.visible_to(user, "decree").proposed()
        yield Waiting(_t("officers to be appointed"), rows.count(), "/admin/penunjukan/?status=proposed")


@register_waiting
def replacements_running(user):
    """S-09: the deadline is shown, a lapse is urgent; the province sees what was passed on to it."""
    if may(user, "propose", Replacement):
        rows = Replacement.objects.visible_to(user, "propose")
        lapsed = rows.lapsed().count()
        yield Waiting(_t("replacements past their month"), lapsed, "/admin/pergantian/?status=recruiting", urgent=True)  # fmt: skip
        yield Waiting(_t("replacements under way"), rows.running().count() - lapsed, "/admin/pergantian/")
    elif user.has_right("replacement.view"):
        rows = Replacement.objects.visible_to(user).lapsed().filter(escalations__level="province")
        yield Waiting(_t("lapsed replacements passed on to you"), rows.count(), "/admin/pergantian/?status=recruiting", urgent=True)  # fmt: skip


@register_waiting
def terms_ending(user):
    if may(user, "propose", Appointment):
        soon = timezone.localdate() + dt.timedelta(days=60)
        rows = Appointment.objects.visible_to(user, "propose").ending_by(soon)
        yield Waiting(_t("terms ending within 60 days"), rows.count(), "/admin/penunjukan/?status=active")


@register_waiting
def vacancies_without_candidate(user):
    if may(user, "publish", Vacancy):
        rows = Vacancy.objects.visible_to(user, "publish").filter(status="closed")
        yield Waiting(
            _t("vacancies closed and not yet filled"), rows.count(), "/admin/lowongan/?status=closed"
        )


@register_entries
def replacement_deadlines(user):
    rows = Replacement.objects.visible_to(user).filter(status="recruiting")
    for item in rows.select_related("leaving__position", "unit", "region")[:200]:
        yield Entry(
            f"replacement-{item.pk}",
            item.due_on,
            _t("Successor due: %(position)s, %(region)s")
            % {"position": item.leaving.position, "region": item.region},
        )


@register_entries
def vacancy_deadlines(user):
    for item in Vacancy.objects.visible_to(user).open()[:200]:
        yield Entry(
            f"vacancy-{item.pk}", item.closes_on, _t("Vacancy closes: %(vacancy)s") % {"vacancy": item}
        )


@register_unit_panel
def officers_panel(unit, user):
    """Who works in the unit, which positions nobody holds (K-05, K-06)."""
    if not may(user, "view", Appointment):
        return ""
    rows = Appointment.objects.of_unit(unit).active()
    return render_to_string(
        "staffing/unit_panel.html",
        {
            "unit": unit,
            "appointments": rows[:200],
            "count": rows.count(),
            "missing": positions_missing(unit),
        },
    )
