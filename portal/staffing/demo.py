"""Demo staff: officers of the lively units with decrees, trainings, vacancies and running replacements. All invented."""

from __future__ import annotations

import datetime as dt
import random

from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import RoleAssignment, User
from portal.regions.models import Level, Region, code_at
from portal.units.demo_facilities import LIVELY
from portal.units.models import Decree, Unit

from .models import (
    Appointment,
    Attendance,
    Candidate,
    Officer,
    Position,
    StipendAccount,
    Training,
    TrainingTopic,
    Vacancy,
)
from .services import deadlines, replacements
from .workflow import AppointmentStatus, CandidateStatus, VacancyStatus

WOMEN = [
    "Sri",
    "Siti",
    "Dewi",
    "Ratna",
    "Wahyuni",
    "Lestari",
    "Endang",
    "Nur",
    "Rina",
    "Yuli",
    "Indah",
    "Ayu",
    "Fitri",
    "Sulastri",
    "Kartini",
    "Murni",
    "Tuti",
    "Wulan",
    "Novi",
    "Ani",
]
MEN = [
    "Agus",
    "Budi",
    "Slamet",
    "Joko",
    "Eko",
    "Hadi",
    "Bambang",
    "Heru",
    "Dwi",
    "Tri",
    "Yanto",
    "Rudi",
    "Sugeng",
    "Andi",
    "Iwan",
    "Dedi",
    "Asep",
    "Ujang",
    "Wahyu",
    "Arif",
]
LAST = [
    "Hartati",
    "Susanto",
    "Wibowo",
    "Rahayu",
    "Prasetyo",
    "Kurniawan",
    "Setiawan",
    "Lestari",
    "Nugroho",
    "Hidayat",
    "Permana",
    "Suryani",
    "Santoso",
    "Utami",
    "Saputra",
    "Handayani",
    "Gunawan",
    "Mulyani",
    "Firmansyah",
    "Puspita",
]
#: shares of areas that have their officer: cover is not complete on purpose (S-15)
COVERED = {"supervisor": 0.88, "facilitator": 0.93}
OFFICE = {"manager": 1, "front_office": 2, "back_office": 2}
PUSKESOS = ("puskesos_coordinator", "puskesos_front_office", "puskesos_back_office")


def load(world=None) -> None:
    """Create the demo staff once; a second run writes nothing."""
    if Officer.objects.filter(is_demo=True).exists() or not Position.objects.exists():
        return
    today = world.today if world else timezone.localdate()
    makers = _Makers(today)
    units = list(Unit.objects.filter(is_demo=True, status=Unit.Status.OPERATING).select_related("region"))
    for unit in units:
        if unit.region_id.startswith(LIVELY):
            makers.staff_slrt(unit) if unit.kind == Unit.Kind.SLRT else makers.staff_puskesos(unit)
        elif unit.kind == Unit.Kind.SLRT:
            makers.add(unit, "manager", unit.region)
    makers.write()
    _trainings(today)
    _vacancies(today)
    _replacements(today)


