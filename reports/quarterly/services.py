"""The use cases of quarterly reports: open, prepare, send, review, remind (M-04, M-05, M-06, M-10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.jobs import services as jobs
from portal.ledger import audit
from portal.ledger.numbers import next_number
from portal.ledger.workflow import WrongState
from portal.periods import Quarter
from portal.regions.models import Level, Region, code_at, within_q
from portal.units.models import Unit
from reports.monitoring.answers import answer_errors, clean_answers, entry_errors, relevant_answers
from reports.monitoring.definition import Definition
from reports.monitoring.evidence import drop_unused, keep_evidence
from reports.monitoring.instruments import core_instrument

from .copies import copies_of
from .figures import Asked, digest, fill
from .models import CLOSING_DAYS, QuarterlyReport, ReportCopy, ReportingCycle, ReportVersion
from .outside import outside_errors
from .workflow import COUNTED, CYCLE_FLOW, REPORT_FLOW, SYSTEM, WRITABLE, CycleStatus, Status, Tier

#: once a quarter closes, its due dates are history
DATES_MAY_CHANGE = (CycleStatus.PLANNED, CycleStatus.OPEN)
#: who writes the nation's report
NATION = gettext_lazy("National Secretariat of SLRT")


# -- opening a quarter ---------------------------------------------------------------------------------------------------
@transaction.atomic
def open_cycle(
    *, quarter: Quarter, by: User | None = SYSTEM, due: dict[str, dt.date] | None = None
) -> ReportingCycle:
    """Open a quarter: one report for every operating unit, province and the nation, each with its due date (M-05).

    Safe to repeat: a unit that begins work later gets its report at the next call.
    """
    if by is not SYSTEM and not may(by, "add", ReportingCycle):
        raise PermissionDenied(_("You do not have the right to open a quarter."))
    cycle = ReportingCycle.objects.select_for_update().filter(quarter_code=str(quarter)).first()
    if cycle is None:
        instrument = core_instrument()
        version = instrument and instrument.version_on(quarter.end)
        if not version:
            raise ValidationError(_("No instrument for quarterly reports is in force in this quarter."))
        dates = ReportingCycle.due_dates(quarter) | (due or {})
        dates.setdefault("closes_on", dates["due_nation"] + dt.timedelta(days=CLOSING_DAYS))
        cycle = ReportingCycle.objects.create(
            quarter_code=str(quarter),
            instrument_version=version,
            opens_on=quarter.end + dt.timedelta(days=1),
            **dates,
        )
        CYCLE_FLOW.start(cycle, by=by)
    if cycle.status == CycleStatus.PLANNED:
        cycle = CYCLE_FLOW.lock(cycle, "open", by=SYSTEM)
        CYCLE_FLOW.record(cycle, "open", by=SYSTEM)
    if cycle.status != CycleStatus.OPEN:
        raise WrongState(_("This quarter has been closed."))
    _create_reports(cycle)
    return cycle


@transaction.atomic
def change_due_dates(*, cycle: ReportingCycle, due: dict[str, dt.date], by: User) -> ReportingCycle:
    """Set other due dates for a quarter that is not closed; reports already sent keep the date they were sent under."""
    cycle = ReportingCycle.objects.select_for_update().get(pk=cycle.pk)
    if not may(by, "change", cycle):
        raise PermissionDenied(_("You do not have the right to change due dates."))
    if cycle.status not in DATES_MAY_CHANGE:
        raise WrongState(_("This quarter has been closed."))
    for name, day in due.items():
        setattr(cycle, name, day)
    cycle.save(update_fields=list(due))
    for tier in Tier:
        cycle.reports.filter(tier=tier, first_sent_on=None).update(due_on=cycle.due_on(tier))
    audit.record(audit.Action.CHANGE, cycle, by=by, fields=sorted(due))
    return cycle


def _create_reports(cycle: ReportingCycle) -> None:
    have = set(cycle.reports.values_list("tier", "region_id"))
    names = dict(Region.objects.filter(level=Level.PROVINCE).values_list("pk", "name"))
    units = list(
        Unit.objects.filter(status__in=(Unit.Status.LOCATED, Unit.Status.OPERATING)).values_list(
            "kind", "region_id", "name", "is_demo"
        )
    )

    def add(
        tier: str, rows: list[tuple[str | None, str, bool]], parents: dict[str | None, int]
    ) -> dict[str | None, int]:
        length = {Tier.PUSKESOS: 5, Tier.SLRT: 2}.get(tier)
        new = [
            QuarterlyReport(
                cycle=cycle, tier=tier, region_id=code, place_name=name, is_demo=demo, due_on=cycle.due_on(tier),
                parent_id=parents.get(code[:length] if length and code else None),
            )
            for code, name, demo in rows
            if (tier, code) not in have
        ]  # fmt: skip
        QuarterlyReport.objects.bulk_create(new, batch_size=1000)
        return dict(cycle.reports.filter(tier=tier).values_list("region_id", "pk"))

    slrt = [(code, name, demo) for kind, code, name, demo in units if kind == Unit.Kind.SLRT]
    with_slrt = {code for code, _name, _demo in slrt}
    # A Puskesos reports to the SLRT of its regency; one without an SLRT above it waits for its founding.
    puskesos = [
        (code, name, demo)
        for kind, code, name, demo in units
        if kind == Unit.Kind.PUSKESOS and code_at(code, Level.REGENCY) in with_slrt
    ]
    nation = add(Tier.NATION, [(None, str(NATION), False)], {})
    provinces = add(
        Tier.PROVINCE,
        [(code, names[code], False) for code in sorted({code_at(c, Level.PROVINCE) for c in with_slrt})],
        nation,
    )
    regencies = add(Tier.SLRT, slrt, provinces)
    add(Tier.PUSKESOS, puskesos, regencies)


# -- preparing -------------------------------------------------------------------------------------------------------
def open_version(report: QuarterlyReport, by: User | None) -> ReportVersion:
    """The version that is being written; the first, or after a return a copy of the one before it."""
    version = report.versions.filter(sealed_at=None).first()
    if version is None:
        before = report.versions.order_by("-number").first()
        version = ReportVersion.objects.create(
            report=report,
            number=(report.versions.aggregate(top=Max("number"))["top"] or 0) + 1,
            created_by=by,
            answers=before.answers if before else {},
            explanations=before.explanations if before else {},
        )
    return version


def _writable(report: QuarterlyReport, by: User) -> QuarterlyReport:
    """The report, locked, if this user may write it now."""
    report = REPORT_FLOW.lock(report, f"send_{report.tier}", by=by)
    if report.cycle.status != CycleStatus.OPEN:
        raise WrongState(_("This quarter has been closed."))
    return report


@transaction.atomic
def save_answers(
    *, report: QuarterlyReport, answers: dict[str, Any], explanations: dict[str, str] | None = None, by: User
) -> ReportVersion:
    """Keep what people add to the counted figures: narrative, obstacles, plans, and figures only they know."""
    report = _writable(report, by)
    version = open_version(report, by)
    definition = Asked(report.cycle).of(report.region_id).for_tier(report.tier)
    # Files come last: a form that is refused leaves none behind.
    version.answers = clean_answers(definition, answers)
    version.explanations = _explained(version, explanations)
    version.save(update_fields=["answers", "explanations"])
    build(report, version)
    if errors := entry_errors(definition, version.answers, figures_as_answers(version)):
        raise ValidationError(errors)
    version.answers = clean_answers(definition, keep_evidence(definition, answers, owner=report, by=by))
    version.save(update_fields=["answers"])
    _drop_irrelevant(report, version, definition)
    # What an earlier version named stays with it.
    drop_unused(report, *report.versions.values_list("answers", flat=True))
    return version


def _drop_irrelevant(report: QuarterlyReport, version: ReportVersion, definition: Definition) -> None:
    """Leave out what was answered to questions that are not asked, and count again where a figure goes with it."""
    for _round in range(len(version.answers)):
        kept = relevant_answers(definition, version.answers, figures_as_answers(version))
        if kept == version.answers:
            return
        version.answers = kept
        version.save(update_fields=["answers"])
        build(report, version)


def _explained(version: ReportVersion, explanations: dict[str, str] | None) -> dict[str, str]:
    """What is said about figures, with what is said now; an empty text takes an explanation back."""
    both = {**version.explanations, **(explanations or {})}
    return {key: text.strip()[:500] for key, text in both.items() if text and text.strip()}


def build(
    report: QuarterlyReport, version: ReportVersion | None = None, by: User | None = None
) -> ReportVersion:
    """Fill the open version's figures from the records and from the accepted reports below."""
    version = version or open_version(report, by)
    fill(report.cycle, [report], {report.pk: version})
    version.refresh_from_db()
    return version


