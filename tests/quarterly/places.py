"""A small province of reports: two villages and a regency in Sleman, one village in Bantul, and their officers."""

from __future__ import annotations

import datetime as dt
import itertools

from django.utils import timezone

from cases.casework.models import Case, Feedback, Referral
from portal.accounts.roles import Role
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.periods import Quarter
from portal.units.models import Unit
from reports.monitoring.reference import load as load_instruments
from reports.quarterly import services
from reports.quarterly.models import QuarterlyReport
from reports.quarterly.reference import load as load_copies
from tests.factories import DeskFactory, ProgramFactory, UnitFactory, officer

CATURTUNGGAL, CONDONGCATUR, SLEMAN, BANTUL, DIY = "34.04.07.2001", "34.04.07.2002", "34.04", "34.02", "34"
PANGGUNGHARJO = "34.02.15.2004"
LAST = Quarter(2026, 3)
LONG_AGO = dt.date(2020, 1, 1)
NARRATIVE = {
    "as_planned": "yes",
    "achievements": "Seratus keluarga terlayani.",
    "plans": "Menjangkau padukuhan terpencil.",
}
_numbers = itertools.count(1)


class Province:
    """DIY with two SLRTs and three Puskesos, an open quarter, and whoever writes and reviews its reports."""

    def __init__(self, quarter: Quarter = LAST):
        load_instruments()
        load_copies()
        self.quarter = quarter
        self.units = {code: UnitFactory(kind=Unit.Kind.PUSKESOS if len(code) > 8 else Unit.Kind.SLRT, region_id=code)
                      for code in (SLEMAN, BANTUL, CATURTUNGGAL, CONDONGCATUR, PANGGUNGHARJO)}  # fmt: skip
        self.coordinator = {
            code: officer(Role.PUSKESOS_COORDINATOR, code, valid_from=LONG_AGO)
            for code in self.units
            if len(code) > 8
        }
        self.manager = {code: officer(Role.MANAGER, code, valid_from=LONG_AGO) for code in (SLEMAN, BANTUL)}
        self.provincial = officer(Role.PROVINCIAL_COORDINATOR, DIY, valid_from=LONG_AGO)
        self.secretariat = officer(Role.NATIONAL_SECRETARIAT, "", valid_from=LONG_AGO)
        self.program = ProgramFactory(code="pis")
        self.desk = DeskFactory(programs=[self.program])
        self.cycle = services.open_cycle(quarter=quarter)

    def report(self, code: str | None) -> QuarterlyReport:
        return QuarterlyReport.objects.select_related("cycle", "parent", "version").get(
            cycle=self.cycle, region=code
        )

    def author(self, code: str | None):
        if code is None:
            return self.secretariat
        return self.coordinator.get(code) or self.manager.get(code) or self.provincial

    def reviewer(self, code: str):
        return {13: lambda: self.manager[code[:5]], 5: lambda: self.provincial, 2: lambda: self.secretariat}[
            len(code)
        ]()

    def write(self, code: str | None, **answers) -> QuarterlyReport:
        services.save_answers(report=self.report(code), answers=NARRATIVE | answers, by=self.author(code))
        return self.report(code)

    def send(self, code: str | None, **answers) -> QuarterlyReport:
        self.write(code, **answers)
        services.send_report(report=self.report(code), by=self.author(code))
        return self.report(code)

    def accept(self, code: str) -> QuarterlyReport:
        services.accept_report(report=self.report(code), by=self.reviewer(code))
        return self.report(code)

    def pass_on(self, *codes: str | None) -> None:
        """Send and accept, in the order given."""
        for code in codes:
            self.send(code)
            if code is not None:
                self.accept(code)

    def case(
        self,
        code: str,
        opened: str,
        closed: str = "",
        *,
        kind: str = "question",
        outcome: str = "answered",
        **fields,
    ) -> Case:
        """A case of a unit, registered and perhaps finished on days of the office's calendar."""
        village = code if len(code) > 8 else f"{code}.07.2003" if code == SLEMAN else "34.02.15.2001"
        number = next(_numbers)
        return Case.objects.create(
            number=f"T{number}", lookup_code="ABC", kind=kind, unit=self.units[code], region_id=village, description="-",
            channel=fields.pop("channel", Case.Channel.PUSKESOS), program=fields.pop("program", self.program),
            opened_at=moment(opened), registered_by=self.author(code),
            **({"status": "closed", "closed_at": moment(closed), "outcome": outcome} if closed else {}), **fields,
        )  # fmt: skip

    def refer(self, case: Case, day: str, answered: str = "", status: str = "approved") -> Referral:
        return Referral.objects.create(
            case=case, desk=self.desk, program=self.program, proposed_by=self.secretariat, referred_by=self.secretariat, referred_at=moment(day),
            **({"status": status, "answered_at": moment(answered), "answered_by": self.secretariat} if answered else {}),
        )  # fmt: skip

    def tell(self, case: Case, day: str) -> Feedback:
        return Feedback.objects.create(case=case, method="visit", told_at=moment(day), by=self.secretariat)


def moment(text: str) -> dt.datetime:
    """`2026-07-01` at nine, or `2026-07-01 00:00`, in Jakarta."""
    day = dt.datetime.fromisoformat(text if " " in text else f"{text} 09:00")
    return day.replace(tzinfo=timezone.get_default_timezone())


def run_jobs() -> int:
    """Do what the worker would: run every waiting job."""
    waiting = list(
        Job.objects.filter(status=Job.Status.QUEUED).order_by("created_at").values_list("pk", flat=True)
    )
    for pk in waiting:
        jobs.run(pk)
    return len(waiting)


def figures(report: QuarterlyReport, version=None) -> dict[tuple[str, str], object]:
    version = version or report.versions.order_by("-number").first()
    return {(f.key, f.item): f.value for f in version.figures.all()}
