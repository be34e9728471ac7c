"""Imports: read, check without writing, show every error by row and column, and only then write, all or nothing.

class HouseholdResource(ScopedResource):
    class Meta:
        model = Household
        import_id_fields = ("register_id",)
        fields = ("register_id", "region", ...)
    long_numbers = ("No. KK",)

HOUSEHOLDS = register_import("households", HouseholdResource, label=_("Import of households"))
"""

from __future__ import annotations

from dataclasses import dataclass

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export import resources
from import_export.widgets import Widget
from wagtail.permissions import policy_registry

from portal.fields import redact
from portal.jobs.services import JobProblem, handler, submit
from portal.ledger import audit

from .models import ImportRun
from .tables import Finding, Table, read_table
from .views import visible

#: findings kept and shown; a file with more is wrong as a whole
MAX_FINDINGS = 500


class ScopedResource(resources.ModelResource):
    """An import-export resource that finds, changes and creates only what lies within the user's right."""

    #: the right asked for every row
    add_right = "add"
    change_right = "change"
    #: heads that must be in the file; empty: those of fields that cannot be blank
    required_heads: tuple[str, ...] = ()
    #: heads of identifiers that spreadsheets mangle, and of dates
    long_numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    #: fields whose old and new values are shown before writing and kept in the record's history: nothing personal
    told: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def __init__(self, *, by, **kwargs):
        super().__init__(**kwargs)
        self.by = by
        #: what a file changes: number of the row in the data, head, old and new value
        self.changes: list[tuple[int, str, str, str]] = []
        self._meta.clean_model_instances = True
        self._meta.skip_unchanged = True
        self._meta.report_skipped = False
        self._meta.store_row_values = False
        self._meta.skip_html_diff = True
        for name, field in self.fields.items():
            # A field declared for its head alone gets the widget of its column: dates become dates.
            if type(field.widget) is Widget and (column := self._column(name, field)):
                field.widget = self.widget_from_django_field(column)()

    def _column(self, name, field):
        try:
            return self._meta.model._meta.get_field(field.attribute or name)
        except FieldDoesNotExist:
            return None

    def get_queryset(self):
        return visible(super().get_queryset(), self.by)

    def get_instance(self, instance_loader, row):
        """The record that a row changes; what its key cells lack is said beside their columns by `import_instance`."""
        try:
            return super().get_instance(instance_loader, row)
        except (ValueError, models.ObjectDoesNotExist):
            return None

    def import_field(self, field, instance, row, is_m2m=False, **kwargs):
        try:
            super().import_field(field, instance, row, is_m2m, **kwargs)
        except models.ObjectDoesNotExist:
            raise ValueError(_("Nothing of this name or code exists, or it is not yours.")) from None

    def heads(self) -> dict[str, bool]:
        """The file's heads, and whether each must be there."""
        found = {}
        for name, field in self.fields.items():
            if field.readonly:
                continue
            head = field.column_name
            if self.required_heads:
                found[head] = head in self.required_heads
            else:
                found[head] = self._needed(name, field)
        return found

    def _needed(self, name, field) -> bool:
        column = self._column(name, field)
        if column is None:
            return name in self._meta.import_id_fields
        return not (getattr(column, "blank", True) or column.has_default())

    def import_instance(self, instance, row, **kwargs):
        instance.was = {} if instance._state.adding else self._told(instance)
        super().import_instance(instance, row, **kwargs)

    def _told(self, instance) -> dict[str, str]:
        shown = {name: self.fields[name].export(instance) for name in self.told}
        return {name: "–" if value in ("", None) else str(value) for name, value in shown.items()}

    def after_save_instance(self, instance, row, **kwargs):
        changed = {name: (old, new) for name, new in self._told(instance).items() if (old := instance.was.get(name, new)) != new}  # fmt: skip
        heads = {name: self.fields[name].column_name for name in changed}
        self.changes += [(kwargs["row_number"], heads[name], *pair) for name, pair in changed.items()]
        if changed and not kwargs.get("dry_run"):
            words = "; ".join(f"{heads[name]} {old} → {new}" for name, (old, new) in changed.items())
            audit.record(audit.Action.CHANGE, instance, by=self.by, purpose=words, fields=sorted(changed))

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        # Before all else: what stands in a foreign region is not told by saying that it is there already.
        self._check_right(instance)
        super().validate_instance(instance, import_validation_errors, validate_unique)

    def _check_right(self, instance) -> None:
        policy = policy_registry.get_by_type(type(instance), fallback=False)
        right = self.add_right if instance._state.adding else self.change_right
        if policy is None or not policy.user_has_permission_for_instance(self.by, right, instance):
            raise ValidationError({"region": _("This region is not yours.")})

    def after_import_row(self, row, row_result, **kwargs):
        tick = kwargs.get("tick")
        if tick:
            tick(kwargs["row_number"])

    def head_of(self, attribute: str) -> str:
        """The head of the column that a model field's error belongs to."""
        return next(
            (f.column_name for name, f in self.fields.items() if attribute in (name, f.attribute)), attribute
        )


