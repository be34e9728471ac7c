"""What monitoring hangs into the back office: only registration."""

from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks

from portal.backoffice.admin import register
from portal.backoffice.menu import Waiting, register_waiting

from .admin import FindingAdmin, InstrumentAdmin, PairAdmin, VersionAdmin, VisitAdmin
from .models import Finding, SupervisionVisit

register(InstrumentAdmin)
register(VersionAdmin)
register(VisitAdmin)
register(PairAdmin)
register(FindingAdmin)


@hooks.register("register_admin_urls")
def addresses():
    return [path("instrumen/", include("reports.monitoring.urls"))]


@register_waiting
def supervision_waiting(user):
    findings = Finding.objects.filter(owner=user, status="open")
    visits = SupervisionVisit.objects.filter(leader=user).overdue()
    return [
        Waiting(
            _("Findings to follow up"),
            findings.count(),
            reverse("monitoring_finding_modeladmin_index"),
            urgent=findings.overdue().exists(),
        ),
        Waiting(
            _("Visits whose day has passed"),
            visits.count(),
            reverse("monitoring_supervisionvisit_modeladmin_index"),
            urgent=True,
        ),
    ]
