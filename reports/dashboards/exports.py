"""The dashboard as one long table, CSV or XLSX."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal import spreadsheets

from .facts import Count

FORMATS = {
    "csv": (spreadsheets.write_csv, "text/csv; charset=utf-8"),
    "xlsx": (spreadsheets.write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def export_rows(found: dict):
    """The dashboard's figures as rows: part, of what, cases, in process, finished, refused, mean days."""

    def days(count: Count):
        return None if count.mean_days is None else round(count.mean_days, 1)

    total = found["total"]
    yield [
        _("Area"),
        _("All"),
        total.n,
        found["in_process"],
        found["finished"],
        found["refused"],
        days(total),
    ]
    for row in found["areas"]:
        yield [
            _("Areas below"),
            row.name,
            row.total.n,
            row.in_process,
            row.finished,
            row.refused,
            days(row.total),
        ]
    for kind, count, *_rest in found["kinds"]:
        yield [_("Kinds"), str(kind.label), count.n, None, None, None, days(count)]
    for level, count in found["levels"]:
        yield [_("Managing level"), str(level.label), count.n, None, None, None, days(count)]
    for sector, count in found["sectors"]:
        yield [_("Kind of program"), str(sector), count.n, None, None, None, days(count)]
    for row in found["programs"]:
        yield [
            _("Program"),
            row["program"].label,
            row["total"].n,
            row["in_process"],
            row["finished"],
            row["refused"],
            days(row["total"]),
        ]
    for day, now, before in found["month_rows"]:
        yield [_("Month"), f"{day:%Y-%m}", now.n, None, None, None, days(now)]
        yield [
            _("Month, a year before"),
            f"{day.year - 1}-{day:%m}",
            before.n,
            None,
            None,
            None,
            days(before),
        ]