@dataclass(frozen=True)
class ImportKind:
    """A registered import: what it is called and which resource reads it."""

    name: str
    resource: type[ScopedResource]
    label: str

    def start(self, upload, *, by) -> ImportRun:
        """Keep a checked file and ask for its check."""
        run = ImportRun.objects.create(kind=self.name, file=upload, name=upload.name[:150], by=by)
        run.check_job = submit(f"import.{self.name}.check", by=by, run=str(run.pk))
        run.save(update_fields=["check_job"])
        return run

    def confirm(self, run: ImportRun, *, by) -> ImportRun:
        """Ask for the writing of a file whose check found nothing wrong."""
        with transaction.atomic():
            run = ImportRun.objects.select_for_update().get(pk=run.pk)
            if not run.is_clean:
                raise ValidationError(_("This file has errors, or has not been checked yet."))
            if run.write_job is None:
                run.write_job = submit(f"import.{self.name}.write", by=by, key=str(run.pk), run=str(run.pk))
                run.save(update_fields=["write_job"])
        return run


KINDS: dict[str, ImportKind] = {}


def register_import(name: str, resource: type[ScopedResource], *, label: str) -> ImportKind:
    """Register an import and the two jobs that do it."""
    kind = KINDS[name] = ImportKind(name, resource, label)

    @handler(f"import.{name}.check", label=label)
    def check(job):
        check_file(ImportRun.objects.select_related("by").get(pk=job.args["run"]), kind, job)

    @handler(f"import.{name}.write", label=label)
    def write(job):
        write_file(ImportRun.objects.select_related("by").get(pk=job.args["run"]), kind, job)

    return kind


def check_file(run: ImportRun, kind: ImportKind, job) -> None:
    """Read and validate every row; write nothing but the findings."""
    resource = kind.resource(by=run.by)
    table = _read(run, resource)
    findings, totals = list(table.findings), {"rows": len(table.rows)}
    if table.rows and not any(not finding.column for finding in findings):
        total = len(table.rows)

        def tick(number):
            if number % 50 == 0:
                job.advance(number, total)

        job.advance(0, total)
        # Without a transaction a dry run saves nothing, and other writers do not wait for it.
        result = resource.import_data_inner(
            _dataset(table), dry_run=True, raise_errors=False, using_transactions=False,
            collect_failed_rows=False, tick=tick,
        )  # fmt: skip
        # What the reader of the file refused left an empty cell: that it is empty need not be said besides.
        said = {(finding.row, finding.column) for finding in table.findings}
        findings += _duplicates(table, resource)
        findings += [one for one in _findings(result, table, resource) if (one.row, one.column) not in said]
        totals |= _totals(result, total)
        if resource.changes:
            numbers = [number for number, _values in table.rows]
            totals["changes"] = [[numbers[at - 1], *rest] for at, *rest in resource.changes[:MAX_FINDINGS]]
    findings = sorted(set(findings), key=lambda finding: (finding.row, finding.column))
    run.findings = [finding.as_list() for finding in findings[:MAX_FINDINGS]]
    run.finding_count, run.totals, run.checked_at = len(findings), totals, timezone.now()
    run.save(update_fields=["findings", "finding_count", "totals", "checked_at"])


