"""Demo households: invented families on real villages. The NIKs have the form of real ones and belong to nobody."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

from portal.fields import blind_index
from portal.regions.models import Level, Region
from programs_catalog.models import Program

from .models import Enrolment, Household, Person

SEED = "households-161"
VERSION = "DTSEN 2026-2"
#: how many families live in a village; the rest of a lively regency gets a few each
FAMILIES = {
    "34.04.07.2001": 60, "34.04.07.2002": 24, "34.04.07.2003": 24, "34.04.06.2001": 36, "34.02.15.2004": 30, "34.02.16.2001": 20,
    "32.04.37.2019": 34, "32.04.32.2006": 26, "19.06.01.2002": 24,
}  # fmt: skip
#: villages taken at random from these regencies, and families in each
AROUND = {
    "34.04": (24, 5),
    "34.02": (8, 4),
    "34.01": (5, 4),
    "32.04": (18, 5),
    "19.06": (6, 4),
    "19.01": (6, 5),
    "19.71": (5, 5),
}

FEMALE = (
    "Siti Aminah", "Sri Wahyuni", "Dewi Lestari", "Ratna Sari", "Sumiyati", "Endang Puji", "Nur Hasanah", "Tri Astuti", "Yuliana", "Rini Handayani",
    "Partinah", "Wagiyem", "Suparmi", "Eka Fitriani", "Lina Marlina", "Neneng Komala", "Euis Rohaeti", "Imas Nurjanah", "Rosmiati", "Fatimah",
    "Zubaidah", "Maimunah", "Ani Suryani", "Tuminah", "Ngatinem", "Kartini", "Sulastri", "Murniati", "Halimah", "Ida Farida",
)  # fmt: skip
MALE = (
    "Budi Santoso", "Slamet Riyanto", "Agus Purnomo", "Suparno", "Joko Susilo", "Sugiyono", "Tukijan", "Wagiman", "Bambang Irawan", "Heri Kuswanto",
    "Asep Saepudin", "Ujang Rahmat", "Dadang Suhendar", "Cecep Mulyana", "Iwan Setiawan", "Rahmat Hidayat", "Mahmud", "Zainal Abidin", "Herman", "Syamsudin",
    "Sarjono", "Paiman", "Ngadiman", "Mulyadi", "Rohman", "Tarmizi", "Basri", "Junaidi", "Eko Prasetyo", "Dwi Nugroho",
)  # fmt: skip
CHILDREN_F = ("Putri Ayu", "Nabila Zahra", "Anisa Rahma", "Dinda Permata", "Salsa Aulia", "Intan Nuraini", "Keysha", "Aisyah", "Citra Kirana", "Wulan")  # fmt: skip
CHILDREN_M = ("Rizky Pratama", "Dimas Aditya", "Fajar Ramadhan", "Raka Saputra", "Galang", "Ilham Maulana", "Bayu Samudra", "Arif", "Naufal", "Yoga")  # fmt: skip
STREETS = (
    "Jl. Kaliurang",
    "Jl. Melati",
    "Jl. Raya Desa",
    "Gang Mawar",
    "Jl. Pasar",
    "Jl. Cempaka",
    "Dusun Krajan",
    "Dusun Karang",
)
OCCUPATIONS = (("laborer", "buruh harian lepas"), ("farmer", "petani"), ("small_business", "pedagang kecil"), ("fisher", "nelayan"), ("none", "tidak bekerja"), ("employee", "karyawan"))  # fmt: skip
#: program, chance of being enrolled by decile 1 to 10
TAKES_PART = {
    "pis": (0.72, 0.7, 0.6, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.02),
    "sembako": (0.6, 0.55, 0.45, 0.3, 0.12, 0.05, 0.03, 0, 0, 0.02),
    "pkh": (0.45, 0.4, 0.3, 0.18, 0.05, 0.02, 0, 0, 0, 0),
    "pip": (0.35, 0.3, 0.25, 0.15, 0.1, 0.05, 0, 0, 0, 0),
    "subsidi-listrik": (0.6, 0.6, 0.5, 0.4, 0.3, 0.1, 0.05, 0, 0, 0),
    "rutilahu": (0.05, 0.04, 0.02, 0.01, 0, 0, 0, 0, 0, 0),
}


def load(world=None) -> None:
    """Create the demo families; a second run finds them and writes nothing."""
    if Household.objects.filter(is_demo=True).exists():
        return
    chance = random.Random(SEED)
    today = world.today if world else dt.date.today()
    households = [_household(village, number, chance) for village, number in _places(chance)]
    Household.objects.bulk_create(households, batch_size=500)
    serials: Counter = Counter()
    persons: list[Person] = []
    for household in households:
        persons += _members(household, chance, today, serials)
    Person.objects.bulk_create(persons, batch_size=500)
    programs = {program.code: program for program in Program.objects.filter(code__in=TAKES_PART)}
    heads = {person.household_id: person for person in persons if person.is_head}
    enrolments = []
    for household in households:
        for code, odds in TAKES_PART.items():
            if code in programs and chance.random() < odds[(household.decile or 6) - 1]:
                enrolments.append(
                    Enrolment(
                        household=household,
                        person=heads[household.pk],
                        program=programs[code],
                        valid_from=dt.date(chance.randint(2019, 2025), chance.choice((1, 4, 7, 10)), 1),
                        source=Enrolment.Source.REGISTER,
                    )
                )
    Enrolment.objects.bulk_create(enrolments, batch_size=500)


def _places(chance: random.Random):
    """(village, running number in it), the well-known villages first."""
    wanted = dict(FAMILIES)
    for regency, (villages, families) in AROUND.items():
        codes = list(
            Region.objects.at(Level.VILLAGE)
            .filter(pk__startswith=f"{regency}.")
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        codes = [code for code in codes if code not in wanted]
        for code in chance.sample(codes, min(villages, len(codes))):
            wanted[code] = families
    for code, count in wanted.items():
        for number in range(1, count + 1):
            yield code, number


def _household(village: str, number: int, chance: random.Random) -> Household:
    decile = chance.choices(range(1, 11), weights=(18, 18, 16, 14, 11, 8, 6, 4, 3, 2))[0]
    card = f"{village[:8].replace('.', '')}{chance.randint(1, 28):02d}{chance.randint(1, 12):02d}{chance.randint(8, 23):02d}{number:04d}"
    return Household(
        region_id=village,
        family_card_number=card,
        address=f"{chance.choice(STREETS)} {chance.randint(1, 120)} RT {chance.randint(1, 9):02d}/RW {chance.randint(1, 12):02d}",
        source=Household.Source.REGISTER if chance.random() > 0.04 else Household.Source.RECORDED,
        register_id=f"DEMO-{village.replace('.', '')}-{number:04d}",
        register_version=VERSION,
        decile=decile,
        conditions={
            "house": "unfit" if chance.random() < 0.35 - decile * 0.03 else "fit",
            "tenure": chance.choices(("own", "rent", "free"), weights=(6, 2, 2))[0],
            "power": chance.choices((450, 900, 1300, 2200), weights=(12 - decile, 8, decile, decile // 3))[0],
            "farm_land": chance.choice((0, 0, 0, 500, 1500, 4000)),
            "hit_by_disaster": chance.random() < 0.02,
        },
        is_demo=True,
    )


def _members(household: Household, chance: random.Random, today: dt.date, serials: Counter) -> list[Person]:
    head_female = chance.random() < 0.2
    head_age = chance.randint(24, 76)
    members = [_person(household, chance, today, serials, head_age, head_female, Person.Relation.HEAD)]
    if chance.random() < 0.75 and not head_female:
        members.append(
            _person(
                household,
                chance,
                today,
                serials,
                max(19, head_age - chance.randint(0, 6)),
                True,
                Person.Relation.SPOUSE,
            )
        )
    for _i in range(chance.choices((0, 1, 2, 3, 4), weights=(2, 4, 4, 2, 1))[0]):
        age = chance.randint(0, max(1, min(24, head_age - 19)))
        members.append(
            _person(household, chance, today, serials, age, chance.random() < 0.5, Person.Relation.CHILD)
        )
    if chance.random() < 0.12:
        members.append(
            _person(household, chance, today, serials, min(91, head_age + 25), True, Person.Relation.PARENT)
        )
    return members


def _person(household, chance, today, serials, age, female, relation) -> Person:
    born = today - dt.timedelta(days=age * 365 + age // 4 + chance.randint(0, 360))
    adult = age >= 19
    names = (FEMALE if female else MALE) if adult else (CHILDREN_F if female else CHILDREN_M)
    district = household.region_id[:8].replace(".", "")
    if chance.random() < 0.08:
        # Born before today's districts were drawn: a prefix that no district has any more.
        district = f"{district[:4]}{chance.randint(60, 69)}"
    day = born.day + (40 if female else 0)
    prefix = f"{district}{day:02d}{born:%m%y}"
    serials[prefix] += 1
    no_nik = (not adult and chance.random() < 0.06) or (age > 70 and chance.random() < 0.1)
    code, label = chance.choice(OCCUPATIONS) if adult and relation != Person.Relation.PARENT else ("none", "")
    person = Person(
        household=household,
        nik="" if no_nik else f"{prefix}{serials[prefix]:04d}",
        name=chance.choice(names),
        sex=Person.Sex.FEMALE if female else Person.Sex.MALE,
        born_on=born,
        is_head=relation == Person.Relation.HEAD,
        relation=relation,
        occupation=label,
        conditions=_conditions(chance, age, female, code, no_nik),
    )
    person.nik_index = blind_index(person.nik) if person.nik else ""
    return person


def _conditions(chance, age, female, occupation, no_nik) -> dict:
    level = (
        "preschool"
        if age < 7
        else "primary"
        if age < 13
        else "junior"
        if age < 16
        else "senior"
        if age < 19
        else "college"
    )
    facts = {
        "occupation": occupation,
        "has_nik": not no_nik,
        "has_birth_certificate": chance.random() < (0.93 if age < 30 else 0.7),
        "insured": chance.random() < 0.7,
        "disability": chance.choices(("none", "mild", "severe"), weights=(94, 4, 2))[0],
    }
    if 6 <= age <= 21:
        facts |= {"schooling": "enrolled" if chance.random() < 0.9 else "left", "school_level": level}
    if female and 19 <= age <= 40:
        facts["pregnant"] = chance.random() < 0.07
    return facts
