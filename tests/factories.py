"""Records for tests. A factory speaks states; append the ones of your app, above the app that stands on it."""

from __future__ import annotations

import datetime as dt
import itertools

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from cases.households.models import Household, Person
from portal.accounts.models import RoleAssignment, User
from portal.accounts.roles import SPECS
from portal.units.models import Unit
from programs_catalog.models import Program, ProgramDesk, Provider, Sector

#: places of the tests, one per level; the second of each pair is the neighbor who must meet nothing
PROVINCE, REGENCY, DISTRICT, VILLAGE = "34", "34.04", "34.04.07", "34.04.07.2001"
OTHER_PROVINCE, OTHER_REGENCY, OTHER_DISTRICT, OTHER_VILLAGE = "32", "34.02", "34.02.01", "34.02.01.2001"
PLACES = ("", PROVINCE, REGENCY, DISTRICT, VILLAGE)
OTHER_PLACES = ("", OTHER_PROVINCE, OTHER_REGENCY, OTHER_DISTRICT, OTHER_VILLAGE)


# -- accounts --------------------------------------------------------------------------------------------------------
class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"Pejabat {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.go.id")
    # Hashed before the row is written: a session holds only while the stored hash stays.
    password = factory.LazyFunction(lambda: make_password("rahasia-sekali-123"))


def officer(role: str, region: str | None = None, *, desk=None, places=PLACES, **dates) -> User:
    """An account with one role; the region is its place of `places` at the role's own level unless given."""
    code = places[SPECS[role].levels[0]] if region is None else region
    if SPECS[role].needs_desk and desk is None:
        desk = DeskFactory(region_id=code or None)
    user = UserFactory()
    RoleAssignment.objects.create(user=user, role=role, region_id=code or None, desk=desk, **dates)
    return user


def neighbor(role: str, **kwargs) -> User:
    """The same role in another region."""
    return officer(role, places=OTHER_PLACES, **kwargs)


# -- units -----------------------------------------------------------------------------------------------------------
class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        django_get_or_create = ("kind", "region_id")

    kind = Unit.Kind.SLRT
    region_id = REGENCY
    name = factory.LazyAttribute(lambda unit: f"{unit.kind} {unit.region_id}")
    status = Unit.Status.OPERATING

    class Params:
        puskesos = factory.Trait(kind=Unit.Kind.PUSKESOS, region_id=VILLAGE)


# -- programs --------------------------------------------------------------------------------------------------------
class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ("code",)

    code = "kesehatan"
    name = "Kesehatan"
    position = 1


class ProviderFactory(DjangoModelFactory):
    class Meta:
        model = Provider

    code = factory.Sequence(lambda n: f"provider-{n}")
    name = factory.Sequence(lambda n: f"Lembaga {n}")
    level = Provider.Level.CENTRE


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    code = factory.Sequence(lambda n: f"program-{n}")
    name = factory.Sequence(lambda n: f"Program {n}")
    sector = factory.SubFactory(SectorFactory)
    provider = factory.SubFactory(ProviderFactory)


class DeskFactory(DjangoModelFactory):
    class Meta:
        model = ProgramDesk
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Meja {n}")
    provider = factory.SubFactory(ProviderFactory)

    @factory.post_generation
    def programs(self, create, extracted, **kwargs):
        self.programs.set(extracted or [])


# -- households ------------------------------------------------------------------------------------------------------
_people = itertools.count(1)


def some_nik(village: str = VILLAGE) -> str:
    """A NIK that can exist, another one with each call."""
    return f"{village.replace('.', '')[:6]}170890{next(_people) % 9999 + 1:04d}"


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    region_id = VILLAGE
    family_card_number = factory.LazyAttribute(lambda household: some_nik(household.region_id))
    address = "Jalan Kaliurang km 5"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    household = factory.SubFactory(HouseholdFactory)
    nik = factory.LazyAttribute(lambda person: some_nik(person.household.region_id))
    name = "Siti Aminah"
    sex = Person.Sex.FEMALE


# -- staffing ----------------------------------------------------------------------------------------------------------
def birth_nik(village: str, birth_date, sex: str, serial: int) -> str:
    """A NIK that fits a birth date and a sex."""
    day = birth_date.day + (40 if sex == "female" else 0)
    return f"{village[:8].replace('.', '')}{day:02d}{birth_date:%m%y}{serial % 9999 + 1:04d}"


class OfficerFactory(DjangoModelFactory):
    """A qualified officer; `bare=True` lacks phone, IMEI and statement letter."""

    class Meta:
        model = "staffing.Officer"

    class Params:
        bare = factory.Trait(phone="", imei="", email="", statement_letter="")

    region_id = REGENCY
    name = factory.Sequence(lambda n: f"Petugas Nomor {n}")
    sex = "female"
    birth_date = dt.date(1990, 5, 17)
    education = 5
    background = "community"
    domicile_id = VILLAGE
    phone = factory.Sequence(lambda n: f"+62812345{n % 100000:05d}")
    email = factory.Sequence(lambda n: f"petugas{n}@demo.example")
    imei = "490154203237518"
    statement_letter = "officers/pernyataan.pdf"
    nik = factory.Sequence(lambda n: birth_nik(VILLAGE, dt.date(1990, 5, 17), "female", n))


class DecreeFactory(DjangoModelFactory):
    class Meta:
        model = "units.Decree"

    about = "appointment"
    number = factory.Sequence(lambda n: f"{n}/KEP/2026")
    region_id = REGENCY
    date = dt.date(2025, 1, 2)
    issuer = "regency_social_office"
    signatory = "Kepala Dinas"
    valid_from = dt.date(2025, 1, 2)


def everything_attested(position) -> dict[str, bool]:
    return {criterion.code: True for criterion in position.criteria.all()}


class AppointmentFactory(DjangoModelFactory):
    """A proposed officer; `in_office=True` by decree since January 2025."""

    class Meta:
        model = "staffing.Appointment"

    class Params:
        in_office = factory.Trait(
            status="active", decree=factory.SubFactory(DecreeFactory), starts_on=dt.date(2025, 1, 2)
        )

    officer = factory.SubFactory(OfficerFactory)
    position_id = "facilitator"
    unit = factory.SubFactory(UnitFactory)
    region_id = VILLAGE
