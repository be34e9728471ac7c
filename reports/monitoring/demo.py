"""Demo supervision: crosswise pairs, visits planned, held and overdue, findings at every step; and one regency's own questions."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from portal.accounts.models import User
from portal.ledger.workflow import as_of
from portal.periods import Quarter
from portal.regions.models import Region

from . import instruments, supervision
from .definition import Definition, Question, Section
from .models import Finding, Instrument, Purpose, SupervisionPair, SupervisionVisit

PAIRED = {"34.04": "mj.sleman", "34.02": "mj.bantul", "32.04": "mj.bandung"}
SHEET = {
    "has_plan": True,
    "done_as_planned": "partly",
    "has_budget": True,
    "budget_share": "62.5",
    "updates_entered": "14",
    "tablet_skill": "helped",
    "families_told": True,
    "remarks": "Pencatatan dilakukan sore hari karena sinyal di padukuhan lemah.",
}
ADDED = Definition((
    Section("sleman", "Kekhasan Kabupaten Sleman", questions=(
        Question(
            "merapi_families", "integer", "Keluarga di kawasan rawan Merapi yang dikunjungi", unit="keluarga",
            help="Hitung setiap keluarga satu kali.", minimum=0,
        ),
        Question("padukuhan_meetings", "integer", "Musyawarah padukuhan yang dihadiri", unit="kali", minimum=0, maximum=200),
    )),
))  # fmt: skip


def load(world=None) -> None:
    """Create what is missing; visits that are there stay as people left them."""
    today = world.today if world else timezone.localdate()
    users = {user.username: user for user in User.objects.filter(assignments__isnull=False)}
    if not {*PAIRED.values(), "korprov.diy", "seknas", "spv.depok"} <= set(users):
        return
    quarter = Quarter.of(today)
    for code, manager in PAIRED.items():
        if not SupervisionPair.objects.filter(region=code, quarter_code=str(quarter)).exists():
            supervision.pair_crosswise(
                regency=Region.objects.get(pk=code), quarter=quarter, by=users[manager]
            )
    if not SupervisionVisit.objects.exists():
        _visits(users, today, quarter)
    if not Instrument.objects.filter(code="tambahan-sleman").exists():
        _own_questions(users["mj.sleman"], today)


def _visits(users: dict[str, User], today: dt.date, quarter: Quarter) -> None:
    days = dt.timedelta

    def plan(code: str, kind: str, who: str, day: dt.date, purpose: str, **more) -> SupervisionVisit:
        with as_of(_moment(min(day, today) - days(9))):
            return supervision.plan_visit(
                region=Region.objects.get(pk=code), kind=kind, planned_on=day, purpose=purpose, by=users[who],
                **{"leader": users[who], **more},
            )  # fmt: skip

    def hold(visit: SupervisionVisit, **answers) -> SupervisionVisit:
        with as_of(_moment(visit.planned_on, 15)):
            return supervision.hold_visit(
                visit=visit, held_on=visit.planned_on, answers=SHEET | answers, by=visit.leader
            )

    with_whom = "Dinas Sosial dan Bappeda Kabupaten Sleman"
    seen = hold(
        plan(
            "34.04",
            "provincial",
            "korprov.diy",
            today - days(24),
            "Pembinaan triwulanan SLRT",
            with_whom=with_whom,
        )
    )
    _findings(seen, users, today)
    plan(
        "34.02",
        "provincial",
        "korprov.diy",
        today + days(9),
        "Pembinaan triwulanan SLRT",
        with_whom="Dinas Sosial Kabupaten Bantul",
    )
    plan("34", "national", "seknas", today + days(16), "Pemantauan persiapan evaluasi tahunan")
    hold(
        plan("34.04.07.2001", "regency", "mj.sleman", today - days(12), "Pendampingan pencatatan keluhan"),
        tablet_skill="able",
        done_as_planned="yes",
    )
    plan(
        "34.04.06.2001",
        "regency",
        "spv.mlati" if "spv.mlati" in users else "mj.sleman",
        today - days(3),
        "Pendampingan usulan pemutakhiran data",
    )
    for place, pair in enumerate(
        SupervisionPair.objects.filter(region="34.04", quarter_code=str(quarter)).order_by("pk")[:2]
    ):
        with as_of(_moment(min(quarter.start + days(8), today - days(1)))):
            visit = supervision.plan_visit(
                region=pair.facilitator_village, kind="crosswise", planned_on=quarter.start + days(20) if place == 0 else quarter.end - days(5),
                purpose="Pengawasan silang fasilitator", leader=pair.companion, pair=pair, by=users["mj.sleman"],
            )  # fmt: skip
        if place == 0 and visit.planned_on <= today:
            hold(visit, tablet_skill="able")


def _findings(visit: SupervisionVisit, users: dict[str, User], today: dt.date) -> None:
    days = dt.timedelta
    manager, coordinator = users["mj.sleman"], users["korprov.diy"]
    with as_of(_moment(visit.planned_on, 16)):
        found: list[Finding] = [
            supervision.record_finding(
                visit=visit, text=text, owner=manager, due_on=today + days(due), by=coordinator
            )
            for text, due in (
                ("Tiga tablet fasilitator rusak dan belum diganti.", -4),
                ("Buku tamu dan register keluhan belum dicocokkan setiap minggu.", 6),
                ("Dua rujukan lebih dari sebulan tanpa jawaban pengelola program.", 14),
                ("Papan informasi alur layanan belum terpasang.", -10),
            )
        ]
    for ago, finding, done in (
        (2, found[2], "Pertemuan dengan pengelola program dilaksanakan; kedua rujukan sudah dijawab."),
        (11, found[3], "Papan alur layanan terpasang di ruang tunggu."),
    ):
        with as_of(_moment(today - days(ago))):
            supervision.finish_finding(finding=finding, done=done, by=manager)
    with as_of(_moment(today - days(8))):
        supervision.review_finding(finding=found[3], sufficient=True, note="", by=coordinator)


def _moment(day: dt.date, hour: int = 10) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def _own_questions(manager: User, today: dt.date) -> None:
    core = instruments.core_instrument(Purpose.QUARTERLY)
    own = instruments.create_instrument(
        code="tambahan-sleman", name="Tambahan Kabupaten Sleman", purpose=Purpose.QUARTERLY, by=manager,
        region=Region.objects.get(pk="34.04"), extends=core,
    )  # fmt: skip
    draft = own.draft
    instruments.save_draft(version=draft, definition=ADDED, by=manager)
    instruments.publish_version(version=draft, valid_from=today, by=manager)
