"""A register file's way: kept, checked into the staging table, written chunk by chunk."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ledger import audit

from ...models import Household, Person, RegisterError, RegisterImport, StagedRow
from .merging import forecast, merge
from .reading import Checker, Row, rows_of
from .staging import clear, count_again, findings_across, stage

#: lines read, staged and merged at a time: memory does not grow with the file
CHUNK = 20_000
#: errors kept in full; a file with more is wrong as a whole
MOST_ERRORS = 2000


@dataclass
class Totals:
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: int = 0
    findings: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, count: int, findings: list[tuple[int, str, str]]) -> None:
        self.errors += count
        self.findings += findings[: max(0, MOST_ERRORS - len(self.findings))]


def check_register(run: RegisterImport, advance: Callable[[int], None] = lambda line: None) -> Totals:
    """Read the whole file and say what writing it would do; writes nothing but staged rows and findings."""
    try:
        totals = _stage_file(run, advance)
    except ValidationError as problem:
        # No table of ours at all: what is wrong with it stands on the page of the file as any other error does.
        totals = Totals()
        findings = getattr(problem, "findings", None) or [(1, "", " ".join(problem.messages))]
        totals.add(len(findings), findings)
    else:
        totals.add(*findings_across(run, most=MOST_ERRORS))
    good = 0
    for low, high in _ranges(run):
        planned = forecast(run, low, high)
        totals.created += planned.created
        totals.changed += planned.changed
        good += run.staged.filter(line__range=(low, high)).count()
    totals.unchanged = good - totals.created - totals.changed
    with transaction.atomic():
        run.errors.all().delete()
        RegisterError.objects.bulk_create(
            [
                RegisterError(run=run, line=line, column=column, message=text[:300])
                for line, column, text in sorted(totals.findings)
            ]
        )
        if totals.errors:
            # Corrected, the file comes again; a wrong one leaves nothing behind.
            clear(run)
        _save_totals(run, totals, checked_at=timezone.now())
    return totals


def write_register(run: RegisterImport, advance: Callable[[int], None] = lambda line: None) -> RegisterImport:
    """Write what the check found good, chunk by chunk; after a crash it goes on behind the last line written."""
    if run.checked_at is None or run.error_count:
        raise ValidationError(_("A file is written only when its check found no error."))
    run.refresh_from_db()
    if run.written_at:
        return run
    if not run.staged.exists():
        _stage_file(run, lambda line: advance(0))
    new, count_at = 0, CHUNK // 2
    for low, high in _ranges(run, after=run.high_water):
        with transaction.atomic():
            locked = RegisterImport.objects.select_for_update().get(pk=run.pk)
            if locked.high_water >= high:
                continue
            new += merge(run, low, high).created
            RegisterImport.objects.filter(pk=run.pk).update(high_water=high)
        if new >= count_at:  # twice as many new rows as when the database last looked at its tables
            count_again(Household, Person)
            count_at = 2 * new
        advance(high)
    with transaction.atomic():
        RegisterImport.objects.filter(pk=run.pk).update(written_at=timezone.now())
        clear(run)
        run.refresh_from_db()
        audit.record(
            audit.Action.CHANGE,
            run,
            by=run.by,
            purpose=_("Register loaded"),
            rows=run.row_count,
            version=run.version,
        )
    return run


def _stage_file(run: RegisterImport, advance: Callable[[int], None]) -> Totals:
    """Check the file line by line and stage its good rows, from the start; whatever was staged before goes."""
    clear(run)
    totals = Totals()
    for rows, findings, last in _chunks(run):
        totals.rows += len(rows) + len({line for line, _column, _text in findings})
        totals.add(len(findings), findings)
        with transaction.atomic():
            stage(run, rows)
        advance(last)
    count_again(StagedRow)
    return totals


def _chunks(run: RegisterImport) -> Iterator[tuple[list[Row], list[tuple[int, str, str]], int]]:
    checker = Checker()
    with run.file.open("rb") as raw:
        source = rows_of(raw)
        while chunk := list(islice(source, CHUNK)):
            rows, findings = [], []
            for line, cells in chunk:
                row, problems = checker.check(line, cells)
                findings += problems
                if row is not None:
                    rows.append(row)
            yield rows, findings, chunk[-1][0]


def _ranges(run: RegisterImport, *, after: int = 0) -> Iterator[tuple[int, int]]:
    """(first, last) line of each chunk of staged rows behind a line."""
    ends = run.staged.filter(line__gt=after).aggregate(first=Min("line"), last=Max("line"))
    if ends["first"] is None:
        return
    for low in range(ends["first"], ends["last"] + 1, CHUNK):
        yield low, min(low + CHUNK - 1, ends["last"])


def _save_totals(run: RegisterImport, totals: Totals, **more) -> None:
    run.row_count, run.created_count, run.changed_count = totals.rows, totals.created, totals.changed
    run.unchanged_count, run.error_count = totals.unchanged, totals.errors
    for name, value in more.items():
        setattr(run, name, value)
    run.save()


def start_import(*, file, name: str, source: str, version: str, as_of: dt.date, by) -> RegisterImport:
    """Keep a file; the same content again gives the import that it already is."""
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    existing = RegisterImport.objects.filter(file_hash=digest.hexdigest(), version=version).first()
    if existing:
        return existing
    return RegisterImport.objects.create(
        file=file,
        name=name[:150],
        file_hash=digest.hexdigest(),
        source=source,
        version=version,
        as_of=as_of,
        by=by,
    )
