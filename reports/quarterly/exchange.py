"""A closed quarter for other systems: DHIS2 data value sets (JSON) and ADX (IHE QRPH), by Kemendagri codes; one report as rows.

Data elements are the keys of the instrument, organisation units the codes of the regions (the nation is `ID`). A row of
a table is a category option: its `categoryOptionCombo` in JSON, an attribute named after the category in ADX.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from xml.sax.saxutils import quoteattr

from django.db.models import F
from django.utils.translation import gettext as _

from portal.ledger.workflow import WrongState
from portal.periods import Quarter

from .figures import Asked
from .models import Figure, ReportingCycle
from .oddities import odd
from .outside import OUTSIDE
from .presentation import Presentation
from .workflow import CycleStatus, Status

DATA_SET = "SLRT_QUARTERLY"
NATION = "ID"
#: in a JSON payload the default is the receiver's own UIDs; in ADX it is the code already
SCHEMES = ("idScheme", "dataElementIdScheme", "orgUnitIdScheme", "categoryOptionComboIdScheme")
ADX = "urn:ihe:qrph:adx:2015"


def values(cycle: ReportingCycle, tier: str = "") -> Iterator[tuple[str, str, str, Decimal]]:
    """(organisation unit, data element, item, value) of every closed report, in the order of places and keys."""
    if cycle.status != CycleStatus.CLOSED:
        raise WrongState(_("Only a closed quarter is handed to other systems."))
    rows = Figure.objects.filter(
        version=F("version__report__version"),
        version__report__cycle=cycle,
        version__report__status=Status.CLOSED,
        value__isnull=False,
    )
    if tier:
        rows = rows.filter(version__report__tier=tier)
    for code, key, item, value in (
        rows.order_by("version__report__region_id", "key", "item")
        .values_list("version__report__region_id", "key", "item", "value")
        .iterator(chunk_size=5000)
    ):
        yield code or NATION, key, item, value


def plain(value: Decimal) -> str:
    """`12` and `12.5`, never `12.50` or `1E+2`: what both forms call a number."""
    return format(
        value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize(), "f"
    )


def dhis2_json(cycle: ReportingCycle, tier: str = "") -> Iterator[str]:
    """A dataValueSet, piece by piece, for `POST /api/dataValueSets`.

    It is the form for values of many places: period and place stand with each value, and neither data set nor
    completeDate at the head, where they would speak of one place. The schemes say that all names are codes.
    """
    period = dhis2_period(cycle.quarter)
    yield "{" + "".join(f'"{name}":"code",' for name in SCHEMES) + '"dataValues":['
    first = True
    for unit, key, item, value in values(cycle, tier):
        entry = {"dataElement": key, "period": period, "orgUnit": unit, "value": plain(value)}
        if item:
            entry["categoryOptionCombo"] = item
        yield ("" if first else ",") + json.dumps(entry, separators=(",", ":"))
        first = False
    yield "]}"


def dhis2_completeness(cycle: ReportingCycle, tier: str = "") -> Iterator[str]:
    """Which places have sent, piece by piece, for `POST /api/completeDataSetRegistrations`.

    Complete and approved are two facts in DHIS2: a report that was sent is complete on its day, whether or not it was
    accepted before the quarter closed; the day is that of the first sending, which punctuality is judged by.
    """
    if cycle.status != CycleStatus.CLOSED:
        raise WrongState(_("Only a closed quarter is handed to other systems."))
    rows = cycle.reports.filter(first_sent_on__isnull=False).order_by("region_id")
    if tier:
        rows = rows.filter(tier=tier)
    head = {"dataSetIdScheme": "code", "orgUnitIdScheme": "code"}
    yield json.dumps(head, separators=(",", ":"))[:-1] + ',"completeDataSetRegistrations":['
    first = True
    for code, day in rows.values_list("region_id", "first_sent_on").iterator(chunk_size=5000):
        entry = {
            "dataSet": DATA_SET, "period": dhis2_period(cycle.quarter), "organisationUnit": code or NATION,
            "date": day.isoformat(), "completed": True,
        }  # fmt: skip
        yield ("" if first else ",") + json.dumps(entry, separators=(",", ":"))
        first = False
    yield "]}"


def adx_xml(cycle: ReportingCycle, tier: str = "") -> Iterator[str]:
    """An ADX message: one group per place."""
    categories = {
        question.key: question.row_set or "row"
        for question in Asked(cycle).core.questions()
        if question.type == "table"
    }
    exported = cycle.closed_at.isoformat(timespec="seconds")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<adx xmlns="{ADX}" exported={quoteattr(exported)}>'
    period = f"{cycle.quarter.start.isoformat()}/P3M"
    for unit, rows in groupby(values(cycle, tier), key=lambda row: row[0]):
        yield f'\n<group orgUnit={quoteattr(unit)} period="{period}" dataSet="{DATA_SET}">'
        for _unit, key, item, value in rows:
            category = f" {categories.get(key.partition('.')[0], 'row')}={quoteattr(item)}" if item else ""
            yield f"<dataValue dataElement={quoteattr(key)} value={quoteattr(plain(value))}{category}/>"
        yield "</group>"
    yield "\n</adx>\n"


def dhis2_period(quarter: Quarter) -> str:
    """`2026Q3`."""
    return f"{quarter.year}Q{quarter.number}"


def report_rows(shown: Presentation) -> Iterator[list]:
    """One report as spreadsheet rows: section, figure, row of a table, value, own, below, quarter before, a year before, and what was said about it."""
    explained = shown.version.explanations if shown.version else {}
    counted = shown.version.coverage.get("counted", {}) if shown.version else {}
    for tier, included, expected in shown.coverage:
        text = _("%(included)s of %(expected)s") % {"included": included, "expected": expected}
        yield [_("Reports below that are included"), tier, "", "", text, *_nothing()]
    if explained.get(OUTSIDE):
        head = _("Reports below that are included")
        yield [
            head,
            _("Why it was sent without accepted reports:").rstrip(":"),
            "",
            "",
            explained[OUTSIDE],
            *_nothing(),
        ]
    for part in shown.parts:
        for row in part.figures:
            yield [
                *(part.title, row.label, "", row.unit, row.value, row.own, row.below, row.previous),
                row.year_before,
                Decimal(counted[row.key]) if row.key in counted else None,
                odd(row),
                explained.get(row.key, ""),
            ]
        for table in part.tables:
            for label, cells in table.rows:
                for cell in cells:
                    figures = (cell.value, cell.own, cell.below, cell.previous, cell.year_before)
                    name = f"{table.question}: {cell.label}"
                    yield [part.title, name, label, cell.unit, *figures, None, "", ""]
        for question, text in part.words:
            yield [part.title, str(question), "", "", text, *_nothing()]
        for file in part.files:
            yield [part.title, str(file.question), "", "", file.name, *_nothing()]


def _nothing() -> list:
    """The columns of figures beside words."""
    return [None, None, None, None, None, "", ""]


def report_head() -> list[str]:
    return [
        _("Section"), _("Figure"), _("Row"), _("Unit of measure"), _("This quarter"), _("Own work"), _("Reports below"),
        _("Quarter before"), _("A year before"), _("Counted from the records"), _("Unusual"), _("Explanation"),
    ]  # fmt: skip
