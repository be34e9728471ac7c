"""The dashboard's screens: the page, the wall, the glossary, the export."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from cases.casework.models import Case
from portal.backoffice.views import BackofficeView
from portal.ledger import audit
from portal.regions.models import Region

from .areas import AreaView, areas_of
from .exports import FORMATS, export_rows
from .glossary import GLOSSARY
from .lists import Lists
from .panels import panels


class DashboardView(AreaView, TemplateView):
    """What is going on in an area."""

    template_name = "dashboards/dashboard.html"

    def get_page_title(self):
        return _("Dashboard · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        choice = self.form.choice()
        context = super().get_context_data(**kwargs)
        context |= panels(choice, self.link, self.form.measure())
        return context | {
            "form": self.form,
            "lists": Lists(self.request.user, choice),
            "area": self.area,
            "area_name": self.area_name,
            "glossary": GLOSSARY,
            "query": self.request.GET.urlencode(),
            "own_areas": [
                (code, Region.objects.get(pk=code).name if code else _("Indonesia"))
                for code in areas_of(self.request.user)
            ],
        }


class WallView(DashboardView):
    """The dashboard for a screen on a wall: large, without controls, renewed by itself every minute (D-14)."""

    template_name = "dashboards/wall.html"

    def get_context_data(self, **kwargs):
        # Nobody clicks on a wall: bare numbers.
        return super().get_context_data(**kwargs) | {"lists": None}

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        response["Refresh"] = "60"
        return response


class GlossaryView(BackofficeView, TemplateView):
    """How each figure is computed."""

    required_right = (Case, "count")
    template_name = "dashboards/glossary.html"

    def get_page_title(self):
        return _("How the figures are computed")

    def get_context_data(self, **kwargs):
        return super().get_context_data(glossary=GLOSSARY.values(), **kwargs)


class ExportView(AreaView, View):
    """All figures of the dashboard as one long table, CSV or XLSX."""

    def get(self, request, form):
        if form not in FORMATS:
            raise Http404
        write, content_type = FORMATS[form]
        head = [
            _("Part"),
            _("Of what"),
            _("Cases"),
            _("In process"),
            _("Finished"),
            _("Refused"),
            _("Average days"),
        ]
        choice = self.form.choice()
        content = write(export_rows(panels(choice, self.link)), head)
        audit.record(audit.Action.EXPORT, Case, by=request.user, what="dashboard", area=self.code)
        name = f"dasbor-{self.code or 'nasional'}-{choice.first}-{choice.last}.{form}"
        return HttpResponse(
            content,
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
