"""What the quarterly reports hang into the back office: only registration."""

from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from portal.backoffice.admin import record_url, register
from portal.backoffice.job_views import RESULT_PAGES
from portal.backoffice.menu import Waiting, register_menu_item, register_waiting

from . import waiting
from .admin import CopyRuleAdmin, CycleAdmin, ReportAdmin
from .models import QuarterlyReport, ReportingCycle

register(ReportAdmin)
register(CycleAdmin)
register(CopyRuleAdmin)
register_menu_item(
    gettext_lazy("Reporting board"),
    "quarterly:board",
    right=("quarterly.QuarterlyReport", "view"),
    icon="table",
    order=400,
)


RESULT_PAGES["quarterly.build"] = lambda job: record_url(QuarterlyReport(pk=job.args["report"]))
RESULT_PAGES["quarterly.close"] = lambda job: record_url(ReportingCycle(pk=job.args["cycle"]))


@hooks.register("register_admin_urls")
def addresses():
    return [path("laporan/", include("reports.quarterly.urls"))]


@register_waiting
def reports_waiting(user):
    index = reverse("quarterly_quarterlyreport_modeladmin_index")
    return [
        Waiting(_("Quarterly reports to write"), waiting.to_write(user).count(), f"{index}?status=draft"),
        Waiting(
            _("Reports returned to you"),
            waiting.returned(user).count(),
            f"{index}?status=returned",
            urgent=True,
        ),
        Waiting(
            _("Reports past their due date"),
            waiting.overdue(user).count(),
            f"{index}?waktu=missing",
            urgent=True,
        ),
        Waiting(_("Reports to review"), waiting.to_review(user).count(), f"{index}?status=sent"),
        Waiting(
            _("Quarters past their closing day"),
            waiting.to_close(user).count(),
            reverse("quarterly_reportingcycle_modeladmin_index"),
            urgent=True,
        ),
    ]
