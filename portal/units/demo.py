"""Demo units: the SLRTs that the sources name, an outline of the others, and the Puskesos of the lively regions.

Regions, founding years and proper names are those of public sources; addresses, hours and contacts are invented.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict

from portal.regions.models import Level, Region, code_at

from . import demo_facilities
from .models import Unit

SEED = 161

#: founded in the year, by regency; the sources name these
NAMED = {
    "73.03": 2016, "33.14": 2016, "34.04": 2016, "32.02": 2016, "19.06": 2016, "32.72": 2016, "13.76": 2016, "64.03": 2016,
    "32.04": 2016, "34.01": 2016, "34.02": 2016, "14.08": 2016, "16.05": 2016, "63.06": 2016, "19.01": 2017, "19.71": 2017,
}  # fmt: skip
#: how many SLRTs were founded in each year: 150 in all
FOUNDED = {2016: 50, 2017: 20, 2018: 60, 2019: 20}

PROPER_NAMES = {"32.04": "SLRT Sabilulungan Kabupaten Bandung", "34.04": "SLRT Kabupaten Sleman"}

#: (street, postal code, hours) of the lively SLRTs; the others are given an invented street
SLRT_ADDRESSES = {
    "34.04": (
        "Kompleks Perkantoran Pemda Sleman, Jl. KRT Pringgodiningrat 21, Beran, Tridadi, Sleman",
        "55511",
    ),
    "34.02": ("Kompleks Manding, Jl. Lingkar Timur 14, Trirenggo, Bantul", "55714"),
    "34.01": ("Jl. Wahid Hasyim 8, Wates, Kulon Progo", "55651"),
    "32.04": ("Kompleks Perkantoran Pemkab Bandung, Jl. Raya Soreang km 17, Soreang", "40911"),
    "19.06": ("Kompleks Perkantoran Terpadu, Jl. Manggarawan 3, Manggar", "33511"),
    "19.01": ("Jl. Diponegoro 27, Sungailiat", "33215"),
    "19.71": ("Jl. Rasakunda 11, Pangkalpinang", "33126"),
}
AREA_CODES = {"34": "274", "32": "22", "19.01": "717", "19.71": "717", "19.06": "719"}

SLRT_HOURS = "Senin-Kamis 08.00-15.30, Jumat 08.00-14.30"
PUSKESOS_HOURS = (
    "Senin-Kamis 08.00-14.00, Jumat 08.00-11.00",
    "Senin-Jumat 08.00-14.00",
    "Senin-Jumat 08.30-13.30",
)
STREETS = ("Jl. Melati", "Jl. Kenanga", "Jl. Pemuda", "Jl. Merdeka", "Jl. Diponegoro", "Jl. Ahmad Yani", "Jl. Veteran", "Jl. Kartini")  # fmt: skip

#: how many villages of a regency have a Puskesos (None: all of them)
PUSKESOS_VILLAGES = {
    "34.04": None, "34.02": 48, "34.01": 12, "34.03": 4, "34.71": 3, "32.04": None, "19.06": 24, "19.01": 18, "19.71": 14,
}  # fmt: skip


def load(world=None) -> None:
    """Create the demo units that are missing; a second run writes nothing."""
    have = set(Unit.objects.values_list("kind", "region_id"))
    units = [unit for unit in _all_units() if (unit.kind, unit.region_id) not in have]
    Unit.objects.bulk_create(units, batch_size=500)
    demo_facilities.load(dt.date.today() if world is None else world.today)


def founding_years() -> dict[str, int]:
    """The year of founding by regency code: the named ones, and as many others as make up the known totals."""
    regencies = list(
        Region.objects.at(Level.REGENCY).current().order_by("pk").values_list("pk", "population")
    )
    chance = random.Random(SEED)
    # The lively provinces keep to what the sources say.
    others = [
        code
        for code, _population in regencies
        if code not in NAMED and code_at(code, Level.PROVINCE) not in ("34", "19")
    ]
    chance.shuffle(others)
    years = dict(NAMED)
    for year, total in FOUNDED.items():
        missing = total - sum(1 for founded in NAMED.values() if founded == year)
        years |= {others.pop(): year for _i in range(missing)}
    return years


def _all_units() -> list[Unit]:
    years = founding_years()
    wanted = {*years, "34.03", "34.71"}
    regencies = Region.objects.in_bulk(wanted)
    villages = defaultdict(list)
    # Tuples, not records: of some 20,000 villages a few hundred are chosen.
    fields = ("code", "name", "postal_code", "latitude", "longitude")
    rows = Region.objects.current().filter(parent__parent__in=wanted).order_by("code")
    for values in rows.values_list(*fields):
        villages[values[0][:5]].append(values)
    made = {
        code: [dict(zip(fields, values, strict=True)) for values in rows] for code, rows in villages.items()
    }
    units = [_slrt(regencies[code], year) for code, year in sorted(years.items())]
    for code in sorted(wanted):
        count = PUSKESOS_VILLAGES.get(code, 2)
        units += _puskesos_of(code, made[code], count, years.get(code, 2021))
    return units


def _slrt(region: Region, year: int) -> Unit:
    chance = random.Random(f"{SEED}-{region.pk}")
    address, postal_code = SLRT_ADDRESSES.get(region.pk) or (
        f"Dinas Sosial, {chance.choice(STREETS)} {chance.randint(2, 98)}, {region.capital or region.name}",
        "",
    )
    area = AREA_CODES.get(region.pk) or AREA_CODES.get(
        code_at(region.pk, Level.PROVINCE) if code_at(region.pk, Level.PROVINCE) != "19" else "", ""
    )
    latitude, longitude = _near(region, chance, 0.004)
    return Unit(
        kind=Unit.Kind.SLRT,
        region=region,
        name=PROPER_NAMES.get(region.pk, f"SLRT {region.name}"),
        status=Unit.Status.OPERATING,
        address=address,
        postal_code=postal_code,
        opening_hours=SLRT_HOURS,
        phone=f"+62{area}555{int(region.pk[-2:]):03d}" if area and region.pk in SLRT_ADDRESSES else "",
        whatsapp=f"+6281200{region.pk.replace('.', '')}00",
        email=f"slrt-{region.pk.replace('.', '')}@slrt.example",
        latitude=latitude,
        longitude=longitude,
        founded_on=dt.date(year, chance.randint(3, 11), chance.randint(1, 28)),
        is_demo=True,
    )


def _puskesos_of(code: str, villages: list[dict], count: int | None, year: int) -> list[Unit]:
    chance = random.Random(f"{SEED}-puskesos-{code}")
    chosen = villages if count is None else chance.sample(villages, min(count, len(villages)))
    units = []
    for number, values in enumerate(sorted(chosen, key=lambda row: row["code"])):
        village = Region(**values)
        latitude, longitude = _near(village, chance, 0.0015)
        founded = dt.date(
            min(year + chance.randint(0, 6), 2025), chance.randint(1, 12), chance.randint(1, 28)
        )
        # A few have their location but not yet their technical guidance (F-12).
        located = code in PUSKESOS_VILLAGES and number % 29 == 17
        office = (
            "Kelurahan"
            if village.pk[9] == "1"
            else "Kalurahan"
            if code_at(code, Level.PROVINCE) == "34"
            else "Desa"
        )
        units.append(
            Unit(
                kind=Unit.Kind.PUSKESOS,
                region=village,
                name=f"Puskesos {village.name}",
                status=Unit.Status.LOCATED if located else Unit.Status.OPERATING,
                address=f"Kantor {office} {village.name}, {chance.choice(STREETS)} {chance.randint(1, 60)}",
                postal_code=village.postal_code,
                opening_hours=chance.choice(PUSKESOS_HOURS),
                whatsapp=f"+62812{village.pk[2:5].replace('.', '')}{village.pk[6:8]}{village.pk[-3:]}",
                email=f"puskesos-{village.pk.replace('.', '')}@slrt.example",
                latitude=latitude,
                longitude=longitude,
                founded_on=founded,
                is_demo=True,
            )
        )
    return units


def _near(region: Region, chance: random.Random, spread: float) -> tuple[float | None, float | None]:
    if region.latitude is None or region.longitude is None:
        return None, None
    return (
        round(float(region.latitude) + chance.uniform(-spread, spread), 5),
        round(float(region.longitude) + chance.uniform(-spread, spread), 5),
    )
