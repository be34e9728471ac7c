"""Pages and files beside a report's own page: its PDF and spreadsheet, a figure opened, a quarter for other systems."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.permissions import policy_registry

from portal.backoffice.admin import record_url
from portal.backoffice.admin_views import row_url
from portal.backoffice.views import BackofficeView, Crumb, RecordMixin, visible
from portal.ledger import audit
from portal.spreadsheets import CONTENT_TYPES, write_xlsx
from reports.monitoring.wording import in_words

from . import exchange
from .documents import report_pdf
from .figures import items_of
from .models import QuarterlyReport, ReportingCycle, ReportVersion
from .presentation import Presentation
from .workflow import CycleStatus, Tier


class ReportDoor(RecordMixin, BackofficeView):
    model = QuarterlyReport
    pk_url_kwarg = "pk"

    def get_queryset(self):
        return super().get_queryset().select_related("cycle", "parent", "version", "region")

    def version(self) -> ReportVersion | None:
        number = self.request.GET.get("versi", "")
        versions = self.object.versions.order_by("-number")
        if number:
            return versions.filter(number=int(number)).first() if number.isdigit() else None
        return versions.first()


class PdfView(ReportDoor, View):
    """The report's PDF, of any of its versions."""

    def get(self, request, *args, **kwargs):
        version = self.version()
        if request.GET.get("versi") and version is None:
            raise Http404
        name = f"laporan-{self.object.cycle.quarter_code}-{self.object.region_id or 'nasional'}.pdf"
        response = HttpResponse(report_pdf(self.object, version), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response


class XlsxView(ReportDoor, View):
    """The report as a spreadsheet, with its own work and the reports below in columns of their own."""

    def get(self, request, *args, **kwargs):
        shown = Presentation(self.object, self.version())
        content = write_xlsx(
            exchange.report_rows(shown), exchange.report_head(), title=self.object.cycle.quarter_code
        )
        audit.record(audit.Action.EXPORT, self.object, by=request.user, format="xlsx")
        response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
        name = f"laporan-{self.object.cycle.quarter_code}-{self.object.region_id or 'nasional'}.xlsx"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class CycleDoor(RecordMixin, BackofficeView):
    model = ReportingCycle
    pk_url_kwarg = "pk"

    def check_record(self, obj) -> None:
        super().check_record(obj)
        # The whole nation leaves through this door.
        if not any(
            not grant.code for grant in self.request.user.grants if "quarterlyreport.export" in grant.rights
        ):
            raise PermissionDenied


class ExchangeView(CycleDoor, View):
    """A closed quarter for DHIS2 (JSON) and as ADX."""

    FORMS = {
        "json": (exchange.dhis2_json, "application/json"),
        "complete.json": (exchange.dhis2_completeness, "application/json"),
        "xml": (exchange.adx_xml, "application/adx+xml"),
    }

    def get(self, request, *args, **kwargs):
        make, content_type = self.FORMS[self.kwargs["form"]]
        if self.object.status != CycleStatus.CLOSED:
            raise Http404
        audit.record(audit.Action.EXPORT, self.object, by=request.user, format=self.kwargs["form"])
        tier = request.GET.get("jenjang", "")
        response = StreamingHttpResponse(
            make(self.object, tier if tier in Tier.values else ""), content_type=content_type
        )
        response["Content-Disposition"] = (
            f'attachment; filename="slrt-{self.object.quarter_code}.{self.kwargs["form"]}"'
        )
        return response


class FigureView(ReportDoor, TemplateView):
    """One figure opened to what it is made of: the own records, and what each report below adds."""

    template_name = "quarterly/figure.html"
    PAGE = 200

    def get_page_title(self):
        return str(self.row.label)

    def get_breadcrumbs(self):
        return [
            Crumb(_("Quarterly reports"), reverse("quarterly:board")),
            Crumb(str(self.object), record_url(self.object)),
        ]

    @cached_property
    def shown(self) -> Presentation:
        return Presentation(self.object, self.version())

    @cached_property
    def row(self):
        key, item = self.kwargs["key"], self.request.GET.get("baris", "")
        table, dot, column = key.partition(".")
        if table not in self.shown.definition:
            raise Http404
        question = self.shown.definition[table]
        if not dot:
            return self.shown.row(question)
        label = dict(items_of(question, self.shown.quarter)).get(item)
        name = next((str(c) for c in question.columns if c.key == column), None)
        if label is None or name is None:
            raise Http404
        return self.shown.row(question, key, item, f"{question}: {label or _('without a program')}, {name}")

    def get_context_data(self, **kwargs):
        key, item = self.kwargs["key"], self.request.GET.get("baris", "")
        row = self.row  # first: it answers 404 for a figure that is none
        rows = self.shown.records(key, item)
        records, hidden = [], 0
        if rows is not None:
            seen = (
                visible(rows.model.objects.filter(pk__in=rows.values("pk")), self.request.user)
                if self._has_policy(rows.model)
                else rows.none()
            )
            records = list(seen.order_by("-pk")[: self.PAGE])
            hidden = rows.count() - len(records)
        question = self.shown.definition[key.partition(".")[0]]
        return super().get_context_data(
            object=self.object,
            row=row,
            shown=self.shown,
            question=question,
            calculation=in_words(question.calculation, self.shown.definition),
            records=[(str(record), self._url(record), self._day(record)) for record in records],
            counted=rows is not None,
            hidden=hidden,
            contributions=self.shown.contributions(key, item),
            **{k: v for k, v in kwargs.items() if k != "object"},
        )

    @staticmethod
    def _has_policy(model) -> bool:
        return policy_registry.get_by_type(model, fallback=False) is not None

    def _url(self, record) -> str:
        case = getattr(record, "case", None)
        return row_url(record, self.request.user) or (row_url(case, self.request.user) if case else "")

    @staticmethod
    def _day(record):
        return next(
            (
                getattr(record, name)
                for name in ("opened_at", "referred_at", "told_at", "date", "starts_on", "created_at")
                if hasattr(record, name)
            ),
            None,
        )
