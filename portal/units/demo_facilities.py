"""Demo rooms, equipment, money, partners, agreements and meetings of the demo units; everything invented."""

from __future__ import annotations

import datetime as dt
import random

from django.apps import apps

from .models import (
    Agreement,
    CentreSupport,
    CoordinationBody,
    Decision,
    Equipment,
    Funding,
    Meeting,
    Partner,
    Room,
    Unit,
)
from .standard import EQUIPMENT, ROOMS

#: regions that are shown in full
LIVELY = ("34", "32.04", "19")
#: what a whole standard costs in a year, in million rupiah, by kind of unit and use
MONEY = {
    Unit.Kind.SLRT: {
        Funding.Use.OPERATIONS_SLRT: 180, Funding.Use.STIPEND_MANAGER: 24, Funding.Use.STIPEND_SUPERVISOR: 90,
        Funding.Use.STIPEND_FACILITATOR: 240, Funding.Use.FACILITIES: 60,
    },
    Unit.Kind.PUSKESOS: {Funding.Use.OPERATIONS_PUSKESOS: 12, Funding.Use.STIPEND_PUSKESOS: 18},
}  # fmt: skip
PARTNERS = (
    ("BAZNAS {place}", Partner.Kind.RELIGIOUS, ("kesehatan", "pendidikan", "perumahan")),
    ("Forum CSR {place}", Partner.Kind.BUSINESS, ("pendidikan", "perumahan")),
    ("Karang Taruna {place}", Partner.Kind.PSKS, ()),
    ("Yayasan Peduli Perempuan {place}", Partner.Kind.WOMEN_HUMANITARIAN, ("kesehatan",)),
)


def load(today: dt.date) -> None:
    """Create what is missing; a second run writes nothing."""
    if Room.objects.filter(unit__is_demo=True).exists():
        return
    units = list(Unit.objects.filter(is_demo=True).select_related("region"))
    rooms, equipment, funding, supports = [], [], [], []
    for unit in units:
        chance = random.Random(f"facilities-{unit.region_id}")
        lively = unit.region_id.startswith(LIVELY)
        if not lively and unit.kind == Unit.Kind.PUSKESOS:
            continue
        # Some units are well equipped, some are not: that is what the comparison is for.
        wealth = chance.uniform(0.55, 1)
        rooms += [
            Room(
                unit=unit, kind=kind, is_present=present,
                condition=chance.choice(Room.Condition.values[:2]) if present else "",
            )
            for kind in ROOMS[unit.kind]
            for present in [chance.random() < wealth]
        ]  # fmt: skip
        for kind in EQUIPMENT[unit.kind]:
            size = {
                Equipment.Kind.TABLET: 50,
                Equipment.Kind.SUPERVISOR_LAPTOP: 3,
                Equipment.Kind.COMPUTER: 3,
            }.get(kind, 1)
            size = 1 if unit.kind == Unit.Kind.PUSKESOS else size
            quantity = round(size * wealth)
            equipment.append(
                Equipment(
                    unit=unit, kind=kind, quantity=quantity, working=round(quantity * chance.uniform(0.6, 1))
                )
            )
        funding += _money(unit, chance, wealth, today)
        if unit.kind == Unit.Kind.SLRT:
            supports.append(CentreSupport(unit=unit, year=unit.founded_on.year))
    Room.objects.bulk_create(rooms, batch_size=1000)
    Equipment.objects.bulk_create(equipment, batch_size=1000)
    Funding.objects.bulk_create(funding, batch_size=1000)
    CentreSupport.objects.bulk_create(supports)
    _partners(
        [unit for unit in units if unit.kind == Unit.Kind.SLRT and unit.region_id.startswith(LIVELY)], today
    )