@transaction.atomic
def recount(*, report: QuarterlyReport, by: User) -> ReportVersion:
    """Fill the figures now, for somebody who waits for them."""
    report = _writable(report, by)
    return build(report, open_version(report, by))


def fill_first(cycle: ReportingCycle, region: str = "") -> int:
    """Count the figures of the reports that nobody has begun, so that they open filled; returns how many.

    Each is counted once; from then on writing and sending count again. Lower tiers come first, a few hundred at a time,
    so a killed worker costs little and a second run finds the rest.
    """
    count = 0
    begun = ReportVersion.objects.filter(report=OuterRef("pk"))
    for tier in Tier:
        waiting = cycle.reports.filter(~Exists(begun), within_q(region), tier=tier, status=Status.DRAFT)
        keys = list(waiting.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), 500):
            with transaction.atomic():
                rows = list(waiting.filter(pk__in=keys[start : start + 500]).select_for_update())
                made = ReportVersion.objects.bulk_create(ReportVersion(report=row, number=1) for row in rows)
                fill(cycle, rows, {version.report_id: version for version in made})
                count += len(rows)
    return count


@transaction.atomic
def ask_to_build(*, report: QuarterlyReport, by: User):
    """Have a worker fill the report's figures; returns the job, the running one if there is one."""
    report = _writable(report, by)
    return jobs.submit("quarterly.build", by=by, key=f"report:{report.pk}", report=report.pk)


