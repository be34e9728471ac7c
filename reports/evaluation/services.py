"""The use cases of the yearly evaluation: schemes, rounds, teams, filling and reviewing, recommendations (E-01 to E-10)."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policies import may
from portal.ledger import audit
from portal.regions.models import Level, Region, within_q
from portal.units.models import Unit
from reports.monitoring.answers import answer_errors, clean_answers, relevant_answers
from reports.monitoring.definition import Definition
from reports.monitoring.evidence import drop_unused, keep_evidence
from reports.monitoring.instruments import core_instrument
from reports.monitoring.models import Purpose
from reports.monitoring.owners import officers_for

from .models import Evaluation, EvaluationRound, QualitativeNote, Recommendation, Team, TypologyScheme
from .typology import Scheme, Typology, assess, sense_of
from .workflow import EVALUATION_FLOW, OPEN, RECOMMENDATION_FLOW, ROUND_FLOW, RoundStatus

#: The evaluation belongs to the end of the budget year: a round starts in its last quarter or after it (E-01).
FIRST_MONTH = 10


# -- schemes ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_scheme(*, year: int, definition: dict, by: User) -> TypologyScheme:
    """Set indicators, weights and thresholds of one year; one that a round uses already stays as it is (E-10)."""
    if not may(by, "change", TypologyScheme):
        raise PermissionDenied(_("Only the National Secretariat sets the typology."))
    try:
        scheme = Scheme.from_json(definition)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise ValidationError(_("The scheme cannot be read.")) from None
    questionnaire = questionnaire_of(year)
    problems = scheme.problems({question.key for question in questionnaire.questions()})
    problems = problems or [sentence for _key, sentence in sense_of(scheme, questionnaire)]
    if problems:
        raise ValidationError(problems)
    found = TypologyScheme.objects.select_for_update().filter(year=year).first()
    if found and found.rounds.exists():
        raise ValidationError(_("A round of %(year)s uses this scheme; it keeps its own.") % {"year": year})
    found = found or TypologyScheme(year=year)
    found.definition, found.decided_by, found.decided_at = definition, by, timezone.now()
    found.save()
    audit.record(audit.Action.CHANGE, found, by=by, year=year)
    return found


def questionnaire_of(year: int | None) -> Definition:
    """The questionnaire in force at the end of a year; an empty one where there is none yet."""
    instrument = core_instrument(Purpose.EVALUATION)
    version = instrument and instrument.version_on(dt.date(year or timezone.localdate().year, 12, 31))
    return version.parsed if version else Definition()


def trial_of(scheme: Scheme, user: User) -> tuple[int, dict[str, int]] | None:
    """What a scheme would make of the newest final evaluations this user sees: (their year, places by class)."""
    rows = Evaluation.objects.visible_to(user).filter(status="final")
    year = rows.aggregate(year=Max("round__year"))["year"]
    if year is None:
        return None
    counts = dict.fromkeys(Typology.values, 0)
    for answers in rows.filter(round__year=year).values_list("answers", flat=True):
        counts[assess(scheme, answers).typology] += 1
    return year, {str(Typology(name).label): count for name, count in counts.items()}


# -- rounds -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def prepare_round(
    *, year: int, purpose: str, by: User, region: Region | None = None, method: str = EvaluationRound.Method.CENSUS,
    sample_size: int | None = None, seed: str = "",
) -> EvaluationRound:  # fmt: skip
    """Prepare the year's round for the nation or for one's region, for all places or for a sample (E-01, E-05)."""
    scheme = TypologyScheme.objects.filter(year=year).first()
    instrument = core_instrument(Purpose.EVALUATION)
    version = instrument and instrument.version_on(dt.date(year, 12, 31))
    if scheme is None or version is None:
        raise ValidationError(
            _("The typology scheme or the questionnaire of %(year)s has not been set yet.") % {"year": year}
        )
    if not purpose.strip():
        raise ValidationError({"purpose": _("Say what the evaluation is for.")})
    if method == EvaluationRound.Method.SAMPLE and not sample_size:
        raise ValidationError({"sample_size": _("A sample needs its size.")})
    round_ = EvaluationRound(
        year=year, region=region, purpose=purpose.strip(), method=method, scheme=scheme, instrument_version=version,
        sample_size=sample_size if method == EvaluationRound.Method.SAMPLE else None,
        seed=(seed or f"{year}-{region.pk if region else 'ID'}") if method == EvaluationRound.Method.SAMPLE else "",
    )  # fmt: skip
    if not may(by, "add", round_):
        raise PermissionDenied(_("You do not have the right to prepare an evaluation here."))
    round_.full_clean()
    round_.save()
    ROUND_FLOW.start(round_, by=by)
    return round_


def places_of(round_: EvaluationRound) -> list[tuple[str, str]]:
    """(region code, name) of the SLRTs of a round: all of its area, or the sample its seed draws; the same every time."""
    units = list(
        Unit.objects.filter(
            within_q(round_.region_id or ""), kind=Unit.Kind.SLRT, status=Unit.Status.OPERATING
        )
        .order_by("region_id")
        .values_list("region_id", "name")
    )
    if round_.method == EvaluationRound.Method.CENSUS or round_.sample_size >= len(units):
        return units
    return sorted(random.Random(round_.seed).sample(units, round_.sample_size))  # noqa: S311 - reproducible by intent


@transaction.atomic
def start_round(*, round_: EvaluationRound, by: User, today: dt.date | None = None) -> EvaluationRound:
    """Start a round: one evaluation for each of its places (E-01, E-05)."""
    round_ = ROUND_FLOW.lock(round_, "start", by=by)
    if (today or timezone.localdate()) < dt.date(round_.year, FIRST_MONTH, 1):
        raise ValidationError(
            _("The evaluation is done at the end of the budget year, from October %(year)s.")
            % {"year": round_.year}
        )
    places = places_of(round_)
    if not places:
        raise ValidationError(_("There is no operating SLRT in this area."))
    Evaluation.objects.bulk_create(
        Evaluation(round=round_, region_id=code, place_name=name) for code, name in places
    )
    ROUND_FLOW.record(round_, "start", by=by, places=len(places), seed=round_.seed)
    return round_


@transaction.atomic
def close_round(*, round_: EvaluationRound, by: User, note: str = "") -> EvaluationRound:
    round_ = ROUND_FLOW.lock(round_, "close", by=by)
    ROUND_FLOW.record(round_, "close", by=by, note=note)
    return round_


@transaction.atomic
def form_team(
    *, round_: EvaluationRound, region: Region | None, kind: str, members: str, by: User, evaluator: str = ""
) -> Team:
    """Form a team at its tier; an external evaluator is appointed by the National Secretariat alone (E-04, E-06)."""
    levels = {
        Level.NATION: Team.Tier.CENTRAL,
        Level.PROVINCE: Team.Tier.PROVINCE,
        Level.REGENCY: Team.Tier.REGENCY,
    }
    tier = levels.get(Level(region.level) if region else Level.NATION)
    if tier is None:
        raise ValidationError({"region": _("Teams are formed at the centre, in provinces and in regencies.")})
    team = Team(round=round_, region=region, tier=tier, kind=kind, members=members, evaluator=evaluator)
    if not may(by, "add", team):
        raise PermissionDenied(_("You do not have the right to form a team here."))
    if kind != Team.Kind.INTERNAL:
        if not may(by, "appoint", team):
            raise PermissionDenied(_("An external evaluator is appointed by the National Secretariat."))
        if not evaluator.strip():
            raise ValidationError({"evaluator": _("Name the external evaluator.")})
        team.appointed_by, team.appointed_on = by, timezone.localdate()
    elif evaluator.strip():
        raise ValidationError({"evaluator": _("An internal team has no external evaluator.")})
    if not members.strip():
        raise ValidationError({"members": _("Name the members.")})
    team.save()
    return team


# -- one place -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def fill_evaluation(*, evaluation: Evaluation, answers: dict[str, Any], by: User) -> Evaluation:
    """Keep answers and score them by the round's own scheme (E-02, E-09)."""
    evaluation = EVALUATION_FLOW.lock(evaluation, "send", by=by)
    _running(evaluation)
    definition = evaluation.round.instrument_version.parsed
    answers = keep_evidence(definition, answers, owner=evaluation, by=by)
    evaluation.answers = relevant_answers(definition, clean_answers(definition, answers))
    result = assess(evaluation.round.scheme.parsed, evaluation.answers)
    evaluation.result, evaluation.score, evaluation.typology = result.to_json(), result.score, result.typology
    evaluation.save(update_fields=["answers", "result", "score", "typology"])
    drop_unused(evaluation, evaluation.answers)
    return evaluation


