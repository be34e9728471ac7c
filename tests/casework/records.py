"""Records of the case desk through its real services, in the states that tests speak of: `case(referred=True)`."""

from __future__ import annotations

import datetime as dt
import itertools

from django.contrib.auth import get_user_model
from django.utils import timezone

from portal.accounts.models import RoleAssignment
from portal.regions.models import Region

_count = itertools.count(1)

CATURTUNGGAL, SINDUADI, PANGGUNGHARJO = "34.04.07.2001", "34.04.06.2001", "34.02.15.2004"


# -- accounts ----------------------------------------------------------------------------------------------------------
def officer(role: str, region: str = "", *, desk=None):
    """An account with one role in force; the same arguments give the same account."""
    name = f"{role}.{region or 'nation'}{f'.{desk.pk}' if desk else ''}"
    user, created = get_user_model().objects.get_or_create(
        username=name, defaults={"name": name.replace(".", " ").title(), "email": f"{name}@example.go.id"}
    )
    if created:
        RoleAssignment.objects.create(user=user, role=role, region_id=region or None, desk=desk)
    return user


# -- units and programs ------------------------------------------------------------------------------------------------
def unit(region: str = "34.04", **fields):
    """The SLRT of a regency or the Puskesos of a village, by the length of the code."""
    from portal.units.models import Unit

    kind = Unit.Kind.SLRT if len(region) == 5 else Unit.Kind.PUSKESOS
    name = f"{kind.label} {Region.objects.get(pk=region).name}"
    return Unit.objects.get_or_create(
        kind=kind, region_id=region, defaults={"name": name, "status": Unit.Status.OPERATING, **fields}
    )[0]


def program(code: str = "pis", level: str = "centre", *, sector: str = "kesehatan", region: str = ""):
    from programs_catalog.models import Program, Provider, Sector

    position = next(_count)
    Sector.objects.get_or_create(code=sector, defaults={"name": sector.title(), "position": 500 + position})
    provider, _created = Provider.objects.get_or_create(
        code=f"provider-{code}",
        defaults={"name": f"Pengelola {code}", "level": level, "region_id": region or None},
    )
    return Program.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Program {code.upper()}",
            "acronym": code.upper(),
            "sector_id": sector,
            "provider": provider,
            "region_id": region or None,
        },
    )[0]


def desk(of=None, region: str = "34.04"):
    """The desk that answers for a program in a region."""
    from programs_catalog.models import ProgramDesk

    of = of or program()
    row, _created = ProgramDesk.objects.get_or_create(
        provider=of.provider, region_id=region or None, name=f"Meja {of.code} {region or 'pusat'}"
    )
    row.programs.add(of)
    return row


# -- the register -------------------------------------------------------------------------------------------------------
def nik(village: str = CATURTUNGGAL, *, born: dt.date = dt.date(1985, 4, 17), female: bool = True) -> str:
    """An invented NIK of the right form; never the same twice."""
    day = born.day + 40 * female
    return f"{village[:8].replace('.', '')}{day:02d}{born:%m%y}{next(_count) % 9999 + 1:04d}"


def household(village: str = CATURTUNGGAL, **fields):
    from cases.households.models import Household

    fields.setdefault(
        "family_card_number", f"{village[:8].replace('.', '')}010120{next(_count) % 10_000:04d}"
    )
    fields.setdefault("address", "Jl. Kaliurang km 5")
    return Household.objects.create(region_id=village, **fields)


def person(of=None, *, village: str = CATURTUNGGAL, **fields):
    from cases.households.models import Person

    of = of or household(village)
    fields.setdefault("nik", nik(of.region_id))
    fields.setdefault("name", "Siti Aminah")
    fields.setdefault("sex", "f")
    fields.setdefault("born_on", dt.date(1985, 4, 17))
    return Person.objects.create(household=of, is_head=not of.members.exists(), **fields)


# -- cases ---------------------------------------------------------------------------------------------------------------
def case(
    *,
    kind: str = "need",
    village: str = CATURTUNGGAL,
    by=None,
    about=None,
    of=None,
    reviewed: bool = False,
    proposed: bool = False,
    referred: bool = False,
    answered: str = "",
    enrolled: bool = False,
    informed: bool = False,
    closed: bool = False,
    **fields,
):
    """A case through the real services, up to a state: `case(referred=True)`, `case(answered="refuse")`."""
    from cases.casework import services

    informed = informed or closed
    answered = answered or ("approve" if informed else "")
    referred = referred or bool(answered)
    proposed = proposed or referred
    reviewed = reviewed or proposed
    enrolled = enrolled or (closed and answered == "approve")
    regency, district = village[:5], village[:8]
    unit(regency)
    about = about or program()
    of = of or person(village=village)
    fields.setdefault("description", "Keluarga membutuhkan jaminan kesehatan.")
    if kind == "grievance":
        fields.setdefault("concern", "amount")
    front = by or officer("front_office", regency)
    row = services.register_case(
        kind=kind, household=of.household, person=of, program=about, by=front, **fields
    )
    if reviewed:
        services.review_case(case=row, by=officer("supervisor", district))
    if proposed:
        services.propose_referral(
            case=row, to=[(desk(about, regency), about)], by=officer("back_office", regency)
        )
    if referred:
        services.refer_case(case=row, by=officer("manager", regency))
    if answered:
        referral = row.referrals.get()
        services.answer_referral(
            referral=referral,
            answer=answered,
            reason="Sesuai ketentuan.",
            reason_code="quota" if answered == "refuse" else "",
            study_until=timezone.localdate() + dt.timedelta(days=7) if answered == "study" else None,
            enrolled_from=timezone.localdate() if enrolled else None,
            by=officer("program_desk", regency, desk=referral.desk),
        )
    if informed:
        services.tell_family(case=row, method="phone", by=front, close=closed)
    row.refresh_from_db()
    return row
