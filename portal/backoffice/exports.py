"""Exports: every file of rows goes through the one writer, and every export is in the audit."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.generic import View

from portal import spreadsheets
from portal.ledger import audit

from .columns import Column
from .views import BackofficeView

#: above this, an export belongs in a background job
MAX_ROWS = 50_000


def export_response(kind: str, rows, columns: list[Column], *, name: str, by):
    """A CSV (streamed) or XLSX of a queryset, with headers in the reader's language; written to the audit."""
    audit.record(
        audit.Action.EXPORT, rows.model, by=by, format=kind, columns=[column.name for column in columns]
    )
    header = [column.label for column in columns]
    values = ([column.export(obj) for column in columns] for obj in rows[:MAX_ROWS].iterator(chunk_size=500))
    return table_response(kind, values, header, name=name)


def table_response(kind: str, values, header, *, name: str):
    """A CSV or XLSX response of plain rows."""
    filename = f"{slugify(name) or 'data'}-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == "xlsx":
        response = HttpResponse(spreadsheets.write_xlsx(values, header, title=name))
    else:
        response = StreamingHttpResponse(line.encode() for line in spreadsheets.csv_lines(values, header))
    response["Content-Type"] = spreadsheets.CONTENT_TYPES[kind]
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


class ExportView(BackofficeView, View):
    """A file of rows that no ModelAdmin lists: give `header()`, `rows()` (narrowed to the user) and `export_name`."""

    export_name = "data"
    audited_model = None

    def header(self) -> list[str]:
        raise NotImplementedError

    def rows(self):
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        kind = (
            request.GET.get("format") if request.GET.get("format") in spreadsheets.CONTENT_TYPES else "xlsx"
        )
        audit.record(
            audit.Action.EXPORT, self.audited_model or self.required_right[0], by=request.user, format=kind
        )
        return table_response(kind, self.rows(), self.header(), name=str(self.export_name))
