"""The score of one place beside its year before, aspect by aspect, with what was said and shown about each (E-03, E-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.monitoring import expressions
from reports.monitoring.evidence import evidence_of, evidence_url

from .models import Evaluation, QualitativeNote
from .typology import Aspect, AspectScore, Result, assess


@dataclass(frozen=True)
class AspectLine:
    """One aspect: its score this year and last, and what proves it."""

    score: AspectScore
    before: Decimal | None
    before_weight: Decimal | None
    notes: tuple[QualitativeNote, ...]
    files: tuple[tuple[str, str, str], ...]  # question, name, address

    @property
    def percent(self) -> Decimal:
        return 100 * self.score.share


def beside_last_year(
    evaluation: Evaluation, result: Result, before: Evaluation | None, notes: Sequence[QualitativeNote]
) -> list[AspectLine]:
    """Each aspect with the year before under that year's own scheme, its qualitative notes and its evidence files."""
    old = {a.aspect: a for a in assess(before.round.scheme.parsed, before.answers).aspects} if before else {}
    definition = evaluation.round.instrument_version.parsed
    section_of = {q.key: section.key for section in definition.sections for q in section.questions}
    lines = []
    for score in result.aspects:
        questions = {
            name.partition(".")[0]
            for p in score.points
            for name in expressions.references(p.indicator.points)
        }
        # A file proves an aspect when it is named after it, or stands in the section of a question that scores for it.
        near = {section_of.get(key) for key in questions}
        files = tuple(
            (str(question), answer["name"], evidence_url(answer))
            for question, answer in evidence_of(definition, evaluation.answers)
            if score.aspect in question.key
            or not _named_after(question.key)
            and section_of[question.key] in near
        )
        earlier = old.get(score.aspect)
        lines.append(
            AspectLine(
                score,
                earlier.score if earlier else None,
                earlier.weight if earlier else None,
                tuple(note for note in notes if note.aspect == score.aspect),
                files,
            )
        )
    return lines


def _named_after(key: str) -> bool:
    return any(aspect in key for aspect in Aspect.values)