@transaction.atomic
def send_evaluation(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Send for review: questionnaire complete, and at least one qualitative note beside it (E-03)."""
    evaluation = EVALUATION_FLOW.lock(evaluation, "send", by=by)
    _running(evaluation)
    errors = answer_errors(evaluation.round.instrument_version.parsed, evaluation.answers)
    if errors:
        raise ValidationError(errors)
    if not evaluation.notes.exists():
        raise ValidationError(
            _(
                "The evaluation combines the questionnaire with qualitative methods: record at least one discussion or interview."
            )
        )
    EVALUATION_FLOW.record(evaluation, "send", by=by)
    return evaluation


@transaction.atomic
def review_evaluation(*, evaluation: Evaluation, final: bool, note: str, by: User) -> Evaluation:
    """The centre accepts an evaluation as final or returns it with a note."""
    move = "finalise" if final else "return"
    evaluation = EVALUATION_FLOW.lock(evaluation, move, by=by)
    EVALUATION_FLOW.record(evaluation, move, by=by, note=note)
    return evaluation


@transaction.atomic
def add_note(
    *,
    evaluation: Evaluation,
    method: str,
    about: str,
    held_on: dt.date,
    participants: str,
    text: str,
    by: User,
    aspect: str = "",
) -> QualitativeNote:
    """Record a discussion or interview beside the questionnaire (E-03)."""
    evaluation = EVALUATION_FLOW.lock(evaluation, "send", by=by)
    _running(evaluation)
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("It is recorded when it has taken place.")})
    note = QualitativeNote(
        evaluation=evaluation,
        method=method,
        about=about,
        held_on=held_on,
        participants=participants,
        text=text,
        aspect=aspect,
        by=by,
    )
    note.full_clean()
    note.save()
    return note


@transaction.atomic
def recommend(
    *,
    evaluation: Evaluation,
    purpose: str,
    text: str,
    owner: User,
    due_on: dt.date,
    by: User,
    aspect: str = "",
) -> Recommendation:
    """Turn a result into a recommendation with an owner and a date (E-08)."""
    if not may(by, "fill", evaluation) and not may(by, "review", evaluation):
        raise PermissionDenied(_("You do not have the right to recommend here."))
    if owner.pk not in officers_for(evaluation.region_id):
        raise ValidationError({"owner": _("The follow-up needs somebody who works for this place.")})
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": _("The follow-up lies in the future.")})
    recommendation = Recommendation(
        evaluation=evaluation,
        region_id=evaluation.region_id,
        purpose=purpose,
        text=text.strip(),
        owner=owner,
        due_on=due_on,
        aspect=aspect,
    )
    recommendation.full_clean()
    recommendation.save()
    RECOMMENDATION_FLOW.start(recommendation, by=by)
    return recommendation


@transaction.atomic
def finish_recommendation(*, recommendation: Recommendation, done: str, by: User) -> Recommendation:
    recommendation = RECOMMENDATION_FLOW.lock(recommendation, "finish", by=by)
    RECOMMENDATION_FLOW.record(recommendation, "finish", by=by, note=done, also={"follow_up": done.strip()})
    return recommendation


def year_before(evaluation: Evaluation) -> Evaluation | None:
    """The same place's final evaluation of the year before, whatever scheme it had."""
    return Evaluation.objects.filter(
        region=evaluation.region_id, round__year=evaluation.round.year - 1, status="final"
    ).first()


def _running(evaluation: Evaluation) -> None:
    if evaluation.round.status != RoundStatus.RUNNING or evaluation.status not in OPEN:
        raise ValidationError(_("This round is not running."))