class _Makers:
    """Collects officers and appointments, then writes them in bulk."""

    def __init__(self, today: dt.date):
        self.today = today
        self.positions = Position.objects.in_bulk()
        self.officers: list[Officer] = []
        self.appointments: list[Appointment] = []
        self.decrees: dict[tuple, Decree] = {}
        self.serial = 0
        roles = RoleAssignment.objects.active().select_related("user")
        self.accounts = {(item.role, item.region_id): item.user for item in roles}
        self.linked: set[int] = set()
        self.villages: dict[str, list[Region]] = {}

    def staff_slrt(self, unit: Unit) -> None:
        chance = random.Random(f"staff-{unit.region_id}")
        for code, count in OFFICE.items():
            for _i in range(count):
                self.add(unit, code, unit.region)
        below = Region.objects.current()
        for code, areas in (
            ("supervisor", below.filter(parent=unit.region)),
            ("facilitator", below.filter(parent__parent=unit.region)),
        ):
            for area in areas:
                known = (self.positions[code].role, area.pk) in self.accounts
                if known or chance.random() < COVERED[code]:
                    self.add(unit, code, area)

    def staff_puskesos(self, unit: Unit) -> None:
        for code in PUSKESOS:
            self.add(unit, code, unit.region)

    def add(self, unit: Unit, code: str, area: Region) -> None:
        chance = random.Random(f"officer-{code}-{area.pk}-{self.serial}")
        position = self.positions[code]
        user: User | None = self.accounts.get((position.role, area.pk))
        if user and user.pk in self.linked:
            user = None
        if user:
            self.linked.add(user.pk)
        woman = chance.random() < 0.56
        name = user.name if user else f"{chance.choice(WOMEN if woman else MEN)} {chance.choice(LAST)}"
        born = dt.date(chance.randint(1970, 2001), chance.randint(1, 12), chance.randint(1, 28))
        home = self.home(area, chance)
        self.serial += 1
        day = born.day + (40 if woman else 0)
        head = home.pk[:8].replace(".", "")
        background = {
            "manager": "asn_social", "supervisor": "tksk", "puskesos_coordinator": "welfare_head",
        }.get(code, chance.choice(("community", "psks", "psks")))  # fmt: skip
        nip = f"{born:%Y%m%d}{born.year + 25}03{'2' if woman else '1'}{self.serial % 1000:03d}" if background == "asn_social" else ""  # fmt: skip
        person = Officer(
            region=unit.region, name=name, sex="female" if woman else "male", birth_date=born,
            education=5 if code == "manager" else chance.choice((3, 3, 4, 5)), background=background, domicile=home,
            # The last four digits count up from 7000: no such register number is given in practice to so many.
            nik=f"{head}{day:02d}{born:%m%y}{7000 + self.serial % 3000:04d}", civil_service_number=nip,
            imei=_imei(self.serial) if code in ("facilitator", "supervisor") else "",
            phone=f"+62812{9000000 + self.serial}", email=f"petugas{self.serial}@demo.example", user=user, is_demo=True,
        )  # fmt: skip
        self.officers.append(person)
        start = max(unit.founded_on or self.today, dt.date(self.today.year - 2, 1, 2))
        self.appointments.append(
            Appointment(
                officer=person, position=position, unit=unit, region=area, status=AppointmentStatus.ACTIVE,
                decree=self.decree(unit, start), starts_on=start, is_local=home.pk.startswith(code_at(area.pk, Level.VILLAGE)) , is_demo=True,
            )
        )  # fmt: skip

    def home(self, area: Region, chance: random.Random) -> Region:
        if area.level == Level.VILLAGE and chance.random() < 0.85:
            return area
        code = code_at(area.pk, Level.DISTRICT)
        if code not in self.villages:
            # By parent, which has an index; a regency's people live in its first districts here.
            above = Q(parent=code) if len(code) == 8 else Q(parent__parent=code)
            self.villages[code] = list(Region.objects.current().filter(above)[:40])
        return chance.choice(self.villages[code])

    def decree(self, unit: Unit, start: dt.date) -> Decree:
        key = (code_at(unit.region_id, Level.REGENCY), unit.kind, start.year)
        if key not in self.decrees:
            regency = Region.objects.get(pk=key[0])
            self.decrees[key], _fresh = Decree.objects.get_or_create(
                issuer=Decree.Issuer.REGENCY_SOCIAL_OFFICE, region=regency, number=f"{11 if unit.kind == 'slrt' else 12}/KEP/DINSOS/{start.year}",
                defaults={
                    "about": Decree.About.APPOINTMENT, "date": start, "signatory": f"Kepala Dinas Sosial {regency.name}",
                    "valid_from": start, "valid_until": dt.date(self.today.year + 1, 12, 31), "is_demo": True,
                },
            )  # fmt: skip
        return self.decrees[key]

    def write(self) -> None:
        seen: set[str] = set()
        for officer in self.officers:
            while officer.nik in seen:
                officer.nik = f"{officer.nik[:12]}{int(officer.nik[12:]) % 9998 + 1:04d}"
            seen.add(officer.nik)
        Officer.objects.bulk_create(self.officers, batch_size=500)
        for appointment in self.appointments:
            appointment.officer_id = appointment.officer.pk
        Appointment.objects.bulk_create(self.appointments, batch_size=500)
        StipendAccount.objects.bulk_create(
            [
                StipendAccount(
                    officer=officer, source="apbd", bank="bni", number=f"88{10_000_000 + officer.pk}", holder=officer.name,
                    opened_on=dt.date(self.today.year - 2, 2, 1),
                )
                for officer in self.officers
                if officer.imei
            ],
            batch_size=500,
        )  # fmt: skip