# -- sending and reviewing -------------------------------------------------------------------------------------------------
@transaction.atomic
def send_report(
    *,
    report: QuarterlyReport,
    by: User,
    note: str = "",
    seen: str = "",
    explanations: dict[str, str] | None = None,
) -> QuarterlyReport:
    """Seal the version and pass it to the tier above, with its copies (M-04, M-10).

    `seen` is the digest of what the sender looked at: if the figures have changed since, nothing is sent and they are
    asked to look again.
    """
    move = f"send_{report.tier}"
    report = _writable(report, by)
    version = build(report, open_version(report, by))
    looked_at = digest(version)
    if seen and seen != looked_at:
        raise ChangedSinceSeen(
            _("The figures have changed since you looked at them. Please look again, then send."),
            code="changed",
        )
    version.explanations = _explained(version, explanations)
    version.save(update_fields=["explanations"])
    definition = Asked(report.cycle).of(report.region_id).for_tier(report.tier)
    errors = answer_errors(definition, version.answers, figures_as_answers(version))
    for key, texts in unexplained(version, definition).items():
        errors[key] = [*errors.get(key, ()), *texts]
    errors |= outside_errors(report, version)
    if errors:
        raise ValidationError(errors)
    seal(version)
    report.version = version
    report.first_sent_on = report.first_sent_on or timezone.localdate()
    report.number = report.number or next_number("LAP", report.region)
    report.save(update_fields=["version", "first_sent_on", "number"])
    REPORT_FLOW.record(report, move, by=by, note=note, version=version.number)
    _record_copies(report, version)
    return report


class ChangedSinceSeen(ValidationError):
    """The figures are other than the sender saw."""


def seal(version: ReportVersion) -> None:
    """From here on the database refuses every change of the version and of its figures."""
    version.sealed_at, version.digest = timezone.now(), digest(version)
    version.save(update_fields=["sealed_at", "digest"])


def _record_copies(report: QuarterlyReport, version: ReportVersion) -> None:
    ReportCopy.objects.bulk_create(
        ReportCopy(version=version, recipient=name, position=index)
        for index, name in enumerate(copies_of(report), start=1)
    )


@transaction.atomic
def accept_report(*, report: QuarterlyReport, by: User, note: str = "") -> QuarterlyReport:
    """Take a report into the tier above (M-06)."""
    move = f"accept_{report.tier}"
    report = _reviewable(report, move, by)
    REPORT_FLOW.record(report, move, by=by, note=note, version=report.version.number)
    parent = report.parent
    if parent and parent.status in WRITABLE:
        jobs.submit("quarterly.build", by=by, key=f"report:{parent.pk}", report=parent.pk)
    return report


@transaction.atomic
def return_report(*, report: QuarterlyReport, note: str, by: User) -> QuarterlyReport:
    """Give a report back with a note that says what is to be put right (M-06)."""
    if not note.strip():
        raise ValidationError({"note": _("Say what is to be put right.")})
    move = f"return_{report.tier}"
    report = _reviewable(report, move, by)
    parent = report.parent
    if report.status in COUNTED and parent and parent.status not in WRITABLE:
        raise WrongState(
            _(
                "It is already part of a report that was sent to the next tier. Ask for that one to be returned first."
            )
        )
    REPORT_FLOW.record(report, move, by=by, note=note.strip(), version=report.version.number)
    return report


def _reviewable(report: QuarterlyReport, move: str, by: User) -> QuarterlyReport:
    report = REPORT_FLOW.lock(report, move, by=by)
    if report.cycle.status != CycleStatus.OPEN:
        raise WrongState(_("This quarter has been closed."))
    return report


def unexplained(version: ReportVersion, definition: Definition) -> dict[str, list[str]]:
    """Figures other than the counted ones that nobody has explained, as errors by key."""
    text = _("“%(question)s”: say why another figure than the counted one is sent.")
    return {
        key: [text % {"question": definition[key]}]
        for key in version.coverage.get("counted", {})
        if not version.explanations.get(key)
    }


# -- figures as answers -----------------------------------------------------------------------------------------------------
def figures_as_answers(version: ReportVersion) -> dict[str, Any]:
    """The figures in the form of answers, for conditions, constraints and calculations."""
    values: dict[str, Any] = {}
    for key, item, value in version.figures.values_list("key", "item", "value"):
        table, dot, column = key.partition(".")
        if dot:
            values.setdefault(table, {}).setdefault(item, {})[column] = value
        else:
            values[key] = value
    return values


__all__ = [
    "ChangedSinceSeen", "accept_report", "ask_to_build", "build", "figures_as_answers", "open_cycle", "open_version",
    "recount", "return_report", "save_answers", "seal", "send_report", "Status",
]  # fmt: skip
