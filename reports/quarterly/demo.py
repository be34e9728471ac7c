"""Demo reports: four closed quarters, one between the tiers, one running; figures are those of the demo cases.

Lively regions write much, the rest of the nation sends outlines, and some are late or missing, as it goes. Words and
typed figures are invented.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import defaultdict

from django.db import connection
from django.utils import timezone

from portal.accounts.models import RoleAssignment, User
from portal.ledger.numbers import next_number
from portal.ledger.workflow import as_of
from portal.periods import Quarter

from . import closing, copies, services
from .figures import Asked, canonical, fill
from .models import QuarterlyReport, ReportCopy, ReportingCycle, ReportVersion
from .sources import counter
from .workflow import CYCLE_FLOW, REPORT_FLOW, SYSTEM, Tier

SEED = 42
CLOSED = 4
LIVELY = ("34", "32.04", "19")
#: stays with the Puskesos coordinator, with the manager, with the manager after a return: something for each demo account
WAITING_REVIEW = ("34.04.07.2001", "32.04.37.2019", "19.06.01.2002")
RETURNED = ("34.02.15.2004",)

ACHIEVEMENTS = (
    "Keluhan kesehatan terlayani lebih cepat setelah ada jadwal rujukan bersama dinas terkait.",
    "Kunjungan fasilitator menjangkau padukuhan yang triwulan lalu belum terkunjungi.",
    "Seluruh keluarga yang datang menerima surat resi, dan hasilnya disampaikan sebelum dua minggu.",
    "Usulan pemutakhiran data disepakati dalam musyawarah dan diteruskan ke pengelola data.",
)
OBSTACLES = (
    "Sinyal di beberapa padukuhan lemah sehingga pencatatan dilakukan setelah kembali ke kantor.",
    "Dua rujukan menunggu jawaban pengelola program lebih dari satu bulan.",
    "Petugas baru belum mengikuti pelatihan aplikasi.",
    "Sebagian warga belum memiliki NIK yang padan sehingga usulan tertunda.",
)
EFFORTS = (
    "Berkoordinasi dengan dinas kependudukan dan menjadwalkan pendampingan.",
    "Meminta pertemuan dengan pengelola program yang belum menjawab.",
)
PLANS = (
    "Menyelesaikan keluhan yang masih terbuka dan menjadwalkan kunjungan ke keluarga rentan.",
    "Pelatihan penggunaan tablet bagi fasilitator baru dan rapat koordinasi dengan pengelola program.",
    "Sosialisasi alur layanan di tingkat RT/RW dan pembaruan papan informasi.",
)


def load(world=None) -> None:
    """Create the quarters that are missing; a quarter that is there stays as people left it."""
    today = world.today if world else timezone.localdate()
    current = Quarter.of(today)
    quarter = current
    for _step in range(CLOSED + 1):
        quarter = quarter.previous()
    while quarter < current.previous():
        _Quarter(quarter).load(closed=True)
        quarter = quarter.next()
    _Quarter(current.previous()).load(closed=False)
    if not ReportingCycle.objects.filter(quarter_code=str(current)).exists():
        cycle = services.open_cycle(quarter=current)
        services.fill_first(cycle, LIVELY[0])


class _Quarter:
    def __init__(self, quarter: Quarter):
        self.quarter = quarter
        self.chance = random.Random(f"{SEED}:{quarter}")
        self.secretariat = (
            User.objects.filter(assignments__role="national_secretariat").order_by("pk").first()
        )

    def load(self, *, closed: bool) -> None:
        if ReportingCycle.objects.filter(quarter_code=str(self.quarter)).exists():
            return
        with as_of(self._moment(self.quarter.end + dt.timedelta(days=1), 7)):
            self.cycle = services.open_cycle(quarter=self.quarter)
        self.asked = Asked(self.cycle)
        self.facilitators = counter("staff.facilitators").count(Tier.SLRT, self.quarter)
        self.authors = {
            (role, code): user
            for role, code, user in RoleAssignment.objects.filter(
                role__in=("puskesos_coordinator", "manager", "provincial_coordinator", "national_secretariat")
            ).values_list("role", "region_id", "user_id")
        }
        self.users = User.objects.in_bulk(set(self.authors.values()))
        self.send(Tier.PUSKESOS, closed)
        self.send(Tier.SLRT, closed)
        if not closed:
            return
        self.send(Tier.PROVINCE, closed)
        self.send(Tier.NATION, closed)
        cycle = ReportingCycle.objects.get(pk=self.cycle.pk)
        at = self._moment(self.cycle.due_nation + dt.timedelta(days=5), 15)
        CYCLE_FLOW.record_all([cycle], "close", by=self.secretariat, at=at)
        closing.finish_closing(ReportingCycle.objects.get(pk=cycle.pk), at=at)

    def send(self, tier: str, closed: bool) -> None:
        """One tier writes, sends and is reviewed."""
        reports = []
        for report in self.cycle.reports.filter(tier=tier).select_related("region", "cycle").order_by("pk"):
            lively = not report.region_id or report.region_id.startswith(LIVELY)
            if tier == Tier.SLRT and not closed and report.region_id in ("34.04", "32.04", "19.06"):
                self._draft(report)
            elif (
                report.region_id in WAITING_REVIEW + RETURNED
                or self.chance.random() < (0.97 if lively else 0.8)
                or tier in (Tier.PROVINCE, Tier.NATION)
            ):
                reports.append(report)
        versions = self._versions(reports)
        self._seal(reports, versions, fill(self.cycle, reports, versions))
        self._pass_on(tier, reports, closed)

    def _draft(self, report: QuarterlyReport) -> None:
        services.build(
            report, ReportVersion.objects.create(report=report, number=1, answers=self._answers(report))
        )

    def _versions(self, reports) -> dict[int, ReportVersion]:
        made = ReportVersion.objects.bulk_create(
            [
                ReportVersion(
                    report=report,
                    number=1,
                    answers=self._answers(report),
                    created_by=self._author(report),
                    created_at=self._moment(self.cycle.opens_on, 9),
                )
                for report in reports
            ],
            batch_size=500,
        )
        return {version.report_id: version for version in made}

    def _answers(self, report) -> dict:
        chance, pick = self.chance, self.chance.choice
        scale = {Tier.PUSKESOS: 1, Tier.SLRT: 20, Tier.PROVINCE: 40, Tier.NATION: 100}[report.tier]
        budget = scale * chance.randint(12, 30) * 1_000_000
        answers = {
            "as_planned": "partly" if chance.random() < 0.25 else "yes",
            "meetings": str(chance.randint(1, 4)),
            "trained": str(chance.randint(0, 2 + scale)),
            "budget": str(budget),
            "spent": str(int(budget * (0.22 * self.quarter.number + chance.uniform(-0.05, 0.08)))),
            "achievements": pick(ACHIEVEMENTS),
            "obstacles": pick(OBSTACLES),
            "efforts": pick(EFFORTS),
            "plans": pick(PLANS),
        }
        if answers["as_planned"] == "partly":
            answers["why_not"] = (
                "Satu kegiatan sosialisasi ditunda karena cuaca dan dijadwalkan kembali triwulan berikutnya."
            )
        if report.tier in (Tier.PUSKESOS, Tier.SLRT):
            answers["data_updates"] = str(chance.randint(0, 8 * (1 if report.tier == Tier.PUSKESOS else 12)))
        if report.tier == Tier.SLRT:
            people = self.facilitators.get((report.region_id, ""), 0)
            answers["facilitators_able"] = str(int(int(people) * chance.uniform(0.6, 0.95)))
        # What the records fill is not typed.
        definition = self.asked.of(report.region_id)
        return {key: value for key, value in answers.items() if not definition[key].source}

    def _seal(self, reports, versions, figures) -> None:
        rows = defaultdict(list)
        for version, *row in figures:
            rows[version].append(tuple(row))
        for report in reports:
            version, due = versions[report.pk], self.cycle.due_on(report.tier)
            late = self.chance.random() < 0.08
            report.first_sent_on = due + dt.timedelta(
                days=self.chance.randint(1, 9) if late else -self.chance.randint(0, 8)
            )
            version.sealed_at = self._moment(report.first_sent_on, 10)
            version.digest = hashlib.sha256(canonical(version, rows[version.pk])).hexdigest()
            report.version = version
            if report.tier != Tier.PUSKESOS or (("puskesos_coordinator", report.region_id) in self.authors):
                report.number = next_number("LAP", report.region, on=report.first_sent_on)
        adapt = connection.ops.adapt_datetimefield_value
        sealed = {pk: adapt(version.sealed_at) for pk, version in versions.items()}
        with connection.cursor() as cursor:  # bulk_update would take longer than all the rest
            cursor.executemany(
                f"UPDATE {ReportVersion._meta.db_table} SET filled_at = %s, sealed_at = %s, digest = %s WHERE id = %s",  # noqa: S608
                [(sealed[report], sealed[report], v.digest, v.pk) for report, v in versions.items()],
            )
            cursor.executemany(
                f"UPDATE {QuarterlyReport._meta.db_table} SET version_id = %s, first_sent_on = %s, number = %s WHERE id = %s",  # noqa: S608
                [(r.version.pk, r.first_sent_on, r.number, r.pk) for r in reports],
            )
            cursor.executemany(
                f"INSERT INTO {ReportCopy._meta.db_table} (version_id, recipient, position, recorded_at) VALUES (%s, %s, %s, %s)",  # noqa: S608
                [
                    (versions[report.pk].pk, name, position, sealed[report.pk])
                    for report in reports
                    for position, name in enumerate(self._copies(report), start=1)
                ],
            )

    def _copies(self, report) -> list[str]:
        if not hasattr(self, "rules"):
            self.rules = {tier: copies.copy_rules(tier, "") for tier in Tier}
        return copies.fill_copies(self.rules[report.tier], report.region)

    def _pass_on(self, tier: str, reports, closed: bool) -> None:
        """Log who sent and who accepted, each on its day; the offices without a demo account go through the system."""
        groups = defaultdict(list)
        for report in reports:
            groups[self._author(report), report.first_sent_on].append(report)
        for (author, day), group in groups.items():
            REPORT_FLOW.record_all(group, f"send_{tier}", by=author, at=self._moment(day, 10), version=1)
        if tier == Tier.NATION:
            return
        by_reviewer = defaultdict(list)
        for report in reports:
            if closed or report.region_id not in WAITING_REVIEW + RETURNED and self.chance.random() > 0.04:
                by_reviewer[self._reviewer(report)].append(report)
            elif report.region_id in RETURNED:
                at = self._moment(self.cycle.due_puskesos + dt.timedelta(days=3), 11)
                note = "Mohon lengkapi hambatan dan jumlah petugas yang dilatih, lalu kirim kembali."
                REPORT_FLOW.record_all(
                    [report], f"return_{tier}", by=self._reviewer(report), at=at, note=note, version=1
                )
        for reviewer, group in by_reviewer.items():
            at = self._moment(self.cycle.due_on(tier) + dt.timedelta(days=9), 14)
            REPORT_FLOW.record_all(group, f"accept_{tier}", by=reviewer, at=at, version=1)

    def _author(self, report) -> User | None:
        role = {
            Tier.PUSKESOS: "puskesos_coordinator",
            Tier.SLRT: "manager",
            Tier.PROVINCE: "provincial_coordinator",
            Tier.NATION: "national_secretariat",
        }[report.tier]
        return self.users.get(self.authors.get((role, report.region_id)), SYSTEM)

    def _reviewer(self, report) -> User | None:
        role, length = {
            Tier.PUSKESOS: ("manager", 5),
            Tier.SLRT: ("provincial_coordinator", 2),
            Tier.PROVINCE: ("national_secretariat", 0),
        }[report.tier]
        return self.users.get(self.authors.get((role, report.region_id[:length] or None)), SYSTEM)

    @staticmethod
    def _moment(day: dt.date, hour: int) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, 15), timezone.get_default_timezone())
