"""The dashboard's screens: the page, the wall, the glossary, the export."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from cases.casework.models import Case
from portal.backoffice.views import BackofficeView
from portal.ledger import audit
from portal.regions.models import Region

from .areas import AreaView, InChapters, areas_of
from .compare import months_in_words
from .exports import FORMATS, export_rows, head
from .glossary import GLOSSARY
from .lists import Lists
from .panels import CHAPTERS, WALL, panels, values

#: so many areas a wall shows without scrolling
WALL_AREAS = 10


class DashboardView(InChapters, TemplateView):
    """What is going on in an area, chapter by chapter."""

    template_name = "dashboards/dashboard.html"
    chapters = {one.code: one.name for one in CHAPTERS.values()}

    def figures(self, choice) -> dict:
        """What the chapters show, and the address of this page without filters."""
        first = self.chapter == next(iter(self.chapters))
        return panels(choice, self.link, self.form.measure(), self.shown) | {
            "shown": [CHAPTERS[code] for code in self.shown],
            "cleared": f"?{urlencode({'wilayah': self.code} | ({} if first else {'bab': self.chapter}))}",
        }

    def get_page_title(self):
        return _("Dashboard · %(area)s") % {"area": self.area_name}

    def get_context_data(self, **kwargs):
        choice = self.form.choice()
        context = super().get_context_data(**kwargs)
        context |= self.figures(choice)
        return context | {
            "form": self.form,
            "period": months_in_words(choice),
            "lists": Lists(self.request.user, choice, back=self.request.GET.urlencode()),
            "filters": self.form.chosen("", narrowing=True),
            "area": self.area,
            "area_name": self.area_name,
            "glossary": GLOSSARY,
            "query": self.asked_with(bab=None, baris=None),
            "own_areas": [
                (code, Region.objects.get(pk=code).name if code else _("Indonesia"))
                for code in areas_of(self.request.user)
            ],
        }


class WallView(DashboardView):
    """The dashboard for a screen on a wall: large, without controls, renewed by itself every minute (D-14)."""

    template_name = "dashboards/wall.html"

    def get(self, request, *args, **kwargs):
        # A wrong filter is no figure: the dashboard says what is wrong.
        if not self.form.is_valid():
            return HttpResponseRedirect(f"{reverse('dashboard')}?{request.GET.urlencode()}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        # Nobody clicks on a wall, and nobody scrolls it: bare numbers, and the areas with the most cases.
        context = super().get_context_data(**kwargs)
        covers = {row.code: row.cover for row in context["cover"]}
        charts = [context[name] for name in ("month_chart", "status_chart", "sector_chart")]
        return context | {
            "lists": None,
            "busiest": [(row, covers.get(row.code)) for row in context["areas"][:WALL_AREAS]],
            "charts": [chart for chart in charts if chart],
        }

    def figures(self, choice) -> dict:
        return values(choice, self.link, self.form.measure(), *WALL, large=True)

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
        return super().get_context_data(glossary=[(key, *words) for key, words in GLOSSARY.items()], **kwargs)


class ExportView(AreaView, View):
    """All figures of the dashboard as one long table, CSV or XLSX."""

    def get(self, request, form):
        if form not in FORMATS:
            raise Http404
        if not self.form.is_valid():
            return HttpResponseRedirect(f"{reverse('dashboard')}?{request.GET.urlencode()}")
        write, content_type = FORMATS[form]
        choice = self.form.choice()
        content = write(export_rows(panels(choice, self.link), self.form.chosen(self.area_name)), head())
        audit.record(audit.Action.EXPORT, Case, by=request.user, what="dashboard", area=self.code)
        narrowed = "-tersaring" if choice.narrowed else ""
        name = f"dasbor-{self.code or 'nasional'}-{choice.first}-{choice.last}{narrowed}.{form}"
        return HttpResponse(
            content,
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