def write_file(run: ImportRun, kind: ImportKind, job) -> None:
    """Write all rows in one transaction, or none; a second run finds it done and stops."""
    resource = kind.resource(by=run.by)
    table = _read(run, resource)
    job.advance(0, len(table.rows), _("Writing %(count)s rows") % {"count": len(table.rows)})
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.written_at:
            return
        result = resource.import_data_inner(
            _dataset(table),
            dry_run=False,
            raise_errors=False,
            using_transactions=True,
            collect_failed_rows=False,
        )
        findings = _findings(result, table, resource)
        if findings:
            # Something changed since the check (another user, another file): nothing of it stays.
            first = findings[0]
            raise JobProblem(
                _("Nothing was written. Row %(row)s, %(column)s: %(message)s")
                % {"row": first.row, "column": first.column, "message": first.message}
            )
        run.totals, run.written_at = (
            {"rows": len(table.rows)} | _totals(result, len(table.rows)),
            timezone.now(),
        )
        run.save(update_fields=["totals", "written_at"])
        audit.record(
            audit.Action.CHANGE,
            resource._meta.model,
            by=run.by,
            purpose=str(kind.label),
            run=str(run.pk),
            **run.totals,
        )
    job.deliver(result=run.totals)


def _read(run: ImportRun, resource: ScopedResource) -> Table:
    with run.file.open("rb") as file:
        content = file.read()
    return read_table(
        content, columns=resource.heads(), long_numbers=resource.long_numbers, dates=resource.dates
    )


def _dataset(table: Table) -> tablib.Dataset:
    return tablib.Dataset(*(values for _number, values in table.rows), headers=table.heads)


def _duplicates(table: Table, resource) -> list[Finding]:
    """Rows with the key of an earlier row: import-export would silently take the last."""
    keys = [
        resource.fields[name].column_name
        for name in resource._meta.import_id_fields
        if name in resource.fields
    ]
    places = [table.heads.index(head) for head in keys if head in table.heads]
    seen, findings = {}, []
    for number, values in table.rows if places else ():
        key = tuple(str(values[place]).strip() for place in places)
        if not all(key):
            continue
        if key in seen:
            findings.append(
                Finding(number, ", ".join(keys), _("The same as in row %(row)s.") % {"row": seen[key]})
            )
        seen.setdefault(key, number)
    return findings


def _findings(result, table: Table, resource) -> list[Finding]:
    numbers = [number for number, _values in table.rows]
    findings = [Finding(1, "", _words(error.error)) for error in result.base_errors]
    for row in result.invalid_rows:
        for name, messages in row.error_dict.items():
            head = "" if name == NON_FIELD_ERRORS else resource.head_of(name)
            findings += [Finding(numbers[row.number - 1], head, redact(str(message))) for message in messages]
    for row in result.error_rows:
        findings += [Finding(numbers[row.number - 1], "", _words(error.error)) for error in row.errors]
    return findings


def _words(error: Exception) -> str:
    """An exception in words for an officer; never with values of the row."""
    if isinstance(error, models.ObjectDoesNotExist):
        return _("This row refers to a record that does not exist, or is not yours.")
    if isinstance(error, ValueError | ValidationError):
        return redact(" ".join(getattr(error, "messages", [str(error)])))
    return _("This row cannot be stored: it contradicts another record.")


def _totals(result, rows: int) -> dict[str, int]:
    return {
        "new": result.totals.get("new", 0),
        "updated": result.totals.get("update", 0),
        "unchanged": result.totals.get("skip", 0),
    }