def _imei(serial: int) -> str:
    from .identifiers import luhn_sum

    body = f"35{serial:012d}"[:14]
    return body + str((10 - luhn_sum(body + "0") % 10) % 10)


def _trainings(today: dt.date) -> None:
    for number, code in enumerate(("34.04", "34.02", "32.04", "19.06")):
        for position, days in (("facilitator", 400), ("supervisor", 260)):
            topics = list(
                TrainingTopic.objects.filter(positions=position).order_by("order")[: 3 + number % 2]
            )
            start = today - dt.timedelta(days=days - 7 * number)
            training = Training.objects.create(
                region_id=code, title=f"Bimbingan teknis {position if position == 'supervisor' else 'fasilitator'} SLRT",
                method="guidance", starts_on=start, ends_on=start + dt.timedelta(days=2), organizer="Dinas Sosial", is_demo=True,
            )  # fmt: skip
            training.topics.set(topics)
            people = Appointment.objects.active().filter(regency_code=code, position=position)
            Attendance.objects.bulk_create(
                [
                    Attendance(training=training, officer_id=officer)
                    for place, officer in enumerate(people.values_list("officer", flat=True).distinct())
                    if place % 4
                ]
            )


def _vacancies(today: dt.date) -> None:
    how = "Surat lamaran, salinan KTP dan ijazah diantar ke sekretariat SLRT pada jam layanan, atau dikirim lewat surel."
    for regency, position in (
        ("34.04", "facilitator"),
        ("34.02", "front_office"),
        ("32.04", "facilitator"),
        ("19.06", "supervisor"),
    ):
        unit = Unit.objects.filter(kind=Unit.Kind.SLRT, region=regency).first()
        if unit is None:
            continue
        post = Position.objects.get(pk=position)
        held = Appointment.objects.active().filter(position=post, regency_code=regency).values("region")
        area = unit.region
        if post.area_level != Level.REGENCY:
            area = (
                Region.objects.within(unit.region)
                .current()
                .at(Level(post.area_level))
                .exclude(pk__in=held)
                .first()
                or area
            )
        if area.level != post.area_level:
            continue
        vacancy = Vacancy.objects.create(
            unit=unit, position=post, region=area, places=1, status=VacancyStatus.PUBLISHED, is_demo=True, how_to_apply=how,
            opens_on=today - dt.timedelta(days=5), closes_on=today + dt.timedelta(days=16),
        )  # fmt: skip
        home = Region.objects.within(area).at(Level.VILLAGE).first()
        Candidate.objects.create(
            vacancy=vacancy, name="Nuraini Safitri", sex="female", birth_date=dt.date(1996, 4, 12), education=4, background="psks",
            domicile=home, nik=f"{home.pk[:8].replace('.', '')}5204967001", phone="+6281290000001", score=82,
            status=CandidateStatus.RECORDED, is_demo=True,
        )  # fmt: skip


def _replacements(today: dt.date) -> None:
    """One in its month, one past it, in two regencies; begun through the service, with their log."""
    for regency, days in (("34.04", 18), ("34.02", 41)):
        by = User.objects.filter(
            assignments__role="regency_social_office", assignments__region=regency
        ).first()
        leaving = (
            Appointment.objects.active()
            .filter(
                regency_code=regency,
                position="facilitator",
                officer__user=None,
                starts_on__lt=today - dt.timedelta(days=90),
            )
            .order_by("region_id")
            .first()
        )
        if by and leaving:
            replacements.start(
                appointment=leaving, resigned_on=today - dt.timedelta(days=days), reason="resigned", by=by
            )
    deadlines.escalate(today)
