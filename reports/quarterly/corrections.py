"""Correcting a closed quarter: never a change, always a new version with its reason, carried up tier by tier (M-06)."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger import audit
from portal.ledger.workflow import WrongState
from reports.monitoring import expressions
from reports.monitoring.answers import answer_errors
from reports.monitoring.definition import Definition

from .figures import Asked, calculations, cents, figure_keys
from .models import Figure, QuarterlyReport, ReportVersion
from .services import figures_as_answers, seal
from .workflow import Status


@transaction.atomic
def correct_report(
    *, report: QuarterlyReport, changes: dict[tuple[str, str], Decimal], reason: str, by: User
) -> ReportVersion:
    """Set a closed report's own figures right in a new version, and the reports above it with them.

    `changes` gives the new own figure by (key, item). The versions that were closed stay as they were and can be seen.
    """
    locked = QuarterlyReport.objects.select_for_update().select_related("cycle").get(pk=report.pk)
    if not may(by, f"correct_{locked.tier}", locked):
        if not may(by, "view", locked):
            raise QuarterlyReport.DoesNotExist
        raise PermissionDenied(_("Only the National Secretariat corrects a closed quarter."))
    if locked.status != Status.CLOSED:
        raise WrongState(_("Only a closed report is corrected; this one can be returned instead."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the figures are corrected.")})
    definition = Asked(locked.cycle).of(locked.region_id)
    allowed = {key for key, question in figure_keys(definition) if question.type != "calculation"}
    if not changes or not {key for key, _item in changes} <= allowed:
        raise ValidationError(
            {"changes": _("Choose the figures to correct; calculated ones follow by themselves.")}
        )
    if any(value < 0 for value in changes.values()):
        raise ValidationError({"changes": _("A figure is never below zero.")})
    deltas = {place: cents(value) - ((_own(locked.version, place)) or 0) for place, value in changes.items()}
    deltas = {place: delta for place, delta in deltas.items() if delta}
    if not deltas:
        raise ValidationError({"changes": _("These are the figures that were closed; nothing would change.")})
    version = _new_version(locked, deltas, reason.strip(), by, field="own")
    audit.record(
        audit.Action.CHANGE,
        locked,
        by=by,
        purpose=reason.strip(),
        version=version.number,
        figures=sorted(k for k, _i in deltas),
    )
    child, above = locked, locked.parent
    while above is not None:
        above = QuarterlyReport.objects.select_for_update().select_related("cycle").get(pk=above.pk)
        if above.status != Status.CLOSED or child.status != Status.CLOSED:
            break
        keys = {
            key
            for key, question in figure_keys(Asked(above.cycle).of(above.region_id))
            if question.roll_up == "sum"
        }
        passed = {place: delta for place, delta in deltas.items() if place[0] in keys}
        if not passed:
            break
        note = _("Correction of %(place)s: %(reason)s") % {
            "place": locked.place_name,
            "reason": reason.strip(),
        }
        _new_version(above, passed, note[:300], by, field="below")
        child, above = above, above.parent
    return version


def _check_possible(definition: Definition, before: ReportVersion, version: ReportVersion) -> None:
    """Raise ValidationError for what a correction would make impossible; what was odd before stays its own matter."""
    was, now = (
        answer_errors(definition, each.answers, figures_as_answers(each)) for each in (before, version)
    )
    new = [text for key, texts in now.items() if key not in was for text in texts]
    if new:
        raise ValidationError({"changes": new})


def _own(version: ReportVersion, place: tuple[str, str]) -> Decimal | None:
    return version.figures.filter(key=place[0], item=place[1]).values_list("own", flat=True).first()


def _new_version(report, deltas, reason, by, *, field: str) -> ReportVersion:
    before = report.version
    number = report.versions.order_by("-number").values_list("number", flat=True)[0] + 1
    version = ReportVersion.objects.create(
        report=report, number=number, answers=before.answers, explanations=before.explanations, coverage=before.coverage,
        reason=reason, created_by=by, filled_at=timezone.now(),
    )  # fmt: skip
    rows = {
        (f.key, f.item): Figure(
            version=version, key=f.key, item=f.item, own=f.own, below=f.below, value=f.value
        )
        for f in before.figures.all()
    }
    for (key, item), delta in deltas.items():
        row = rows.setdefault((key, item), Figure(version=version, key=key, item=item))
        setattr(row, field, (getattr(row, field) or 0) + delta)
        row.value = (row.value or 0) + delta
        if row.value < 0:
            raise ValidationError({"changes": _("A figure is never below zero.")})
    Figure.objects.bulk_create(rows.values())
    definition, known = Asked(report.cycle).of(report.region_id), figures_as_answers(version)
    for question in calculations(definition):
        value = cents(
            expressions.number(expressions.evaluate(question.calculation, {**version.answers, **known}))
        )
        known[question.key] = value
        Figure.objects.filter(version=version, key=question.key, item="").update(value=value)
    _check_possible(definition.for_tier(report.tier), before, version)
    seal(version)
    QuarterlyReport.objects.filter(pk=report.pk).update(version=version)
    report.version = version
    return version
