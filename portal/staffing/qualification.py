"""Whether a person meets the criteria of a position: a requirement blocks, a preference warns (S-01 to S-07). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from portal.regions.models import CODE_LENGTH, Level

from .enums import Check, Strength


@dataclass(frozen=True)
class Finding:
    """What the check of one criterion found."""

    code: str
    text: str
    strength: str
    met: bool

    @property
    def blocks(self) -> bool:
        return not self.met and self.strength == Strength.REQUIREMENT

    @property
    def warns(self) -> bool:
        return not self.met and self.strength == Strength.PREFERENCE

    def as_dict(self) -> dict:
        return asdict(self)


def assess(
    criteria: Iterable, person, *, area: str, attested: Mapping[str, bool], other_appointments: int = 0
) -> list[Finding]:
    """Check a person (Officer or Candidate) against criteria for a work area (a region code).

    `attested` holds, by criterion code, what the one who appoints has confirmed; what nobody confirmed is not met.
    `other_appointments` counts posts in force that exclude a second one.
    """
    return [
        Finding(
            code=criterion.code,
            text=str(criterion),
            strength=criterion.strength,
            met=_meets(criterion, person, area, attested, other_appointments),
        )
        for criterion in criteria
    ]


def _meets(criterion, person, area, attested, other_appointments) -> bool:
    match criterion.check_by:
        case Check.EDUCATION:
            return person.education >= criterion.education
        case Check.BACKGROUND:
            return person.background in criterion.backgrounds
        case Check.RESIDENCE:
            return lives_in(person.domicile_id, area, criterion.residence_level)
        case Check.NO_FORBIDDEN_POST:
            return not person.has_forbidding_post and not other_appointments
        case _:
            return bool(attested.get(criterion.code))


def lives_in(domicile: str, area: str, level: int) -> bool:
    """Whether two region codes agree down to a level (of the area, where that is shallower)."""
    length = min(CODE_LENGTH[Level(level)], len(area))
    return domicile[:length] == area[:length]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.blocks]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.warns]
