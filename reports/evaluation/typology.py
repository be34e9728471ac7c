"""Typology: seven aspects, points by indicators, a class by thresholds; all of it data of one year (E-09, E-10).

Pure: a scheme and answers give a result that explains itself. Nothing here knows which indicators, weights or
thresholds there are; the National Secretariat sets them for each year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.monitoring import expressions
from reports.monitoring.definition import Definition


class Aspect(models.TextChoices):
    """The seven aspects of guideline V.A."""

    REGULATION = "regulation", gettext_lazy("Regulation")
    INSTITUTION = "institution", gettext_lazy("Institution")
    COMPLAINTS = "complaints", gettext_lazy("Complaint handling")
    DATA = "data", gettext_lazy("Use of data")
    INNOVATION = "innovation", gettext_lazy("Service innovation")
    BUDGET = "budget", gettext_lazy("Budget support")
    PEOPLE = "people", gettext_lazy("Human resources")


class Typology(models.TextChoices):
    ADVANCED = "advanced", gettext_lazy("Advanced")
    DEVELOPING = "developing", gettext_lazy("Developing")
    UNDERDEVELOPED = "underdeveloped", gettext_lazy("Underdeveloped")


CENT = Decimal("0.01")


@dataclass(frozen=True)
class Indicator:
    """One indicator: an expression over the answers that gives 0 to `best` points."""

    key: str
    aspect: str
    label: str
    points: str
    best: Decimal


@dataclass(frozen=True)
class Scheme:
    """How one year scores: indicators, the weight of each aspect (together 100), and from which score a class begins."""

    indicators: tuple[Indicator, ...]
    weights: Mapping[str, Decimal]
    developing_from: Decimal
    advanced_from: Decimal

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scheme:
        return cls(
            tuple(
                Indicator(i["key"], i["aspect"], i["label"], i["points"], Decimal(str(i["best"])))
                for i in data["indicators"]
            ),
            {aspect: Decimal(str(weight)) for aspect, weight in data["weights"].items()},
            Decimal(str(data["developing_from"])),
            Decimal(str(data["advanced_from"])),
        )

    def problems(self, questions: set[str]) -> list[str]:
        """What keeps a scheme from being put in force, in sentences."""
        found = []
        for aspect in Aspect:
            if not any(indicator.aspect == aspect for indicator in self.indicators):
                found.append(_("The aspect “%(aspect)s” has no indicator.") % {"aspect": aspect.label})
        if set(self.weights) != set(Aspect.values) or sum(self.weights.values()) != 100:
            found.append(_("The weights of the seven aspects together are 100."))
        if not 0 < self.developing_from < self.advanced_from <= 100:
            found.append(_("The thresholds rise from 0 to 100."))
        for indicator in self.indicators:
            try:
                unknown = {
                    name.partition(".")[0] for name in expressions.references(indicator.points)
                } - questions
            except expressions.ExpressionError as error:
                found.append(f"{indicator.label}: {error}")
                continue
            if unknown:
                found.append(
                    _("%(indicator)s: there is no question %(keys)s.")
                    % {"indicator": indicator.label, "keys": ", ".join(sorted(unknown))}
                )
            if indicator.best <= 0:
                found.append(
                    _("%(indicator)s: the best is more than 0 points.") % {"indicator": indicator.label}
                )
        return found


@dataclass(frozen=True)
class Point:
    """What one indicator gave, of what it could give."""

    indicator: Indicator
    points: Decimal
    answered: bool

    @property
    def missing(self) -> Decimal:
        return self.indicator.best - self.points


@dataclass(frozen=True)
class AspectScore:
    aspect: str
    weight: Decimal
    points: tuple[Point, ...]

    @property
    def label(self) -> str:
        return str(Aspect(self.aspect).label)

    @property
    def share(self) -> Decimal:
        """Reached of what is possible, 0 to 1."""
        best = sum(point.indicator.best for point in self.points)
        return sum(point.points for point in self.points) / best if best else Decimal(0)

    @property
    def score(self) -> Decimal:
        """What it adds to the total of 100."""
        return (self.share * self.weight).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Result:
    aspects: tuple[AspectScore, ...]
    scheme: Scheme

    @property
    def score(self) -> Decimal:
        return sum((aspect.score for aspect in self.aspects), Decimal(0))

    @property
    def typology(self) -> str:
        return typology_for(self.score, self.scheme)

    @property
    def next_class(self) -> str:
        return {Typology.UNDERDEVELOPED: Typology.DEVELOPING, Typology.DEVELOPING: Typology.ADVANCED}.get(
            self.typology, ""
        )

    @property
    def short_of_next(self) -> Decimal:
        """Points missing for the next class; 0 for the highest."""
        start = {
            Typology.DEVELOPING: self.scheme.developing_from,
            Typology.ADVANCED: self.scheme.advanced_from,
        }.get(self.next_class)
        return max(start - self.score, Decimal(0)) if start is not None else Decimal(0)

    @property
    def gains(self) -> list[tuple[Point, Decimal]]:
        """Indicators that could still add to the score, the largest gain first."""
        found = []
        for aspect in self.aspects:
            best = sum(point.indicator.best for point in aspect.points)
            found += [
                (p, (p.missing / best * aspect.weight).quantize(CENT, ROUND_HALF_UP))
                for p in aspect.points
                if best and p.missing > 0
            ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].indicator.key))

    def to_json(self) -> dict:
        """The explanation as it is kept: it can be read when the scheme is long another."""
        return {
            "score": str(self.score), "typology": str(self.typology),
            "aspects": [
                {"aspect": a.aspect, "weight": str(a.weight), "score": str(a.score),
                 "points": [{"key": p.indicator.key, "label": p.indicator.label, "points": str(p.points), "best": str(p.indicator.best), "answered": p.answered} for p in a.points]}
                for a in self.aspects
            ],
        }  # fmt: skip


def sense_of(scheme: Scheme, questionnaire: Definition) -> Iterator[tuple[str, str]]:
    """What can be stored but makes no sense, as (indicator key or '', sentence)."""
    seen: set[str] = set()
    for indicator in scheme.indicators:
        if indicator.key in seen:
            yield indicator.key, _("Two indicators have the same name: %(name)s.") % {"name": indicator.label}
        seen.add(indicator.key)
        most = _most(indicator, questionnaire)
        if most is not None and most < indicator.best:
            yield (
                indicator.key,
                _("%(indicator)s: the answers give at most %(most)s points, never %(best)s.")
                % {"indicator": indicator.label, "most": f"{most:f}", "best": f"{indicator.best:f}"},
            )
    for aspect, weight in scheme.weights.items():
        if weight < 0:
            yield "", _("The weight of “%(aspect)s” is below zero.") % {"aspect": Aspect(aspect).label}


def _most(indicator: Indicator, questionnaire: Definition) -> Decimal | None:
    """The most points that an indicator over one question can give; None where that is not known."""
    try:
        names = {name.partition(".")[0] for name in expressions.references(indicator.points)}
    except expressions.ExpressionError:
        return None  # named by `problems`
    if len(names) != 1 or (key := names.pop()) not in questionnaire:
        return None
    question = questionnaire[key]
    if question.type == "choice":
        answers = [choice.value for choice in question.choices]
    elif question.type == "choices":
        answers = [[choice.value for choice in question.choices]]
    elif question.type == "yes_no":
        answers = [True, False]
    elif question.is_numeric and question.maximum is not None:
        answers = [question.maximum, question.minimum or 0]
    else:
        return None
    values = (expressions.number(expressions.evaluate(indicator.points, {key: answer})) for answer in answers)
    return max((value for value in values if value is not None), default=Decimal(0))


def typology_for(score: Decimal, scheme: Scheme) -> str:
    """The class of a score under one year's thresholds."""
    if score >= scheme.advanced_from:
        return Typology.ADVANCED
    return Typology.DEVELOPING if score >= scheme.developing_from else Typology.UNDERDEVELOPED


def assess(scheme: Scheme, answers: Mapping[str, Any]) -> Result:
    """Score answers by a scheme. What is not answered gives no points and is named as such."""
    aspects = []
    for aspect in Aspect:
        points = []
        for indicator in (i for i in scheme.indicators if i.aspect == aspect):
            value = expressions.number(expressions.evaluate(indicator.points, answers))
            answered = all(
                answers.get(name.partition(".")[0]) not in (None, "", [])
                for name in expressions.references(indicator.points)
            )
            given = min(max(value or Decimal(0), Decimal(0)), indicator.best) if answered else Decimal(0)
            points.append(Point(indicator, given.quantize(CENT, ROUND_HALF_UP), answered))
        aspects.append(AspectScore(aspect.value, scheme.weights.get(aspect.value, Decimal(0)), tuple(points)))
    return Result(tuple(aspects), scheme)