def _money(unit: Unit, chance: random.Random, wealth: float, today: dt.date) -> list[Funding]:
    source = Funding.Source.APBD_REGENCY if unit.kind == Unit.Kind.SLRT else Funding.Source.VILLAGE
    rows = []
    years = range(today.year - 2, today.year + 1) if unit.region_id.startswith(LIVELY) else (today.year,)
    for year in years:
        # Not every unit has told this year's money yet.
        if year == today.year and chance.random() < 0.12:
            continue
        for use, million in MONEY[unit.kind].items():
            amount = round(million * wealth * chance.uniform(0.8, 1.2)) * 1_000_000
            # This year's money is spent as the year goes on, sooner in some places than in others.
            pace = 0.6 + int(unit.region_id[-2:]) % 5 * 0.07
            share = chance.uniform(0.7, 1) if year < today.year else pace * today.timetuple().tm_yday / 365
            spent = round(amount * share / 1000) * 1000
            rows.append(Funding(unit=unit, year=year, source=source, use=use, budgeted=amount, spent=spent))
    return rows


def _partners(units: list[Unit], today: dt.date) -> None:
    sectors = set(apps.get_model("programs_catalog", "Sector").objects.values_list("pk", flat=True))
    for unit in units:
        chance = random.Random(f"partners-{unit.region_id}")
        place = unit.region.name.removeprefix("Kabupaten ").removeprefix("Kota ")
        for name, kind, codes in PARTNERS:
            partner = Partner.objects.create(
                unit=unit, name=name.format(place=place), kind=kind, contact="Sekretariat", is_demo=True
            )
            partner.sectors.set([code for code in codes if code in sectors])
            if kind != Partner.Kind.PSKS:
                start = today - dt.timedelta(days=chance.randint(60, 700))
                Agreement.objects.create(
                    unit=unit, partner=partner, kind=Agreement.Kind.COOPERATION, number=f"{chance.randint(10, 90)}/PKS/{start.year}",
                    title=f"Kerja sama dengan {partner.name}", valid_from=start,
                    valid_until=start + dt.timedelta(days=3 * 365), is_demo=True,
                )  # fmt: skip
        Agreement.objects.create(
            unit=unit, kind=Agreement.Kind.SUSTAINABILITY_PLAN, title=f"Rencana aksi keberlanjutan SLRT {place}",
            valid_from=dt.date(today.year, 1, 1), valid_until=dt.date(today.year + 2, 12, 31), is_demo=True,
        )  # fmt: skip
        for months in (4, 2):
            held = Meeting(
                unit=unit, date=today - dt.timedelta(days=30 * months), title="Rapat evaluasi bulanan SLRT",
                agenda="Keluhan yang belum dijawab\nPemutakhiran data\nRencana kunjungan", participants=chance.randint(8, 20),
                was_held=True, minutes="Rapat membahas rujukan yang belum dijawab dan jadwal kunjungan fasilitator.", is_demo=True,
            )  # fmt: skip
            held.save()
            Decision.objects.create(
                meeting=held, text="Menyurati pengelola program yang belum menjawab rujukan lebih dari 14 hari.",
                responsible="Back office", due_on=held.date + dt.timedelta(days=14),
                follow_up="Surat dikirim." if months == 4 else "", done_on=held.date + dt.timedelta(days=9) if months == 4 else None,
            )  # fmt: skip
        Meeting(
            unit=unit, date=today + dt.timedelta(days=chance.randint(5, 25)), starts_at=dt.time(9), is_demo=True,
            title="Rapat koordinasi dengan pengelola program", agenda="Jawaban rujukan\nUsulan anggaran tahun depan",
        ).save()  # fmt: skip
    team = CoordinationBody.objects.filter(kind=CoordinationBody.Kind.COORDINATION_TEAM).first()
    if team and not team.meetings.exists():
        # More than three months ago: overdue on purpose (K-03).
        Meeting(
            body=team, date=today - dt.timedelta(days=110), title="Rapat Tim Koordinasi SLRT", was_held=True, participants=24,
            agenda="Perluasan 2027\nIntegrasi data", minutes="Disepakati perluasan bertahap.", is_demo=True,
        ).save()  # fmt: skip
