"""The families of a regency: households, their members, and the programs they take part in."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

from cases.households.demo import CHILDREN_F, CHILDREN_M, FEMALE, MALE, STREETS, TAKES_PART
from cases.households.groups import group_of
from cases.households.models import Enrolment, Household, Person
from portal.fields import blind_index, sealer

from .bulk import Table, sealed
from .plan import Plan, RegencyPlan, shares

DECILES = (18, 18, 16, 14, 11, 8, 6, 4, 3, 2)
#: a family of one to six: how many children, of sixteen families
CHILDREN = (0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 1)


class Traits(NamedTuple):
    """Who comes to the office: what a case copies from the person."""

    sex: str
    born_on: dt.date
    decile: int
    conditions: str  # JSON
    house: str  # JSON

    def group(self, on: dt.date) -> str:
        """The group of people in need on a day."""
        return group_of(
            sex=self.sex,
            born_on=self.born_on,
            is_head=True,
            decile=self.decile,
            conditions=_parsed(self.conditions),
            household_conditions=_parsed(self.house),
            on=on,
        )


#: there are a few dozen kinds of lives and houses
_parsed = lru_cache(maxsize=2000)(json.loads)


@dataclass
class Families:
    """What the cases need of the register: per village, (household, person who comes, and who that is)."""

    of: dict[str, list[tuple[int, int, Traits]]] = field(default_factory=dict)


class Register:
    """Makes the families of one regency after the other."""

    def __init__(self, plan: Plan, programs: dict[str, tuple[int, int]]):
        self.plan = plan
        now = timezone.now()
        version = f"DTSEN {plan.until.year}"
        self.households = Table(
            Household, "region_id", "family_card_number", "family_card_index", "address", "register_id", "decile", "conditions",
            "source", register_version=version, created_at=now, is_demo=True,
        )  # fmt: skip
        self.persons = Table(
            Person, "household_id", "nik", "nik_index", "name", "sex", "born_on", "is_head", "relation", "conditions",
            created_at=now,
        )  # fmt: skip
        self.enrolments = Table(
            Enrolment,
            "household_id",
            "person_id",
            "program_id",
            "valid_from",
            "source",
            "recorded_by_id",
            created_at=now,
        )
        self.sealed_card = sealer("households.household.family_card_number")
        self.sealed_nik = sealer("households.person.nik")
        self.tables = [self.households, self.persons, self.enrolments]
        self.odds = [(programs[code][0], odds) for code, odds in TAKES_PART.items() if code in programs]
        # A few dozen kinds of houses and lives; text made once.
        self.houses = [
            json.dumps({"house": house, "tenure": tenure, "power": power, "farm_land": land})
            for house in ("fit", "fit", "fit", "unfit")
            for tenure in ("own", "own", "rent", "free")
            for power in (450, 900, 1300)
            for land in (0, 0, 1500)
        ]
        self.adults = [
            json.dumps({"occupation": work, "has_nik": True, "insured": insured, "disability": ill})
            for work in ("laborer", "farmer", "small_business", "fisher", "none")
            for insured in (True, True, False)
            for ill in ("none", "none", "none", "none", "none", "mild", "severe")
        ]
        self.pupils = [
            json.dumps(
                {
                    "schooling": schooling,
                    "school_level": level,
                    "has_birth_certificate": paper,
                    "has_nik": True,
                }
            )
            for schooling in ("enrolled", "enrolled", "enrolled", "left")
            for level in ("primary", "junior", "senior")
            for paper in (True, True, True, False)
        ]

    def make(self, one: RegencyPlan) -> Families:
        """The rows of one regency, kept in the tables; and who lives where."""
        self.chance = self.plan.random("register", one.code)
        self.numbers: Counter[str] = Counter()
        families = Families()
        # Villages differ: some have three times the families of others.
        weights = [self.chance.uniform(0.5, 1.5) for _village in one.villages]
        for village, count in zip(one.villages, shares(one.households, weights), strict=True):
            families.of[village.code] = [self._family(village.code, number) for number in range(1, count + 1)]
        return families

    def _family(self, village: str, number: int) -> tuple[int, int, Traits]:
        chance = self.chance
        decile = chance.choices(range(1, 11), weights=DECILES)[0]
        district = village[:8].replace(".", "")
        card = f"{district}{1 + int(chance.random() * 28):02d}{1 + int(chance.random() * 12):02d}{8 + int(chance.random() * 16):02d}{1 + number % 9998:04d}"
        address = f"{STREETS[int(chance.random() * len(STREETS))]} {1 + int(chance.random() * 40)}"
        household = self.households.add(
            village,
            self.sealed_card(card),
            blind_index(card),
            sealed("households.household.address", address),
            f"SIM-{village.replace('.', '')}-{number:05d}",
            decile,
            house := self.houses[int(chance.random() * len(self.houses))],
            "register" if chance.random() > 0.04 else "recorded",
        )
        age = 24 + int(chance.random() * 52)
        alone = chance.random() < 0.2
        head, born, life = self._person(household, district, age, alone, "head", self.adults)
        if not alone and chance.random() < 0.75:
            self._person(
                household, district, max(19, age - int(chance.random() * 7)), True, "spouse", self.adults
            )
        for _i in range(CHILDREN[int(chance.random() * len(CHILDREN))]):
            young = int(chance.random() * min(25, max(2, age - 18)))
            self._person(
                household,
                district,
                young,
                chance.random() < 0.5,
                "child",
                self.pupils if 6 <= young <= 21 else self.adults[:1],
            )
        for program, odds in self.odds:
            if chance.random() < odds[decile - 1]:
                since = dt.date(
                    self.plan.until.year - 1 - int(chance.random() * 5),
                    (1, 4, 7, 10)[int(chance.random() * 4)],
                    1,
                )
                self.enrolments.add(household, head, program, since, "register", None)
        return household, head, Traits("f" if alone else "m", born, decile, life, house)

    def _person(
        self, household: int, district: str, age: int, female: bool, relation: str, lives: list[str]
    ) -> tuple[int, dt.date, str]:
        chance = self.chance
        born = self.plan.until - dt.timedelta(days=age * 365 + age // 4 + int(chance.random() * 360))
        prefix = f"{district}{born.day + (40 if female else 0):02d}{born.month:02d}{born.year % 100:02d}"
        self.numbers[prefix] += 1
        nik = f"{prefix}{self.numbers[prefix]:04d}"
        names = (FEMALE if female else MALE) if age >= 19 else (CHILDREN_F if female else CHILDREN_M)
        key = self.persons.add(
            household,
            self.sealed_nik(nik),
            blind_index(nik),
            sealed("households.person.name", names[int(chance.random() * len(names))]),
            "f" if female else "m",
            born,
            relation == "head",
            relation,
            life := lives[int(chance.random() * len(lives))],
        )
        return key, born, life
