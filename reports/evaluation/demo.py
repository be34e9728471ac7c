"""A finished round of last year and a running one of this year, over the demo units; answers are invented."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from portal.accounts.models import User
from portal.ledger.workflow import as_of
from portal.regions.models import Region
from reports.monitoring.answers import clean_answers

from . import services
from .example import SCHEME
from .models import Evaluation, EvaluationRound, QualitativeNote, TypologyScheme
from .typology import assess
from .workflow import EVALUATION_FLOW

SEED = 17
LIVELY = ("34", "32.04", "19")


def load(world=None) -> None:
    """Create the rounds that are missing."""
    today = world.today if world else timezone.localdate()
    for year in (today.year - 1, today.year):
        load_year(year, today)


def load_year(year: int, today: dt.date) -> None:
    """One year's round, finished where the year is over; a round that is there stays as people left it."""
    secretariat = User.objects.filter(assignments__role="national_secretariat").order_by("pk").first()
    if secretariat is None or EvaluationRound.objects.filter(year=year, region=None).exists():
        return
    ended = year < today.year
    decided = min(_moment(dt.date(year, 9, 21)), timezone.now())
    if not TypologyScheme.objects.filter(year=year).exists():
        thresholds = {"developing_from": "45", "advanced_from": "75"} if ended else {}
        scheme = services.set_scheme(year=year, definition=SCHEME | thresholds, by=secretariat)
        TypologyScheme.objects.filter(pk=scheme.pk).update(decided_at=decided)
    with as_of(decided):
        round_ = services.prepare_round(
            year=year, purpose="Menilai rancangan, proses, hasil, dan sumbangan SLRT pada dampak program.", by=secretariat
        )  # fmt: skip
    start = dt.date(year, 11, 2) if dt.date(year, 11, 2) <= today else dt.date(year, 10, 1)
    if start > today:
        return  # the evaluation belongs to the end of the year
    with as_of(_moment(start)):
        services.start_round(round_=round_, by=secretariat, today=start)
    _teams(round_, secretariat)
    _fill(round_, secretariat, ended, start)
    if ended:
        with as_of(_moment(dt.date(year, 12, 29))):
            _recommendations(round_, secretariat, today)


def _moment(day: dt.date, hour: int = 10) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def _fill(round_: EvaluationRound, secretariat: User, ended: bool, start: dt.date) -> None:
    scheme, definition = round_.scheme.parsed, round_.instrument_version.parsed
    rows = list(Evaluation.objects.filter(round=round_).select_related("round"))
    rows = rows if ended else [one for one in rows if one.region_id.startswith(LIVELY)]
    for one in rows:
        chance = random.Random(f"{SEED}:{one.region_id}")
        better = 0 if ended else chance.randint(0, 1)
        one.answers = clean_answers(definition, {
            "regulation": str(min(chance.randint(0, 2) + better, 3)), "institution": str(chance.randint(0, 2)),
            "complaints_finished": str(chance.randint(35, 85) + 5 * better), "innovations": str(chance.randint(0, 3)),
            "data_used": chance.sample(["planning", "budget", "targeting"], chance.randint(0, 3)),
            "budget_per_year": str(chance.randint(80, 800) * 1_000_000), "positions_filled": str(chance.randint(60, 95)),
            "contribution": "Keluarga yang layak lebih cepat terjangkau program; data usulan dipakai dalam musyawarah.",
        })  # fmt: skip
        result = assess(scheme, one.answers)
        one.result, one.score, one.typology = result.to_json(), result.score, result.typology
    Evaluation.objects.bulk_update(rows, ["answers", "result", "score", "typology"], batch_size=100)
    QualitativeNote.objects.bulk_create(
        QualitativeNote(
            evaluation=one, method="group", about="process", held_on=start + dt.timedelta(days=5), participants="Kader, fasilitator, perangkat desa",
            text="Peserta menilai alur rujukan sudah jelas; jawaban pengelola program masih sering terlambat.", by=secretariat,
        )
        for one in rows
    )  # fmt: skip
    if ended:
        at = _moment(dt.date(round_.year, 12, 15))
        EVALUATION_FLOW.record_all(rows, "send", by=None, at=at)
        EVALUATION_FLOW.record_all(rows, "finalise", by=secretariat, at=at + dt.timedelta(days=5))
        with as_of(at + dt.timedelta(days=7)):
            services.close_round(round_=round_, by=secretariat)


def _teams(round_: EvaluationRound, secretariat: User) -> None:
    """The three tiers of a round: central, one steering and one executing team (E-06)."""
    members = "Sekretariat Nasional SLRT, Pusat Data dan Informasi"
    university = "Pusat Studi Kependudukan, universitas mitra"
    services.form_team(
        round_=round_, region=None, kind="mixed", members=members, evaluator=university, by=secretariat
    )
    for username, code, who in (
        ("korprov.diy", "34", "Koordinator provinsi, Dinas Sosial DIY, Bappeda DIY"),
        ("bappeda.sleman", "34.04", "Bappeda, Dinas Sosial, Manajer SLRT"),
    ):
        by = User.objects.filter(username=username).first()
        if by is not None:
            region = Region.objects.get(pk=code)
            services.form_team(round_=round_, region=region, kind="internal", members=who, by=by)


def _recommendations(round_: EvaluationRound, secretariat: User, today: dt.date) -> None:
    """What followed from the last round: one done, one under way (E-08)."""
    manager = User.objects.filter(username="mj.sleman").first()
    place = Evaluation.objects.filter(round=round_, region="34.04").first()
    if manager is None or place is None:
        return
    texts = (
        ("strengthen", "regulation", "Menyusun rancangan peraturan bupati tentang penyelenggaraan SLRT."),
        ("sustain", "budget", "Memasukkan biaya kunjungan fasilitator ke dalam DPA perubahan."),
        ("expand", "innovation", "Membuka layanan bergerak ke kapanewon yang belum memiliki Puskesos."),
    )
    made = [
        services.recommend(
            evaluation=place, purpose=purpose, aspect=aspect, text=text, owner=manager,
            due_on=max(today, timezone.localdate()) + dt.timedelta(days=30 * number), by=secretariat,
        )
        for number, (purpose, aspect, text) in enumerate(texts, start=1)
    ]  # fmt: skip
    done = "Biaya kunjungan dimasukkan ke DPA perubahan dan sudah ditetapkan."
    with as_of(_moment(today - dt.timedelta(days=20))):
        services.finish_recommendation(recommendation=made[1], done=done, by=manager)
