"""The register as the eligibility engine reads it: which column holds which fact, and one household's facts (H-08)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from programs_catalog.eligibility.evaluation import Answer, Facts, Finding, evaluate
from programs_catalog.eligibility.query import Codes, Column, Mapping, age_on
from programs_catalog.eligibility.vocabulary import FACTS, About
from programs_catalog.eligibility.words import Reason, reasons
from programs_catalog.models import Audience, Criteria, Program

from .models import Enrolment, Household, Person

_OWN_COLUMNS = {"decile", "region", "receives", "age", "sex", "in_register", "members"}


def _in_force(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def _conditions(about: About) -> dict[str, Column]:
    """Facts that stand in the row's `conditions`, under the name of the fact."""
    return {
        fact.name: Column(f"conditions__{fact.name}")
        for fact in FACTS.values()
        if fact.about is about and fact.name not in _OWN_COLUMNS
    }


REGISTER = Mapping(
    household=_conditions(About.HOUSEHOLD)
    | {
        "decile": Column("decile"),
        "region": Column("region_id"),
        "receives": Codes(Enrolment, "household", "program__code", on=_in_force),
    },
    member=_conditions(About.MEMBER) | {"age": Column("born_on", birth_date=True), "sex": Column("sex")},
    member_model=Person,
)


def facts_of(household: Household, today: dt.date | None = None) -> Facts:
    """What the register says about one household; the same as REGISTER says to the database."""
    day = today or timezone.localdate()
    known = _recorded(household.conditions)
    known |= {"region": household.region_id}
    if household.decile is not None:
        known["decile"] = household.decile
    rows = Enrolment.objects.filter(_in_force(day), household=household)
    known["receives"] = frozenset(rows.values_list("program__code", flat=True))
    return Facts(known, [_member(person, day) for person in household.members.all()])


def _recorded(conditions: dict) -> dict:
    """The facts among the conditions; what has a column of its own is read there."""
    return {
        name: value
        for name, value in conditions.items()
        if name in FACTS and name not in _OWN_COLUMNS and value not in ("", None)
    }


def _member(person: Person, day: dt.date) -> dict:
    known = _recorded(person.conditions)
    known["sex"] = person.sex
    if person.born_on:
        known["age"] = age_on(person.born_on, day)
    return known


def criteria_in_force(on: dt.date | None = None) -> dict[int, Criteria]:
    """The newest version of the criteria of each program that holds on a day, by program id."""
    day = on or timezone.localdate()
    return {one.program_id: one for one in Criteria.objects.filter(_in_force(day)).order_by("valid_from")}


def seems_eligible(household: Household, today: dt.date | None = None) -> list[tuple[Program, Finding]]:
    """Open programs of the household's area that it seems eligible for and does not get, each with the finding."""
    day = today or timezone.localdate()
    facts = facts_of(household, day)
    criteria = criteria_in_force(day)
    programs = (
        Program.objects.open()
        .for_region(household.region)
        .filter(pk__in=criteria)
        .select_related("sector", "provider")
    )
    answer = []
    for program in programs:
        finding = evaluate(criteria[program.pk].rule, facts)
        if finding.answer is Answer.MET and program.code not in facts.household["receives"]:
            answer.append((program, finding))
    return answer


@dataclass(frozen=True)
class Suggestion:
    """A program that a family seems to miss, why, and which members it is for (none: for the family as a whole)."""

    program: Program
    reasons: list[str]
    members: list[Person]


def suggestions(household: Household, today: dt.date | None = None) -> list[Suggestion]:
    """What an officer may point a family to: the programs of `seems_eligible`, what fits this family least common first.

    The words name what of this family meets the criteria, not what else the criteria would accept.
    """
    people = list(household.members.all())
    found = []
    for program, finding in seems_eligible(household, today):
        why = reasons(finding)
        places = sorted({place for reason in why for place in reason.members})
        texts = [_sentence(reason, people) for reason in why]
        found.append(Suggestion(program, texts, [people[place] for place in places]))
    # What every citizen may have says little about this family.
    return sorted(found, key=lambda one: (Audience.EVERYONE in one.program.audiences, -len(one.reasons)))


def _sentence(reason: Reason, people: list[Person]) -> str:
    if not reason.members:
        return reason.text
    names = ", ".join(people[place].name for place in reason.members)
    return _("%(names)s: %(conditions)s.") % {"names": names, "conditions": reason.text}
